package call

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io"
	"sync"

	"parley/internal/blob"
	"parley/internal/media"
)

// What Parley says where a service has no prompts of its own: greeting, closed,
// nobody and limit in each language. docs/decisions/0005-voice.md tells how they were made.
//
//go:embed sounds/*.wav
var ownWords embed.FS

// maxCached bounds the prompts kept decoded, in bytes of their files.
const maxCached = 64 << 20

// sounds gives what callers hear. Prompts are kept decoded: a call must not wait
// for a disk.
type sounds struct {
	directory Directory
	blobs     blob.Store

	mu    sync.Mutex
	files map[string]*media.Sound // by tenant and file
	size  int64
}

func newSounds(d Directory, b blob.Store) *sounds {
	return &sounds{directory: d, blobs: b, files: map[string]*media.Sound{}}
}

// of gives the sound of a call for greeting, music, or a reason why nobody serves it.
func (s *sounds) of(ctx context.Context, k *Call, what string) (*media.Sound, error) {
	rules, err := s.directory.Service(ctx, k.TenantID, k.ServiceID)
	if err != nil {
		return nil, err
	}
	prompt, word := rules.Nobody, "nobody"
	switch what {
	case "greeting":
		prompt, word = rules.Greeting, what
	case "music":
		prompt, word = rules.Music, ""
	case ReasonClosed:
		prompt, word = rules.Closed, "closed"
	case ReasonLimit:
		prompt, word = rules.Limit, "limit"
	}
	if prompt != "" {
		if snd, err := s.prompt(ctx, k.TenantID, prompt); err == nil && snd != nil {
			return snd, nil
		} // a prompt that cannot be read is no reason for silence
	}
	if word == "" {
		return media.Music(), nil
	}
	return s.own(word, k.Language)
}

func (s *sounds) prompt(ctx context.Context, tenant, id string) (*media.Sound, error) {
	file, err := s.directory.PromptFile(ctx, tenant, id)
	if err != nil || file == "" {
		return nil, err
	}
	return s.cached(tenant+"/"+file, func() (io.ReadCloser, int64, error) {
		r, err := s.blobs.Open(ctx, tenant, file)
		if err != nil {
			return nil, 0, err
		}
		return r, r.Size(), nil
	})
}

func (s *sounds) own(word, lang string) (*media.Sound, error) {
	if lang != "ru" {
		lang = "en"
	}
	name := fmt.Sprintf("sounds/%s-%s.wav", word, lang)
	return s.cached(name, func() (io.ReadCloser, int64, error) {
		b, err := ownWords.ReadFile(name)
		return io.NopCloser(bytes.NewReader(b)), int64(len(b)), err
	})
}

func (s *sounds) cached(key string, open func() (io.ReadCloser, int64, error)) (*media.Sound, error) {
	s.mu.Lock()
	snd := s.files[key]
	s.mu.Unlock()
	if snd != nil {
		return snd, nil
	}
	r, size, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	if snd, err = media.DecodeSound(r); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size += size; s.size > maxCached {
		s.files, s.size = map[string]*media.Sound{}, size
	}
	s.files[key] = snd
	return snd, nil
}
