package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// centre is a whole demo centre on a free port, in this process.
type centre struct {
	t    *testing.T
	cfg  Config
	port int
	stop context.CancelFunc
	done chan error
	jars map[string][]*http.Cookie
}

func startDemo(t *testing.T, dir string) *centre {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &centre{t: t, port: l.Addr().(*net.TCPAddr).Port, done: make(chan error, 1), jars: map[string][]*http.Cookie{}}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	c.cfg = Config{Data: filepath.Join(dir, "data"), Listen: fmt.Sprintf(":%d", c.port), Demo: true, LogLevel: "error", LogFormat: "text", Drain: 5 * time.Second}
	ctx, stop := context.WithCancel(t.Context())
	c.stop = stop
	go func() { c.done <- Serve(ctx, c.cfg, "test", io.Discard) }()
	t.Cleanup(c.end)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	c.await("start", func() bool {
		select {
		case err := <-c.done:
			t.Fatalf("the centre did not start: %v", err)
		default:
		}
		status, body := c.do("localhost", "GET", "/start.json", nil)
		return status == 200 && strings.Contains(body, `"ready":true`)
	})
	return c
}

func (c *centre) end() {
	if c.stop == nil {
		return
	}
	c.stop()
	c.stop = nil
	if err := <-c.done; err != nil && !errors.Is(err, context.Canceled) {
		c.t.Errorf("the centre did not end cleanly: %v", err)
	}
}

// await polls until ok; it fails the test after 20 s.
func (c *centre) await(what string, ok func() bool) {
	c.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); <-tick.C {
		if ok() {
			return
		}
	}
	c.t.Fatalf("%s: not within 20 s", what)
}

// do sends one request as the browser at a host would, and gives status and body; 0 when there was no answer.
func (c *centre) do(host, method, path string, body any) (int, string) {
	c.t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, fmt.Sprintf("http://127.0.0.1:%d%s", c.port, path), in)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Host = fmt.Sprintf("%s:%d", host, c.port)
	req.Header.Set("Origin", "http://"+req.Host)
	req.Header.Set("X-Parley", "1")
	req.Header.Set("Content-Type", "application/json")
	for _, k := range c.jars[host] {
		req.AddCookie(k)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	if got := res.Cookies(); len(got) > 0 {
		c.jars[host] = got
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, ""
	}
	return res.StatusCode, string(b)
}

func (c *centre) must(host, method, path string, body any) map[string]any {
	c.t.Helper()
	status, text := c.do(host, method, path, body)
	if status < 200 || status > 299 {
		c.t.Fatalf("%s %s at %s: %d %s", method, path, host, status, text)
	}
	var out map[string]any
	if text != "" {
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			c.t.Fatalf("%s: %v", text, err)
		}
	}
	return out
}

// ready signs a demo person in, starts the shift and makes them Ready.
func (c *centre) ready(login string) {
	c.t.Helper()
	host := login + ".localhost"
	c.must(host, "POST", "/api/session", map[string]any{"login": login, "password": login + "-demo-1"})
	c.must(host, "POST", "/api/desk/shift", nil)
	c.must(host, "POST", "/api/desk/state", map[string]any{"state": "ready"})
}

