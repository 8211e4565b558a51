package interaction

// leave books the time spent in the present state, up to at, on its figure.
// R-5 asks for queue and ringing apart and for their sum (ASA): a parked
// customer waits too.
func (p *Segment) leave(at int64) {
	spent := max(0, at-p.SinceAt)
	switch p.State {
	case StateWaiting, StateParked:
		p.QueueMS += spent
	case StateOffered:
		p.RingMS += spent
	case StateActive:
		p.hold(false, at)
		p.TalkMS += max(0, spent-p.HoldSpanMS)
		p.HoldMS += min(spent, p.HoldSpanMS)
		p.HoldSpanMS = 0
	case StateEnded:
		p.WrapupMS += spent
	}
}

// hold notes that the customer is put on hold, or taken back.
func (p *Segment) hold(on bool, at int64) {
	switch {
	case on && p.HeldAt == 0:
		p.HeldAt = at
	case !on && p.HeldAt != 0:
		p.HoldSpanMS += max(0, at-p.HeldAt)
		p.HeldAt = 0
	}
}

// WaitMS is the customer's wait so far: queue and ringing.
func (p *Segment) WaitMS() int64 { return p.QueueMS + p.RingMS }

func (p *Segment) count(cause string) {
	switch cause {
	case CauseRejected:
		p.Rejects++
	case CauseMissed:
		p.Misses++
	}
}

func (p *Segment) accept(st Step) {
	first := p.AcceptedAt == 0 && p.TalkMS == 0 // not the second agent after a lost connection
	p.AgentID, p.TeamID, p.OfferUntil = st.AgentID, st.TeamID, 0
	p.AcceptedAt = st.At
	if first && p.Kind != "email" { // a mail is answered when the answer is sent
		p.AnsweredInSL = p.SLMS > 0 && p.WaitMS() <= p.SLMS
	}
}

func (p *Segment) end(st Step) {
	if p.EndedAt != 0 {
		return
	}
	p.EndedAt, p.EndedBy, p.EndReason = st.At, st.By, st.Cause
	p.OfferUntil = 0
	p.Outcome = st.Outcome
	if p.Outcome == "" {
		p.Outcome = p.outcome(st.By, st.Cause)
	}
}

// outcome is how it went when nobody said so: one that was accepted was
// handled, one that was not was given up by whoever ended it. What was deleted
// or moved away from the queue was neither refused nor abandoned: nobody sent the
// customer away, and nobody left.
func (p *Segment) outcome(by, why string) string {
	switch {
	case p.AcceptedAt != 0:
		return OutcomeHandled
	case by == ByAgent && p.DispositionID != "": // finished from the queue, unopened
		return OutcomeHandled
	case p.called() && by == ByAgent: // the caller gave up
		return OutcomeAbandoned
	case by == ByAgent && why == ReasonDeleted:
		return OutcomeDeleted
	case by == ByAgent && why == ReasonMoved:
		return OutcomeMoved
	case p.Purpose == PurposeInvite, p.Purpose == PurposePersonal:
		return OutcomeDeclined
	case by == ByCustomer:
		return OutcomeAbandoned
	default:
		return OutcomeRefused
	}
}

func (p *Segment) finish(st Step) {
	p.end(st) // finished without an end of its own: both at once
	p.FinishedAt = st.At
	if p.DispositionID == "" {
		p.DispositionID = st.Disposition
	}
	if st.Outcome != "" {
		p.Outcome = st.Outcome
	}
}

// Short says that the customer left within the service's threshold: left out
// of the service level.
func (p *Segment) Short() bool {
	return p.Outcome == OutcomeAbandoned && p.WaitMS() <= p.SLMS
}
