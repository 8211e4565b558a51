package desk

import "parley/internal/interaction"

// Snapshot is everything a desk shows, as of one number. Lists are never null.
type Snapshot struct {
	ServerTime    int64                     `json:"serverTime"` // unix ms
	Agent         any                       `json:"agent"`      // null: not signed in to the floor
	Offers        []interaction.OfferView   `json:"offers"`
	Segments      []interaction.SegmentView `json:"segments"`
	Conversations []any                     `json:"conversations"`
	Messages      []any                     `json:"messages"`
	Drafts        []any                     `json:"drafts"`
}
