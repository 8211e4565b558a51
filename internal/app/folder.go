package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// mark is what stands in parley.json of a data folder: what kind of folder it is.
type mark struct {
	Demo bool `json:"demo"`
}

// folder is an opened data folder: this process alone works in it.
type folder struct {
	path string
	lock *os.File
}

// openFolder makes the folder if need be, locks it and checks that it is of the kind asked for: a demo folder is
// refused by a normal start and the other way round, so that demo passwords never guard a real centre.
func openFolder(path string, demo bool) (*folder, error) {
	if err := os.MkdirAll(path, 0o750); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("data folder %s is used by another Parley: stop it, or name another folder with --data", path)
	}
	f := &folder{path: path, lock: lock}
	if err := f.checkKind(demo); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *folder) checkKind(demo bool) error {
	file := filepath.Join(f.path, "parley.json")
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if demo && f.used() {
			return fmt.Errorf("data folder %s belongs to a contact centre: the demo needs its own, name one with --data", f.path)
		}
		b, err = json.Marshal(mark{Demo: demo})
		if err != nil {
			return err
		}
		return os.WriteFile(file, append(b, '\n'), 0o640)
	}
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	var m mark
	if err := json.Unmarshal(b, &m); err != nil {
		return fmt.Errorf("%s cannot be read: %w", file, err)
	}
	switch {
	case m.Demo && !demo:
		return fmt.Errorf("data folder %s is a demo, whose passwords everybody knows: start it with --demo, or name another folder with --data", f.path)
	case !m.Demo && demo:
		return fmt.Errorf("data folder %s belongs to a contact centre: the demo needs its own, name one with --data", f.path)
	}
	return nil
}

// used says whether a database stands in the folder already.
func (f *folder) used() bool {
	_, err := os.Stat(f.database())
	return err == nil
}

func (f *folder) database() string { return filepath.Join(f.path, "parley.db") }
func (f *folder) blobs() string    { return filepath.Join(f.path, "files") }

// isDemo reads the folder's mark.
func (f *folder) isDemo() bool {
	var m mark
	b, err := os.ReadFile(filepath.Join(f.path, "parley.json"))
	return err == nil && json.Unmarshal(b, &m) == nil && m.Demo
}

func (f *folder) close() { _ = f.lock.Close() }
