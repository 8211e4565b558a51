package app

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"parley/internal/virus"
)

// Config is everything an operator of the installation can set. Each field is a flag (--data), an environment
// variable (PARLEY_DATA) and a line of the settings file (data = /srv/parley); the flag wins, then the
// environment, then the file. `parley config print` shows the values in force and where each one came from.
type Config struct {
	Data    string   `name:"data" env:"PARLEY_DATA" default:"parley-data" help:"Folder of the database, files and recordings."`
	KeyFile string   `name:"key-file" env:"PARLEY_KEY_FILE" help:"File with the key that encrypts secrets; outside the data folder and its backups. Default: the data folder's name with .key."`
	Listen  string   `name:"listen" env:"PARLEY_LISTEN" default:":8080" help:"Address of the web interface, API and widget."`
	Hosts   []string `name:"host" env:"PARLEY_HOSTS" sep:"," help:"Host names of the first tenant, besides localhost and this machine's name."`
	Demo    bool     `name:"demo" env:"PARLEY_DEMO" help:"Start the demo centre (loopback only; marks the data folder as a demo for good)."`

	Database string `name:"database" env:"PARLEY_DATABASE" help:"PostgreSQL address (postgres://…). Empty: SQLite in the data folder."`

	TLSCert    string `name:"tls-cert" env:"PARLEY_TLS_CERT" help:"Certificate file (PEM). With tls-key: HTTPS."`
	TLSKey     string `name:"tls-key" env:"PARLEY_TLS_KEY" help:"Key file of the certificate (PEM)."`
	SelfSigned bool   `name:"self-signed" env:"PARLEY_SELF_SIGNED" help:"HTTPS with a certificate Parley makes itself, for trying out on a local network (browsers give no microphone without HTTPS)."`

	SIPListen     string `name:"sip-listen" env:"PARLEY_SIP_LISTEN" default:":5060" help:"Address of SIP, UDP and TCP, for trunks and phones. off: no telephone."`
	RTPPorts      string `name:"rtp-ports" env:"PARLEY_RTP_PORTS" default:"20000-20999" help:"UDP ports of the sound of telephone calls, two a call."`
	WebRTCListen  string `name:"webrtc-listen" env:"PARLEY_WEBRTC_LISTEN" default:":40000" help:"UDP address of the sound of all browsers; never 5060 or 5061, where browsers send nothing. off: no calls in browsers."`
	WebRTCTCP     string `name:"webrtc-tcp-listen" env:"PARLEY_WEBRTC_TCP_LISTEN" help:"TCP address of the sound of browsers whose network lets no UDP out [as webrtc-listen]; port 443 of an address of its own passes most firewalls. off: none."`
	PublicAddress string `name:"public-address" env:"PARLEY_PUBLIC_ADDRESS" help:"IP address by which trunks and browsers reach this machine, when it is not its own (NAT)."`

	SMTPListen  string `name:"smtp-listen" env:"PARLEY_SMTP_LISTEN" help:"Address at which mail for the mailboxes is taken by SMTP, such as :25. STARTTLS with the certificate of the web interface. Empty or off: mail is fetched by IMAP only (the demo takes it at 127.0.0.1:2525)."`
	LMTPListen  string `name:"lmtp-listen" env:"PARLEY_LMTP_LISTEN" help:"Address at which a mail server on this machine hands mail over by LMTP: unix:/path of a socket, or a loopback address such as 127.0.0.1:2424. Empty or off: none."`
	SMTPHost    string `name:"smtp-host" env:"PARLEY_SMTP_HOST" help:"Name by which this machine greets other mail servers. Default: the machine's name."`
	MailRelay   string `name:"mail-relay" env:"PARLEY_MAIL_RELAY" help:"Relay for mailboxes without one of their own: host:port, or smtp(s)://user:password@host:port." secret:""`
	MailMaxSize int64  `name:"mail-max-size" env:"PARLEY_MAIL_MAX_SIZE" default:"35" help:"The largest mail that is taken in, in MiB."`

	DNSServer  string `name:"dns-server" env:"PARLEY_DNS_SERVER" help:"DNS server (host:port) that is asked whether the records of DKIM keys are published. Empty: those of this machine."`
	VirusCheck string `name:"virus-check" env:"PARLEY_VIRUS_CHECK" help:"Where clamd (ClamAV) checks the files of mails that come in: tcp://host:port or unix:/path. A file opens once it was found clean. Empty: files are not checked."`

	TrustedProxies []string `name:"trusted-proxy" env:"PARLEY_TRUSTED_PROXIES" sep:"," help:"Networks (CIDR) whose X-Forwarded-For and X-Forwarded-Proto are believed."`
	MetricsToken   string   `name:"metrics-token" env:"PARLEY_METRICS_TOKEN" help:"Bearer token for /metrics from other machines. Empty: /metrics answers to this machine only." secret:""`

	Node          string   `name:"node" env:"PARLEY_NODE" help:"Name of this node in a cluster. Default: the machine's name."`
	ClusterListen string   `name:"cluster-listen" env:"PARLEY_CLUSTER_LISTEN" help:"Address for the other nodes (needs PostgreSQL). Empty: single node."`
	ClusterRoutes []string `name:"cluster-route" env:"PARLEY_CLUSTER_ROUTES" sep:"," help:"Addresses of the other nodes."`
	ClusterToken  string   `name:"cluster-token" env:"PARLEY_CLUSTER_TOKEN" help:"Shared secret of the cluster's nodes." secret:""`

	LogLevel  string        `name:"log-level" env:"PARLEY_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" help:"What is logged: debug, info, warn, error."`
	LogFormat string        `name:"log-format" env:"PARLEY_LOG_FORMAT" default:"text" enum:"text,json" help:"text or json."`
	Drain     time.Duration `name:"drain" env:"PARLEY_DRAIN" default:"30s" help:"How long a stop waits for what is going on; a second signal ends at once."`
}

