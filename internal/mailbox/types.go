package mailbox

import (
	"context"
	"fmt"

	"parley/internal/org"
)

// Where a mail came in.
const (
	SourceSMTP = "smtp" // by LMTP too
	SourceIMAP = "imap"
)

// Arrival is a mail as it came.
type Arrival struct {
	TenantID, EntryID string
	Recipient         string // envelope, of IMAP the mailbox's address; as org.MailKey compares it
	Sender            string // envelope; "" is the null sender, and what IMAP does not tell
	Source            string
	Peer              string // the sending side's network address, or the IMAP server's name
	ReceivedAt        int64  // unix ms
	Raw               []byte
}

// Intake keeps what arrives. When Take returns nil the mail is durable; one that
// is known already is nil too.
type Intake interface {
	Take(ctx context.Context, a Arrival) error
}

// Directory is what the edge needs to know of the organisation.
type Directory interface {
	Mailboxes(ctx context.Context) ([]org.Mailbox, error)
	MailboxByAddress(ctx context.Context, address string) (tenant string, e *org.Entry, ok bool, err error)
	Entry(ctx context.Context, tenant, id string) (*org.Entry, error)
	Tenant(ctx context.Context, id string) (*org.Tenant, error)
	MailSecret(ctx context.Context, tenant, entryID, side string) (org.MailSecret, error)
	KeepMailToken(ctx context.Context, tenant, entryID, side, was, token string) error
}

// Outgoing is a mail that is ready to go.
type Outgoing struct {
	TenantID, EntryID string
	From              string // envelope; "" is the null sender
	To                []string
	Raw               []byte
}

// Receipt is what the relay answered to a mail it has taken.
type Receipt struct {
	Text string
	At   int64 // unix ms
}

// Doubtful says that a mail may or may not have gone: the connection broke after
// its end was sent and before the answer. It must not be sent again unasked.
type Doubtful struct{ Cause error }

func (e *Doubtful) Error() string {
	return "the relay did not say whether it took the mail: " + e.Cause.Error()
}
func (e *Doubtful) Unwrap() error { return e.Cause }

// Refused says that the relay will never take this mail.
type Refused struct {
	Recipient string // "" when it was not about one
	Code      int
	Text      string
}

func (e *Refused) Error() string {
	if e.Recipient != "" {
		return fmt.Sprintf("%d %s (%s)", e.Code, e.Text, e.Recipient)
	}
	return fmt.Sprintf("%d %s", e.Code, e.Text)
}
