// Package virustest is a real clamd for tests: its own settings, its own database
// of one signature, nothing from the internet.
package virustest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"parley/internal/virus"
)

// EICAR is the harmless content that scanners take for a virus, put together so
// that this file is none.
var EICAR = `X5O!P%@AP[4\PZX54(P^)7CC)7}` + `$EICAR-STANDARD-ANTI` + `VIRUS-TEST-FILE!$H+H*`

// Name is what the Clamd of this package calls EICAR: names from a database that
// is not the makers' end so.
const Name = "Eicar-Test-Signature.UNOFFICIAL"

// StreamMax is the largest content that it takes.
const StreamMax = 1 << 20

// Clamd is a clamd that a test starts and stops.
type Clamd struct {
	TCP, Unix string // its addresses, as the setting has them

	t    testing.TB
	conf string
	cmd  *exec.Cmd
}

// New makes a Clamd that does not run yet. It is stopped with the test.
func New(t testing.TB) *Clamd {
	t.Helper()
	dir, err := os.MkdirTemp("", "clamd-") // short: a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	c := &Clamd{t: t, conf: filepath.Join(dir, "clamd.conf"), TCP: fmt.Sprintf("tcp://127.0.0.1:%d", port), Unix: "unix:" + filepath.Join(dir, "s")}
	for name, text := range map[string]string{
		c.conf: fmt.Sprintf("LocalSocket %s\nTCPSocket %d\nTCPAddr 127.0.0.1\nDatabaseDirectory %s\nForeground yes\nStreamMaxLength %d\n"+
			"MaxThreads 4\nOfficialDatabaseOnly no\n", filepath.Join(dir, "s"), port, filepath.Join(dir, "db"), StreamMax),
		filepath.Join(dir, "db", "own.hdb"): "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(c.Stop)
	return c
}

// Start starts it and waits until it answers.
func (c *Clamd) Start() *Clamd {
	c.t.Helper()
	bin, err := exec.LookPath("clamd")
	if err != nil {
		bin = "/usr/sbin/clamd" // not in everybody's PATH
	}
	c.cmd = exec.Command(bin, "--config-file", c.conf)
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.cmd.Start(); err != nil {
		c.t.Fatalf("clamd: %v (scripts/deps installs it)", err)
	}
	s, err := virus.New(c.TCP)
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = s.Ping(ctx); err == nil {
			return c
		}
		select {
		case <-ctx.Done():
			c.t.Fatal("clamd did not come up: ", err)
		case <-tick.C:
		}
	}
}

// Stop kills it, if it runs.
func (c *Clamd) Stop() {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
	c.cmd = nil
}
