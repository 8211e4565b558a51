package email

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/jobs"
	"parley/internal/letter"
)

// Job is the kind of the job that makes one try to send a mail.
const Job = "email.send"

// attempt is one try. Round and N say which, so that a job that comes twice does
// nothing the second time; Round counts how often somebody asked to try again.
type attempt struct {
	TenantID string `json:"tenantId"`
	MailID   string `json:"mailId"`
	Round    int64  `json:"round"`
	N        int    `json:"n"`
	Doubtful bool   `json:"doubtful,omitempty"` // an earlier try may have arrived
}

// pauses before the next tries: about a day in all.
var pauses = []time.Duration{30 * time.Second, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
	2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour}

// RegisterJobs says how mails are sent and their files checked.
func (s *Service) RegisterJobs(r *jobs.Runner) {
	jobs.Register(r, Job, jobs.KindOpts{Timeout: 5 * time.Minute}, s.try)
	jobs.Register(r, JobCheck, jobs.KindOpts{Timeout: 10 * time.Minute}, s.check)
}

// queueSend leaves the job of a try in the transaction.
func (s *Service) queueSend(ctx context.Context, tx *db.Tx, m *Mail, n int, at int64) error {
	return jobs.Add(ctx, tx, Job, attempt{TenantID: m.TenantID, MailID: m.ID, Round: m.Version, N: n}, jobs.Opts{At: at})
}

// outcome is how a mail that is on its way stands: written into its row, so that
// a try that was cut off is known to have begun.
const trying = "trying"

// try makes one try. It writes the mail before the first one: what goes is what
// was written, with the same Message-ID, however often it is tried.
func (s *Service) try(ctx context.Context, a attempt) error {
	m, err := s.mail(ctx, s.db.Read(), a.TenantID, a.MailID)
	if fail.Code(err) == fail.CodeNotFound {
		return nil // the tenant is gone
	}
	if err != nil {
		return err
	}
	if m.State != StateSending || m.Version != a.Round {
		return nil
	}
	raw, err := s.written(ctx, m)
	if err != nil {
		if fail.Code(err) == fail.CodeUnavailable {
			return err
		}
		return s.note(ctx, a, m, StateFailed, err.Error())
	}
	if m.Outcome == trying { // cut off in the middle of a try: nobody knows what the relay did
		a.Doubtful = true
	}
	if err := s.begin(ctx, a); err != nil {
		return err
	}
	if s.transport == nil {
		return s.later(ctx, a, errors.New("there is no way out: mails cannot be sent on this installation"))
	}
	receipt, err := s.transport.Send(ctx, Outgoing{TenantID: m.TenantID, EntryID: m.EntryID, From: m.FromAddress, To: m.everybody(), Raw: raw})
	var refused *Refused
	var doubtful *Doubtful
	switch {
	case err == nil:
		return s.note(ctx, a, m, StateSent, receipt.Text)
	case errors.As(err, &refused):
		return s.note(ctx, a, m, StateFailed, refused.Text)
	case errors.As(err, &doubtful):
		a.Doubtful = true
	}
	return s.later(ctx, a, err)
}

// begin notes that the mail is being sent now.
func (s *Service) begin(ctx context.Context, a attempt) error {
	return s.db.Write(ctx, db.Mail, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Model((*Mail)(nil)).Set("outcome = ?", trying).
			Where("tenant_id = ? AND id = ? AND state = 'sending'", a.TenantID, a.MailID).Exec(ctx)
		return err
	})
}

// later leaves the next try, or gives up after the last.
func (s *Service) later(ctx context.Context, a attempt, cause error) error {
	if a.N >= len(pauses) {
		m, err := s.mail(ctx, s.db.Read(), a.TenantID, a.MailID)
		if err != nil {
			return err
		}
		return s.note(ctx, a, m, StateFailed, cause.Error())
	}
	next := a
	next.N++
	return s.db.Write(ctx, db.Mail, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewUpdate().Model((*Mail)(nil)).Set("outcome = ?", clip(cause.Error(), 1000)).
			Where("tenant_id = ? AND id = ? AND state = 'sending'", a.TenantID, a.MailID).Exec(ctx); err != nil {
			return err
		}
		return jobs.Add(ctx, tx, Job, next, jobs.Opts{At: s.now() + pauses[a.N].Milliseconds()})
	})
}

