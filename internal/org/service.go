package org

import (
	"fmt"
	"slices"
)

// The channels of services.
const (
	ChannelVoice    = "voice"
	ChannelChat     = "chat"
	ChannelEmail    = "email"
	ChannelBlended  = "blended"
	ChannelOutbound = "outbound"
)

// The ways to choose among eligible agents.
const (
	ChoiceLevelIdle = "level_idle" // highest level, then longest idle
	ChoiceOccupancy = "occupancy"  // least occupied
	ChoiceRank      = "rank"       // order of the team
)

// What happens to a contact when no agent is signed in.
const (
	NoAgentsWait  = "wait"
	NoAgentsClose = "close"
)

// RouteStep widens the search for an agent after a time of waiting.
type RouteStep struct {
	AfterSeconds  int          `json:"afterSeconds" minimum:"0" maximum:"86400"`
	LowerLevelTo  *int         `json:"lowerLevelTo,omitempty" minimum:"0" maximum:"100" doc:"Required levels become at most this"`
	AddServiceIDs []string     `json:"addServiceIds" doc:"Agents of these services are asked too"`
	AddSkills     []SkillLevel `json:"addSkills" doc:"Agents with these skills are asked too"`
	WidenTeamIDs  []string     `json:"widenTeamIds" doc:"Agents of these teams are asked too"`
	AddPriority   int          `json:"addPriority" minimum:"0" maximum:"1000"`
}

// QueueLimit bounds a service's queue; 0 is no limit.
type QueueLimit struct {
	Seconds int `json:"seconds" minimum:"0" maximum:"86400"`
	Size    int `json:"size" minimum:"0" maximum:"100000"`
}

// ChatTexts are what customers read in a chat without an agent writing it.
type ChatTexts struct {
	Waiting      string `json:"waiting"`
	IdleQuestion string `json:"idleQuestion"`
	IdleClosed   string `json:"idleClosed"`
	Closed       string `json:"closed"`
	NoAgents     string `json:"noAgents"`
	Offline      string `json:"offline"`
}

// ChatRules are the settings of a service's chats.
type ChatRules struct {
	AnswerWarnSeconds   int                  `json:"answerWarnSeconds" minimum:"0" maximum:"86400" doc:"The bar of an unanswered message turns orange after this"`
	IdleQuestionSeconds int                  `json:"idleQuestionSeconds" minimum:"0" maximum:"86400" doc:"0: never"`
	IdleCloseSeconds    int                  `json:"idleCloseSeconds" minimum:"0" maximum:"86400" doc:"After the question; 0: never"`
	Texts               map[string]ChatTexts `json:"texts" doc:"By language: ru, en"`
	Greeting            Text                 `json:"greeting" doc:"Sent in the name of the accepting agent; variables %AF, %AL, %F, %L, %P"`
	ShowPhoto           bool                 `json:"showPhoto"`
	PreviewUnsent       bool                 `json:"previewUnsent"`
	FileMaxBytes        int64                `json:"fileMaxBytes" minimum:"0"`
	FileTypes           []string             `json:"fileTypes" doc:"Endings without a dot: pdf, png; image/* is every image. Empty: none may be sent"`
}

// VoiceRules are what callers of a service hear, each a prompt; empty is
// Parley's own words or music, in the language of the entry.
type VoiceRules struct {
	GreetingID string `json:"greetingId" doc:"Before the music. Empty: Parley's own greeting"`
	MusicID    string `json:"musicId" doc:"While waiting and on hold"`
	ClosedID   string `json:"closedId" doc:"Outside the hours"`
	NobodyID   string `json:"nobodyId" doc:"Nobody is signed in"`
	LimitID    string `json:"limitId" doc:"The queue is full, or the wait was too long"`
	AutoAnswer bool   `json:"autoAnswer" doc:"Calls are taken without a click, after a beep; agents may be set otherwise"`
}

