package stats

// Figures are the additive counters of a service, a team or an agent over a day. Durations are ms.
// What is shown is worked out of them by the functions below, the definitions of R-5.
type Figures struct {
	Received         int64 `json:"received"`         // entered the service, transfers into it included
	Answered         int64 `json:"answered"`         // accepted by an agent
	AnsweredInSL     int64 `json:"answeredInSl"`     // accepted within the service's threshold
	SLOf             int64 `json:"slOf"`             // what AnsweredInSL is a share of: answered, and abandoned after the threshold; of mails those that were replied to
	Handled          int64 `json:"handled"`          // accepted and over
	HandledOut       int64 `json:"handledOut"`       // of Handled: begun by the agent
	Replied          int64 `json:"replied"`          // mails: an answer was sent
	Closed           int64 `json:"closed"`           // mails: over without an answer
	Abandoned        int64 `json:"abandoned"`        // the customer left before an agent accepted, after the threshold
	AbandonedRinging int64 `json:"abandonedRinging"` // of Abandoned: while an agent was being offered it
	Short            int64 `json:"short"`            // left within the threshold: in no percentage
	Refused          int64 `json:"refused"`          // sent away: queue limit, nobody signed in
	Internal         int64 `json:"internal"`         // calls to colleagues that are over
	Deleted          int64 `json:"deleted"`          // mails: put into the bin unopened; neither abandoned nor refused, in no percentage: no customer was kept waiting for it
	Moved            int64 `json:"moved"`            // mails: went to another contact unopened, whose answer counts there
	TransferredIn    int64 `json:"transferredIn"`
	TransferredOut   int64 `json:"transferredOut"`
	Rejected         int64 `json:"rejected"` // offers rejected
	Missed           int64 `json:"missed"`   // offers not answered in time
	Success          int64 `json:"success"`  // handled with a disposition of success
	WaitMs           int64 `json:"waitMs"`   // queue + ringing of answered ones
	TalkMs           int64 `json:"talkMs"`
	HoldMs           int64 `json:"holdMs"`
	WrapupMs         int64 `json:"wrapupMs"`
	ReadyMs          int64 `json:"readyMs"` // agents: time in state Ready
	BusyMs           int64 `json:"busyMs"`  // agents: time in Busy and Wrap-up
	BreakMs          int64 `json:"breakMs"` // agents: time Not ready with a reason that counts as a break
}

func (f *Figures) add(o Figures, sign int64) {
	f.Received += sign * o.Received
	f.Answered += sign * o.Answered
	f.AnsweredInSL += sign * o.AnsweredInSL
	f.SLOf += sign * o.SLOf
	f.Handled += sign * o.Handled
	f.HandledOut += sign * o.HandledOut
	f.Replied += sign * o.Replied
	f.Closed += sign * o.Closed
	f.Abandoned += sign * o.Abandoned
	f.AbandonedRinging += sign * o.AbandonedRinging
	f.Short += sign * o.Short
	f.Refused += sign * o.Refused
	f.Internal += sign * o.Internal
	f.Deleted += sign * o.Deleted
	f.Moved += sign * o.Moved
	f.TransferredIn += sign * o.TransferredIn
	f.TransferredOut += sign * o.TransferredOut
	f.Rejected += sign * o.Rejected
	f.Missed += sign * o.Missed
	f.Success += sign * o.Success
	f.WaitMs += sign * o.WaitMs
	f.TalkMs += sign * o.TalkMs
	f.HoldMs += sign * o.HoldMs
	f.WrapupMs += sign * o.WrapupMs
	f.ReadyMs += sign * o.ReadyMs
	f.BusyMs += sign * o.BusyMs
	f.BreakMs += sign * o.BreakMs
}

// Plus is the sum of two rows of figures.
func (f Figures) Plus(o Figures) Figures {
	f.add(o, 1)
	return f
}

