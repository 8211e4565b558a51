package core

// Kinds of items.
const (
	Voice   = "voice"
	Chat    = "chat"
	Email   = "email"
	Preview = "preview" // a campaign's record, shown before dialling
	Invite  = "invite"  // an internal call, an invitation to a conference
)

// System reasons of Not ready; a tenant may rename them, the ids stay.
const (
	ReasonSignIn   = "sign_in"
	ReasonRejected = "rejected"
	ReasonNoAnswer = "no_answer"
	ReasonLost     = "connection_lost"
	ReasonForced   = "forced"
	ReasonUnmarked = "" // chosen without a reason
)

// How an agent is chosen among those who meet the requirements; ties go to the longest idle.
const (
	ChooseLevel     = "level_idle" // highest skill level first
	ChooseOccupancy = "occupancy"  // least occupied since signing in first
	ChooseRank      = "rank"       // lowest rank number first
)

// Config is everything the floor has to know of the tenant's settings. Zero values take the defaults.
type Config struct {
	GraceMs     int64 `json:"graceMs,omitempty"`     // after a lost socket; 15,000
	ReofferMs   int64 `json:"reofferMs,omitempty"`   // longest bar after a rejection while others are there; 120,000
	AloneMs     int64 `json:"aloneMs,omitempty"`     // pause before the only agent is offered it again; 5,000
	OfferMs     int64 `json:"offerMs,omitempty"`     // 20,000
	BackMs      int64 `json:"backMs,omitempty"`      // ring time of a contact that comes back to who transferred it; 20,000
	ReturnRaise int   `json:"returnRaise,omitempty"` // priority added when a contact returns through no fault of the customer; 100
	MailLimit   int   `json:"mailLimit,omitempty"`   // mails open at once; 10

	RampUpMs int64          `json:"rampUpMs,omitempty"` // pause between becoming Ready and the next offer
	Capacity []KindCapacity `json:"capacity,omitempty"`
	Rules    Rules          `json:"rules,omitzero"`

	Reasons  []Reason  `json:"reasons,omitempty"` // none named: any reason is taken
	Teams    []Team    `json:"teams,omitempty"`
	Services []Service `json:"services,omitempty"`
}

// KindCapacity says what a kind of item costs an agent. An agent's entry for a kind wins over the team's, that over the tenant's.
type KindCapacity struct {
	Kind       string   `json:"kind"`
	Share      int      `json:"share"`                // percent that an item in hand takes
	Need       int      `json:"need"`                 // percent that must be spare to be offered one
	Over       []string `json:"over,omitempty"`       // kinds in hand that do not hinder this one
	Precedence int      `json:"precedence,omitempty"` // the higher goes first, whatever the effective priority
}

// Reason is a choosable reason of Not ready.
type Reason struct {
	ID      string `json:"id"`
	LimitMs int64  `json:"limitMs,omitempty"` // Ready by itself after this; 0: never
}

// Rule is the state, with reason, that follows something.
type Rule struct {
	State  string `json:"state,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Rules are the states that follow (decision 4); an empty rule takes the tenant's, then the default in brackets.
type Rules struct {
	AfterSignIn   Rule `json:"afterSignIn,omitzero"`   // [Not ready, sign_in]
	AfterContact  Rule `json:"afterContact,omitzero"`  // [Ready]
	AfterWrapup   Rule `json:"afterWrapup,omitzero"`   // [Ready]
	AfterReject   Rule `json:"afterReject,omitzero"`   // [Not ready, rejected]
	AfterNoAnswer Rule `json:"afterNoAnswer,omitzero"` // [Not ready, no_answer]
}

// Team is a team's common rules.
type Team struct {
	ID       string         `json:"id"`
	Rules    Rules          `json:"rules,omitzero"`
	Wrapup   bool           `json:"wrapup,omitempty"`
	WrapupMs int64          `json:"wrapupMs,omitempty"` // 0: no limit
	RampUpMs *int64         `json:"rampUpMs,omitempty"` // nil: the tenant's
	Capacity []KindCapacity `json:"capacity,omitempty"`
}

// Skill is an agent's level (0–100, 0 = not qualified) or the lowest level an item asks for.
type Skill struct {
	ID    string `json:"id"`
	Level int    `json:"level,omitempty"`
}

// Service is how a service's items are routed.
type Service struct {
	ID         string   `json:"id"`
	Skills     []Skill  `json:"skills,omitempty"`     // all of them required; the first one's level counts in the choice
	Teams      []string `json:"teams,omitempty"`      // none named: any team
	Steps      []Step   `json:"steps,omitempty"`      // in the order of their times
	Choice     string   `json:"choice,omitempty"`     // level (default), occupancy, rank
	Priority   int      `json:"priority,omitempty"`   // 1–1,000; 0 counts as 1
	Precedence int      `json:"precedence,omitempty"` // added to the kind's
	OfferMs    int64    `json:"offerMs,omitempty"`    // 0: the tenant's
	QueueLimit int      `json:"queueLimit,omitempty"` // 0: none
	NoAgents   bool     `json:"noAgents,omitempty"`   // exit when nobody qualified is signed in and no step is left
	MaxWaitMs  int64    `json:"maxWaitMs,omitempty"`  // 0: no limit
	HandleMs   int64    `json:"handleMs,omitempty"`   // expected handling time until one was measured; 180,000
	Pull       bool     `json:"pull,omitempty"`       // nobody is offered its items: agents take them from the team's queue by hand
}

// Step widens the search after a time of waiting.
type Step struct {
	AfterMs       int64    `json:"afterMs"`
	LowerLevel    int      `json:"lowerLevel,omitempty"`    // every required level goes down by this, not below 1
	LowerLevelTo  int      `json:"lowerLevelTo,omitempty"`  // every higher required level goes down to this
	AddSkills     []Skill  `json:"addSkills,omitempty"`     // agents who have all of these may take it too
	AddServices   []string `json:"addServices,omitempty"`   // agents of these services may take it too
	AddTeams      []string `json:"addTeams,omitempty"`      // members of these teams too
	AnyTeam       bool     `json:"anyTeam,omitempty"`       // whatever the team
	RaisePriority int      `json:"raisePriority,omitempty"` // added
}

// The defaults of Config.
const (
	defaultGraceMs     = 15_000
	defaultReofferMs   = 120_000
	defaultAloneMs     = 5_000
	defaultOfferMs     = 20_000
	defaultBackMs      = 20_000
	defaultReturnRaise = 100
	defaultMailLimit   = 10
	defaultHandleMs    = 180_000
	maxPriority        = 1_000
	maxRaised          = 10_000 // with what steps and returns added
)

var defaultRules = Rules{
	AfterSignIn:   Rule{NotReady, ReasonSignIn},
	AfterContact:  Rule{State: Ready},
	AfterWrapup:   Rule{State: Ready},
	AfterReject:   Rule{NotReady, ReasonRejected},
	AfterNoAnswer: Rule{NotReady, ReasonNoAnswer},
}

// DefaultCapacity is what S-9 sets: idle takes anything; one or two chats a call or a chat; three a chat; four
// chats or a call nothing; one mail a call or a chat. Inbound goes before campaigns (O-15).
func DefaultCapacity() []KindCapacity {
	return []KindCapacity{
		{Kind: Voice, Share: 100, Need: 50},
		{Kind: Chat, Share: 25, Need: 25},
		{Kind: Email, Share: 25, Need: 100},
		{Kind: Preview, Share: 100, Need: 50, Precedence: -1},
		{Kind: Invite, Share: 100, Need: 0},
	}
}
