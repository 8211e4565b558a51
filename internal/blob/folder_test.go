package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/fail"
)

const tenant = "0190a000-0000-7000-8000-000000000001"

// each runs f on a plain and on an encrypted store.
func each(t *testing.T, f func(t *testing.T, s *Folder)) {
	t.Helper()
	for name, key := range map[string][]byte{"plain": nil, "encrypted": bytes.Repeat([]byte{7}, 32)} {
		t.Run(name, func(t *testing.T) {
			s, err := NewFolder(t.TempDir(), key)
			if err != nil {
				t.Fatal(err)
			}
			f(t, s)
		})
	}
}

func put(t *testing.T, s *Folder, content []byte) Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), tenant, bytes.NewReader(content), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func get(t *testing.T, s *Folder, hash string) []byte {
	t.Helper()
	r, err := s.Open(t.Context(), tenant, hash)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(b)) != r.Size() {
		t.Fatalf("size %d, content %d", r.Size(), len(b))
	}
	return b
}

func noise(n int) []byte {
	b := make([]byte, n)
	chacha := rand.NewChaCha8([32]byte{1})
	_, _ = chacha.Read(b)
	return b
}

func files(t *testing.T, s *Folder) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(s.root, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestPutAndOpen(t *testing.T) {
	each(t, func(t *testing.T, s *Folder) {
		for _, n := range []int{0, 1, 511, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 300_001} {
			content := noise(n)
			sum := sha256.Sum256(content)
			ref := put(t, s, content)
			if ref.Hash != hex.EncodeToString(sum[:]) || ref.Size != int64(n) {
				t.Fatalf("%d bytes: %+v", n, ref)
			}
			if !bytes.Equal(get(t, s, ref.Hash), content) {
				t.Fatalf("%d bytes came back different", n)
			}
		}
		if ref := put(t, s, []byte("%PDF-1.7 …")); ref.Type != "application/pdf" {
			t.Errorf("type %q", ref.Type)
		}
		before := len(files(t, s))
		put(t, s, noise(511))
		if after := len(files(t, s)); after != before {
			t.Errorf("the same content twice: %d files, then %d", before, after)
		}
		if s.key != nil {
			for _, path := range files(t, s) {
				if b, err := os.ReadFile(path); err != nil || bytes.Contains(b, noise(511)[:64]) {
					t.Errorf("[B-9] content shows in %s (%v)", path, err)
				}
			}
		}
	})
}

func TestSeek(t *testing.T) {
	each(t, func(t *testing.T, s *Folder) {
		content := noise(5*chunkBytes + 123)
		r, err := s.Open(t.Context(), tenant, put(t, s, content).Hash)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		for range 200 {
			at := rand.IntN(len(content))
			want := content[at:min(len(content), at+rand.IntN(2*chunkBytes))]
			if _, err := r.Seek(int64(at), io.SeekStart); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(want))
			if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("at %d: %v", at, err)
			}
		}
		if end, err := r.Seek(-23, io.SeekEnd); err != nil || end != int64(len(content))-23 {
			t.Fatal(end, err)
		}
		if rest, err := io.ReadAll(r); err != nil || len(rest) != 23 {
			t.Fatal(len(rest), err)
		}
	})
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, s *Folder) {
		if _, err := s.Put(t.Context(), tenant, strings.NewReader("12345"), 4); fail.As(err).Status != 413 {
			t.Errorf("too large: %v", err)
		}
		if _, err := s.Put(t.Context(), tenant, strings.NewReader("1234"), 4); err != nil {
			t.Errorf("exactly the limit: %v", err)
		}
		broken := errors.New("connection reset")
		if _, err := s.Put(t.Context(), tenant, io.MultiReader(strings.NewReader("x"), bad{broken}), 100); !errors.Is(err, broken) {
			t.Errorf("the sender broke off: %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Put(gone, tenant, strings.NewReader("x"), 100); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		left, err := os.ReadDir(s.tempDir())
		if err != nil || len(left) != 0 {
			t.Errorf("temporary files left: %v %v", left, err)
		}
		for _, name := range []string{"", "..", "../x", strings.Repeat("A", 64), strings.Repeat("a", 63) + "/"} {
			if _, err := s.Open(t.Context(), tenant, name); fail.Code(err) != fail.CodeNotFound {
				t.Errorf("opening %q: %v", name, err)
			}
			if _, err := s.Put(t.Context(), name+"/", strings.NewReader("x"), 10); fail.Code(err) != fail.CodeNotFound {
				t.Errorf("tenant %q: %v", name, err)
			}
		}
		ref := put(t, s, []byte("mine"))
		if _, err := s.Open(t.Context(), "other-tenant", ref.Hash); fail.Code(err) != fail.CodeNotFound {
			t.Errorf("another tenant's blob: %v", err)
		}
		for range 2 {
			if err := s.Delete(t.Context(), tenant, ref.Hash); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Open(t.Context(), tenant, ref.Hash); fail.Code(err) != fail.CodeNotFound {
			t.Errorf("deleted: %v", err)
		}
	})
}

type bad struct{ err error }

func (b bad) Read([]byte) (int, error) { return 0, b.err }

func TestDamage(t *testing.T) {
	s, err := NewFolder(t.TempDir(), bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	ref := put(t, s, noise(3*chunkBytes))
	path := files(t, s)[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read := func(b []byte) error {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := s.Open(t.Context(), tenant, ref.Hash)
		if err != nil {
			return err
		}
		defer func() { _ = r.Close() }()
		_, err = io.Copy(io.Discard, r)
		return err
	}
	swapped := bytes.Clone(whole)
	copy(swapped[headerBytes:], whole[headerBytes+sealedBytes:headerBytes+2*sealedBytes])
	copy(swapped[headerBytes+sealedBytes:], whole[headerBytes:headerBytes+sealedBytes])
	bent := bytes.Clone(whole)
	bent[len(bent)/2] ^= 1
	for name, b := range map[string][]byte{
		"a bit changed":          bent,
		"chunks swapped":         swapped,
		"cut at a chunk":         whole[:headerBytes+2*sealedBytes],
		"cut within a chunk":     whole[:headerBytes+2*sealedBytes+5],
		"cut in the header":      whole[:10],
		"nothing but the header": whole[:headerBytes],
	} {
		t.Run("[B-9] damage is noticed: "+name, func(t *testing.T) {
			if err := read(b); err == nil {
				t.Error("read as if nothing were wrong")
			}
		})
	}
	if err := read(whole); err != nil {
		t.Errorf("undamaged: %v", err)
	}
	s.key = bytes.Repeat([]byte{8}, 32)
	if err := read(whole); err == nil {
		t.Error("read with another key")
	}
}

func TestDurability(t *testing.T) {
	each(t, func(t *testing.T, s *Folder) {
		t.Run("[B-3] fsync, rename and fsync of the folders stand before the answer, in this order", func(t *testing.T) {
			var steps []string
			watch(s, &steps)
			ref := put(t, s, []byte("accepted means kept"))
			dir := filepath.Join(s.root, tenant, ref.Hash[:2])
			want := []string{"sync", "rename", "syncdir " + dir, "syncdir " + filepath.Dir(dir), "syncdir " + s.root}
			if strings.Join(steps, "\n") != strings.Join(want, "\n") {
				t.Fatalf("got\n%s\nwant\n%s", strings.Join(steps, "\n"), strings.Join(want, "\n"))
			}
		})
		t.Run("[B-3] when the disk refuses, so do we, and leave nothing", func(t *testing.T) {
			full := errors.New("no space left on device")
			for name, broken := range map[string]func(d *disk){
				"sync":   func(d *disk) { d.sync = func(*os.File) error { return full } },
				"rename": func(d *disk) { d.rename = func(_, _ string) error { return full } },
			} {
				s.disk = realDisk
				broken(&s.disk)
				before := len(files(t, s))
				_, err := s.Put(t.Context(), tenant, strings.NewReader(name), 100)
				if fail.Code(err) != fail.CodeUnavailable || !errors.Is(err, full) {
					t.Errorf("%s: %v", name, err)
				}
				if after := len(files(t, s)); after != before {
					t.Errorf("%s: %d files, then %d", name, before, after)
				}
			}
		})
	})
}

func watch(s *Folder, steps *[]string) {
	s.disk.sync = func(f *os.File) error { *steps = append(*steps, "sync"); return f.Sync() }
	s.disk.rename = func(from, to string) error { *steps = append(*steps, "rename"); return os.Rename(from, to) }
	s.disk.syncDir = func(dir string) error { *steps = append(*steps, "syncdir "+dir); return realDisk.syncDir(dir) }
}

func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, s *Folder) {
		used, orphan, again, fresh := put(t, s, []byte("used")), put(t, s, []byte("orphan")), put(t, s, []byte("again")), put(t, s, []byte("fresh"))
		long := time.Now().Add(-time.Hour)
		for _, ref := range []Ref{used, orphan, again} {
			path, err := s.find(tenant, ref.Hash)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, long, long); err != nil {
				t.Fatal(err)
			}
		}
		removed, err := s.Sweep(t.Context(), tenant, time.Minute, func(_ context.Context, hashes []string) (map[string]bool, error) {
			for _, h := range hashes {
				if h == fresh.Hash {
					t.Error("asked for a fresh one")
				}
			}
			put(t, s, []byte("again")) // put again while the sweep is under way
			return map[string]bool{used.Hash: true}, nil
		})
		if err != nil || removed != 1 {
			t.Fatalf("%d removed, %v", removed, err)
		}
		for _, ref := range []Ref{used, again, fresh} {
			get(t, s, ref.Hash)
		}
		if _, err := s.Open(t.Context(), tenant, orphan.Hash); fail.Code(err) != fail.CodeNotFound {
			t.Fatalf("the orphan: %v", err)
		}
		if n, err := s.Sweep(t.Context(), "nobody", 0, nil); n != 0 || err != nil {
			t.Fatal(n, err)
		}
	})
}
