package chat

import (
	"context"
	"encoding/json"

	"parley/internal/web"
)

// Typing is a typing notice; Text is the customer's unsent text where the
// service lets agents see it (C-6).
type Typing struct {
	ConversationID string `json:"conversationId"`
	Who            string `json:"who"`
	On             bool   `json:"on"`
	Text           string `json:"text,omitempty"`
}

// TypingToCustomer is the subject of the agents' typing in a conversation.
func TypingToCustomer(tenant, conversationID string) string {
	return "parley.typing." + tenant + ".c." + conversationID
}

// TypingToDesk is the subject of what customers type to an agent.
func TypingToDesk(tenant, userID string) string { return "parley.typing." + tenant + ".u." + userID }

// CustomerTyping tells the agents of the conversation. It may be lost.
func (s *Service) CustomerTyping(ctx context.Context, v Visitor, on bool, text string) {
	c, err := latest(ctx, s.db.Read(), v.TenantID, v.ID)
	if err != nil || c == nil || c.State != StateActive {
		return
	}
	rules, err := s.directory.Service(ctx, v.TenantID, c.ServiceID)
	if err != nil {
		return
	}
	if !rules.PreviewUnsent {
		text = ""
	}
	ps, err := participants(ctx, s.db.Read(), v.TenantID, c.ID)
	if err != nil {
		return
	}
	data, err := json.Marshal(Typing{ConversationID: c.ID, Who: FromCustomer, On: on, Text: cleanLines(text)})
	if err != nil {
		return
	}
	for _, p := range joined(ps) {
		_ = s.publish(TypingToDesk(v.TenantID, p.UserID), data) // lossy
	}
}

// AgentTyping tells the customer. It may be lost. It is the desk's Typing.
func (s *Service) AgentTyping(ctx context.Context, who web.Identity, conversationID string, on bool) {
	ps, err := participants(ctx, s.db.Read(), who.TenantID, conversationID)
	if err != nil {
		return
	}
	mine := (&edit{parts: ps}).partOf(who.UserID)
	if mine == nil {
		return
	}
	data, err := json.Marshal(Typing{ConversationID: conversationID, Who: mine.Name, On: on})
	if err == nil {
		_ = s.publish(TypingToCustomer(who.TenantID, conversationID), data) // lossy
	}
}
