package call

import (
	"context"
	"testing"

	"parley/internal/media"
)

// What a caller hears depends on why nobody serves the call.
func TestWords(t *testing.T) {
	t.Run("[M-12/queue-limit] [M-12/no-agents] each reason has words of its own", testWords)
}

func testWords(t *testing.T) {
	s := newSounds(&settings{open: true}, nil)
	for _, lang := range []string{"ru", "en"} {
		heard := map[*media.Sound]string{}
		for what, word := range map[string]string{"greeting": "greeting", ReasonClosed: "closed", ReasonNobody: "nobody", ReasonLimit: "limit"} {
			snd, err := s.of(context.Background(), &Call{TenantID: tenant, ServiceID: "sales", Language: lang}, what)
			if err != nil {
				t.Fatal(err)
			}
			if own, err := s.own(word, lang); err != nil || snd != own {
				t.Errorf("%s, %s: not Parley's own words (%v)", what, lang, err)
			}
			if heard[snd] != "" {
				t.Errorf("%s: %s sounds as %s", lang, what, heard[snd])
			}
			heard[snd] = what
		}
	}
}
