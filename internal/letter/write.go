package letter

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/fail"
)

// Outgoing is a mail to be written.
type Outgoing struct {
	MessageID       string // made of From's domain when empty
	From            Address
	ReplyTo, To, Cc []Address
	Subject         string
	Date            time.Time // now when zero
	InReplyTo       string
	References      []string
	Text, HTML      string // the text is made from the HTML when empty
	Files           []File
	Automatic       bool              // an answer of a program: nobody answers it in turn
	Headers         map[string]string // further fields; those of this struct cannot be set here
}

// Limits of what is sent, in MiB of the decoded parts.
const (
	MaxFile = 10 << 20
	MaxMail = 25 << 20
)

// SizeError says what is too large to be sent.
type SizeError struct {
	File      string // the name of the file, "" for the whole mail
	Size, Max int64
}

func (e *SizeError) Error() string {
	if e.File == "" {
		return fmt.Sprintf("the mail has %d bytes, at most %d can be sent", e.Size, e.Max)
	}
	return fmt.Sprintf("the file %q has %d bytes, at most %d can be sent", e.File, e.Size, e.Max)
}

// Unwrap is what users see of it.
func (e *SizeError) Unwrap() error {
	if e.File == "" {
		return fail.TooLarge("mail", e.Max)
	}
	return fail.TooLarge("file", e.Max)
}

// Size is a mail's size as the limits count it: texts and files, inline pictures
// included, decoded.
func Size(o Outgoing) int64 {
	n := int64(len(o.Text) + len(o.HTML))
	for _, f := range o.Files {
		n += int64(len(f.Content))
	}
	return n
}

// CheckSize refuses a mail that is too large to be sent.
func CheckSize(o Outgoing) error {
	for _, f := range o.Files {
		if n := int64(len(f.Content)); n > MaxFile {
			return &SizeError{f.Name, n, MaxFile}
		}
	}
	if n := Size(o); n > MaxMail {
		return &SizeError{"", n, MaxMail}
	}
	return nil
}

// NewMessageID makes an id that nobody else makes; domain is the sender's.
func NewMessageID(domain string) string {
	d, err := wireDomain(domain)
	if err != nil {
		d = "localhost"
	}
	return strings.ToLower(strconv.FormatInt(time.Now().UnixMilli(), 36)+"."+rand.Text()) + "@" + d
}

// Write gives a mail's bytes: 7-bit, CRLF, no line over 998, so that any server takes
// it as it is. What could break out of its field is refused, not repaired.
func Write(o Outgoing) ([]byte, error) {
	if err := CheckSize(o); err != nil {
		return nil, err
	}
	w := &writer{}
	if err := w.head(o); err != nil {
		return nil, err
	}
	if err := w.extra(o.Headers); err != nil {
		return nil, err
	}
	w.raw("MIME-Version: 1.0\r\n")
	body, err := entityOf(o)
	if err != nil {
		return nil, err
	}
	w.Grow(body.size() + 1024)
	body.write(w)
	if !bytes.HasSuffix(w.Bytes(), []byte("\r\n")) {
		w.raw("\r\n")
	}
	return w.Bytes(), nil
}

// writer collects the mail.
type writer struct{ bytes.Buffer }

func (w *writer) raw(s string) { w.WriteString(s) }

// soft is where lines are folded when they can be.
const soft = 76

// field writes a line of words, folded between them.
func (w *writer) field(name string, words ...string) {
	w.raw(name + ":")
	at := len(name) + 1
	for i, s := range words {
		if i > 0 && at+1+len(s) > soft {
			w.raw("\r\n")
			at = 0
		}
		w.raw(" " + s)
		at += 1 + len(s)
	}
	w.raw("\r\n")
}

func (w *writer) head(o Outgoing) error {
	from, err := mailboxes("from", []Address{o.From})
	if err != nil {
		return err
	}
	w.field("From", from...)
	for _, f := range []struct {
		name, field string
		list        []Address
	}{{"Reply-To", "replyTo", o.ReplyTo}, {"To", "to", o.To}, {"Cc", "cc", o.Cc}} {
		if len(f.list) == 0 {
			continue
		}
		words, err := mailboxes(f.field, f.list)
		if err != nil {
			return err
		}
		w.field(f.name, words...)
	}
	if !writable(o.Subject) {
		return fail.Invalid("subject", "must be one line")
	}
	if o.Subject != "" {
		w.field("Subject", textWords(o.Subject)...)
	}
	date := o.Date
	if date.IsZero() {
		date = time.Now()
	}
	w.field("Date", date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	id := o.MessageID
	if id == "" {
		id = NewMessageID(o.From.Address[strings.LastIndexByte(o.From.Address, '@')+1:])
	}
	if !goodID(id) {
		return fail.Invalid("messageId", "must be like id@domain, without spaces")
	}
	w.field("Message-ID", "<"+id+">")
	// Ids of others come as they are; one that no header can hold is of no use.
	if goodID(o.InReplyTo) {
		w.field("In-Reply-To", "<"+o.InReplyTo+">")
	}
	if refs := references(o.References); len(refs) > 0 {
		w.field("References", refs...)
	}
	if o.Automatic {
		w.raw("Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\nX-Auto-Response-Suppress: All\r\n")
		d, err := wireDomain(o.From.Address[strings.LastIndexByte(o.From.Address, '@')+1:])
		if err != nil {
			return err
		}
		w.raw("X-Parley-Loop: " + d + "\r\n")
	}
	return nil
}

// references keeps the first mail of a thread and its newest ones: the field may
// not grow without end.
func references(ids []string) (out []string) {
	const most = 30
	for _, id := range ids {
		if s := "<" + id + ">"; goodID(id) && !slices.Contains(out[max(0, len(out)-most):], s) {
			out = append(out, s)
		}
	}
	if len(out) > most {
		out = append(out[:1:1], out[len(out)-most+1:]...)
	}
	return out
}

// goodID is an id any header can hold.
func goodID(id string) bool {
	if len(id) > 900 || !strings.Contains(id, "@") {
		return false
	}
	for i := 0; i < len(id); i++ {
		if c := id[i]; c <= ' ' || c >= 0x7F || c == '<' || c == '>' {
			return false
		}
	}
	return true
}

// own are the fields that only this room writes.
var own = set(`from sender reply-to to cc bcc subject date message-id in-reply-to references mime-version return-path received
	auto-submitted x-parley-loop resent-from resent-to resent-cc resent-bcc dkim-signature`)

// extra writes further fields in the order of their names.
func (w *writer) extra(headers map[string]string) error {
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		lower := strings.ToLower(name)
		if !wordForm.MatchString(name) || own[lower] || strings.HasPrefix(lower, "content-") {
			return fail.Invalid("headers", fmt.Sprintf("%.60q cannot be set", name))
		}
		value := headers[name]
		if !writable(value) {
			return fail.Invalid("headers", name+" must be one line")
		}
		w.field(name, textWords(value)...)
	}
	return nil
}