// Service is what a contact is about: routing, service level, dispositions.
type Service struct {
	Base
	Name                 string       `json:"name"`
	Channel              string       `json:"channel" enum:"voice,chat,email,blended,outbound"`
	SkillID              string       `json:"skillId" readOnly:"true" doc:"The skill made for this service"`
	SLPercent            int          `json:"slPercent" minimum:"0" maximum:"100"`
	SLSeconds            int          `json:"slSeconds" minimum:"0" maximum:"31536000"`
	OfferSeconds         int          `json:"offerSeconds" minimum:"3" maximum:"600"`
	Priority             int          `json:"priority" minimum:"1" maximum:"1000"`
	RequiredSkills       []SkillLevel `json:"requiredSkills" doc:"Besides the service's own"`
	Steps                []RouteStep  `json:"steps"`
	Choice               string       `json:"choice" enum:"level_idle,occupancy,rank"`
	LastAgentSeconds     int          `json:"lastAgentSeconds" minimum:"0" maximum:"86400" doc:"Wait this long for the agent of the last contact; 0: don't"`
	QueueLimit           QueueLimit   `json:"queueLimit"`
	NoAgentsExit         string       `json:"noAgentsExit" enum:"wait,close" doc:"With nobody signed in"`
	DispositionIDs       []string     `json:"dispositionIds"`
	MandatoryDisposition bool         `json:"mandatoryDisposition"`
	CalendarID           string       `json:"calendarId" doc:"Empty: always open"`
	Knowledge            bool         `json:"knowledge" doc:"Knowledge base shown"`
	Chat                 ChatRules    `json:"chat"`
	Voice                VoiceRules   `json:"voice"`
	Email                EmailRules   `json:"email"`
}

// DefaultFileTypes are the files a chat takes as long as nothing is set.
var DefaultFileTypes = []string{"jpg", "jpeg", "png", "gif", "webp", "pdf", "txt", "csv", "doc", "docx", "xls", "xlsx", "odt", "ods", "zip"}

func newService() *Service {
	return &Service{
		Channel: ChannelChat, SLPercent: 80, SLSeconds: 20, OfferSeconds: 20, Priority: 10, Choice: ChoiceLevelIdle,
		NoAgentsExit: NoAgentsWait, Knowledge: true,
		Chat: ChatRules{
			AnswerWarnSeconds: 60, IdleQuestionSeconds: 300, IdleCloseSeconds: 300,
			Texts: map[string]ChatTexts{"ru": chatTextsRU, "en": chatTextsEN}, Greeting: Text{},
			ShowPhoto: true, FileMaxBytes: 10 << 20, FileTypes: slices.Clone(DefaultFileTypes),
		},
		Email: defaultEmailRules(),
	}
}

// settle gives services stored before there was e-mail its ready-made rules.
func (s *Service) settle() {
	if s.Email.Replies == "" {
		s.Email = defaultEmailRules()
	}
}

func (s *Service) label() string { return s.Name }

func (s *Service) columns() []column {
	return []column{{"channel", s.Channel}, {"skill_id", s.SkillID}}
}

func (s *Service) links() []Link {
	out := slices.Concat(links("dispositionIds", "disposition", s.DispositionIDs...), links("calendarId", "calendar", s.CalendarID),
		skillLinks("requiredSkills", s.RequiredSkills))
	out = slices.Concat(out, links("voice.greetingId", "prompt", s.Voice.GreetingID), links("voice.musicId", "prompt", s.Voice.MusicID),
		links("voice.closedId", "prompt", s.Voice.ClosedID), links("voice.nobodyId", "prompt", s.Voice.NobodyID),
		links("voice.limitId", "prompt", s.Voice.LimitID))
	for i, st := range s.Steps {
		at := fmt.Sprintf("steps[%d].", i)
		out = slices.Concat(out, links(at+"addServiceIds", "service", st.AddServiceIDs...),
			skillLinks(at+"addSkills", st.AddSkills), links(at+"widenTeamIds", "team", st.WidenTeamIDs...))
	}
	return out
}

