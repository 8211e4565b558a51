package virus_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"parley/internal/virus"
	"parley/internal/virus/virustest"
)

func TestClamd(t *testing.T) {
	c := virustest.New(t).Start()
	for kind, at := range map[string]string{"tcp": c.TCP, "unix": c.Unix} {
		s, err := virus.New(at)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("[E-23/virus-check] a real clamd tells a virus from a clean content, by "+kind, func(t *testing.T) {
			if err := s.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			for name, content := range map[string]string{"": "Dear all", virustest.Name: virustest.EICAR} {
				got, err := s.Check(t.Context(), strings.NewReader(content))
				if err != nil || got != name {
					t.Errorf("%q, want %q: %v", got, name, err)
				}
			}
			if got, err := s.Check(t.Context(), iotest.OneByteReader(strings.NewReader(virustest.EICAR))); err != nil || got != virustest.Name {
				t.Errorf("in small pieces: %q %v", got, err)
			}
			if got, err := s.Check(t.Context(), bytes.NewReader(nil)); err != nil || got != "" {
				t.Errorf("nothing at all: %q %v", got, err)
			}
			if got, err := s.Check(t.Context(), bytes.NewReader(make([]byte, virustest.StreamMax-1))); err != nil || got != "" {
				t.Errorf("several chunks: %q %v", got, err)
			}
		})
		t.Run("[E-23/virus-check] what is larger than clamd takes could not be checked, by "+kind, func(t *testing.T) {
			for _, size := range []int{virustest.StreamMax + 1, 25 << 20} {
				for range 5 {
					if got, err := s.Check(t.Context(), bytes.NewReader(make([]byte, size))); !errors.Is(err, virus.ErrTooLarge) {
						t.Fatalf("%d bytes: %q %v", size, got, err)
					}
				}
			}
		})
	}
	c.Stop()
	t.Run("[E-23/virus-check] a clamd that is away is told from one that refuses", func(t *testing.T) {
		for _, at := range []string{c.TCP, c.Unix} {
			s, err := virus.New(at)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := s.Check(t.Context(), strings.NewReader("x")); !virus.IsAway(err) || got != "" {
				t.Errorf("%s: %q %v", at, got, err)
			}
		}
	})
}

// odd is a server that reads a whole INSTREAM, or only so much of it, and says
// something.
func odd(t *testing.T, says string, reads bool) *virus.Scanner {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				if !reads || instream(c) {
					_, _ = io.WriteString(c, says)
				}
			}()
		}
	}()
	s, err := virus.New("tcp://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instream tells whether what comes is INSTREAM as clamd reads it.
func instream(r io.Reader) bool {
	head := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(r, head); err != nil || string(head) != "zINSTREAM\x00" {
		return false
	}
	for {
		var n uint32
		if binary.Read(r, binary.BigEndian, &n) != nil {
			return false
		}
		if n == 0 {
			return true
		}
		if _, err := io.CopyN(io.Discard, r, int64(n)); err != nil {
			return false
		}
	}
}

func TestOddAnswers(t *testing.T) {
	t.Run("[E-23/virus-check] only a plain OK is clean; what is not understood never is", func(t *testing.T) {
		for says, want := range map[string]string{
			"stream: OK\x00":                          "clean",
			"stream: Win.Trojan-1 FOUND\x00":          "Win.Trojan-1",
			"stream: A name of words FOUND\x00":       "A name of words",
			"stream: OK FOUND\x00":                    "OK",
			"INSTREAM size limit exceeded. ERROR\x00": "too large",
			"stream: Can't allocate memory ERROR\x00": "refused",
			"UNKNOWN COMMAND\x00":                     "refused",
			"stream:  FOUND\x00":                      "refused",
			"stream: FOUND\x00":                       "refused",
			"stream: ok\x00":                          "refused",
			"OK\x00":                                  "refused",
			"\x00":                                    "refused",
			"stream: OK":                              "away", // cut off
			"":                                        "away",
			"HTTP/1.1 400 Bad Request\r\n\r\n":        "away",
			strings.Repeat("x", 1<<20):                "away",
			"stream: OK\x00stream: Win.Trojan-1 FOUND\x00": "clean", // one question, one answer
		} {
			name, err := odd(t, says, true).Check(t.Context(), strings.NewReader("content"))
			got := name
			var refused *virus.Refused
			switch {
			case errors.Is(err, virus.ErrTooLarge):
				got = "too large"
			case errors.As(err, &refused):
				got = "refused"
			case virus.IsAway(err):
				got = "away"
			case err != nil:
				t.Errorf("%.40q: %v", says, err)
			case name == "":
				got = "clean"
			}
			if got != want || err != nil && name != "" {
				t.Errorf("%.40q: %q, want %q", says, got, want)
			}
		}
	})
	t.Run("[E-23/virus-check] an answer before the end counts", func(t *testing.T) {
		if _, err := odd(t, "INSTREAM size limit exceeded. ERROR\x00", false).Check(t.Context(), strings.NewReader("x")); !errors.Is(err, virus.ErrTooLarge) {
			t.Error(err)
		}
	})
	t.Run("[E-23/virus-check] a content that cannot be read is not clamd's fault, and not clean", func(t *testing.T) {
		broken := errors.New("the disk")
		name, err := odd(t, "stream: OK\x00", true).Check(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || virus.IsAway(err) || name != "" {
			t.Errorf("%q %v", name, err)
		}
	})
	t.Run("[E-23/virus-check] a clamd that says nothing is left when the time is over", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		s, err := virus.New("tcp://" + l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if name, err := s.Check(ctx, strings.NewReader("x")); err == nil || name != "" {
			t.Errorf("%q %v", name, err)
		}
	})
}

func TestSetting(t *testing.T) {
	t.Run("[E-23/virus-check] an address that cannot be one is refused with how it is written", func(t *testing.T) {
		for _, s := range []string{"tcp://127.0.0.1:3310", "tcp://clamd:3310", "tcp://[::1]:3310", "unix:/run/clamav/clamd.ctl"} {
			if _, err := virus.New(s); err != nil {
				t.Error(err)
			}
		}
		for _, s := range []string{"", "127.0.0.1:3310", "tcp://127.0.0.1", "tcp://:3310", "tcp://host:", "unix:clamd.ctl", "http://host:1"} {
			if _, err := virus.New(s); err == nil || !strings.Contains(err.Error(), "tcp://") {
				t.Errorf("%q: %v", s, err)
			}
		}
	})
}
