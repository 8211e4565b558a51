package letter

import (
	"bytes"
	"errors"
	"slices"
	"time"
)

// What cannot be read at all.
var (
	ErrEmpty    = errors.New("the mail is empty")
	ErrTooLarge = errors.New("the mail is larger than is read")
	ErrNotMail  = errors.New("this is no mail: it has no header")
)

// Address is a mailbox: the local part as it stands, the domain in lower case and
// readable (an internationalised one in its own letters).
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Header is what the head of a mail says.
type Header struct {
	MessageID  string // without <>, as all ids here
	InReplyTo  []string
	References []string

	From, Sender, ReplyTo, To, Cc []Address

	Subject   string
	Date      time.Time // zero when absent or unreadable
	Automatic string    // why it must never be answered: one of the words below, "" for a person's mail

	// Loop holds the values of Parley's own mark, so that an installation tells its
	// own mails that came back from those of another.
	Loop []string
	// Recipient is the envelope's address as the delivering servers noted it
	// (Delivered-To, X-Original-To, …), newest first: the address written to when To names a list.
	Recipient []string
}

// Why a mail must never be answered.
const (
	Reply     = "reply"     // an answering machine, a read receipt
	Generated = "generated" // a program
	Bulk      = "bulk"      // an advertisement
	List      = "list"      // a mailing list
	Bounce    = "bounce"    // it could not be delivered
	Loop      = "loop"      // it was here before
)

// Letter is a mail that was read.
type Letter struct {
	Header

	Text string // readable text: the text parts in order, or made from the HTML
	HTML string // sanitised; inline pictures stand as cid:ID until ShowInline; "" when there was none
	// RemoteImages counts the pictures from outside, which were taken out: their
	// address stands in data-remote-src until ShowRemote.
	RemoteImages int
	Files        []File // attachments and inline pictures, in the order of the mail
	Language     string // ru en uk be kk or ""
	Problems     []string
}

// File is an attachment or an inline picture.
type File struct {
	Name      string // never a path
	Type      string // as the mail says it, lower case: not to be trusted
	ContentID string
	Inline    bool // the HTML shows it
	Content   []byte
}

// What was broken in a mail and how it was read.
const (
	ProblemHeaderBroken   = "header.broken"         // a line of the header was no field and was left out
	ProblemHeaderLimit    = "header.limit"          // fields beyond the limit were left out
	ProblemHeader8Bit     = "header.8bit"           // letters without a charset in the header: guessed
	ProblemWordBroken     = "word.broken"           // an encoded word could not be decoded and stands as it came
	ProblemAddressBroken  = "address.broken"        // an address could not be read
	ProblemAddressLimit   = "address.limit"         // addresses beyond the limit were left out
	ProblemDate           = "date.unreadable"       // the date could not be read
	ProblemCharsetMissing = "charset.missing"       // no charset was given: guessed by letters
	ProblemCharsetUnknown = "charset.unknown"       // a charset nobody knows: guessed by letters
	ProblemCharsetWrong   = "charset.wrong"         // the text is not in the charset it claims: guessed by letters
	ProblemCharsetBroken  = "charset.broken"        // bytes that are no letters were replaced
	ProblemEncoding       = "encoding.unknown"      // an unknown transfer encoding was read as it stands
	ProblemBase64         = "base64.broken"         // what could be decoded was
	ProblemQuoted         = "quoted.broken"         // signs that are no quoted-printable stand as they came
	ProblemUUEncode       = "uuencode.broken"       // what could be decoded was
	ProblemBoundary       = "boundary.missing"      // no boundary was given or found: guessed, or read as one part
	ProblemUnfinished     = "boundary.unterminated" // the mail ends in the middle of a part
	ProblemDepthLimit     = "depth.limit"           // parts nested deeper became files
	ProblemPartsLimit     = "parts.limit"           // parts beyond the limit were left out
	ProblemDecodedLimit   = "decoded.limit"         // files beyond the limit were left out
	ProblemTextLimit      = "text.limit"            // the text was cut off; all of it is among the files
	ProblemHTMLBroken     = "html.broken"           // the HTML could not be read as such and is shown as text
	ProblemTNEF           = "tnef.broken"           // winmail.dat was read as far as it could be
)

// Limits bound what one mail may cost.
type Limits struct {
	Size        int64 // of the raw mail
	Parts       int   // of MIME, all levels together
	Depth       int   // how deep parts are nested
	HeaderBytes int   // of the mail's or a part's header
	Addresses   int   // in one field
	Text        int64 // of the text and of the HTML in bytes of UTF-8
	Decoded     int64 // of all parts together, decoded
}

// DefaultLimits take a mail of 25 MiB of decoded parts, whose base64 with line
// ends is 37 % longer.
var DefaultLimits = Limits{
	Size:        36 << 20,
	Parts:       1000,
	Depth:       30,
	HeaderBytes: 512 << 10,
	Addresses:   1000,
	Text:        2 << 20,
	Decoded:     25 << 20,
}

// Read reads a mail. An error is one of the sentinels above, and only for what
// cannot be understood at all.
func Read(raw []byte, l Limits) (*Letter, error) {
	if int64(len(raw)) > l.Size {
		return nil, ErrTooLarge
	}
	p := newProblems()
	f, body, err := readHead(raw, l.HeaderBytes, p)
	if err != nil {
		return nil, err
	}
	r := &reader{limits: l, problems: p, hint: headHint(f)}
	root := r.tree(f, body, 0)
	c := r.collect(root)
	m := &Letter{Header: header(f, l.Addresses, r.hint, p)}
	r.compose(m, c)
	m.Problems = p.list
	return m, nil
}

// Peek reads the head only, within DefaultLimits.
func Peek(raw []byte) (Header, error) {
	p := newProblems()
	f, _, err := readHead(raw, DefaultLimits.HeaderBytes, p)
	if err != nil {
		return Header{}, err
	}
	return header(f, DefaultLimits.Addresses, headHint(f), p), nil
}

// readHead finds the header of a mail, and whether there is one at all.
func readHead(raw []byte, limit int, p *problems) (fields, []byte, error) {
	raw = bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF")), "\r\n\t ")
	if len(bytes.Trim(raw, "\x00\r\n\t ")) == 0 {
		return nil, nil, ErrEmpty
	}
	f, body := splitHeader(raw, limit, p)
	known := slices.ContainsFunc(f, func(x field) bool {
		switch x.name {
		case "from", "to", "subject", "date", "message-id", "received", "content-type", "mime-version", "return-path", "sender", "cc", "reply-to", "delivered-to":
			return true
		}
		return false
	})
	if !known {
		return nil, nil, ErrNotMail
	}
	return f, body, nil
}

// problems are collected once each, in the order they were met.
type problems struct{ list []string }

func newProblems() *problems { return &problems{} }

func (p *problems) add(code string) {
	if p != nil && !slices.Contains(p.list, code) {
		p.list = append(p.list, code)
	}
}
