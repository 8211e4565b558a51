package interaction

// leave books the time spent in the present state, up to at, on its figure.
// R-5 asks for queue and ringing apart and for their sum (ASA): a parked
// customer waits too.
func (s *Segment) leave(at int64) {
	spent := max(0, at-s.SinceAt)
	switch s.State {
	case StateWaiting, StateParked:
		s.QueueMS += spent
	case StateOffered:
		s.RingMS += spent
	case StateActive:
		s.TalkMS += spent
	case StateEnded:
		s.WrapupMS += spent
	}
}

// WaitMS is the customer's wait so far: queue and ringing.
func (s *Segment) WaitMS() int64 { return s.QueueMS + s.RingMS }

func (s *Segment) count(cause string) {
	switch cause {
	case CauseRejected:
		s.Rejects++
	case CauseMissed:
		s.Misses++
	}
}

func (s *Segment) accept(st Step) {
	first := s.AcceptedAt == 0
	s.AgentID, s.TeamID, s.OfferUntil = st.AgentID, st.TeamID, 0
	s.AcceptedAt = st.At
	if first {
		s.AnsweredInSL = s.SLMS > 0 && s.WaitMS() <= s.SLMS
	}
}

func (s *Segment) end(st Step) {
	if s.EndedAt != 0 {
		return
	}
	s.EndedAt, s.EndedBy, s.EndReason = st.At, st.By, st.Cause
	s.OfferUntil = 0
	s.Outcome = st.Outcome
	if s.Outcome == "" {
		s.Outcome = s.outcome(st.By)
	}
}

// outcome is how it went when nobody said so: one that was accepted was
// handled, one that was not was given up by whoever ended it.
func (s *Segment) outcome(by string) string {
	switch {
	case s.AcceptedAt != 0:
		return OutcomeHandled
	case s.Purpose == PurposeInvite, s.Purpose == PurposePersonal:
		return OutcomeDeclined
	case by == ByCustomer:
		return OutcomeAbandoned
	default:
		return OutcomeRefused
	}
}

func (s *Segment) finish(st Step) {
	s.end(st) // finished without an end of its own: both at once
	s.FinishedAt = st.At
	if st.Outcome != "" {
		s.Outcome = st.Outcome
	}
}

// Short says that the customer left within the service's threshold: left out
// of the service level.
func (s *Segment) Short() bool {
	return s.Outcome == OutcomeAbandoned && s.WaitMS() <= s.SLMS
}
