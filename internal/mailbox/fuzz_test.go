package mailbox_test

import (
	"strings"
	"testing"

	"parley/internal/mailbox"
	"parley/internal/org"
)

// What anybody may send between two commands: the reader takes it as it is, or
// not at all, and never bytes that others may read as another end of a line.
func FuzzMailReader(f *testing.F) {
	for _, s := range []string{"", "Subject: x\r\n\r\nHello\r\n", "a\nb", "a\rb", "\r", "\r\n.\r\n", strings.Repeat("x", 5000), "\r\n\r\n", "X: y\r\n" + strings.Repeat("Y: z\r\n", 300)} {
		f.Add([]byte(s), uint8(7))
	}
	f.Fuzz(func(t *testing.T, in []byte, step uint8) {
		out, held, err := mailbox.ReadMail(in, int(step)+1, 4000, 1000)
		if held != 0 {
			t.Errorf("%d bytes of the memory's budget are lost", held)
		}
		if err != nil {
			return
		}
		if string(out) != string(in) || len(out) > 4000 {
			t.Errorf("taken as %q", out)
		}
		if bare := strings.ReplaceAll(string(out), "\r\n", ""); strings.ContainsAny(bare, "\r\n") {
			t.Errorf("bare line ends were taken: %q", out)
		}
		if head, _, ended := strings.Cut(string(out), "\r\n\r\n"); !ended && len(head) > 1000 {
			t.Errorf("a header of %d bytes was taken", len(head))
		}
	})
}

// Whatever a server says, the secrets of signing in are not shown.
func FuzzDialogue(f *testing.F) {
	f.Add("220 hi\r\n", "334 \r\n", "535 no s3cret-word\r\n", false)
	f.Add("* OK hi\r\n", "+ \r\n", "T1 NO s3cret-word\r\n", true)
	f.Add("\xff\x00\r", "# x\n", "", true)
	f.Fuzz(func(t *testing.T, greeting, challenge, verdict string, imap bool) {
		side, ours := org.MailSideRelay, "AUTH LOGIN\r\n"
		if imap {
			side, ours = org.MailSideIMAP, "T1 LOGIN \"me\" \"s3cret-word\"\r\n"
		}
		text := mailbox.DialogueText(side, org.MailSecret{Password: "s3cret-word"}, greeting+"\r\n", ours, challenge, "czNjcmV0LXdvcmQ=\r\n", verdict)
		if strings.Contains(text, "s3cret-word") || strings.Contains(text, "czNjcmV0LXdvcmQ=") {
			t.Errorf("shown: %q", text)
		}
	})
}

func FuzzParseRelay(f *testing.F) {
	for _, s := range []string{"relay.example:25", "smtps://me:secret@relay.example", "smtp://[::1]:2525", "://", "smtp://%zz@x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := mailbox.ParseRelay(s)
		if err == nil && s != "" && (r.Host == "" || r.Port < 1 || r.Port > 65535 || r.TLS == "") {
			t.Errorf("%q: %+v", s, r)
		}
	})
}
