package blob

import (
	"context"
	"io"
	"time"
)

// Ref names a stored blob.
type Ref struct {
	Hash string // SHA-256 of the content, hex
	Size int64  // bytes of content
	Type string // media type as far as the content itself shows it; never trust it for display
}

// Reader reads a blob from any place.
type Reader interface {
	io.ReadSeekCloser
	Size() int64
}

// Store keeps blobs. Nothing found is fail.NotFound, disk full or away is
// fail.Unavailable.
type Store interface {
	// Put stores what r gives, at most max bytes (more is fail.TooLarge). When it
	// returns, the blob is durable.
	Put(ctx context.Context, tenant string, r io.Reader, max int64) (Ref, error)
	// Open reads a blob.
	Open(ctx context.Context, tenant, hash string) (Reader, error)
	// Delete removes a blob; one that is not there is no error.
	Delete(ctx context.Context, tenant, hash string) error
	// Sweep removes the blobs of a tenant that nobody uses and that were last put
	// longer ago than grace. inUse tells which of some hashes still have a row.
	Sweep(ctx context.Context, tenant string, grace time.Duration, inUse InUse) (removed int, err error)
}

// InUse tells which of the hashes are still named by a row.
type InUse func(ctx context.Context, hashes []string) (map[string]bool, error)