func (s *Service) check(c *check) {
	c.line("name", &s.Name, 1, 100)
	c.oneOf("channel", s.Channel, ChannelVoice, ChannelChat, ChannelEmail, ChannelBlended, ChannelOutbound)
	number(c, "slPercent", s.SLPercent, 0, 100)
	number(c, "slSeconds", s.SLSeconds, 0, 365*86400)
	number(c, "offerSeconds", s.OfferSeconds, 3, 600)
	number(c, "priority", s.Priority, 1, 1000)
	checkSkills(c, "requiredSkills", s.RequiredSkills)
	s.checkSteps(c)
	c.oneOf("choice", s.Choice, ChoiceLevelIdle, ChoiceOccupancy, ChoiceRank)
	number(c, "lastAgentSeconds", s.LastAgentSeconds, 0, 86400)
	number(c, "queueLimit.seconds", s.QueueLimit.Seconds, 0, 86400)
	number(c, "queueLimit.size", s.QueueLimit.Size, 0, 100000)
	c.oneOf("noAgentsExit", s.NoAgentsExit, NoAgentsWait, NoAgentsClose)
	c.ids("dispositionIds", s.DispositionIDs, 500)
	if s.MandatoryDisposition && len(s.DispositionIDs) == 0 {
		c.bad("mandatoryDisposition", "needs dispositions to choose from")
	}
	s.Chat.check(c)
	s.Email.check(c)
}

func (s *Service) checkSteps(c *check) {
	c.atMost("steps", len(s.Steps), 20)
	last := -1
	for i := range s.Steps {
		st, at := &s.Steps[i], fmt.Sprintf("steps[%d]", i)
		number(c, at+".afterSeconds", st.AfterSeconds, 0, 86400)
		if st.AfterSeconds <= last {
			c.bad(at+".afterSeconds", "must be later than the step before")
		}
		last = st.AfterSeconds
		if st.LowerLevelTo != nil {
			number(c, at+".lowerLevelTo", *st.LowerLevelTo, 0, 100)
		}
		c.ids(at+".addServiceIds", st.AddServiceIDs, 100)
		checkSkills(c, at+".addSkills", st.AddSkills)
		c.ids(at+".widenTeamIds", st.WidenTeamIDs, 100)
		number(c, at+".addPriority", st.AddPriority, 0, 1000)
	}
}

// MaxFileBytes is the largest file any channel takes (M-10 limits lie below it).
const MaxFileBytes = 100 << 20

func (r *ChatRules) check(c *check) {
	number(c, "chat.answerWarnSeconds", r.AnswerWarnSeconds, 0, 86400)
	number(c, "chat.idleQuestionSeconds", r.IdleQuestionSeconds, 0, 86400)
	number(c, "chat.idleCloseSeconds", r.IdleCloseSeconds, 0, 86400)
	c.translated("chat.greeting", r.Greeting, 1000, false)
	for _, lang := range sortedKeys(r.Texts) {
		c.oneOf("chat.texts", lang, Languages...)
		t, at := r.Texts[lang], "chat.texts."+lang
		c.text(at+".waiting", &t.Waiting, 1000)
		c.text(at+".idleQuestion", &t.IdleQuestion, 1000)
		c.text(at+".idleClosed", &t.IdleClosed, 1000)
		c.text(at+".closed", &t.Closed, 1000)
		c.text(at+".noAgents", &t.NoAgents, 1000)
		c.text(at+".offline", &t.Offline, 1000)
		r.Texts[lang] = t
	}
	number(c, "chat.fileMaxBytes", r.FileMaxBytes, 0, MaxFileBytes)
	c.ids("chat.fileTypes", r.FileTypes, 100)
	c.fileTypes("chat.fileTypes", r.FileTypes)
}
