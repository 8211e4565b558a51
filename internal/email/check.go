package email

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/jobs"
	"parley/internal/letter"
	"parley/internal/virus"
)

// Scanner gives the name of the virus that a content is, "" for none
// (virus.Scanner).
type Scanner interface {
	Check(ctx context.Context, content io.Reader) (name string, err error)
}

// States of a file that came with a mail while a scanner was set up. Others have
// none and open as they are.
const (
	CheckWaiting  = "waiting"
	CheckClean    = "clean"
	CheckInfected = "infected"
)

// Why a file could not be checked so far.
const (
	UncheckedAway     = "away"      // the scanner does not answer
	UncheckedTooLarge = "too_large" // for the scanner
	UncheckedFailed   = "failed"    // the scanner gave no verdict
)

// JobCheck is the kind of the job that has the files of one mail checked.
const JobCheck = "email.check"

const (
	verdictHolds = dayMS            // then the next mail with the same content has it checked again
	askAgain     = 60 * 60 * 1000   // ms, where the scanner answered but gave no verdict
	checkFor     = 3 * time.Minute  // one content
	leastPause   = 2 * time.Second  // while the scanner is away
	mostPause    = 30 * time.Second // so that its return is noticed soon
	manyWaiting  = 200              // mails told or asked about at once
)

type checking struct {
	TenantID string `json:"tenantId"`
	MailID   string `json:"mailId"`
}

// shut is why a file cannot be opened, nil when it can.
func (f *MailFile) shut() error {
	switch {
	case f.CheckState == CheckInfected:
		return fail.New("PAR-6011", map[string]any{"name": f.CheckWords})
	case f.CheckState == CheckWaiting && f.CheckWords == "":
		return fail.New("PAR-6010", nil)
	case f.CheckState == CheckWaiting:
		return fail.New("PAR-6012", nil)
	}
	return nil
}

