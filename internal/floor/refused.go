package floor

import (
	"parley/internal/fail"
	"parley/internal/floor/core"
)

// refusal gives the error of a command that had no effect, nil if it had one.
func refusal(effects []core.Effect) error {
	for i := range effects {
		if effects[i].Type == core.OutRefused {
			return refused(effects[i].Code)
		}
	}
	return nil
}

func refused(code string) error {
	switch code {
	case core.RefusedUnknownItem:
		return fail.NotFound("segment")
	case core.RefusedUnknownReason:
		return fail.Invalid("reasonId", "There is no such reason")
	case core.RefusedUnknownState:
		return fail.Invalid("state", "There is no such state")
	}
	text, known := refusedTexts[code]
	if !known {
		text = "This is not possible now"
	}
	e := fail.State(text)
	e.Args["refused"] = code
	return e
}

var refusedTexts = map[string]string{
	core.RefusedUnknownAgent:  "You are not signed in to the floor",
	core.RefusedOldSession:    "Another session has taken over",
	core.RefusedExists:        "This is there already",
	core.RefusedNotOffered:    "The contact is not offered to you any more",
	core.RefusedNotInHand:     "This contact is not in your hands",
	core.RefusedEnded:         "The contact has already ended",
	core.RefusedNotInWrapup:   "You are not in wrap-up",
	core.RefusedTaken:         "Somebody else has taken it",
	core.RefusedTalking:       "There is a call already",
	core.RefusedOfferOpen:     "An offer is open",
	core.RefusedMailLimit:     "No more mails can be open at once",
	core.RefusedContactInHand: "There are contacts in hand",
	core.RefusedTargetAway:    "The colleague is not signed in",
	core.RefusedTargetBusy:    "The colleague is on the phone or being called",
	core.RefusedNotForKind:    "This is not possible with this kind of contact",
}
