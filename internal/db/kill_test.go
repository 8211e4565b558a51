package db_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
)

const childEnv = "PARLEY_TEST_DATABASE" // engine and address for the process to be killed

// killed runs this test binary as a process that writes as fast as it can and
// says what was accepted, kills it, and looks.
func killed(t *testing.T, cfg db.Config) {
	d := dbtest.Open(t, cfg)
	withThings(t, d)
	accepted := 0
	for round := range 5 {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.count=1")
		child.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", childEnv, cfg.Engine, cfg.Path+cfg.DSN, round))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; n < 100+37*round && lines.Scan(); n++ {
			accepted++
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // answers already given before the kill
			accepted++
		}
		_ = child.Wait() // "signal: killed"
	}
	stored := names(t, d)
	if accepted < 500 || len(stored) < accepted {
		t.Fatalf("%d accepted, %d stored", accepted, len(stored))
	}
	if len(stored) > accepted+5*8 { // at most the answers still on their way, per writer
		t.Fatalf("%d accepted, %d stored", accepted, len(stored))
	}
}

// TestChild is the process that killed starts; by itself it checks that.
func TestChild(t *testing.T) {
	spec, ok := os.LookupEnv(childEnv)
	if !ok {
		return // not the child: killed is the test
	}
	part := strings.SplitN(spec, "|", 3)
	cfg := db.Config{Engine: part[0], MaxConns: 8}
	if cfg.Engine == db.SQLite {
		cfg.Path = part[1]
	} else {
		cfg.DSN = part[1]
	}
	d := dbtest.Open(t, cfg)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for n := range 100_000 {
				id := fmt.Sprintf("%s/%d/%d", part[2], w, n)
				if err := d.Write(context.Background(), db.Chat, insert(id, id)); err != nil {
					t.Error(err)
					return
				}
				fmt.Println(id)
			}
		})
	}
	wg.Wait()
}

// TestSyncBeforeAnswer watches the system calls of a process that writes and
// answers one thing after the other: between two answers there must be a sync of
// the log. The page cache outlives a killed process, so only this shows that an
// answer also outlives a power cut.
func TestSyncBeforeAnswer(t *testing.T) {
	t.Run("[B-3] an fsync stands before every answer", func(t *testing.T) {
		cfg := dbtest.SQLite(t)
		withThings(t, dbtest.Open(t, cfg))
		trace := filepath.Join(t.TempDir(), "trace")
		child := exec.CommandContext(t.Context(), "strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,write", "-s", "16", "-o", trace,
			os.Args[0], "-test.run=^TestOneByOne$", "-test.count=1")
		child.Env = append(os.Environ(), childEnv+"="+cfg.Path)
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatalf("strace (Debian package strace) with the writing process: %v\n%s", err, out)
		}
		calls, err := os.ReadFile(trace)
		if err != nil {
			t.Fatal(err)
		}
		answers, synced := 0, false
		for line := range strings.Lines(string(calls)) {
			switch {
			case strings.Contains(line, "sync(") && !strings.Contains(line, "= -1"), strings.Contains(line, "sync resumed"):
				synced = true
			case strings.Contains(line, `write(1, "answer `):
				if !synced {
					t.Errorf("answer %d without a sync before it", answers)
				}
				answers++
				synced = false
			}
		}
		if answers != 30 {
			t.Fatalf("%d answers", answers)
		}
	})
}

// TestOneByOne is the process that TestSyncBeforeAnswer watches.
func TestOneByOne(t *testing.T) {
	path, ok := os.LookupEnv(childEnv)
	if !ok {
		return // not the child
	}
	d := dbtest.Open(t, db.Config{Engine: db.SQLite, Path: path})
	for n := range 30 {
		write(t, d, insert(fmt.Sprint(n), fmt.Sprint(n)))
		fmt.Println("answer", n)
	}
}
