package mailbox_test

import (
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/internal/org"
)

// dovecot is a real IMAP server for one test: any user, password "pass", or an
// access token where a token's server is given.
type dovecot struct {
	t      *testing.T
	dir    string
	cmd    *exec.Cmd
	port   int // plain and STARTTLS
	secure int
	pool   *x509.CertPool
}

func startDovecot(t *testing.T, tokenInfo string) *dovecot {
	t.Helper()
	// Not t.TempDir: the paths of its sockets would be too long.
	dir, err := os.MkdirTemp("/tmp", "dovecot-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for _, sub := range []string{"base", "state", "mail"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	d := &dovecot{t: t, dir: dir, port: freePort(t), secure: freePort(t)}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	owner, login := me.Username, "default_internal_user="+me.Username+"\ndefault_login_user="+me.Username
	if os.Getuid() == 0 { // mail is nobody's who may do everything
		owner, login = "mail", ""
		if err := exec.Command("chown", "mail", filepath.Join(dir, "mail")).Run(); err != nil {
			t.Fatal(err)
		}
	}
	passdb := "passdb {\n driver=static\n args=password=pass\n}\n"
	if tokenInfo != "" {
		conf := filepath.Join(dir, "oauth2.conf")
		if err := os.WriteFile(conf, []byte("tokeninfo_url = "+tokenInfo+"?access_token=\nusername_attribute = email\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		passdb = "passdb {\n driver=oauth2\n mechanisms=xoauth2 oauthbearer\n args=" + conf + "\n}\n"
	}
	cert, key, pool, _ := certificate(t, dir)
	d.pool = pool
	conf := filepath.Join(dir, "dovecot.conf")
	err = os.WriteFile(conf, fmt.Appendf(nil, `base_dir=%[1]s/base
state_dir=%[1]s/state
log_path=%[1]s/log
protocols=imap
listen=127.0.0.1
%[2]s
ssl=yes
ssl_cert=<%[3]s
ssl_key=<%[4]s
disable_plaintext_auth=no
auth_mechanisms=plain login xoauth2
auth_failure_delay=0
mail_location=maildir:%[1]s/mail/%%u
first_valid_uid=1
mail_max_userip_connections=100
namespace inbox {
  inbox=yes
  separator=/
  mailbox Taken {
    auto=create
  }
}
%[5]suserdb {
  driver=static
  args=uid=%[6]s gid=%[6]s home=%[1]s/mail/%%u allow_all_users=yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port=%[7]d
  }
  inet_listener imaps {
    port=%[8]d
    ssl=yes
  }
}
service auth {
  unix_listener %[1]s/auth {
    mode=0666
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`, dir, login, cert, key, passdb, owner, d.port, d.secure), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	d.start()
	return d
}

func (d *dovecot) start() {
	d.t.Helper()
	d.cmd = exec.Command("/usr/sbin/dovecot", "-F", "-c", filepath.Join(d.dir, "dovecot.conf"))
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := d.cmd.Start(); err != nil {
		d.t.Fatalf("dovecot (Debian package dovecot-imapd): %v", err)
	}
	cmd := d.cmd
	d.t.Cleanup(func() { stopProcess(cmd) })
	until(d.t, "dovecot answers", func() bool {
		c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", d.port), time.Second)
		if err != nil {
			return false
		}
		defer func() { _ = c.Close() }()
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		b := make([]byte, 100)
		n, _ := c.Read(b)
		return strings.HasPrefix(string(b[:n]), "* OK")
	})
}

func stopProcess(cmd *exec.Cmd) {
	if cmd.ProcessState != nil {
		return
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
	done := make(chan struct{})
	go func() { defer close(done); _ = cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-done
	}
}

func (d *dovecot) stop() { stopProcess(d.cmd) }

// imap points a mailbox to it.
func (d *dovecot) imap(e *org.Entry, userName string) {
	e.IMAP.Host, e.IMAP.Port, e.IMAP.TLS, e.IMAP.User, e.IMAP.Password = "localhost", d.port, org.TLSStart, userName, "pass"
}

// cmdIMAP runs commands as a user by hand and gives all that was answered.
func (d *dovecot) cmdIMAP(userName string, commands ...string) string {
	d.t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", d.port))
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	r := newReader(c)
	var all strings.Builder
	read := func(tag string) {
		for {
			line, err := r.ReadString('\n')
			all.WriteString(line)
			if err != nil {
				d.t.Fatalf("after %s: %v: %s", tag, err, all.String())
			}
			if strings.HasPrefix(line, tag) {
				return
			}
		}
	}
	read("* OK")
	for n, line := range append([]string{"LOGIN " + userName + " pass"}, commands...) {
		tag := fmt.Sprintf("t%d", n)
		_, _ = fmt.Fprintf(c, "%s %s\r\n", tag, line)
		read(tag + " ")
	}
	return all.String()
}

// deliver puts a mail into a user's folder, as it stands.
func (d *dovecot) deliver(userName, raw string, when time.Time) {
	d.t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", d.port))
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	r := newReader(c)
	want := func(prefix string) {
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				d.t.Fatalf("waiting for %s: %v", prefix, err)
			}
			if strings.HasPrefix(line, prefix) {
				return
			}
		}
	}
	want("* OK")
	_, _ = fmt.Fprintf(c, "a LOGIN %s pass\r\n", userName)
	want("a OK")
	_, _ = fmt.Fprintf(c, "b APPEND INBOX %q {%d+}\r\n%s\r\n", when.Format("02-Jan-2006 15:04:05 -0700"), len(raw), raw)
	want("b OK")
}
