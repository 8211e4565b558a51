package email

import (
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/letter"
)

// States of a mail.
const (
	StateReceived = "received"
	StateDraft    = "draft"
	StateSending  = "sending"
	StateSent     = "sent"
	StateFailed   = "failed"   // the relay refuses it, or it was tried for too long
	StateDoubtful = "doubtful" // the relay may or may not have taken it
)

// Kinds of outgoing mails.
const (
	KindReply    = "reply"
	KindReplyAll = "reply_all"
	KindForward  = "forward"
	KindNew      = "new"
	KindAck      = "acknowledgement"
)

// Why a mail belongs to its case (B-7).
const (
	JoinedNew        = "new"        // nothing in it names a case
	JoinedKey        = "key"        // the thread key in its subject
	JoinedReferences = "references" // it answers a mail of the case
	JoinedFollow     = "follow"     // the case it belongs to is closed: this one follows it
	JoinedSent       = "sent"       // an agent wrote it here
	JoinedManual     = "manual"     // somebody moved it here
)

// Address is a name and a mail address.
type Address = letter.Address

// Mail is a row of mails. Times are unix ms; ids of mails stand without <>.
type Mail struct {
	bun.BaseModel `bun:"table:mails,alias:m"`

	TenantID      string    `bun:"tenant_id,pk"`
	ID            string    `bun:"id,pk"`
	CaseID        string    `bun:"case_id"`
	InteractionID string    `bun:"interaction_id"`
	SegmentID     string    `bun:"segment_id"`
	EntryID       string    `bun:"entry_id"`
	Direction     string    `bun:"direction"`
	State         string    `bun:"state"`
	Kind          string    `bun:"kind"`
	Automatic     string    `bun:"automatic"`
	UserID        string    `bun:"user_id"`
	MessageID     string    `bun:"message_id"`
	InReplyTo     string    `bun:"in_reply_to"`
	References    []string  `bun:"refs"`
	FromName      string    `bun:"from_name"`
	FromAddress   string    `bun:"from_address"`
	ReplyTo       []Address `bun:"reply_to"`
	To            []Address `bun:"to_list"`
	Cc            []Address `bun:"cc_list"`
	Bcc           []Address `bun:"bcc_list"`
	Subject       string    `bun:"subject"`
	Text          string    `bun:"body_text"`
	HTML          string    `bun:"body_html"`
	RemoteImages  int       `bun:"remote_images"`
	Language      string    `bun:"language"`
	AnswersID     string    `bun:"answers_id"`
	JoinedBy      string    `bun:"joined_by"`
	MovedBy       string    `bun:"moved_by"` // who moved it here by hand, when, and from the case with which number
	MovedAt       int64     `bun:"moved_at"`
	MovedFrom     int64     `bun:"moved_from"`
	NewSender     bool      `bun:"new_sender"`
	Problems      []string  `bun:"problems"`
	RawHash       string    `bun:"raw_hash"`
	RawSize       int64     `bun:"raw_size"`
	At            int64     `bun:"at"`
	Outcome       string    `bun:"outcome"`
	Version       int64     `bun:"version"`
}

// complete gives lists that are nil an empty value, so that rows and answers
// have lists, not nothing.
func (m *Mail) complete() *Mail {
	for _, l := range []*[]Address{&m.ReplyTo, &m.To, &m.Cc, &m.Bcc} {
		if *l == nil {
			*l = []Address{}
		}
	}
	if m.References == nil {
		m.References = []string{}
	}
	if m.Problems == nil {
		m.Problems = []string{}
	}
	return m
}

// wantsNothing: an answering machine's mail belongs to its case, but nobody has
// to do anything for it. A bounce is not such a mail: the customer does not have
// the answer.
func (m *Mail) wantsNothing() bool {
	return m.Automatic == letter.Reply || m.Automatic == letter.Generated || m.Automatic == letter.Loop
}

// MailFile is an attachment or a picture in the text.
type MailFile struct {
	bun.BaseModel `bun:"table:mail_files,alias:f" json:"-"`

	TenantID  string `bun:"tenant_id,pk" json:"-"`
	ID        string `bun:"id,pk" json:"id"`
	MailID    string `bun:"mail_id" json:"-"`
	N         int    `bun:"n" json:"-"`
	Name      string `bun:"name" json:"name"`
	Type      string `bun:"type" json:"type" doc:"As the mail says: not to be trusted"`
	Size      int64  `bun:"size" json:"size"`
	ContentID string `bun:"content_id" json:"contentId,omitempty"`
	Inline    bool   `bun:"inline" json:"inline" doc:"A picture in the text"`
	Hash      string `bun:"hash" json:"-"`

	CheckState string `bun:"check_state" json:"check,omitempty" enum:"waiting,clean,infected" doc:"Of the virus scanner; one that is waiting or infected cannot be opened. Left out: it is not checked"`
	CheckWords string `bun:"check_words" json:"checkWords,omitempty" doc:"Infected: the virus's name. Waiting: why it could not be checked so far: away, too_large, failed"`
	CheckedAt  int64  `bun:"checked_at" json:"-"`
}

// shows tells whether the mail's text shows a picture.
func (m *Mail) shows(f MailFile) bool { return strings.Contains(m.HTML, "cid:"+f.ContentID) }

// Places of a row.
const (
	PlaceTeam     = "team"
	PlacePersonal = "personal"
	PlaceHand     = "hand"
	PlaceEnded    = "ended"
)

// Row is what the queues show of a segment that is not finished.
type Row struct {
	bun.BaseModel `bun:"table:mail_rows,alias:r"`

	TenantID      string `bun:"tenant_id,pk"`
	SegmentID     string `bun:"segment_id,pk"`
	InteractionID string `bun:"interaction_id"`
	CaseID        string `bun:"case_id"`
	Number        int64  `bun:"number"`
	Place         string `bun:"place"`
	OwnerID       string `bun:"owner_id"`
	Offered       bool   `bun:"offered"`
	Draft         bool   `bun:"draft"`
	ServiceID     string `bun:"service_id"`
	Language      string `bun:"language"`
	FromName      string `bun:"from_name"`
	FromAddress   string `bun:"from_address"`
	FromKey       string `bun:"from_key"`
	Subject       string `bun:"subject"`
	SubjectKey    string `bun:"subject_key"`
	Files         int    `bun:"files"`
	Unread        int    `bun:"unread"`
	Flagged       bool   `bun:"flagged"`
	CreatedAt     int64  `bun:"created_at"`
	UpdatedAt     int64  `bun:"updated_at"`
	CustomerAt    int64  `bun:"customer_at"`
	SLFromAt      int64  `bun:"sl_from_at"`
	SLDueAt       int64  `bun:"sl_due_at"`
}
