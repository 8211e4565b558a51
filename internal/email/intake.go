package email

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/letter"
)

// MaxRaw is the largest mail that is taken, bytes as it is sent: 25 MiB of
// decoded parts are about 35 MiB of base64.
const MaxRaw = 36 << 20

// States of what arrived.
const (
	IntakeNew         = "new"
	IntakeTaken       = "taken"
	IntakeQuarantined = "quarantined"
	IntakeDropped     = "dropped"
)

// intake is a row of mail_intake.
type intake struct {
	bun.BaseModel `bun:"table:mail_intake,alias:t"`

	TenantID   string `bun:"tenant_id,pk"`
	ID         string `bun:"id,pk"`
	EntryID    string `bun:"entry_id"`
	Recipient  string `bun:"recipient"`
	Sender     string `bun:"sender"`
	Source     string `bun:"source"`
	Peer       string `bun:"peer"`
	MessageID  string `bun:"message_id"`
	FromShown  string `bun:"from_shown"`
	Subject    string `bun:"subject"`
	RawHash    string `bun:"raw_hash"`
	RawSize    int64  `bun:"raw_size"`
	ReceivedAt int64  `bun:"received_at"`
	State      string `bun:"state"`
	Tries      int    `bun:"tries"`
	Reason     string `bun:"reason"`
	MailID     string `bun:"mail_id"`
	DoneAt     int64  `bun:"done_at"`
}

// Take keeps a mail. When it returns nil the mail is durable: its bytes, and the
// row that says they must be understood. The same mail to the same address is
// taken once, however often it is sent; the trace lines that each delivery puts
// before it do not make it another.
func (s *Service) Take(ctx context.Context, a Arrival) error {
	ref, err := s.blobs.Put(ctx, a.TenantID, bytes.NewReader(a.Raw), MaxRaw)
	if err != nil {
		return err
	}
	row := intake{TenantID: a.TenantID, ID: db.NewID(), EntryID: a.EntryID, Recipient: a.Recipient, Sender: a.Sender, Source: a.Source,
		Peer: a.Peer, RawHash: ref.Hash, RawSize: ref.Size, ReceivedAt: a.ReceivedAt, State: IntakeNew}
	if row.ReceivedAt == 0 {
		row.ReceivedAt = s.now()
	}
	if h, err := letter.Peek(a.Raw); err == nil {
		row.MessageID, row.Subject = clip(h.MessageID, 500), clip(h.Subject, 500)
		if len(h.From) > 0 {
			row.FromShown = clip(shown(h.From[0]), 300)
		}
	}
	if row.MessageID == "" {
		row.MessageID = "sha256:" + contentHash(a.Raw)
	}
	err = s.db.Write(ctx, db.Mail, func(ctx context.Context, tx *db.Tx) error {
		known, err := tx.NewSelect().Model((*intake)(nil)).
			Where("t.tenant_id = ? AND t.recipient = ? AND t.message_id = ?", a.TenantID, a.Recipient, row.MessageID).Exists(ctx)
		if err != nil {
			return err
		}
		if known && s.same(ctx, tx, row, a.Raw) {
			return nil
		}
		if err := s.directory.UseFileRoom(ctx, tx, a.TenantID, row.RawSize); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		tx.AfterCommit(s.nudge)
		return nil
	})
	return err
}

// nudge wakes the understanding of mails on this node; other nodes look by
// themselves.
func (s *Service) nudge() {
	select {
	case s.arrived <- struct{}{}:
	default:
	}
}

// same tells whether one of the mails with this Message-ID has the same content.
// Senders are known who use one Message-ID for different mails.
func (s *Service) same(ctx context.Context, tx *db.Tx, row intake, raw []byte) bool {
	var earlier []intake
	if err := tx.NewSelect().Model(&earlier).Column("raw_hash", "raw_size").Limit(10).
		Where("t.tenant_id = ? AND t.recipient = ? AND t.message_id = ?", row.TenantID, row.Recipient, row.MessageID).Scan(ctx); err != nil {
		return false
	}
	for _, e := range earlier {
		if e.RawHash == row.RawHash {
			return true
		}
		was, err := s.raw(ctx, row.TenantID, e.RawHash)
		if err == nil && contentHash(was) == contentHash(raw) {
			return true
		}
	}
	return false
}

// contentHash is the hash of a mail without what servers add on its way: the
// trace fields before the first field of the mail itself.
func contentHash(raw []byte) string {
	rest := raw
	for {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if !found || !isTrace(line) {
			break
		}
		rest = after
		for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') { // its folded lines
			if _, rest, found = bytes.Cut(rest, []byte("\n")); !found {
				break
			}
		}
	}
	sum := sha256.Sum256(bytes.ReplaceAll(rest, []byte("\r\n"), []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// traceFields are written by the servers that a mail passes (RFC 5321 section
// 4.4; the others are usage).
var traceFields = []string{"received:", "return-path:", "delivered-to:", "x-original-to:", "x-envelope-to:", "envelope-to:", "delivery-date:",
	"authentication-results:", "arc-seal:", "arc-message-signature:", "arc-authentication-results:", "x-spam-status:", "x-spam-score:", "received-spf:"}

func isTrace(line []byte) bool {
	name, _, found := bytes.Cut(line, []byte(":"))
	if !found {
		return false
	}
	field := strings.ToLower(string(name)) + ":"
	for _, f := range traceFields {
		if f == field {
			return true
		}
	}
	return false
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// shown is an address as people read it.
func shown(a Address) string {
	if a.Name == "" {
		return a.Address
	}
	return a.Name + " <" + a.Address + ">"
}
