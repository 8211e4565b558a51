package picture

import (
	"bytes"
	"context"
	"image"
	"io"
	"net/http"
	"time"

	"parley/internal/blob"
	"parley/internal/fail"
	"parley/internal/org"
)

// The shapes a picture can be taken in.
const (
	Photo = "photo" // the square in the middle
	Logo  = "logo"  // the whole
)

// Service keeps pictures.
type Service struct {
	org   *org.Org
	blobs blob.Store
	turn  chan struct{} // one is made small at a time: a large one takes 200 MB while it is read
}

// New makes the service.
func New(o *org.Org, b blob.Store) *Service { return &Service{o, b, make(chan struct{}, 1)} }

// Add makes a picture of a file and keeps it; it is handed out from when
// somebody has it.
func (s *Service) Add(ctx context.Context, tenant, shape string, file []byte) (id string, err error) {
	if len(file) > MaxBytes {
		return "", fail.TooLarge("picture", MaxBytes)
	}
	small, err := s.shrunk(ctx, shape, file)
	if err != nil {
		return "", err
	}
	ref, err := s.blobs.Put(ctx, tenant, bytes.NewReader(small), int64(len(small)))
	return ref.Hash, err
}

func (s *Service) shrunk(ctx context.Context, shape string, file []byte) ([]byte, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, fail.Unavailable(ctx.Err())
	}
	if shape == Logo {
		return logo(file)
	}
	return photo(file)
}

// Usable tells whether a stored file is a picture as they are made here.
func (s *Service) Usable(ctx context.Context, tenant, id string) (bool, error) {
	f, err := s.blobs.Open(ctx, tenant, id)
	if err != nil {
		if fail.Code(err) == fail.CodeNotFound {
			err = nil
		}
		return false, err
	}
	defer func() { _ = f.Close() }()
	_, ok := kindOf(f)
	return ok, nil
}

// Has tells whether a picture is a person's photo or, for colleagues, an entry's logo.
func (s *Service) Has(ctx context.Context, tenant, id string, logos bool) (bool, error) {
	if id == "" {
		return false, nil
	}
	us, err := s.org.Users(ctx, tenant)
	if err != nil {
		return false, err
	}
	for _, u := range us {
		if u.PhotoFileID == id && !u.Archived {
			return true, nil
		}
	}
	if !logos {
		return false, nil
	}
	es, err := s.org.Entries(ctx, tenant)
	for _, e := range es {
		if e.Look.LogoFileID == id && !e.Archived {
			return true, nil
		}
	}
	return false, err
}

// Cached is how long a picture may be kept by who got it: it never changes, but
// who gave it may take it back.
const Cached = "max-age=86400, immutable"

// Send writes a picture. Anything else by that name, whoever named it, is not found.
func (s *Service) Send(w http.ResponseWriter, r *http.Request, tenant, id string) error {
	f, err := s.blobs.Open(r.Context(), tenant, id)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	kind, ok := kindOf(f)
	if !ok {
		return fail.NotFound("picture")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("ETag", `"`+id+`"`)
	http.ServeContent(w, r, "", time.Time{}, f)
	return nil
}

// kindOf gives the media type of a JPEG or PNG that is no larger than those made
// here: by what is in it, whatever it was called.
func kindOf(f io.Reader) (string, bool) {
	head, format, err := image.DecodeConfig(f)
	if err != nil || head.Width > logoSide || head.Height > logoSide || format == "gif" {
		return "", false
	}
	return "image/" + format, true
}
