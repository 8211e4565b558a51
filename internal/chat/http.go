package chat

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"parley/internal/web"
)

// API is the agents' side of conversations over HTTP.
type API struct {
	Chat *Service
}

const (
	tag       = "conversations"
	upTo      = 5 * time.Minute // longest upload
	readOther = "records.view"
)

type one[T any] struct{ Body T }

func answer[T any](v T, err error) (*one[T], error) {
	if err != nil {
		return nil, err
	}
	return &one[T]{v}, nil
}

func reader(ctx context.Context) Reader {
	who := web.Who(ctx)
	return Reader{TenantID: who.TenantID, UserID: who.UserID, Any: who.Can(readOther) || who.Can("supervise.monitor")}
}

// Register puts the operations on the server.
func (a API) Register(s *web.Server) {
	chats := []string{"handle.chat"}
	web.Query(s, web.Op{Path: "/api/conversations/{id}/messages", ID: "listMessages", Tag: tag, Summary: "Messages of a conversation, the newest page first"}, a.history)
	web.Command(s, web.Op{Path: "/api/conversations/{id}/messages", ID: "sendMessage", Tag: tag, Summary: "Write to the customer", Privileges: chats, MaxBody: 64 << 10, OwnID: true}, a.say)
	web.Command(s, web.Op{Path: "/api/conversations/{id}/read", ID: "readMessages", Tag: tag, Summary: "Mark messages as read", Privileges: chats, OwnID: true}, a.read)
	web.Command(s, web.Op{Method: http.MethodPut, Path: "/api/drafts/{key}", ID: "saveDraft", Tag: tag, Summary: "Keep a half-written text", MaxBody: 64 << 10}, a.draft)
	s.Handle("POST /api/conversations/{id}/files", http.HandlerFunc(a.upload), web.Needs("handle.chat"))
	s.Handle("GET /api/files/{id}", http.HandlerFunc(a.download))
	web.Event[Message](s, TypeMessage)
	web.Event[View](s, TypeChanged)
	web.Event[Draft](s, TypeDraft)
	web.Event[Typing](s, "typing")
}

type historyIn struct {
	ID     string `path:"id"`
	Before int64  `query:"before" minimum:"0" doc:"Messages with lower numbers; 0 = the newest"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// MessagePage is a part of a conversation, in order.
type MessagePage struct {
	Items []Message `json:"items"`
	More  bool      `json:"more" doc:"There are earlier ones"`
}

func (a API) history(ctx context.Context, in *historyIn) (*one[MessagePage], error) {
	ms, err := a.Chat.History(ctx, reader(ctx), in.ID, in.Before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	page := MessagePage{Items: ms}
	if len(ms) > in.Limit {
		page.Items, page.More = ms[1:], true
	}
	return answer(page, nil)
}

type sayIn struct {
	ID   string `path:"id"`
	Body struct {
		ClientID string `json:"clientId" minLength:"1" maxLength:"64" doc:"The sender's own id of the message; sent again it is the same message"`
		Text     string `json:"text"`
	}
}

func (a API) say(ctx context.Context, in *sayIn) (*one[Message], error) {
	who := web.Who(ctx)
	return answer(a.Chat.AgentSays(ctx, who.TenantID, who.UserID, in.ID, in.Body.ClientID, in.Body.Text))
}

type readIn struct {
	ID   string `path:"id"`
	Body struct {
		N int64 `json:"n" minimum:"0" doc:"Number of the last message read"`
	}
}

func (a API) read(ctx context.Context, in *readIn) (*struct{}, error) {
	who := web.Who(ctx)
	return nil, a.Chat.AgentRead(ctx, who.TenantID, who.UserID, in.ID, in.Body.N)
}

type draftIn struct {
	Key  string `path:"key" maxLength:"100" doc:"What it belongs to: a conversation's id"`
	Body struct {
		Text string `json:"text" doc:"Empty removes the draft"`
	}
}

func (a API) draft(ctx context.Context, in *draftIn) (*one[Draft], error) {
	who := web.Who(ctx)
	return answer(a.Chat.SaveDraft(ctx, who.TenantID, who.UserID, in.Key, in.Body.Text))
}

// upload is POST /api/conversations/{id}/files?name&clientId with the file as
// the body.
func (a API) upload(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Now().Add(upTo))
	_ = rc.SetWriteDeadline(time.Now().Add(upTo))
	who, q := web.Who(r.Context()), r.URL.Query()
	m, err := a.Chat.AgentSends(r.Context(), who.TenantID, who.UserID, r.PathValue("id"),
		Upload{ClientID: q.Get("clientId"), Name: q.Get("name"), Size: r.ContentLength, Body: r.Body})
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(m) // the client may be gone: nobody left to tell
}

// download is GET /api/files/{id}.
func (a API) download(w http.ResponseWriter, r *http.Request) {
	f, err := a.Chat.FileForAgent(r.Context(), reader(r.Context()), r.PathValue("id"))
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	defer func() { _ = f.Body.Close() }()
	FileHeaders(w.Header(), f.Name, f.Type)
	http.ServeContent(w, r, "", time.UnixMilli(f.At), f.Body)
}
