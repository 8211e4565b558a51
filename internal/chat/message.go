package chat

import "github.com/uptrace/bun"

// Kinds of authors and of messages, and who may see a message.
const (
	FromCustomer = "customer"
	FromAgent    = "agent"
	FromSystem   = "system"
	FromBot      = "bot"

	KindText  = "text"
	KindFile  = "file"
	KindEvent = "event"

	ScopeAll    = "all"
	ScopeAgents = "agents"
)

// Codes of events in a conversation.
const (
	EventJoined      = "joined"      // {name}
	EventLeft        = "left"        // {name}
	EventTransferred = "transferred" // {name, service}
	EventQueued      = "queued"
	EventReturned    = "returned" // the agent was lost, the customer waits again
	EventUnserved    = "unserved" // {reason}
	EventKept        = "kept"
	EventEnded       = "ended"       // {by}
	EventIdleClosed  = "idle_closed" // the customer stayed silent
	EventNotJoined   = "not_joined"  // {name, reason}: an invitation nobody took, for agents
	EventInvited     = "invited"     // {name}, for agents
)

// Author is who wrote a message. The name is the one customers may see.
type Author struct {
	Kind  string `json:"kind" enum:"customer,agent,system,bot"`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Photo string `json:"photo,omitempty"`
}

// FileRef is a file as a message carries it.
type FileRef struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Type   string `json:"type"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

// Event is what happened in a conversation besides writing.
type Event struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// Message is one line of a conversation, as the desk sees it.
type Message struct {
	ConversationID string   `json:"conversationId"`
	N              int64    `json:"n" doc:"1, 2, 3 … in the conversation: the order"`
	ID             string   `json:"id"`
	ClientID       string   `json:"clientId" doc:"The sender's own id of it"`
	Author         Author   `json:"author"`
	Kind           string   `json:"kind" enum:"text,file,event"`
	Text           string   `json:"text,omitempty"`
	File           *FileRef `json:"file,omitempty"`
	Event          *Event   `json:"event,omitempty"`
	At             int64    `json:"at"`
	BeforeAgent    bool     `json:"beforeAgent" doc:"Written before an agent joined"`
	Automatic      bool     `json:"automatic,omitempty" doc:"Written by itself: a greeting, a question"`
	Scope          string   `json:"scope" enum:"all,agents"`
}

type messageRow struct {
	bun.BaseModel `bun:"table:messages,alias:m"`

	TenantID       string  `bun:"tenant_id,pk"`
	ConversationID string  `bun:"conversation_id,pk"`
	N              int64   `bun:"n,pk"`
	ID             string  `bun:"id"`
	ClientID       string  `bun:"client_id"`
	AuthorKind     string  `bun:"author_kind"`
	AuthorID       string  `bun:"author_id"`
	AuthorName     string  `bun:"author_name"`
	AuthorPhoto    string  `bun:"author_photo"`
	Kind           string  `bun:"kind"`
	Text           string  `bun:"text"`
	File           FileRef `bun:"file"`
	Event          Event   `bun:"event"`
	At             int64   `bun:"at"`
	BeforeAgent    bool    `bun:"before_agent"`
	Automatic      bool    `bun:"automatic"`
	Scope          string  `bun:"scope"`
}

func rowOf(tenant string, m Message) messageRow {
	r := messageRow{TenantID: tenant, ConversationID: m.ConversationID, N: m.N, ID: m.ID, ClientID: m.ClientID,
		AuthorKind: m.Author.Kind, AuthorID: m.Author.ID, AuthorName: m.Author.Name, AuthorPhoto: m.Author.Photo,
		Kind: m.Kind, Text: m.Text, At: m.At, BeforeAgent: m.BeforeAgent, Automatic: m.Automatic, Scope: m.Scope}
	if m.File != nil {
		r.File = *m.File
	}
	if m.Event != nil {
		r.Event = *m.Event
	}
	return r
}

func (r messageRow) message() Message {
	m := Message{ConversationID: r.ConversationID, N: r.N, ID: r.ID, ClientID: r.ClientID,
		Author: Author{Kind: r.AuthorKind, ID: r.AuthorID, Name: r.AuthorName, Photo: r.AuthorPhoto},
		Kind:   r.Kind, Text: r.Text, At: r.At, BeforeAgent: r.BeforeAgent, Automatic: r.Automatic, Scope: r.Scope}
	if r.File.ID != "" {
		m.File = &r.File
	}
	if r.Event.Code != "" {
		m.Event = &r.Event
	}
	return m
}

// ForCustomer is the message without what is nobody's business outside: the
// agent's user id, and the client ids of others.
func (m Message) ForCustomer() Message {
	if m.Author.Kind != FromCustomer {
		m.ClientID, m.Author.ID = "", ""
	}
	return m
}