// KeyPath is where the key file stands: never inside the data folder, so that a backup of the folder alone opens nothing.
func (c Config) KeyPath() string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	return strings.TrimRight(filepath.Clean(c.Data), "/") + ".key"
}

// Check finds contradictions before anything is opened. Each message names the setting and what to do.
func (c Config) Check() error {
	var bad []string
	say := func(ok bool, msg string) {
		if !ok {
			bad = append(bad, msg)
		}
	}
	say((c.TLSCert == "") == (c.TLSKey == ""), "tls-cert and tls-key belong together: set both or none")
	say(!(c.SelfSigned && c.TLSCert != ""), "self-signed and tls-cert exclude each other: drop one")
	say(c.DNSServer == "" || hostPort(c.DNSServer), "dns-server must be host:port, such as 192.0.2.53:53")
	say(c.ClusterListen == "" || c.Database != "", "cluster-listen needs a PostgreSQL database that all nodes share: set database")
	say(c.ClusterListen == "" || c.ClusterToken != "", "cluster-listen needs cluster-token, so that nobody else joins")
	say(c.Database == "" || strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://"),
		"database must be a postgres:// address, or empty for SQLite")
	if c.VirusCheck != "" {
		_, err := virus.New(c.VirusCheck)
		say(err == nil, fmt.Sprint("virus-check must say where clamd listens: ", err))
	}
	if data, err := filepath.Abs(c.Data); err == nil {
		if key, err := filepath.Abs(c.KeyPath()); err == nil {
			say(!strings.HasPrefix(key, data+string(filepath.Separator)), "key-file must stand outside the data folder, or its backups would carry the key")
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("configuration: %s", strings.Join(bad, "; "))
	}
	return nil
}

func hostPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	n, bad := strconv.ParseUint(port, 10, 16)
	return err == nil && bad == nil && host != "" && n > 0
}

// Setting is one entry of `parley config print`.
type Setting struct {
	Name, Env, Value, Help string
	Secret                 bool // Value says only whether it is set
}

// Settings lists every field with its value; secrets show as set or not.
func (c Config) Settings() []Setting {
	v, t := reflect.ValueOf(c), reflect.TypeOf(c)
	out := make([]Setting, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		val := fmt.Sprint(v.Field(i).Interface())
		if s, ok := v.Field(i).Interface().([]string); ok {
			val = strings.Join(s, ",")
		}
		_, secret := f.Tag.Lookup("secret")
		if secret && val != "" {
			val = "(set)"
		}
		if f.Name == "KeyFile" {
			val = c.KeyPath()
		}
		out = append(out, Setting{f.Tag.Get("name"), f.Tag.Get("env"), val, f.Tag.Get("help"), secret})
	}
	return out
}

// FromDefault is the origin of a setting that nobody has set.
const FromDefault = "default"

// WriteSettings writes the settings in force as a settings file, which ReadSettings reads back to the same values.
// origin tells where the value of a name came from. What needs no line stands as a comment: defaults, and secrets,
// whose values are not shown.
func (c Config) WriteSettings(out io.Writer, origin func(name string) string) error {
	w := bufio.NewWriter(out)
	for i, s := range c.Settings() {
		if i > 0 {
			fmt.Fprintln(w)
		}
		from, mark := origin(s.Name), ""
		if from == FromDefault || s.Secret || s.Value != oneLine(s.Value) {
			mark = "# "
		}
		fmt.Fprintf(w, "# %s\n# Variable %s; this value: %s\n%s%s = %s\n", s.Help, s.Env, from, mark, s.Name, oneLine(s.Value))
	}
	return w.Flush()
}

// oneLine is a value as a line of a settings file can carry it.
func oneLine(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r", " ", "\n", " ").Replace(s))
}

// ReadSettings reads a settings file: `name = value` lines with the flags' names, # for comments.
// An unknown name or a line without = is an error that names the line.
func ReadSettings(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	known := map[string]bool{}
	for _, s := range (Config{}).Settings() {
		known[s.Name] = true
	}
	out := map[string]string{}
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok || !known[name] {
			return nil, fmt.Errorf("%s line %d: %q is no setting (see parley config print)", path, n, line)
		}
		out[name] = strings.TrimSpace(value)
	}
	return out, sc.Err()
}
