package floor

import (
	"context"

	"parley/internal/floor/core"
)

// Decide lets a test stand between the floor and its core.
func Decide(c *Config, f func(*core.Core, core.Input) []core.Effect) { c.apply = f }

// Compare runs the comparison of floor and records now.
func (f *Floors) Compare(ctx context.Context, tenant string) error {
	return f.owner(tenant).compare(ctx)
}

// Trim removes the log before a time.
func (f *Floors) Trim(ctx context.Context, tenant string, before int64) error {
	return f.trim(ctx, tenant, before)
}

// Here tells whether a tenant's floor lives on this node.
func (f *Floors) Here(tenant string) bool { return f.owner(tenant) != nil }
