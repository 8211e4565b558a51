package cases

import (
	"slices"
	"strings"
	"testing"
)

func TestKeys(t *testing.T) {
	old, young := newKey(), newKey()
	// wrong is a key with one character changed.
	wrong := func(key string, at int) string {
		next := keyLetters[(strings.IndexByte(keyLetters, key[at])+1)%len(keyLetters)]
		return key[:at] + string(next) + key[at+1:]
	}
	t.Run("[E-4] of two identifiers in a subject the newest, the one to the right, comes first", func(t *testing.T) {
		if got := KeysIn("Re: lost bag " + old + " Re: " + young); !slices.Equal(got, []string{young, old}) {
			t.Fatal(got)
		}
		if got := KeysIn("Отв: " + strings.ToLower(young) + ", было " + old + "."); !slices.Equal(got, []string{old, young}) {
			t.Fatal(got)
		}
	})
	t.Run("[E-4] a wrong character anywhere, the check character too, makes it no identifier", func(t *testing.T) {
		for at := range keyLength {
			if got := KeysIn("Re: bag " + wrong(young, at)); len(got) != 0 {
				t.Fatalf("changed at %d: %v", at, got)
			}
		}
		if got := KeysIn("Re: bag " + old + " " + wrong(young, keyLength-1)); !slices.Equal(got, []string{old}) {
			t.Fatalf("the newest valid one: %v", got)
		}
	})
	t.Run("[E-4] nothing else is taken for one: longer words, other letters, part of a word", func(t *testing.T) {
		for _, subject := range []string{"", "Order 12345678901234 of today", "x" + young, young + "A", young[:13], strings.Replace(young, young[:1], "Ж", 1)} {
			if got := KeysIn(subject); len(got) != 0 {
				t.Errorf("%q: %v", subject, got)
			}
		}
	})
	t.Run("[E-4] people read the subject without identifiers; an answer gets its own once", func(t *testing.T) {
		if got := WithoutKeys("Re: bag " + old + "  " + strings.ToLower(young)); got != "Re: bag" {
			t.Fatalf("%q", got)
		}
		with := WithKey("Re: bag", young)
		if with != "Re: bag "+young || WithKey(strings.ToLower(with), young) != strings.ToLower(with) {
			t.Fatalf("%q", with)
		}
	})
}
