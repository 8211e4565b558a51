package desk

import (
	"parley/internal/call"
	"parley/internal/chat"
	"parley/internal/floor"
	"parley/internal/interaction"
)

// MessagesShown is how many messages of each conversation a snapshot carries; older ones are fetched on scrolling up.
const MessagesShown = 50

// Snapshot is everything a desk shows, as of one number. Lists are never null.
type Snapshot struct {
	ServerTime    int64                     `json:"serverTime"` // unix ms
	Agent         *floor.AgentView          `json:"agent"`      // null: not signed in to the floor
	Offers        []interaction.OfferView   `json:"offers"`
	Segments      []interaction.SegmentView `json:"segments"`
	Conversations []chat.View               `json:"conversations"`
	Calls         []call.View               `json:"calls"`
	Messages      []chat.Message            `json:"messages"`
	Drafts        []chat.Draft              `json:"drafts"`
}
