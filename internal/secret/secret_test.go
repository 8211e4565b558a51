package secret_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"parley/internal/secret"
)

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "parley.key")
	t.Run("[B-9] is made once, readable by its owner alone, and found again", func(t *testing.T) {
		var wg sync.WaitGroup
		sealed := make([]string, 8)
		for i := range sealed {
			wg.Go(func() { // several starts at the same moment
				k, _, err := secret.Load(path)
				if err != nil {
					t.Error(err)
					return
				}
				sealed[i] = box(t, k, "p").Seal([]byte("s"), "o")
			})
		}
		wg.Wait()
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%v %v", info, err)
		}
		k, created, err := secret.Load(path)
		if err != nil || created {
			t.Fatalf("%v %v", created, err)
		}
		for _, s := range sealed {
			if plain, err := box(t, k, "p").Open(s, "o"); err != nil || string(plain) != "s" {
				t.Fatalf("%q %v", plain, err)
			}
		}
		left, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(left) != 1 {
			t.Fatalf("%v %v", left, err)
		}
	})
	t.Run("[B-9] is refused when others may read it, or when it is something else", func(t *testing.T) {
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := secret.Load(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Fatal(err)
		}
		other := filepath.Join(t.TempDir(), "x")
		for _, text := range []string{"", "hello", "parley-key-1 AAAA", "parley-key-1 ***"} {
			if err := os.WriteFile(other, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, _, err := secret.Load(other); err == nil {
				t.Errorf("%q was taken for a key", text)
			}
		}
	})
}

func keys(t *testing.T, fill byte) *secret.Keys {
	t.Helper()
	k, err := secret.Fixed([]byte(strings.Repeat(string(rune(fill)), 32)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func box(t *testing.T, k *secret.Keys, purpose string) *secret.Box {
	t.Helper()
	b, err := k.Box(purpose)
	if err != nil {
		t.Error(err)
	}
	return b
}

func TestSeal(t *testing.T) {
	b := box(t, keys(t, 'a'), "mailbox")
	sealed := b.Seal([]byte("hunter2"), "tenant/1")
	if strings.Contains(sealed, "hunter2") || sealed == b.Seal([]byte("hunter2"), "tenant/1") {
		t.Fatal("not sealed, or the same twice")
	}
	if plain, err := b.Open(sealed, "tenant/1"); err != nil || string(plain) != "hunter2" {
		t.Fatalf("%q %v", plain, err)
	}
	t.Run("[B-9] opens for its owner, purpose and key only", func(t *testing.T) {
		if _, err := b.Open(sealed, "tenant/2"); !errors.Is(err, secret.ErrBroken) {
			t.Error("another owner:", err)
		}
		if _, err := box(t, keys(t, 'a'), "trunk").Open(sealed, "tenant/1"); !errors.Is(err, secret.ErrBroken) {
			t.Error("another purpose:", err)
		}
		if _, err := box(t, keys(t, 'b'), "mailbox").Open(sealed, "tenant/1"); !errors.Is(err, secret.ErrOtherKey) {
			t.Error("another key:", err)
		}
		for i := range sealed {
			bent := []byte(sealed)
			bent[i] ^= 1
			if plain, err := b.Open(string(bent), "tenant/1"); err == nil && string(plain) != "hunter2" {
				t.Fatalf("a bent value opened as %q", plain)
			}
		}
		for _, s := range []string{"", "a", "AQ", sealed[:12]} {
			if _, err := b.Open(s, "tenant/1"); err == nil {
				t.Errorf("%q opened", s)
			}
		}
	})
}
