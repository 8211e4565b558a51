package mailbox_test

import (
	"cmp"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// asRoot runs a command that only root may.
func asRoot(name string, args ...string) *exec.Cmd {
	if os.Getuid() != 0 {
		return exec.Command("sudo", append([]string{"-n", name}, args...)...)
	}
	return exec.Command(name, args...)
}

// postfix is a real relay for one test: it takes mail of those who sign in as
// dovecot's users and hands it on to the server at next, by LMTP if next says so.
type postfix struct {
	dir          string
	port, secure int
	maill        string
}

func startPostfix(t *testing.T, d *dovecot, next string) *postfix {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "postfix-")
	if err != nil {
		t.Fatal(err)
	}
	p := &postfix{dir: dir, port: freePort(t), secure: freePort(t), maill: filepath.Join(dir, "maillog")}
	conf := filepath.Join(dir, "conf")
	for _, sub := range []string{"conf", "queue", "data"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	transport := "default_transport = " + next
	if !strings.HasPrefix(next, "lmtp:") {
		host, port, err := net.SplitHostPort(next)
		if err != nil {
			t.Fatal(err)
		}
		transport = "relayhost = [" + host + "]:" + port
	}
	main := fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = %[2]s
maillog_file_prefixes = %[1]s
myhostname = relay.example
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
%[3]s
smtp_tls_security_level = may
smtpd_tls_security_level = may
smtpd_tls_cert_file = %[4]s/cert.pem
smtpd_tls_key_file = %[4]s/key.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = %[4]s/auth
smtpd_relay_restrictions = check_recipient_access inline:{ {refused@elsewhere.example = 550 5.7.1 not wanted} {later@elsewhere.example = 450 4.7.1 come later} }, permit_sasl_authenticated, reject
smtputf8_enable = yes
message_size_limit = 1000000
`, dir, p.maill, transport, d.dir)
	master := fmt.Sprintf("127.0.0.1:%d inet n - n - - smtpd\n127.0.0.1:%d inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n", p.port, p.secure) +
		"postlog unix-dgram n - n - 1 postlogd\npickup unix n - n 60 1 pickup\nqmgr unix n - n 300 1 qmgr\n"
	for name, program := range map[string]string{"cleanup": "cleanup", "rewrite": "trivial-rewrite", "bounce": "bounce", "defer": "bounce", "trace": "bounce",
		"proxymap": "proxymap", "smtp": "smtp", "lmtp": "lmtp", "relay": "smtp", "error": "error", "retry": "error", "anvil": "anvil", "scache": "scache", "tlsmgr": "tlsmgr"} {
		master += fmt.Sprintf("%s unix %s - n - %s %s\n", name, map[bool]string{true: "n", false: "-"}[name == "cleanup"],
			cmp.Or(map[string]string{"cleanup": "0", "bounce": "0", "tlsmgr": "1", "anvil": "1", "scache": "1"}[program], "-"), program)
	}
	for name, content := range map[string]string{"main.cf": main, "master.cf": master} {
		if err := os.WriteFile(filepath.Join(conf, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// Its folders must not belong to us when we are not root.
	for _, args := range [][]string{{"chown", "-R", "root:root", dir}, {"chown", "postfix", filepath.Join(dir, "data")}, {"/usr/sbin/postfix", "-c", conf, "start"}} {
		if out, err := asRoot(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("postfix (Debian package postfix): %v: %s", err, out)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			out, _ := asRoot("cat", p.maill).Output()
			t.Logf("postfix: %s", out)
		}
		_ = asRoot("/usr/sbin/postfix", "-c", conf, "stop").Run()
		_ = asRoot("rm", "-rf", dir).Run()
	})
	until(t, "postfix answers", func() bool {
		c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", p.port), time.Second)
		if err != nil {
			return false
		}
		defer func() { _ = c.Close() }()
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		b := make([]byte, 100)
		n, _ := c.Read(b)
		return strings.HasPrefix(string(b[:n]), "220 relay.example")
	})
	return p
}

// startSink runs smtp-sink, a server that misbehaves as it is told.
func startSink(t *testing.T, args ...string) int {
	t.Helper()
	port := freePort(t)
	args = append(args, fmt.Sprintf("inet:127.0.0.1:%d", port), "10")
	if os.Getuid() == 0 {
		args = append([]string{"-u", "mail"}, args...)
	}
	cmd := exec.Command("/usr/sbin/smtp-sink", args...)
	if err := cmd.Start(); err != nil {
		t.Fatalf("smtp-sink (Debian package postfix): %v", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	until(t, "smtp-sink answers", func() bool {
		c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return port
}
