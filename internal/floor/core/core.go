package core

// Version goes into the log. It is raised when the same inputs give other decisions than before.
const Version = 1

// Core is the live state of one floor. Make it with New, Restore or RestoreRows.
type Core struct{}

// New returns an empty floor with the default configuration.
func New() *Core { return &Core{} }

// Apply takes one input and returns what it causes. The slice is valid until the next Apply.
func (c *Core) Apply(in Input) []Effect {
	return []Effect{{Type: OutRefused, At: in.At, Code: RefusedNotForTheFloor}}
}

// Snapshot returns the whole floor.
func (c *Core) Snapshot() State { return State{Version: Version} }

// Restore makes a floor that behaves as the one Snapshot was taken of.
func Restore(s State) *Core { return New() }

// RestoreRows makes a floor from database rows.
func RestoreRows(cfg Config, agents []Agent, items []Item, now int64) *Core { return New() }

// TakeDirty returns the ids whose rows changed or went away since the last call, sorted.
func (c *Core) TakeDirty() (agents, items []string) { return nil, nil }

// Agent returns an agent's present row.
func (c *Core) Agent(id string) (Agent, bool) { return Agent{}, false }

// Item returns an item's present row.
func (c *Core) Item(id string) (Item, bool) { return Item{}, false }

// Next returns the earliest deadline.
func (c *Core) Next() (at int64, ok bool) { return 0, false }

// Explain says why an item waits.
func (c *Core) Explain(item string) Explanation { return Explanation{Item: item} }
