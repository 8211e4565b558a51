package chat

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/web"
)

// API is the agents' side of conversations over HTTP.
type API struct {
	Chat *Service
	Org  *org.Org
	// States tells what the agents who are signed in to the floor do, by user id.
	States func(ctx context.Context, tenant string) (map[string]string, error)
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
	web.Command(s, web.Op{Path: "/api/conversations/{id}/messages", ID: "sendMessage", Tag: tag, Summary: "Write to the customer", Privileges: chats, MaxBody: 64 << 10}, a.say)
	web.Command(s, web.Op{Path: "/api/conversations/{id}/read", ID: "readMessages", Tag: tag, Summary: "Mark messages as read", Privileges: chats}, a.read)
	web.Command(s, web.Op{Path: "/api/segments/{id}/end", ID: "endSegment", Tag: tag, Summary: "End one's part of a conversation", Privileges: chats}, a.end)
	web.Command(s, web.Op{Path: "/api/segments/{id}/transfer", ID: "transferSegment", Tag: tag, Summary: "Hand the customer on to a service or a person", Privileges: []string{"handle.transfer"}}, a.transfer)
	web.Command(s, web.Op{Path: "/api/segments/{id}/invite", ID: "inviteToSegment", Tag: tag, Summary: "Ask a colleague to join", Privileges: []string{"handle.transfer"}}, a.invite)
	web.Command(s, web.Op{Path: "/api/segments/{id}/remove-participant", ID: "removeParticipant", Tag: tag, Summary: "Take a colleague out of the conversation", Privileges: chats}, a.remove)
	web.Command(s, web.Op{Method: http.MethodPut, Path: "/api/drafts/{key}", ID: "saveDraft", Tag: tag, Summary: "Keep a half-written text", MaxBody: 64 << 10}, a.draft)
	web.Query(s, web.Op{Path: "/api/desk/targets", ID: "listTargets", Tag: "desk", Summary: "Services and colleagues a conversation may be handed to", Privileges: []string{"handle.transfer"}}, a.targets)
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

type segmentIn struct {
	ID string `path:"id"`
}

func (a API) end(ctx context.Context, in *segmentIn) (*one[Done], error) {
	who := web.Who(ctx)
	return answer(a.Chat.EndPart(ctx, who.TenantID, who.UserID, in.ID))
}

type transferIn struct {
	ID   string `path:"id"`
	Body struct {
		ServiceID string `json:"serviceId,omitempty" doc:"Either this or userId"`
		UserID    string `json:"userId,omitempty"`
		Note      string `json:"note,omitempty" maxLength:"1000" doc:"For the next agent"`
	}
}

func (a API) transfer(ctx context.Context, in *transferIn) (*one[Done], error) {
	who := web.Who(ctx)
	if in.Body.ServiceID != "" && !a.takesChats(ctx, who.TenantID, in.Body.ServiceID) {
		return nil, fail.Invalid("serviceId", "This service takes no chats")
	}
	return answer(a.Chat.Transfer(ctx, who.TenantID, who.UserID, in.ID, Target{ServiceID: in.Body.ServiceID, UserID: in.Body.UserID, Note: in.Body.Note}))
}

func (a API) takesChats(ctx context.Context, tenant, serviceID string) bool {
	s, err := a.Org.Service(ctx, tenant, serviceID)
	return err == nil && !s.Archived && (s.Channel == org.ChannelChat || s.Channel == org.ChannelBlended)
}

type inviteIn struct {
	ID   string `path:"id"`
	Body struct {
		UserID string `json:"userId" minLength:"1"`
	}
}

func (a API) invite(ctx context.Context, in *inviteIn) (*one[Done], error) {
	who := web.Who(ctx)
	return answer(a.Chat.Invite(ctx, who.TenantID, who.UserID, in.ID, in.Body.UserID))
}

type removeIn struct {
	ID   string `path:"id" doc:"The organiser's segment"`
	Body struct {
		SegmentID string `json:"segmentId" minLength:"1" doc:"The colleague's"`
	}
}

func (a API) remove(ctx context.Context, in *removeIn) (*one[Done], error) {
	who := web.Who(ctx)
	return answer(a.Chat.Remove(ctx, who.TenantID, who.UserID, in.ID, in.Body.SegmentID))
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

// Targets are where a conversation may go.
type Targets struct {
	Services   []ServiceTarget   `json:"services"`
	Colleagues []ColleagueTarget `json:"colleagues"`
}

// ServiceTarget is a service that takes chats.
type ServiceTarget struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ColleagueTarget is a person who may take chats.
type ColleagueTarget struct {
	UserID string `json:"userId"`
	Name   string `json:"name"`
	TeamID string `json:"teamId"`
	State  string `json:"state" doc:"Agent state, empty when not signed in"`
}

func (a API) targets(ctx context.Context, _ *struct{}) (*one[Targets], error) {
	who, out := web.Who(ctx), Targets{Services: []ServiceTarget{}, Colleagues: []ColleagueTarget{}}
	services, err := a.Org.Services(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	for _, s := range services {
		if a.takesChats(ctx, who.TenantID, s.ID) {
			out.Services = append(out.Services, ServiceTarget{s.ID, s.Name})
		}
	}
	states, err := a.States(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	users, err := a.Org.Users(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		if u.ID != who.UserID && a.Chat.directory.Can(ctx, who.TenantID, u.ID, "handle.chat") {
			out.Colleagues = append(out.Colleagues, ColleagueTarget{u.ID, strings.TrimSpace(u.FirstName + " " + u.LastName), u.TeamID, states[u.ID]})
		}
	}
	return answer(out, nil)
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
