package site

import "testing"

func TestPick(t *testing.T) {
	for wish, want := range map[string]string{"en-GB, ru": "en", "RU": "ru", "de": "ru", ",,,": "ru"} {
		if got := Pick(wish, []string{"ru", "en"}); got != want {
			t.Errorf("[C-20] %q: got %s", wish, got)
		}
	}
}
