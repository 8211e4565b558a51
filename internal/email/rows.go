package email

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/bus"
	"parley/internal/cases"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/interaction"
	"parley/internal/letter"
)

// TypeCase tells those who have a case before them that it changed.
const TypeCase = "case.changed"

// CaseChanged is the data of TypeCase.
type CaseChanged struct {
	CaseID  string `json:"caseId"`
	Version int64  `json:"version"`
}

// changed tells the desks of those who have a case in hand, in their queue or
// pinned, and that the queues changed.
func (s *Service) changed(ctx context.Context, tx *db.Tx, k *cases.Case) error {
	var told []string
	if err := tx.NewSelect().Model((*Row)(nil)).Distinct().Column("owner_id").
		Where("r.tenant_id = ? AND r.case_id = ? AND r.owner_id <> ''", k.TenantID, k.ID).Scan(ctx, &told); err != nil {
		return err
	}
	pins, err := s.cases.Pins(ctx, tx, k.TenantID, k.ID)
	if err != nil {
		return err
	}
	for _, p := range pins {
		told = append(told, p.UserID)
	}
	slices.Sort(told)
	for _, u := range slices.Compact(told) {
		bus.Record(tx, k.TenantID, "u/"+u, TypeCase, CaseChanged{k.ID, k.Version})
	}
	tx.AfterCommit(func() { s.queueChanged(k.TenantID) })
	return nil
}

// row is the queue's row of a new segment.
func (s *Service) row(k *cases.Case, p interaction.Segment, m *Mail) *Row {
	return &Row{TenantID: k.TenantID, SegmentID: p.ID, InteractionID: p.InteractionID, CaseID: k.ID, Number: k.Number, Place: PlaceTeam,
		ServiceID: p.ServiceID, Language: m.Language, FromName: m.FromName, FromAddress: m.FromAddress,
		FromKey: folded(clip(m.FromName+" "+m.FromAddress, 200)), Subject: k.Subject, SubjectKey: folded(clip(k.Subject, 200)),
		Flagged: k.FlaggedBy != "", Unread: 1, CreatedAt: m.At, UpdatedAt: m.At, CustomerAt: m.At}
}

// clock starts the service level of a row: from the oldest unanswered mail, in
// the service's hours (decision 35).
func (s *Service) clock(ctx context.Context, tx *db.Tx, r *Row, rules Rules, from int64) (err error) {
	r.SLFromAt, r.SLDueAt = from, 0
	if rules.SLMS == 0 {
		return nil
	}
	if r.SLDueAt, err = s.directory.DueAt(ctx, r.TenantID, r.ServiceID, from, rules.SLMS); err != nil {
		return err
	}
	return s.interactions.Due(ctx, tx, r.TenantID, r.SegmentID, r.SLDueAt)
}

// unansweredSince is when the case's oldest unanswered mail came, at most until:
// a contact that ended without an answer leaves the clock running (decision 35).
func (s *Service) unansweredSince(ctx context.Context, from bun.IDB, k *cases.Case, until int64) (int64, error) {
	var answered, since int64
	mails := func() *bun.SelectQuery {
		return from.NewSelect().Model((*Mail)(nil)).Where("m.tenant_id = ? AND m.case_id = ?", k.TenantID, k.ID)
	}
	if err := mails().ColumnExpr("COALESCE(MAX(at), 0)").Where("m.direction = 'out' AND m.state <> 'draft' AND m.kind IN (?, ?, ?)",
		KindReply, KindReplyAll, KindNew).Scan(ctx, &answered); err != nil {
		return 0, err
	}
	err := mails().ColumnExpr("COALESCE(MIN(at), ?)", until).Where("m.direction = 'in' AND m.automatic NOT IN (?, ?, ?) AND m.at > ?",
		letter.Reply, letter.Generated, letter.Loop, answered).Scan(ctx, &since)
	return min(since, until), err
}

// openRow is the row of a case's segment that is not over yet, nil when there is
// none. A case has one: a transfer ends the segment before.
func (s *Service) openRow(ctx context.Context, from bun.IDB, tenant, caseID string) (*Row, error) {
	var r Row
	err := from.NewSelect().Model(&r).Where("r.tenant_id = ? AND r.case_id = ? AND r.place <> ?", tenant, caseID, PlaceEnded).
		Order("r.segment_id DESC").Limit(1).Scan(ctx)
	if db.IsNone(err) {
		return nil, nil
	}
	return &r, err
}

func (s *Service) rowOf(ctx context.Context, from bun.IDB, tenant, segmentID string) (*Row, error) {
	var r Row
	err := from.NewSelect().Model(&r).Where("r.tenant_id = ? AND r.segment_id = ?", tenant, segmentID).Scan(ctx)
	if db.IsNone(err) {
		return nil, nil
	}
	return &r, err
}

func saveRow(ctx context.Context, tx *db.Tx, r *Row) error {
	_, err := tx.NewUpdate().Model(r).WherePK().Exec(ctx)
	return err
}

func insertMail(ctx context.Context, tx *db.Tx, m *Mail, files []MailFile) error {
	if _, err := tx.NewInsert().Model(m.complete()).Exec(ctx); err != nil {
		return err
	}
	if len(files) == 0 {
		return nil
	}
	for i := range files {
		files[i].MailID = m.ID
	}
	if _, err := tx.NewInsert().Model(&files).Exec(ctx); err != nil {
		return err
	}
	return queueCheck(ctx, tx, m.TenantID, m.ID, files)
}

// address is a row of mail_correspondents.
type address struct {
	bun.BaseModel `bun:"table:mail_correspondents,alias:a"`

	TenantID string `bun:"tenant_id,pk"`
	Address  string `bun:"address,pk"`
	Name     string `bun:"name"`
	UsedAt   int64  `bun:"used_at"`
	Acks     int    `bun:"acks"`
	AcksDay  int64  `bun:"acks_day"`
}

// remember keeps addresses for completion.
func remember(ctx context.Context, tx *db.Tx, tenant string, at int64, list ...Address) error {
	var rows []*address
	seen := map[string]bool{}
	for _, a := range list {
		key, ok := contact.NormalEmail(a.Address)
		if !ok || seen[key] {
			continue
		}
		seen[key] = true
		rows = append(rows, &address{TenantID: tenant, Address: key, Name: clip(a.Name, 200), UsedAt: at})
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b *address) int { return strings.Compare(a.Address, b.Address) }) // nobody waits crosswise
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (tenant_id, address) DO UPDATE").Set("used_at = EXCLUDED.used_at").
		Set("name = CASE WHEN EXCLUDED.name = '' THEN a.name ELSE EXCLUDED.name END").Exec(ctx)
	return err
}

// sameAddress compares two addresses.
func sameAddress(a, b string) bool {
	x, ok := contact.NormalEmail(a)
	y, ok2 := contact.NormalEmail(b)
	return ok && ok2 && x == y
}
