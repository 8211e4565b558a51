package email

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/letter"
)

// Upload is a file on its way into a draft. Its body is read once.
type Upload struct {
	Name   string
	Size   int64 // as announced, -1 = unknown; only to refuse early
	Inline bool  // a picture in the text
	Body   io.Reader
}

// pictures may stand in the text: what every mail program shows.
var pictures = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

// Attach adds a file to a draft: one at most letter.MaxFile, the whole mail at
// most letter.MaxMail (E-29). Both are told before anything is sent.
func (s *Service) Attach(ctx context.Context, tenant, userID, mailID string, u Upload) (f MailFile, err error) {
	d, err := s.mail(ctx, s.db.Read(), tenant, mailID)
	if err != nil {
		return f, err
	}
	if d.UserID != userID || d.State != StateDraft {
		return f, fail.NotFound("mail")
	}
	most := s.mostBytes(ctx, d)
	if u.Size > most.file {
		return f, fileTooLarge(most.file)
	}
	if err := s.directory.RoomForFile(ctx, tenant, u.Size); err != nil {
		return f, err
	}
	body := bufio.NewReaderSize(u.Body, 512)
	head, err := body.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return f, fail.Unreadable(err)
	}
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	if u.Inline && !pictures[kind] {
		return f, fail.Unsupported(errors.New("only PNG, JPEG, GIF and WebP pictures stand in a text"))
	}
	ref, err := s.blobs.Put(ctx, tenant, body, most.file)
	if e, ok := errors.AsType[*fail.Error](err); ok && e.Status == http.StatusRequestEntityTooLarge {
		return f, fileTooLarge(most.file)
	}
	if err != nil {
		return f, err
	}
	f = MailFile{TenantID: tenant, ID: db.NewID(), MailID: mailID, Name: letter.FileName(u.Name), Type: kind, Size: ref.Size, Inline: u.Inline, Hash: ref.Hash}
	if f.Name == "" {
		f.Name = "file"
	}
	if u.Inline {
		f.ContentID = f.ID + "@" + domainOf(d.FromAddress)
	}
	return f, s.withDraft(ctx, tenant, userID, mailID, func(ctx context.Context, h *held, d *Mail) error {
		files, err := s.filesOf(ctx, h.tx, tenant, mailID)
		if err != nil {
			return err
		}
		if len(files) >= maxFiles {
			return fail.Limit("files", maxFiles)
		}
		if total(files)+f.Size > most.mail {
			return mailTooLarge(most.mail)
		}
		f.N = 1
		if n := len(files); n > 0 {
			f.N = files[n-1].N + 1
		}
		if err := s.directory.UseFileRoom(ctx, h.tx, tenant, f.Size); err != nil {
			return err
		}
		_, err = h.tx.NewInsert().Model(&f).Exec(ctx)
		return err
	})
}

// Detach takes a file out of a draft.
func (s *Service) Detach(ctx context.Context, tenant, userID, mailID, fileID string) error {
	return s.withDraft(ctx, tenant, userID, mailID, func(ctx context.Context, h *held, _ *Mail) error {
		res, err := h.tx.NewDelete().Model((*MailFile)(nil)).Where("tenant_id = ? AND mail_id = ? AND id = ?", tenant, mailID, fileID).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fail.NotFound("file"))
		}
		return nil
	})
}

// limits of one draft, bytes of the decoded parts (decision 37).
type limits struct{ file, mail int64 }

func (s *Service) mostBytes(ctx context.Context, d *Mail) limits {
	most := limits{letter.MaxFile, letter.MaxMail}
	row, err := s.rowOf(ctx, s.db.Read(), d.TenantID, d.SegmentID)
	if err != nil || row == nil {
		return most
	}
	rules, err := s.directory.Service(ctx, d.TenantID, row.ServiceID)
	if err != nil {
		return most
	}
	if rules.FileMaxBytes > 0 {
		most.file = min(most.file, rules.FileMaxBytes)
	}
	if rules.MaxBytes > 0 {
		most.mail = min(most.mail, rules.MaxBytes)
	}
	return most
}

func total(files []MailFile) (sum int64) {
	for _, f := range files {
		sum += f.Size
	}
	return sum
}

func fileTooLarge(most int64) error {
	e := fail.New("PAR-6001", map[string]any{"max": most >> 20})
	e.Field = "file"
	return e
}

func mailTooLarge(most int64) error {
	e := fail.New("PAR-6002", map[string]any{"max": most >> 20})
	e.Field = "file"
	return e
}

func (s *Service) filesOf(ctx context.Context, from bun.IDB, tenant string, mailIDs ...string) ([]MailFile, error) {
	files := []MailFile{}
	if len(mailIDs) == 0 {
		return files, nil
	}
	err := from.NewSelect().Model(&files).Where("f.tenant_id = ? AND f.mail_id IN (?)", tenant, bun.List(mailIDs)).Order("f.mail_id", "f.n").Scan(ctx)
	s.inForce(files)
	return files, err
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}

// mail gives one mail, or fail.NotFound.
func (s *Service) mail(ctx context.Context, from bun.IDB, tenant, id string) (*Mail, error) {
	return oneMail(ctx, from.NewSelect().Where("m.tenant_id = ? AND m.id = ?", tenant, id))
}

func (s *Service) lockMail(ctx context.Context, tx *db.Tx, tenant, id string) (*Mail, error) {
	q := tx.NewSelect().Where("m.tenant_id = ? AND m.id = ?", tenant, id)
	if tx.Engine() == db.Postgres {
		q = q.For("UPDATE")
	}
	return oneMail(ctx, q)
}

func oneMail(ctx context.Context, q *bun.SelectQuery) (*Mail, error) {
	var m Mail
	err := q.Model(&m).Scan(ctx)
	if db.IsNone(err) {
		return nil, fail.NotFound("mail")
	}
	return &m, err
}

// BlobsInUse tells which of some blobs the mails of a tenant name.
func (s *Service) BlobsInUse(tenant string) func(ctx context.Context, hashes []string) (map[string]bool, error) {
	return func(ctx context.Context, hashes []string) (map[string]bool, error) {
		used := map[string]bool{}
		for table, column := range map[string]string{"mails": "raw_hash", "mail_files": "hash", "mail_intake": "raw_hash"} {
			var found []string
			if err := s.db.Read().NewSelect().TableExpr("? AS x", bun.Ident(table)).Distinct().ColumnExpr("x.?", bun.Ident(column)).
				Where("x.tenant_id = ? AND x.? IN (?)", tenant, bun.Ident(column), bun.List(hashes)).Scan(ctx, &found); err != nil {
				return nil, err
			}
			for _, h := range found {
				used[h] = true
			}
		}
		return used, nil
	}
}
