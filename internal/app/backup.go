package app

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/internal/bus"
	"parley/internal/db"
)

// manifest is the first entry of a backup.
type manifest struct {
	Format    int    `json:"format"`
	Engine    string `json:"engine"`
	CreatedAt int64  `json:"createdAt"` // unix ms
	Demo      bool   `json:"demo"`
}

const (
	backupFormat = 1
	manifestName = "manifest.json"
	databaseName = "database"
	filesPrefix  = "files/"
)

// Backup writes database and files into one tar while Parley runs. The database comes first: a file is stored before
// the row that names it and is never changed, so every row of the copy finds its file. The key file is left out on
// purpose: keep it apart.
func Backup(ctx context.Context, cfg Config, file string, out io.Writer) error {
	if err := cfg.Check(); err != nil {
		return err
	}
	a := &App{cfg: cfg, folder: &folder{path: cfg.Data}}
	if cfg.Database == "" && !a.folder.used() {
		return fmt.Errorf("no database in %s: name the data folder with --data", cfg.Data)
	}
	work, err := os.MkdirTemp(filepath.Dir(file), ".parley-backup-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	copied := filepath.Join(work, databaseName)
	if err := db.Copy(ctx, a.databaseConfig(), copied); err != nil {
		return err
	}
	if err := a.writeBackup(copied, filepath.Join(work, "tar"), file); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is written. The key file %s is not in it: keep a copy of it somewhere else.\n", file, cfg.KeyPath())
	return nil
}

func (a *App) writeBackup(copied, temp, file string) error {
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := tar.NewWriter(f)
	head, err := json.Marshal(manifest{Format: backupFormat, Engine: a.databaseConfig().Engine, CreatedAt: time.Now().UnixMilli(), Demo: a.folder.isDemo()})
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(head))}); err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	if err := addFile(w, copied, databaseName); err != nil {
		return err
	}
	root := a.folder.blobs()
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil || strings.HasPrefix(rel, ".tmp") {
			return err
		}
		if err := addFile(w, path, filesPrefix+filepath.ToSlash(rel)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil // swept away meanwhile: no row of the copy names it
	})
	if err = errors.Join(err, w.Close(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(temp, file)
}

func addFile(w *tar.Writer, path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// RestoreBackup brings a backup back into an empty data folder (and, with PostgreSQL, an empty database). Desks and
// widgets that come back afterwards get a fresh snapshot, since their numbers belong to another history.
func RestoreBackup(ctx context.Context, cfg Config, file string, out io.Writer) error {
	if err := cfg.Check(); err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	r := tar.NewReader(f)
	m, err := readManifest(r)
	if err != nil {
		return fmt.Errorf("%s is no backup of Parley: %w", file, err)
	}
	if want := (&App{cfg: cfg, folder: &folder{path: cfg.Data}}).databaseConfig().Engine; want != m.Engine {
		return fmt.Errorf("the backup is of a %s database, the settings name a %s one", m.Engine, want)
	}
	if entries, err := os.ReadDir(cfg.Data); err == nil && len(entries) > 0 {
		return fmt.Errorf("data folder %s is not empty: restore into a new one", cfg.Data)
	}
	dir, err := openFolder(cfg.Data, m.Demo)
	if err != nil {
		return err
	}
	a := &App{cfg: cfg, log: slog.Default(), folder: dir}
	a.onStop(dir.close)
	defer a.Stop()
	files, err := a.unpack(ctx, r)
	if err != nil {
		return err
	}
	if _, err := a.startData(ctx); err != nil {
		return err
	}
	if err := a.db.Write(ctx, db.Bulk, bus.NewEpochs); err != nil {
		return err
	}
	fmt.Fprintf(out, "Restored the state of %s with %d files into %s. Put the key file back to %s before starting.\n",
		time.UnixMilli(m.CreatedAt).Format(time.RFC3339), files, cfg.Data, cfg.KeyPath())
	return nil
}

func readManifest(r *tar.Reader) (m manifest, err error) {
	h, err := r.Next()
	if err != nil {
		return m, err
	}
	if h.Name != manifestName || h.Size > 1<<16 {
		return m, errors.New("no manifest")
	}
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return m, err
	}
	if m.Format != backupFormat {
		return m, fmt.Errorf("format %d is not known to this version", m.Format)
	}
	return m, nil
}

func (a *App) unpack(ctx context.Context, r *tar.Reader) (files int, err error) {
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return files, err
		}
		switch rel, isFile := strings.CutPrefix(h.Name, filesPrefix); {
		case h.Name == databaseName:
			err = a.unpackDatabase(ctx, r)
		case isFile && filepath.IsLocal(rel):
			files++
			err = writeOut(filepath.Join(a.folder.blobs(), filepath.FromSlash(rel)), r)
		default:
			err = fmt.Errorf("the backup has an entry %q that does not belong there", h.Name)
		}
		if err != nil {
			return files, err
		}
	}
}

func (a *App) unpackDatabase(ctx context.Context, r io.Reader) error {
	cfg := a.databaseConfig()
	if cfg.Engine == db.SQLite {
		if err := writeOut(cfg.Path, r); err != nil {
			return err
		}
		return db.Check(ctx, cfg.Path)
	}
	dump := filepath.Join(a.folder.path, "restore.sql")
	if err := writeOut(dump, r); err != nil {
		return err
	}
	defer func() { _ = os.Remove(dump) }()
	return db.Load(ctx, cfg, dump)
}

func writeOut(path string, r io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}
