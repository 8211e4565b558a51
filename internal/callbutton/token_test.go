package callbutton

import "testing"

func TestTokens(t *testing.T) {
	now := int64(1_000_000)
	tk := newTokens([]byte("key"), func() int64 { return now })
	give := func() string { token, _ := tk.give("t", "e", "https://shop.example"); return token }
	t.Run("[V-43/token] a token is for one call, its site and its entry, for a minute", func(t *testing.T) {
		token := give()
		for _, bound := range [][]string{{"t", "e", "https://other.example"}, {"t", "f", "https://shop.example"}, {"u", "e", "https://shop.example"}, {"t", "ehttps://shop.example", ""}} {
			if tk.take(token, bound...) {
				t.Errorf("taken for %v", bound)
			}
		}
		if !tk.take(token, "t", "e", "https://shop.example") {
			t.Error("not taken where it belongs")
		}
		if tk.take(token, "t", "e", "https://shop.example") {
			t.Error("taken twice")
		}
		old := give()
		now += tokenAge.Milliseconds()
		if tk.take(old, "t", "e", "https://shop.example") {
			t.Error("taken when too old")
		}
		if len(tk.used) != 1 {
			t.Errorf("%d used ones are remembered", len(tk.used))
		}
		if !tk.take(give(), "t", "e", "https://shop.example") || len(tk.used) != 1 {
			t.Errorf("%d used ones are remembered after their time", len(tk.used))
		}
	})
	t.Run("what another key signed, or what a process before gave, is not taken", func(t *testing.T) {
		token := give()
		if newTokens([]byte("other"), func() int64 { return now }).take(token, "t", "e", "https://shop.example") {
			t.Error("another key's token is taken")
		}
		if newTokens([]byte("key"), func() int64 { return now + 1 }).take(token, "t", "e", "https://shop.example") {
			t.Error("a token from before the start is taken")
		}
	})
	t.Run("a secret opens its own call", func(t *testing.T) {
		if s := tk.secret("t", "c1"); !tk.opens(s, "t", "c1") || tk.opens(s, "t", "c2") || tk.opens(s, "u", "c1") || tk.opens("", "t", "c1") {
			t.Error("secrets are not kept apart")
		}
	})
}

func FuzzToken(f *testing.F) {
	tk := newTokens([]byte("key"), func() int64 { return 1 })
	token, _ := tk.give("t")
	f.Add(token[:10])
	f.Add(".")
	f.Fuzz(func(t *testing.T, s string) {
		if s != token && tk.take(s, "t") {
			t.Errorf("%q is taken", s)
		}
	})
}