// shutAny is why something that holds these files cannot be opened: a virus
// before what is not known yet.
func shutAny(files []MailFile) error {
	var first error
	for i := range files {
		err := files[i].shut()
		if fail.Code(err) == "PAR-6011" {
			return err
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// inForce takes the state from files that wait for a scanner that is not set up
// any more. A virus that was found stays one.
func (s *Service) inForce(files []MailFile) {
	for i := range files {
		if s.scanner == nil && files[i].CheckState == CheckWaiting {
			files[i].CheckState, files[i].CheckWords = "", ""
		}
	}
}

// goAlong are the files of a mail that a draft about it begins with: of one that
// is forwarded all, of an answer the pictures that the quoted text shows. Pictures
// cannot be taken out of a draft one by one, so those that hold a virus stay
// behind, and an answer does not wait for those that are not checked. The files of
// a forwarded mail come with their state; sending looks at it.
func goAlong(kind string, about *Mail, its []MailFile) (files []MailFile, left map[string]bool) {
	left = map[string]bool{}
	for _, f := range its {
		quoted := f.Inline && about.shows(f)
		if kind != KindForward && !quoted {
			continue
		}
		if err := f.shut(); f.Inline && err != nil && (kind != KindForward || f.CheckState == CheckInfected) {
			left[f.ContentID] = true
			continue
		}
		f.ID, f.N = db.NewID(), len(files)+1
		files = append(files, f)
	}
	return files, left
}

// withoutPictures takes pictures out of a text.
func withoutPictures(doc string, left map[string]bool) string {
	if len(left) == 0 {
		return doc
	}
	return letter.ShowInline(doc, func(cid string) string {
		if left[cid] {
			return ""
		}
		return "cid:" + cid
	})
}

// queueCheck leaves the job in the transaction of the mail, if files of it are
// to be checked.
func queueCheck(ctx context.Context, tx *db.Tx, tenant, mailID string, files []MailFile) error {
	if !slices.ContainsFunc(files, func(f MailFile) bool { return f.CheckState == CheckWaiting }) {
		return nil
	}
	return jobs.Add(ctx, tx, JobCheck, checking{tenant, mailID}, jobs.Opts{Unique: tenant + "/" + mailID, Bulk: true})
}

// check has the waiting files of a mail checked. While the scanner is away it
// comes again, without end: the files stay shut until then.
func (s *Service) check(ctx context.Context, a checking) error {
	if s.scanner == nil {
		return nil // checkAgain takes the files up once there is a scanner
	}
	files, err := s.filesOf(ctx, s.db.Read(), a.TenantID, a.MailID)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.CheckState != CheckWaiting {
			continue
		}
		state, words, at, err := s.verdict(ctx, f)
		if err != nil {
			return err
		}
		if err := s.checked(ctx, f, state, words, at); err != nil {
			return err
		}
		if words == UncheckedAway {
			return jobs.Later(s.pause(ctx, a))
		}
	}
	return nil
}

// pause grows with how long the mail is there.
func (s *Service) pause(ctx context.Context, a checking) time.Duration {
	m, err := s.mail(ctx, s.db.Read(), a.TenantID, a.MailID)
	if err != nil {
		return mostPause
	}
	return min(max(time.Duration(s.now()-m.At)*time.Millisecond/4, leastPause), mostPause)
}

// verdict is what the scanner says of a content now, or said of it lately.
func (s *Service) verdict(ctx context.Context, f MailFile) (state, words string, at int64, err error) {
	var known []MailFile
	if err := s.db.Read().NewSelect().Model(&known).Where("f.tenant_id = ? AND f.hash = ? AND f.check_state IN (?, ?) AND f.checked_at > ?",
		f.TenantID, f.Hash, CheckClean, CheckInfected, s.now()-verdictHolds).Order("f.checked_at DESC").Limit(1).Scan(ctx); err != nil {
		return "", "", 0, err
	}
	if len(known) > 0 {
		return known[0].CheckState, known[0].CheckWords, known[0].CheckedAt, nil
	}
	at = s.now()
	body, err := s.blobs.Open(ctx, f.TenantID, f.Hash)
	if err != nil {
		return "", "", 0, err
	}
	defer func() { _ = body.Close() }()
	one, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	name, err := s.scanner.Check(one, body)
	var refused *virus.Refused
	switch {
	case err == nil && name == "":
		return CheckClean, "", at, nil
	case err == nil:
		s.log.Warn("a mail brought a virus", "tenant", f.TenantID, "mail", f.MailID, "file", f.Name, "virus", name)
		return CheckInfected, clip(name, 200), at, nil
	case errors.Is(err, virus.ErrTooLarge):
		words = UncheckedTooLarge
	case errors.As(err, &refused):
		words = UncheckedFailed
	case virus.IsAway(err) || one.Err() != nil && ctx.Err() == nil:
		words = UncheckedAway
	default:
		return "", "", 0, err
	}
	if f.CheckWords != words {
		s.log.Warn("a file of a mail could not be checked for viruses and stays shut", "tenant", f.TenantID, "mail", f.MailID, "file", f.Name, "error", err)
	}
	return CheckWaiting, words, at, nil
}

// checked notes what was said of a content on every file that is it, and tells
// those who have its cases before them.
func (s *Service) checked(ctx context.Context, f MailFile, state, words string, at int64) error {
	if state == CheckWaiting && f.CheckWords == words {
		return nil // as it stands
	}
	return s.db.Write(ctx, db.Mail, func(ctx context.Context, tx *db.Tx) error {
		var mails []Mail
		waiting := tx.NewSelect().Model((*MailFile)(nil)).Column("mail_id").Where("f.tenant_id = ? AND f.hash = ? AND f.check_state = ?", f.TenantID, f.Hash, CheckWaiting)
		if err := tx.NewSelect().Model(&mails).Column("id", "case_id").Where("m.tenant_id = ? AND m.id IN (?) AND m.case_id <> ''", f.TenantID, waiting).
			Order("m.case_id").Limit(manyWaiting).Scan(ctx); err != nil {
			return err
		}
		q := tx.NewUpdate().Model((*MailFile)(nil)).Set("check_state = ?", state).Set("check_words = ?", words).Set("checked_at = ?", at).
			Where("tenant_id = ? AND hash = ?", f.TenantID, f.Hash)
		if state == CheckWaiting {
			q = q.Where("check_state = ?", CheckWaiting)
		} else { // signatures change: the last word counts for the mails before too
			q = q.Where("check_state NOT IN ('', ?)", state)
		}
		if _, err := q.Exec(ctx); err != nil {
			return err
		}
		return s.tellCases(ctx, tx, f.TenantID, mails)
	})
}

// tellCases tells of a change of the cases of some mails, which are in the order
// of their cases.
func (s *Service) tellCases(ctx context.Context, tx *db.Tx, tenant string, mails []Mail) error {
	last := ""
	for _, m := range mails {
		if m.CaseID == last {
			continue
		}
		last = m.CaseID
		k, err := s.cases.Get(ctx, tx, tenant, m.CaseID)
		if err != nil {
			return err
		}
		if err := s.changed(ctx, tx, k); err != nil {
			return err
		}
	}
	return nil
}

// checkAgain leaves jobs for files that wait without one: the scanner was not set
// up meanwhile, or gave no verdict an hour ago.
func (s *Service) checkAgain(ctx context.Context, tenant string) error {
	if s.scanner == nil {
		return nil
	}
	old := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("f.tenant_id = ? AND f.check_state = ? AND f.checked_at < ?", tenant, CheckWaiting, s.now()-askAgain)
	}
	var ids []string
	if err := old(s.db.Read().NewSelect().Model((*MailFile)(nil)).Distinct().Column("mail_id")).Limit(manyWaiting).Scan(ctx, &ids); err != nil || len(ids) == 0 {
		return err
	}
	return s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		for _, id := range ids {
			if err := queueCheck(ctx, tx, tenant, id, []MailFile{{CheckState: CheckWaiting}}); err != nil {
				return err
			}
		}
		_, err := tx.NewUpdate().Model((*MailFile)(nil)).Set("checked_at = ?", s.now()).
			Where("tenant_id = ? AND mail_id IN (?) AND check_state = ?", tenant, bun.List(ids), CheckWaiting).Exec(ctx)
		return err
	})
}