func TestDemo(t *testing.T) {
	dir := t.TempDir()
	c := startDemo(t, dir)
	t.Run("[B-1] the start page says where to go", func(t *testing.T) {
		_, body := c.do("localhost", "GET", "/start.json", nil)
		for _, want := range []string{"anna.localhost", "boris.localhost", "supervisor.localhost", "admin.localhost", demoSiteHost, "anna-demo-1"} {
			if !strings.Contains(body, want) {
				t.Errorf("the start page does not name %s: %s", want, body)
			}
		}
	})
	t.Run("[A-1] only known hosts are answered", func(t *testing.T) {
		if status, _ := c.do("evil.example", "GET", "/api/session", nil); status != 404 && status != 421 {
			t.Errorf("an unknown host got %d", status)
		}
	})
	t.Run("[A-1] each person signs in at their host", func(t *testing.T) {
		for _, login := range []string{"anna", "boris", "supervisor", "admin"} {
			c.must(login+".localhost", "POST", "/api/session", map[string]any{"login": login, "password": login + "-demo-1"})
		}
	})
	t.Run("[S-1] an agent starts a shift and becomes Ready, live figures agree", func(t *testing.T) {
		c.ready("anna")
		c.await("figures", func() bool {
			home := c.must("anna.localhost", "GET", "/api/desk/home", nil)
			return home["mine"].(map[string]any)["readyMs"].(float64) > 0
		})
	})
	c.end()
	t.Run("[B-8] backup, restore and replay", func(t *testing.T) {
		var out bytes.Buffer
		file := filepath.Join(dir, "backup.tar")
		if err := Backup(t.Context(), c.cfg, file, &out); err != nil {
			t.Fatal(err)
		}
		restored := c.cfg
		restored.Data, restored.KeyFile = filepath.Join(dir, "restored"), c.cfg.KeyPath()
		if err := RestoreBackup(t.Context(), restored, file, &out); err != nil {
			t.Fatal(err)
		}
		if err := RestoreBackup(t.Context(), restored, file, &out); err == nil || !strings.Contains(err.Error(), "not empty") {
			t.Errorf("a second restore into the same folder: %v", err)
		}
		out.Reset()
		if err := ListUsers(t.Context(), restored, "", &out); err != nil || !strings.Contains(out.String(), "anna") {
			t.Errorf("users of the restored centre: %v %s", err, out.String())
		}
		t.Run("[B-4/replay] parley replay gives the same decisions", func(t *testing.T) {
			out.Reset()
			if err := Replay(t.Context(), restored, "", &out); err != nil || !strings.Contains(out.String(), "0 differences") || strings.Contains(out.String(), "inputs 0 to 0") {
				t.Errorf("%v %s", err, out.String())
			}
		})
		t.Run("[A-8] parley user resets a password and locks", func(t *testing.T) {
			for _, f := range []func() error{
				func() error { return ResetPassword(t.Context(), restored, "", "anna", &out) },
				func() error { return LockUser(t.Context(), restored, "", "boris", true, &out) },
				func() error {
					return AddUser(t.Context(), restored, "", "clara", "Клара Лис", []string{"agent"}, &out)
				},
			} {
				if err := f(); err != nil {
					t.Error(err)
				}
			}
			out.Reset()
			if err := ListUsers(t.Context(), restored, "", &out); err != nil || !strings.Contains(out.String(), "locked") || !strings.Contains(out.String(), "clara") {
				t.Errorf("%v %s", err, out.String())
			}
		})
	})
	t.Run("[B-1] a second start finds everything again", func(t *testing.T) {
		again := startDemo(t, dir)
		again.must("anna.localhost", "POST", "/api/session", map[string]any{"login": "anna", "password": "anna-demo-1", "force": true})
	})
}

func TestFirstStart(t *testing.T) {
	t.Run("[M-46] a plain start asks for nothing, makes an administrator and prints how to sign in", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		_ = l.Close()
		ctx, stop := context.WithCancel(t.Context())
		said, say := io.Pipe()
		done := make(chan error, 1)
		go func() {
			done <- Serve(ctx, Config{Data: filepath.Join(t.TempDir(), "d"), Listen: fmt.Sprintf("127.0.0.1:%d", port), LogLevel: "error", Drain: time.Second}, "test", say)
			_ = say.Close()
		}()
		var text string
		buf := make([]byte, 4096)
		for !strings.Contains(text, "Key file") {
			n, err := said.Read(buf)
			if err != nil {
				t.Fatalf("ended early: %v %s", err, text)
			}
			text += string(buf[:n])
		}
		_, rest, ok := strings.Cut(text, "with the password ")
		if !ok {
			t.Fatalf("no password is printed: %s", text)
		}
		password := strings.Fields(rest)[0]
		c := &centre{t: t, port: port, jars: map[string][]*http.Cookie{}}
		me := c.must("localhost", "POST", "/api/session", map[string]any{"login": "admin", "password": password})
		if me["mustChangePassword"] != true {
			t.Error("the printed password need not be changed")
		}
		go func() { _, _ = io.Copy(io.Discard, said) }()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
