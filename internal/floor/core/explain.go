package core

// Why an agent is not offered a waiting item.
const (
	WhyFree         = "free" // only between two inputs of one moment: the next decision offers it
	WhyNotQualified = "notQualified"
	WhyWrongTeam    = "wrongTeam"
	WhyNotForKind   = "notForKind"
	WhyNotReady     = "notReady"
	WhySupervising  = "supervising"
	WhyPending      = "pending" // stops after the contacts in hand
	WhyOfferOpen    = "offerOpen"
	WhyNoCapacity   = "noCapacity"
	WhyWrapup       = "wrapup"
	WhyRampUp       = "rampUp"
	WhyLost         = "connectionLost"
	WhyBarred       = "barred" // rejected or missed it
	WhyHeld         = "heldForAnother"
)

// Considered is one signed-in agent seen from a waiting item.
type Considered struct {
	Agent   string `json:"agent"`
	Why     string `json:"why"`
	Skill   string `json:"skill,omitempty"` // notQualified: the first skill that is lacking
	Level   int    `json:"level,omitempty"` // of the skill that counts in the choice
	UntilAt int64  `json:"untilAt,omitempty"`
}

// Explanation says where an item stands and why nobody has it yet.
type Explanation struct {
	Found        bool         `json:"found"`
	Item         string       `json:"item"`
	Place        string       `json:"place,omitempty"`
	Agent        string       `json:"agent,omitempty"`
	Service      string       `json:"service,omitempty"`
	WaitedMs     int64        `json:"waitedMs,omitempty"`
	Score        int64        `json:"score,omitempty"`    // effective priority: priority × waited ms
	Position     int          `json:"position,omitempty"` // in the line of its service, from 1
	EstimateMs   int64        `json:"estimateMs,omitempty"`
	Stage        int          `json:"stage,omitempty"`
	NextStepAt   int64        `json:"nextStepAt,omitempty"`
	Requirements [][]Skill    `json:"requirements,omitempty"` // alternatives; all of one are required
	Considered   []Considered `json:"considered,omitempty"`
}
