package sip

// Banned counts the addresses that are shut out.
func (s *Server) Banned() int { return s.guard.banned() }
