package web

// Buckets is how many addresses a server remembers.
func Buckets(s *Server) int {
	s.addresses.mu.Lock()
	defer s.addresses.mu.Unlock()
	return len(s.addresses.byKey)
}
