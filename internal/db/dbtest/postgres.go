package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/db"
)

const template = "parley_template"

// server is the PostgreSQL of this test binary.
var server = sync.OnceValues(func() (*Server, error) {
	s, err := StartServer("fsync=off", "synchronous_commit=off", "full_page_writes=off", "deadlock_timeout=20ms")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := s.Exec(ctx, "CREATE DATABASE "+template); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Config{Engine: db.Postgres, DSN: s.DSN(template)})
	if err != nil {
		return nil, err
	}
	return s, errors.Join(d.Migrate(ctx), d.Close())
})

var databases atomic.Int64

// Postgres gives the configuration of a fresh migrated database on the test
// binary's PostgreSQL server. The server's fsync is off: use StartServer where
// durability is what is tested.
func Postgres(t testing.TB) db.Config {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatalf("PostgreSQL is needed for this test: %v", err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := s.Exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("dropping the test database: %v", err)
		}
	})
	return db.Config{Engine: db.Postgres, DSN: s.DSN(name), MaxConns: 12}
}

// Server is a PostgreSQL server on a loopback port with a folder of its own.
type Server struct {
	Port int

	dir      string
	bin      string
	settings []string
	cred     *syscall.Credential
	cmd      *exec.Cmd
	hold     interface{ Close() error } // its end is the server's end
}

// StartServer starts a server with extra settings ("name=value"). It ends with
// Stop, or when the test binary does, however that ends.
func StartServer(settings ...string) (*Server, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "parley-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin, settings: settings}
	if err := s.unprivileged(); err != nil {
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"),
		"-U", "parley", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir = dir
	initdb.SysProcAttr = s.attributes()
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if s.Port, err = freePort(); err != nil {
		return nil, err
	}
	return s, s.Start()
}

// Start starts a stopped server again, on the same port and data.
func (s *Server) Start() error {
	// The shell holds the read end of a pipe from us. When we close it or die, it
	// ends the server at once; after Stop the folder stays for the next Start.
	const script = `dir=$1; shift; "$@" & p=$!; read -r keep; kill -QUIT $p 2>/dev/null; wait $p
		[ -n "$keep" ] || rm -rf "$dir"`
	args := []string{"-c", script, "sh", s.dir, filepath.Join(s.bin, "postgres"), "-D", filepath.Join(s.dir, "data"),
		"-p", strconv.Itoa(s.Port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "max_connections=200", "-c", "shared_buffers=32MB"}
	for _, set := range s.settings {
		args = append(args, "-c", set)
	}
	s.cmd = exec.Command("/bin/sh", args...)
	s.cmd.Dir = s.dir
	s.cmd.SysProcAttr = s.attributes()
	hold, err := s.cmd.StdinPipe()
	if err != nil {
		return err
	}
	s.hold = hold
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	return s.awaitReady()
}

// Stop ends the server without ceremony, as a crash would. Its data stays for
// another Start.
func (s *Server) Stop() error {
	if w, ok := s.hold.(interface{ Write([]byte) (int, error) }); ok {
		_, _ = w.Write([]byte("keep\n"))
	}
	_ = s.hold.Close()
	_ = s.cmd.Wait() // the server's own exit code after SIGQUIT is no news
	return nil
}

// Remove stops the server and removes its folder.
func (s *Server) Remove() error {
	_ = s.hold.Close()
	_ = s.cmd.Wait()
	return os.RemoveAll(s.dir)
}

// DSN is the address of one of the server's databases.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("postgres://parley@127.0.0.1:%d/%s?sslmode=disable&connect_timeout=10", s.Port, database)
}

// Exec runs a statement as the server's owner.
func (s *Server) Exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.DSN("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql)
	return err
}

func (s *Server) awaitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.Exec(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			out, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("PostgreSQL does not answer: %w\n%s", err, out)
		}
	}
}

// unprivileged chooses the user to run as: PostgreSQL refuses root.
func (s *Server) unprivileged() error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		s.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return os.Chown(s.dir, uid, gid)
	}
	return errors.New("running as root and neither the user postgres nor nobody exists, as whom PostgreSQL could run")
}

func (s *Server) attributes() *syscall.SysProcAttr {
	// A group of its own: Ctrl-C in the terminal reaches the test binary, whose
	// end then ends the server in order.
	return &syscall.SysProcAttr{Credential: s.cred, Setpgid: true}
}

// findPostgres gives the folder that holds postgres and initdb.
func findPostgres() (string, error) {
	var candidates []string
	if p, err := exec.LookPath("postgres"); err == nil {
		candidates = append(candidates, p)
	}
	candidates = append(candidates, "/usr/local/bin/postgres")
	versions, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	slices.Reverse(versions)
	for _, p := range append(candidates, versions...) {
		real, err := filepath.EvalSymlinks(p)
		if err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(real), "initdb")); err == nil {
			return filepath.Dir(real), nil
		}
	}
	return "", errors.New("no postgres with initdb in PATH, /usr/local/bin or /usr/lib/postgresql/*/bin: install the Debian package postgresql")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}
