package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/secret"
)

func TestDoctor(t *testing.T) {
	look := func(t *testing.T, cfg Config) (string, error) {
		t.Helper()
		var out bytes.Buffer
		err := Doctor(t.Context(), cfg, &out)
		return out.String(), err
	}
	made := func(t *testing.T) Config {
		t.Helper()
		cfg := Config{Data: filepath.Join(t.TempDir(), "data"), LogLevel: "error"}
		if err := Migrate(t.Context(), cfg, &bytes.Buffer{}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := secret.Load(cfg.KeyPath()); err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	t.Run("a sound installation passes", func(t *testing.T) {
		cfg := made(t)
		said, _ := look(t, cfg) // the interface may be built or not
		for _, part := range []string{"settings", "data folder " + cfg.Data, "key file " + cfg.KeyPath(), "database"} {
			if !strings.Contains(said, "ok    "+part+"\n") {
				t.Errorf("%s is not well:\n%s", part, said)
			}
		}
	})
	for name, c := range map[string]struct {
		hurt func(t *testing.T, cfg *Config)
		part string
		todo string
	}{
		"settings that contradict each other": {func(_ *testing.T, cfg *Config) { cfg.TLSCert = "/c.pem" }, "settings", "parley config print"},
		"a lost key":                          {func(t *testing.T, cfg *Config) { remove(t, cfg.KeyPath()) }, "key file", "put the key file back"},
		"a broken key":                        {func(t *testing.T, cfg *Config) { write(t, cfg.KeyPath(), "nonsense") }, "key file", "put the key file back"},
		"no data folder":                      {func(t *testing.T, cfg *Config) { cfg.Data = filepath.Join(t.TempDir(), "none") }, "data folder", "make it writable"},
		"a file that is no database": {func(t *testing.T, cfg *Config) {
			write(t, filepath.Join(cfg.Data, "parley.db"), strings.Repeat("no database ", 1000))
		}, "database", "start the database"},
	} {
		t.Run(name+" is named with what to do", func(t *testing.T) {
			cfg := made(t)
			c.hurt(t, &cfg)
			said, err := look(t, cfg)
			_, after, found := strings.Cut(said, "FAIL  "+c.part)
			if err == nil || !found || !strings.Contains(after, c.todo) {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
	t.Run("a lost key is not made anew", func(t *testing.T) {
		cfg := made(t)
		remove(t, cfg.KeyPath())
		_, _ = look(t, cfg)
		if _, err := os.Stat(cfg.KeyPath()); !os.IsNotExist(err) {
			t.Errorf("the key file: %v", err)
		}
	})
}

func TestDemoListen(t *testing.T) {
	t.Run("[B-1] a demo listens on this computer only, at every port", func(t *testing.T) {
		cfg := Config{Listen: ":8080", SIPListen: ":5060", WebRTCListen: ":40000", ClusterListen: ":6222"}
		if err := demoListen(&cfg); err != nil {
			t.Fatal(err)
		}
		want := Config{Listen: "localhost:8080", SIPListen: "127.0.0.1:5060", WebRTCListen: "127.0.0.1:40000", SMTPListen: "127.0.0.1:2525", ClusterListen: "127.0.0.1:6222"}
		for i, s := range cfg.Settings() {
			if s.Value != want.Settings()[i].Value {
				t.Errorf("%s is %q, want %q", s.Name, s.Value, want.Settings()[i].Value)
			}
		}
		for name, cfg := range map[string]Config{
			"listen": {Listen: "0.0.0.0:80"}, "sip-listen": {Listen: ":80", SIPListen: "10.0.0.1:5060"}, "webrtc-listen": {Listen: ":80", WebRTCListen: "[::]:40000"},
			"smtp-listen": {Listen: ":80", SMTPListen: "0.0.0.0:25"}, "cluster-listen": {Listen: ":80", ClusterListen: "0.0.0.0:6222"},
		} {
			if err := demoListen(&cfg); err == nil || !strings.Contains(err.Error(), "this computer only") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
