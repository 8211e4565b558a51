package blob

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"parley/internal/fail"
)

const (
	encryptedExt = ".enc"
	sweepBatch   = 200
	staleTemp    = 24 * time.Hour
)

// Folder is a Store in a folder: <tenant>/<first two of the hash>/<hash>.
type Folder struct {
	root string
	key  []byte // nil: not encrypted
	disk disk

	// Sweep must not remove what a Put is just finding there already.
	mu sync.RWMutex
}

// disk is the part of the file system whose order makes a blob durable; tests
// watch it.
type disk struct {
	sync    func(f *os.File) error
	rename  func(from, to string) error
	syncDir func(dir string) error
}

var realDisk = disk{sync: (*os.File).Sync, rename: os.Rename, syncDir: func(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}}

var (
	tenantForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	hashForm   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

var _ Store = (*Folder)(nil)

// NewFolder opens a store in root, which it makes. key (32 bytes) encrypts what is
// put from now on; blobs from before stay readable, as do encrypted ones as long
// as the key is given.
func NewFolder(root string, key []byte) (*Folder, error) {
	if key != nil && len(key) != keyBytes {
		return nil, fmt.Errorf("a blob key has %d bytes, not %d", keyBytes, len(key))
	}
	f := &Folder{root: root, key: key, disk: realDisk}
	if err := os.MkdirAll(f.tempDir(), 0o700); err != nil {
		return nil, err
	}
	return f, f.removeStaleTemps()
}

func (f *Folder) tempDir() string { return filepath.Join(f.root, ".tmp") }

// removeStaleTemps removes what puts left behind that a crash interrupted.
func (f *Folder) removeStaleTemps() error {
	entries, err := os.ReadDir(f.tempDir())
	if err != nil {
		return err
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > staleTemp {
			_ = os.Remove(filepath.Join(f.tempDir(), e.Name()))
		}
	}
	return nil
}

// Put implements Store: temporary file, fsync, rename, fsync of the folder.
func (f *Folder) Put(ctx context.Context, tenant string, r io.Reader, max int64) (Ref, error) {
	if !tenantForm.MatchString(tenant) {
		return Ref{}, fail.NotFound("tenant")
	}
	tmp, err := os.CreateTemp(f.tempDir(), "put-*")
	if err != nil {
		return Ref{}, away(err)
	}
	defer func() {
		_ = tmp.Close()
		_ = os.Remove(tmp.Name()) // gone already when all went well
	}()
	ref, err := f.fill(ctx, tmp, r, max)
	if err != nil {
		return Ref{}, err
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	if found, err := f.touch(tenant, ref.Hash); err != nil || found {
		return ref, away(err)
	}
	if err := f.disk.sync(tmp); err != nil {
		return Ref{}, away(err)
	}
	if err := tmp.Close(); err != nil {
		return Ref{}, away(err)
	}
	return ref, away(f.place(tmp.Name(), f.path(tenant, ref.Hash, f.key != nil)))
}

// place moves the file to its name and makes the name durable, with that of each
// folder made on the way.
func (f *Folder) place(from, to string) error {
	dir := filepath.Dir(to)
	var made []string
	for d := dir; d != f.root; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil {
			break
		}
		made = append(made, filepath.Dir(d))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := f.disk.rename(from, to); err != nil {
		return err
	}
	for _, d := range append([]string{dir}, made...) {
		if err := f.disk.syncDir(d); err != nil {
			return err
		}
	}
	return nil
}

// touch notes that a blob already there is wanted again, so that Sweep spares it.
func (f *Folder) touch(tenant, hash string) (found bool, err error) {
	path, err := f.find(tenant, hash)
	if err != nil {
		return false, nil // not there yet
	}
	now := time.Now()
	if err := os.Chtimes(path, now, now); err != nil {
		return false, err
	}
	// Whoever put it first may still be about to do this.
	return true, f.disk.syncDir(filepath.Dir(path))
}

func (f *Folder) fill(ctx context.Context, to *os.File, r io.Reader, max int64) (Ref, error) {
	buffered := bufio.NewWriterSize(to, chunkBytes)
	var out io.WriteCloser = plainWriter{buffered}
	if f.key != nil {
		var err error
		if out, err = newChunkWriter(buffered, f.key); err != nil {
			return Ref{}, away(err)
		}
	}
	in := bufio.NewReaderSize(io.LimitReader(cancellable{ctx, r}, max+1), chunkBytes)
	head, _ := in.Peek(512) // an error comes again below
	ref := Ref{Type: http.DetectContentType(head)}
	hash := sha256.New()
	// Reading and writing fail for different reasons and are told apart.
	buf := make([]byte, chunkBytes)
	for {
		n, err := in.Read(buf)
		if ref.Size += int64(n); ref.Size > max {
			return Ref{}, fail.TooLarge("file", max)
		}
		hash.Write(buf[:n])
		if _, werr := out.Write(buf[:n]); werr != nil {
			return Ref{}, away(werr)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return Ref{}, err
		}
	}
	if err := errors.Join(out.Close(), buffered.Flush()); err != nil {
		return Ref{}, away(err)
	}
	ref.Hash = hex.EncodeToString(hash.Sum(nil))
	return ref, nil
}

// Open implements Store.
func (f *Folder) Open(_ context.Context, tenant, hash string) (Reader, error) {
	path, err := f.find(tenant, hash)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, away(err)
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close()
		return nil, away(err)
	}
	if filepath.Ext(path) != encryptedExt {
		return &plainReader{file, info.Size()}, nil
	}
	r, err := newChunkReader(file, info.Size(), f.key)
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("blob %s: %w", hash, err)
	}
	return r, nil
}

