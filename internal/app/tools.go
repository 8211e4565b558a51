package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"parley/internal/db"
	"parley/internal/floor"
	"parley/internal/secret"
	"parley/internal/virus"
	ui "parley/web"
)

// Replay decides the recorded routing log of one tenant, or of all, again and compares it bit by bit (B-4).
func Replay(ctx context.Context, cfg Config, host string, out io.Writer) error {
	return withOrg(ctx, cfg, func(ctx context.Context, a *App) error {
		tenants, err := a.org.ActiveTenants(ctx)
		if err == nil && host != "" {
			var id string
			id, err = a.tenantOf(ctx, host)
			tenants = []string{id}
		}
		if err != nil {
			return err
		}
		same := true
		for _, t := range tenants {
			r, err := floor.Replay(ctx, a.db, t)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%s: inputs %d to %d, %d effects, %d snapshots, %d agents and %d contacts compared", t, r.FromSeq, r.ToSeq, r.Effects, r.Snapshots, r.Agents, r.Items)
			if r.Skipped > 0 {
				fmt.Fprintf(out, ", %d of another version left out", r.Skipped)
			}
			fmt.Fprintf(out, ": %d differences\n", len(r.Differences))
			for _, d := range r.Differences {
				fmt.Fprintf(out, "  %+v\n", d)
			}
			same = same && r.Same()
		}
		if !same {
			return errors.New("the replay differs from the log")
		}
		return nil
	})
}

// Doctor checks the installation part by part and says what to do about what is wrong.
func Doctor(ctx context.Context, cfg Config, out io.Writer) error {
	bad := 0
	say := func(what string, err error, todo string) {
		if err == nil {
			fmt.Fprintf(out, "ok    %s\n", what)
			return
		}
		bad++
		fmt.Fprintf(out, "FAIL  %s: %v\n      %s\n", what, err, todo)
	}
	say("settings", cfg.Check(), "mend the settings (parley config print)")
	say("data folder "+cfg.Data, writable(cfg.Data), "make it writable for the user Parley runs as")
	say("space on its disk", enoughSpace(cfg.Data), "free some space or move the folder (--data)")
	say("key file "+cfg.KeyPath(), keyReadable(cfg.KeyPath()), "put the key file back, or let parley serve make one for a new installation")
	say("database", checkDatabase(ctx, cfg), "start the database, or look at its address (database)")
	if cfg.VirusCheck != "" {
		say("virus check "+cfg.VirusCheck, checkScanner(ctx, cfg.VirusCheck), "start clamd, or look at its address (virus-check); until it answers, files of new mails cannot be opened")
	}
	var built error
	if !ui.Built() {
		built = errors.New("this program was built without the interface")
	}
	say("interface", built, "build with make build, or take a release")
	if bad > 0 {
		return fmt.Errorf("%d of the checks failed", bad)
	}
	return nil
}

func checkScanner(ctx context.Context, setting string) error {
	s, err := virus.New(setting)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return s.Ping(ctx)
}

func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".doctor-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// leastSpace is where Doctor begins to warn: SQLite needs room for its log, uploads for their files.
const leastSpace = 1 << 30

func enoughSpace(dir string) error {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return err
	}
	if free := s.Bavail * uint64(s.Bsize); free < leastSpace {
		return fmt.Errorf("%d MiB free", free>>20)
	}
	return nil
}

// keyReadable does not make a key: a missing one beside existing data is the trouble to be found.
func keyReadable(path string) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	_, _, err := secret.Load(path)
	return err
}

func checkDatabase(ctx context.Context, cfg Config) error {
	a := &App{cfg: cfg, log: slog.Default(), folder: &folder{path: filepath.Clean(cfg.Data)}}
	if cfg.Database == "" && !a.folder.used() {
		return errors.New("not made yet")
	}
	d, err := db.Open(ctx, a.databaseConfig())
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	states, err := d.MigrationStatus(ctx)
	if err != nil {
		return err
	}
	for _, s := range states {
		if !s.Applied {
			return fmt.Errorf("migration %s is missing: run parley migrate", s.Name)
		}
	}
	return d.Ping(ctx)
}
