// Package dnstest is a DNS server on this machine for tests: it has the TXT
// records it is given and says so over UDP, as any resolver asks.
package dnstest

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Server answers questions for TXT records.
type Server struct {
	Addr string // host:port

	mu      sync.Mutex
	records map[string][]string
	mood    dnsmessage.RCode
}

// New starts one that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: conn.LocalAddr().String(), records: map[string][]string{}}
	done := make(chan struct{})
	go func() { defer close(done); s.serve(conn) }()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return s
}

// Set publishes records at a name in the place of those there; none takes it out.
func (s *Server) Set(name string, texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(texts) == 0 {
		delete(s.records, key(name))
		return
	}
	s.records[key(name)] = texts
}

// Refuse makes it answer that it can't, or answer again.
func (s *Server) Refuse(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood = dnsmessage.RCodeSuccess
	if on {
		s.mood = dnsmessage.RCodeServerFailure
	}
}

// Resolver asks this server and no other.
func (s *Server) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", s.Addr)
	}}
}

// LookupTXT asks this server as the other DKIM libraries want to ask.
func (s *Server) LookupTXT(name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return s.Resolver().LookupTXT(ctx, strings.TrimSuffix(name, ".")+".")
}

func key(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

func (s *Server) serve(conn net.PacketConn) {
	buf := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if out := s.answer(buf[:n]); out != nil {
			_, _ = conn.WriteTo(out, from)
		}
	}
}

func (s *Server) answer(raw []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(raw) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	s.mu.Lock()
	texts, known := s.records[key(q.Name.String())]
	out := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, RecursionDesired: true, RecursionAvailable: true, RCode: s.mood}, Questions: m.Questions}
	s.mu.Unlock()
	if out.RCode == dnsmessage.RCodeSuccess && !known {
		out.RCode = dnsmessage.RCodeNameError
	}
	if out.RCode == dnsmessage.RCodeSuccess && q.Type == dnsmessage.TypeTXT {
		for _, text := range texts {
			out.Answers = append(out.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}, Body: &dnsmessage.TXTResource{TXT: parts(text)}})
		}
	}
	b, err := out.Pack()
	if err != nil {
		return nil
	}
	return b
}

// parts cuts a text into the strings of a record, which have 255 octets at most.
func parts(text string) []string {
	var out []string
	for len(text) > 255 {
		out, text = append(out, text[:255]), text[255:]
	}
	return append(out, text)
}