// Delete implements Store.
func (f *Folder) Delete(_ context.Context, tenant, hash string) error {
	path, err := f.find(tenant, hash)
	if errors.Is(err, fail.NotFound("")) {
		return nil
	}
	if err != nil {
		return err
	}
	return away(os.Remove(path))
}

// Sweep implements Store.
func (f *Folder) Sweep(ctx context.Context, tenant string, grace time.Duration, inUse InUse) (removed int, err error) {
	if !tenantForm.MatchString(tenant) {
		return 0, fail.NotFound("tenant")
	}
	before := time.Now().Add(-grace)
	var batch []string
	flush := func() error {
		n, err := f.sweepBatch(ctx, tenant, before, batch, inUse)
		removed += n
		batch = batch[:0]
		return err
	}
	err = filepath.WalkDir(filepath.Join(f.root, tenant), func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		if info, err := e.Info(); err != nil || info.ModTime().After(before) {
			return nil // gone meanwhile
		}
		batch = append(batch, hashOf(path))
		if len(batch) < sweepBatch {
			return ctx.Err()
		}
		return flush()
	})
	if err == nil && len(batch) > 0 {
		err = flush()
	}
	return removed, err
}

func (f *Folder) sweepBatch(ctx context.Context, tenant string, before time.Time, hashes []string, inUse InUse) (removed int, err error) {
	used, err := inUse(ctx, hashes)
	if err != nil {
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range hashes {
		path, err := f.find(tenant, h)
		if used[h] || err != nil {
			continue
		}
		// Put again since we looked: its row may be on the way.
		if info, err := os.Stat(path); err != nil || info.ModTime().After(before) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return removed, away(err)
		}
		removed++
	}
	return removed, nil
}

// find gives the path of a blob. Names that are none are not found, so that no
// path can lead out of the folder.
func (f *Folder) find(tenant, hash string) (string, error) {
	if !tenantForm.MatchString(tenant) || !hashForm.MatchString(hash) {
		return "", fail.NotFound("file")
	}
	for _, encrypted := range []bool{f.key != nil, f.key == nil} {
		path := f.path(tenant, hash, encrypted)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", away(err)
		}
	}
	return "", fail.NotFound("file")
}

func (f *Folder) path(tenant, hash string, encrypted bool) string {
	name := hash
	if encrypted {
		name += encryptedExt
	}
	return filepath.Join(f.root, tenant, hash[:2], name)
}

func hashOf(path string) string {
	name := filepath.Base(path)
	return name[:len(name)-len(filepath.Ext(name))]
}

// away says that the disk is the trouble, not the content.
func away(err error) error {
	if err == nil {
		return nil
	}
	return fail.Unavailable(err)
}

type cancellable struct {
	ctx context.Context
	r   io.Reader
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

type plainWriter struct{ io.Writer }

func (plainWriter) Close() error { return nil }

type plainReader struct {
	*os.File
	size int64
}

func (r *plainReader) Size() int64 { return r.size }
