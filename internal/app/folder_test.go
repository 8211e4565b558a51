package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFolder(t *testing.T) {
	open := func(t *testing.T, dir string, demo bool) error {
		t.Helper()
		f, err := openFolder(dir, demo)
		if err == nil {
			f.close()
		}
		return err
	}
	t.Run("[B-1] a demo folder is refused by a normal start, and the other way round", func(t *testing.T) {
		demo, real := filepath.Join(t.TempDir(), "demo"), filepath.Join(t.TempDir(), "real")
		for _, c := range []struct {
			dir  string
			demo bool
			want string
		}{{demo, true, ""}, {demo, true, ""}, {demo, false, "is a demo"}, {real, false, ""}, {real, true, "belongs to a contact centre"}} {
			err := open(t, c.dir, c.demo)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s demo=%v: %v, want %q", c.dir, c.demo, err, c.want)
			}
		}
	})
	t.Run("a database without a mark is no demo", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "parley.db"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := open(t, dir, true); err == nil {
			t.Error("the demo took a real folder")
		}
	})
	t.Run("one process at a time", func(t *testing.T) {
		dir := t.TempDir()
		f, err := openFolder(dir, false)
		if err != nil {
			t.Fatal(err)
		}
		defer f.close()
		if err := open(t, dir, false); err == nil || !strings.Contains(err.Error(), "another Parley") {
			t.Errorf("second opening: %v", err)
		}
	})
}

func TestConfig(t *testing.T) {
	t.Run("contradictions are named", func(t *testing.T) {
		for want, c := range map[string]Config{
			"tls-cert and tls-key":              {TLSCert: "a"},
			"exclude each other":                {TLSCert: "a", TLSKey: "b", SelfSigned: true},
			"cluster-listen needs a PostgreSQL": {ClusterListen: ":6222", ClusterToken: "x"},
			"outside the data folder":           {Data: "/srv/d", KeyFile: "/srv/d/k"},
			"postgres:// address":               {Database: "mysql://x"},
		} {
			if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("want %q, got %v", want, err)
			}
		}
		if err := (Config{Data: "d"}).Check(); err != nil {
			t.Errorf("the defaults are refused: %v", err)
		}
	})
	t.Run("a settings file names its mistakes", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "parley.conf")
		for text, want := range map[string]string{"data = /srv/x\n# c\nlisten=:1\n": "", "data": "line 1", "\nnope = 1": "line 2"} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			m, err := ReadSettings(file)
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v, want %q", text, err, want)
			}
			if want == "" && (m["data"] != "/srv/x" || m["listen"] != ":1") {
				t.Errorf("read %v", m)
			}
		}
	})
	t.Run("secrets are not printed", func(t *testing.T) {
		for _, s := range (Config{ClusterToken: "hush", MetricsToken: "hush"}).Settings() {
			if strings.Contains(s.Value, "hush") {
				t.Errorf("%s shows its secret", s.Name)
			}
		}
	})
}
