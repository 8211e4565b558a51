package core

// Load is the share of an agent's capacity in use, percent: rows in hand and the open offer.
func (c *Core) Load(id string) int {
	a := c.agents[id]
	if a == nil {
		return 0
	}
	sum := 0
	for _, load := range a.load {
		sum += load
	}
	if a.offer != nil {
		sum += a.capacity[a.offer.kind].share
	}
	return sum
}
