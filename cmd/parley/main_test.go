package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"parley/internal/app"
)

// ran is what one command has said, and what it understood of the settings.
func ran(t *testing.T, args ...string) (cfg app.Config, said string, err error) {
	t.Helper()
	var c cli
	var out bytes.Buffer
	parser, err := newParser(&c, args, kong.Writers(&out, &out))
	if err != nil {
		return cfg, "", err
	}
	k, err := parser.Parse(args)
	if err != nil {
		return cfg, out.String(), err
	}
	k.BindToProvider(t.Context)
	err = k.Run(&c.Config)
	return c.Config, out.String(), err
}

func settingsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parley.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConfigCommands(t *testing.T) {
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "PARLEY_") {
			t.Setenv(name, "") // so that it comes back
			_ = os.Unsetenv(name)
		}
	}
	file := settingsFile(t, "listen = :81\ndata = /srv/file\nlog-level = warn\nhost = a.example, b.example\ncluster-token = hush\nself-signed = true\n")
	t.Run("the command line wins over the environment, and that over the settings file", func(t *testing.T) {
		t.Setenv("PARLEY_DATA", "/srv/environment")
		t.Setenv("PARLEY_LOG_LEVEL", "error")
		cfg, _, err := ran(t, "config", "check", "--config", file, "--log-level=debug")
		if err != nil || cfg.Listen != ":81" || cfg.Data != "/srv/environment" || cfg.LogLevel != "debug" || cfg.Drain.String() != "30s" {
			t.Errorf("%+v %v", cfg, err)
		}
	})
	t.Run("what config print writes is read back to the same values", func(t *testing.T) {
		was := func() (app.Config, string) {
			t.Setenv("PARLEY_DRAIN", "1m30s")
			t.Setenv("PARLEY_DATABASE", "postgres://db/parley?sslmode=disable#x")
			defer os.Unsetenv("PARLEY_DRAIN")
			defer os.Unsetenv("PARLEY_DATABASE")
			cfg, said, err := ran(t, "config", "print", "--config="+file, "--mail-max-size=50", "--trusted-proxy=10.0.0.0/8,fd00::/8")
			if err != nil {
				t.Fatal(err)
			}
			return cfg, said
		}
		cfg, said := was()
		if strings.Contains(said, "hush") || !strings.Contains(said, "\n# cluster-token = (set)\n") {
			t.Errorf("the secret:\n%s", said)
		}
		for _, want := range []string{"this value: settings file\nlisten = :81\n", "this value: environment\ndrain = 1m30s\n",
			"this value: command line\nmail-max-size = 50\n", "this value: default\n# log-format = text\n", "Variable PARLEY_LISTEN;", "key-file = /srv/file.key\n"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is missing in\n%s", want, said)
			}
		}
		again, twice, err := ran(t, "config", "print", "--config", settingsFile(t, said))
		if err != nil {
			t.Fatal(err)
		}
		cfg.ClusterToken = ""
		if !reflect.DeepEqual(cfg, again) {
			t.Errorf("written %+v\nread    %+v", cfg, again)
		}
		if strings.Contains(twice, "command line") || strings.Contains(twice, "environment\n") {
			t.Errorf("origins after reading back:\n%s", twice)
		}
	})
	t.Run("config check names contradictions and mistakes of the settings file", func(t *testing.T) {
		if _, said, err := ran(t, "config", "check"); err != nil || !strings.Contains(said, "fit together") {
			t.Errorf("the defaults: %q %v", said, err)
		}
		for text, want := range map[string]string{"tls-cert = /c.pem": "tls-cert and tls-key", "nope = 1": "line 1", "drain = soon": "drain", "log-level = loud": "log-level"} {
			if _, _, err := ran(t, "config", "check", "--config="+settingsFile(t, text)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", text, err, want)
			}
		}
	})
}
