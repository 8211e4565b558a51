package mailbox

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/emersion/go-imap/v2"
	gosmtp "github.com/emersion/go-smtp"

	"parley/internal/egress"
	"parley/internal/fail"
)

// Trouble says why a mail server could not be used: a reason that the interface
// has words for, and what only the server or the network knows of it.
type Trouble struct{ Reason, Detail string }

// Reasons of a Trouble; what the detail is stands behind it.
const (
	TroubleSignIn       = "sign_in"       // the server's words
	TroubleRefused      = "refused"       // the server's words
	TroubleToken        = "token"         // the words of who gives the tokens
	TroubleTokenAddress = "token_address" // why it does not answer
	TroubleFolder       = "folder"        // the folder, and the server's words
	TroubleNoTLS        = "no_starttls"
	TroubleEarly        = "early" // how many bytes came before the encryption
	TroublePrivate      = "private"
	TroubleName         = "name" // that cannot be found
	TroubleUntrusted    = "untrusted"
	TroubleCertificate  = "certificate" // what is wrong with it
	TroubleTimeout      = "timeout"
	TroubleNetwork      = "network" // the system's words
	TroubleClosed       = "closed"
	TroubleMark         = "mark"  // mails are taken in, and can't be marked there: the server's words
	TroubleStore        = "store" // a mail could not be stored here: why
	TroubleOther        = "other" // all that is known
)

// String is for the log.
func (t Trouble) String() string {
	if t.Detail == "" {
		return t.Reason
	}
	return t.Reason + ": " + t.Detail
}

// troubled is an error that says what it is to administrators.
type troubled struct {
	Trouble
	cause error
}

func (e *troubled) Error() string { return e.String() }
func (e *troubled) Unwrap() error { return e.cause }

// troubleOf reads an error.
func troubleOf(err error) Trouble {
	var (
		said    *troubled
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		network net.Error
		op      *net.OpError
		dns     *net.DNSError
		imapNo  *imap.Error
		smtpNo  *gosmtp.SMTPError
	)
	switch {
	case err == nil:
		return Trouble{}
	case errors.As(err, &said):
		return said.Trouble
	case errors.Is(err, egress.ErrPrivate):
		return Trouble{Reason: TroublePrivate}
	case errors.As(err, &imapNo):
		return Trouble{TroubleRefused, shortened(imapNo.Text, 300)}
	case errors.As(err, &smtpNo):
		return Trouble{TroubleRefused, fmt.Sprintf("%d %s", smtpNo.Code, shortened(smtpNo.Message, 300))}
	case errors.As(err, &dns):
		return Trouble{TroubleName, dns.Name}
	case errors.As(err, &unknown):
		return Trouble{Reason: TroubleUntrusted}
	case errors.As(err, &name), errors.As(err, &invalid):
		return Trouble{TroubleCertificate, shortened(err.Error(), 300)}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return Trouble{Reason: TroubleTimeout}
	case errors.As(err, &op):
		return Trouble{TroubleNetwork, shortened(op.Err.Error(), 300)}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return Trouble{Reason: TroubleClosed}
	case fail.Code(err) != fail.CodeInternal:
		return Trouble{TroubleOther, fail.As(err).Message}
	}
	return Trouble{TroubleOther, shortened(err.Error(), 300)}
}

func shortened(s string, max int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > max {
		return string(r[:max]) + "…"
	}
	return s
}
