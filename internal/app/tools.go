package app

import (
	"context"
	"fmt"
	"io"
)

// Replay runs the recorded routing log again and compares every decision.
func Replay(ctx context.Context, cfg Config, host string, out io.Writer) error {
	return fmt.Errorf("not built yet")
}

// Backup writes a backup while Parley runs.
func Backup(ctx context.Context, cfg Config, file string, out io.Writer) error {
	return fmt.Errorf("not built yet")
}

// RestoreBackup restores a backup into an empty data folder.
func RestoreBackup(ctx context.Context, cfg Config, file string, out io.Writer) error {
	return fmt.Errorf("not built yet")
}

// Doctor checks the installation.
func Doctor(ctx context.Context, cfg Config, out io.Writer) error {
	return fmt.Errorf("not built yet")
}