// contribution is what one segment adds to the figures of its service. An invitation is no contact of its own; an
// internal call counts once, with who called, and in no time or level of customers.
func (s SegmentFact) contribution() Figures {
	var f Figures
	if s.beside() {
		if s.Direction == "internal" && !s.Called && s.EndedAt > 0 && s.AcceptedAt > 0 {
			f.Internal = 1
		}
		return f
	}
	f.Received = 1
	f.Rejected, f.Missed = s.Rejects, s.Misses
	if s.Purpose == "transfer" {
		f.TransferredIn = 1
	}
	if s.AcceptedAt > 0 {
		f.Answered = 1
		f.WaitMs = s.QueueMs + s.RingMs
		f.TalkMs, f.HoldMs, f.WrapupMs = s.TalkMs, s.HoldMs, s.WrapupMs
		if s.EndedAt > 0 {
			f.Handled = 1
			if s.Direction == "out" {
				f.HandledOut = 1
			}
		}
		if s.Success {
			f.Success = 1
		}
	}
	if s.counts() {
		f.SLOf = 1
		if s.AnsweredInSL {
			f.AnsweredInSL = 1
		}
	}
	if s.mail() {
		switch {
		case s.AnsweredAt > 0:
			f.Replied = 1
		case s.EndedAt > 0 && s.Outcome == "handled":
			f.Closed = 1
		}
	}
	switch s.Outcome {
	case "abandoned":
		if s.short() {
			f.Short = 1
			break
		}
		f.Abandoned = 1
		if s.RingMs > 0 && s.Rejects+s.Misses == 0 {
			f.AbandonedRinging = 1
		}
	case "refused":
		f.Refused = 1
	case "deleted":
		f.Deleted = 1
	case "moved":
		f.Moved = 1
	case "transferred":
		f.TransferredOut = 1
	}
	return f
}

// own is what the segment adds to the figures of its agent and team: their handling, not the queue's fate.
func (s SegmentFact) own() Figures {
	f := s.contribution()
	f.Received, f.Rejected, f.Missed, f.Abandoned, f.AbandonedRinging, f.Short, f.Refused, f.Deleted, f.Moved = 0, 0, 0, 0, 0, 0, 0, 0, 0
	f.SLOf = f.Answered
	if s.Kind == "email" {
		f.SLOf = f.Replied
	}
	return f
}

// mail: written by a customer, so that an answer is owed.
func (s SegmentFact) mail() bool { return s.Kind == "email" && s.Direction != "out" }

// place is the state, with the mails that lie outside the floor's queues sorted: nobody's wait for somebody to take
// them, an agent's lie in the personal queue.
func (s SegmentFact) place() string {
	switch {
	case s.State != "parked" || s.Kind != "email":
		return s.State
	case s.AgentID == "":
		return "waiting"
	}
	return "personal"
}

// counts: the contact's service level is decided. Of a mail by the answer, not by who took it up (decision 35).
func (s SegmentFact) counts() bool {
	if s.Kind == "email" {
		return s.mail() && s.AnsweredAt > 0
	}
	return s.AcceptedAt > 0 || s.Outcome == "abandoned" && !s.short()
}

// short: the customer left within the threshold, so R-5 leaves the contact out of the service level.
func (s SegmentFact) short() bool {
	return s.Outcome == "abandoned" && s.QueueMs+s.RingMs <= s.SLMs
}

// Percent is a share in tenths of a percent; ok is false when there is nothing to take a share of.
type Percent struct {
	Tenths int64 `json:"tenths"`
	OK     bool  `json:"ok"`
}

func share(part, whole int64) Percent {
	if whole <= 0 {
		return Percent{}
	}
	return Percent{(part*1000 + whole/2) / whole, true}
}

func mean(sum, n int64) int64 {
	if n <= 0 {
		return 0
	}
	return sum / n
}

// ServiceLevel = answered within T / (all answered + abandoned after T); of mails answered in time / all answered.
func (f Figures) ServiceLevel() Percent { return share(f.AnsweredInSL, f.SLOf) }

// ASA is the mean queue + ringing of answered contacts, ms.
func (f Figures) ASA() int64 { return mean(f.WaitMs, f.Answered) }

// AHT is (talk + hold + wrap-up) / handled, ms.
func (f Figures) AHT() int64 { return mean(f.TalkMs+f.HoldMs+f.WrapupMs, f.Handled) }

// ACW is the mean wrap-up of handled contacts, ms.
func (f Figures) ACW() int64 { return mean(f.WrapupMs, f.Handled) }

// Occupancy = busy (handling + wrap-up) / (busy + ready).
func (f Figures) Occupancy() Percent { return share(f.BusyMs, f.BusyMs+f.ReadyMs) }