// note ends the tries. A mail that failed and may have arrived by an earlier try
// is doubtful: at least once is promised, and what is not known is shown.
func (s *Service) note(ctx context.Context, a attempt, m *Mail, state, words string) error {
	if a.Doubtful && state == StateFailed {
		state = StateDoubtful
	}
	if a.Doubtful && state == StateSent {
		words = "sent again, an earlier try may have arrived too: " + words
	}
	return s.db.Write(ctx, db.Mail, func(ctx context.Context, tx *db.Tx) error {
		res, err := tx.NewUpdate().Model((*Mail)(nil)).Set("state = ?", state).Set("outcome = ?", clip(words, 1000)).
			Where("tenant_id = ? AND id = ? AND state = 'sending' AND version = ?", a.TenantID, a.MailID, a.Round).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 || m.CaseID == "" {
			return err
		}
		k, err := s.cases.Get(ctx, tx, m.TenantID, m.CaseID)
		if err != nil {
			return err
		}
		return s.changed(ctx, tx, k)
	})
}

// written gives the mail as bytes, writing it the first time.
func (s *Service) written(ctx context.Context, m *Mail) ([]byte, error) {
	if m.RawHash != "" {
		return s.raw(ctx, m.TenantID, m.RawHash)
	}
	files, err := s.filesOf(ctx, s.db.Read(), m.TenantID, m.ID)
	if err != nil {
		return nil, err
	}
	o := letter.Outgoing{MessageID: m.MessageID, From: Address{Name: m.FromName, Address: m.FromAddress}, ReplyTo: m.ReplyTo, To: m.To, Cc: m.Cc,
		Subject: m.Subject, Date: time.UnixMilli(m.At), InReplyTo: m.InReplyTo, References: m.References, Text: m.Text, HTML: m.HTML,
		Automatic: m.Automatic != ""}
	for _, f := range files {
		content, err := s.content(ctx, m.TenantID, f.Hash)
		if err != nil {
			return nil, err
		}
		o.Files = append(o.Files, letter.File{Name: f.Name, Type: f.Type, ContentID: f.ContentID, Inline: f.Inline, Content: content})
	}
	raw, err := letter.Write(o)
	if err != nil {
		return nil, fmt.Errorf("the mail could not be written: %w", err)
	}
	ref, err := s.blobs.Put(ctx, m.TenantID, bytes.NewReader(raw), 2*MaxRaw)
	if err != nil {
		return nil, err
	}
	return raw, s.db.Write(ctx, db.Mail, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Model((*Mail)(nil)).Set("raw_hash = ?", ref.Hash).Set("raw_size = ?", ref.Size).
			Where("tenant_id = ? AND id = ?", m.TenantID, m.ID).Exec(ctx)
		return err
	})
}

func (s *Service) content(ctx context.Context, tenant, hash string) ([]byte, error) {
	return s.raw(ctx, tenant, hash)
}

// everybody are the addresses a mail goes to.
func (m *Mail) everybody() []string {
	var out []string
	seen := map[string]bool{}
	for _, list := range [][]Address{m.To, m.Cc, m.Bcc} {
		for _, a := range list {
			if k := strings.ToLower(a.Address); !seen[k] {
				seen[k] = true
				out = append(out, a.Address)
			}
		}
	}
	return out
}

func newMessageID(b Mailbox) string {
	_, domain, _ := strings.Cut(b.Address, "@")
	return letter.NewMessageID(domain)
}

// Again tries a mail once more that failed, or of which it is not known; note
// writes down who asked, where that is wanted.
func (s *Service) Again(ctx context.Context, tenant, mailID string, note func(context.Context, *db.Tx, *Mail) error) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		m, err := s.lockMail(ctx, tx, tenant, mailID)
		if err != nil {
			return err
		}
		if m.State != StateFailed && m.State != StateDoubtful {
			return fail.State("Only a mail that failed can be tried again")
		}
		if note != nil {
			if err := note(ctx, tx, m); err != nil {
				return err
			}
		}
		m.State, m.Outcome, m.Version = StateSending, "", m.Version+1
		if _, err := tx.NewUpdate().Model(m).Column("state", "outcome", "version").WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.queueSend(ctx, tx, m, 0, 0)
	})
}
