package mailbox

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"parley/internal/org"
)

// maxDialogue bounds what is kept of a conversation with a server.
const maxDialogue = 64 << 10

// dialogue keeps a conversation with a mail server, to be shown without secrets.
type dialogue struct {
	mu  sync.Mutex
	raw bytes.Buffer
}

func (d *dialogue) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if room := maxDialogue - d.raw.Len(); room > 0 {
		d.raw.Write(b[:min(len(b), room)])
	}
	return len(b), nil
}

// say adds a remark of our own.
func (d *dialogue) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d, "# "+format+"\r\n", args...)
}

const stars = "********"

var (
	smtpAnswer = regexp.MustCompile(`^[2-5][0-9]{2}([ -]|$)`)
	imapAnswer = regexp.MustCompile(`^(\* |\+|T[0-9]+ (OK|NO|BAD)( |$))`)
	smtpAuth   = regexp.MustCompile(`(?i)^AUTH +[^ ]+`)
	imapAuth   = regexp.MustCompile(`(?i)^T[0-9]+ (LOGIN|AUTHENTICATE [^ ]+)`)
)

// text gives the conversation: < what the server said, > what we said, # remarks.
// What was said to sign in is starred, and the secrets wherever they stand.
func (d *dialogue) text(side string, s org.MailSecret, token string) string {
	d.mu.Lock()
	raw := d.raw.String()
	d.mu.Unlock()
	answer, auth := smtpAnswer, smtpAuth
	if side == org.MailSideIMAP {
		answer, auth = imapAnswer, imapAuth
	}
	var out strings.Builder
	signingIn := false
	for _, line := range strings.Split(strings.TrimSuffix(raw, "\n"), "\n") {
		line = strings.ToValidUTF8(strings.TrimSuffix(line, "\r"), "�")
		switch {
		case strings.HasPrefix(line, "# "):
			fmt.Fprintln(&out, line)
			continue
		case answer.MatchString(line):
			if !strings.HasPrefix(line, "334") && !strings.HasPrefix(line, "+") {
				signingIn = false
			}
			fmt.Fprintln(&out, "< "+hidden(line, s, token))
			continue
		}
		if begin := auth.FindString(line); begin != "" {
			signingIn = true
			fmt.Fprintln(&out, "> "+begin+" "+stars)
			continue
		}
		if signingIn {
			fmt.Fprintln(&out, "> "+stars)
			continue
		}
		fmt.Fprintln(&out, "> "+hidden(line, s, token))
	}
	return out.String()
}

// hidden stars the secrets themselves, for servers that repeat what they heard.
func hidden(line string, s org.MailSecret, token string) string {
	for _, secret := range []string{s.Password, s.ClientSecret, s.RefreshToken, token} {
		if len(secret) < 4 {
			continue
		}
		line = strings.ReplaceAll(line, secret, stars)
		line = strings.ReplaceAll(line, base64.StdEncoding.EncodeToString([]byte(secret)), stars)
	}
	return line
}
