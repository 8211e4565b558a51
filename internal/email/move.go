package email

import (
	"context"
	"slices"

	"parley/internal/audit"
	"parley/internal/cases"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/web"
)

// Moving says where a mail goes: to the case with a number, or to a new one.
type Moving struct {
	Number int64
	New    bool
	Note   func(ctx context.Context, tx *db.Tx, e audit.Event) error // keeps it in the audit log
}

// MovedMail is where a moved mail is now.
type MovedMail struct {
	CaseID string `json:"caseId"`
	Number int64  `json:"number"`
}

// Move takes a customer's mail that joined a wrong case to another one, or to a
// new one (B-7). Whoever has the case, in hand or in the personal queue, may do
// that; and a supervisor of its service, unless somebody has it in hand or is
// being offered it: nothing changes under anybody's hands.
//
// Whether work goes along depends on the mail. One that still waits for an
// answer is in its new case what it would have been had it come there: it joins
// the contact that is open for that case, whoever has it, or begins one by the
// rules of its service; its service level runs on from when it came. In a new
// case it lies in the personal queue of whoever had it. One that was answered,
// or whose contact is over, only changes its place.
//
// The contact that the mail was part of stays with the case it leaves, where its
// agent finishes it; one that nobody has in hand ends with its last mail. A draft
// that answers the mail must be sent or deleted before; one that nobody wrote in
// yet goes. What was answered already stays where it was written. A closed or
// deleted case takes no mails.
//
// Answers to a moved mail follow it (belongs).
func (s *Service) Move(ctx context.Context, who web.Identity, mailID string, to Moving) (out MovedMail, err error) {
	if (to.Number == 0) == !to.New {
		return out, fail.Invalid("number", "Choose a case or a new one")
	}
	m, err := s.mayReadMail(ctx, who, mailID)
	if err != nil {
		return out, err
	}
	if m.Direction != "in" || m.CaseID == "" {
		return out, fail.New("PAR-6003", nil)
	}
	var target *cases.Case
	if !to.New {
		if target, err = s.target(ctx, who, m, to.Number); err != nil {
			return out, err
		}
	}
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		v := &moving{s: s, tx: tx, who: who}
		if err := v.load(ctx, m, target); err != nil {
			return err
		}
		if err := v.move(ctx); err != nil {
			return err
		}
		out = MovedMail{CaseID: v.to.ID, Number: v.to.Number}
		return to.Note(ctx, tx, audit.Event{TenantID: who.TenantID, Action: "move", Entity: "mail", EntityID: m.ID, Name: m.Subject,
			Before: map[string]string{"case": number(v.from.Number)}, After: map[string]string{"case": number(v.to.Number)}})
	})
	return out, err
}

// target is the case with a number, for somebody who may see it.
func (s *Service) target(ctx context.Context, who web.Identity, m *Mail, n int64) (*cases.Case, error) {
	k, err := s.cases.ByNumber(ctx, s.db.Read(), who.TenantID, n)
	if err == nil {
		_, _, err = s.mayRead(ctx, who, k.ID)
	}
	switch {
	case fail.Code(err) == fail.CodeNotFound || err == nil && k.Deleted():
		e := fail.New("PAR-6005", map[string]any{"number": number(n)})
		e.Field = "number"
		return nil, e
	case err == nil && k.ID == m.CaseID:
		return nil, fail.Invalid("number", "The mail is in this case already")
	}
	return k, err
}

// mayMove tells whether somebody may move mails out of a case; row is what is
// open for it.
func (s *Service) mayMove(ctx context.Context, who web.Identity, k *cases.Case, row *Row) error {
	if who.UserID == "" || k.Deleted() {
		return fail.Forbidden()
	}
	if row != nil && row.Place != PlaceEnded {
		if row.OwnerID == who.UserID && !row.Offered {
			return nil
		}
		if row.Offered || row.Place == PlaceHand {
			return fail.New("PAR-6007", map[string]any{"name": s.name(ctx, k.TenantID, row.OwnerID)})
		}
	}
	_, supervised, err := s.directory.ServicesOf(ctx, k.TenantID, who.UserID)
	if err == nil && (!who.Can(org.SuperviseLive) || !slices.Contains(supervised, k.ServiceID)) {
		err = fail.Forbidden()
	}
	return err
}

// moving is a mail on its way from one case to another, both locked.
type moving struct {
	s        *Service
	tx       *db.Tx
	who      web.Identity
	m        *Mail
	files    []MailFile
	from, to *cases.Case // to is nil until a new one is made
	row      *Row        // open for from, nil for none
	there    *Row        // open for to
}

// load locks both cases and what is open for them, in the floor's order:
// contacts, cases.
func (v *moving) load(ctx context.Context, m *Mail, target *cases.Case) (err error) {
	s, ids := v.s, []string{m.CaseID}
	if target != nil {
		ids = append(ids, target.ID)
	}
	slices.Sort(ids)
	var contacts []string
	for _, id := range ids {
		row, err := s.openRow(ctx, v.tx, m.TenantID, id)
		if err != nil {
			return err
		}
		if row != nil {
			contacts = append(contacts, row.InteractionID)
		}
	}
	slices.Sort(contacts)
	for _, id := range contacts {
		if err := s.interactions.Lock(ctx, v.tx, m.TenantID, id); err != nil {
			return err
		}
	}
	for _, id := range ids {
		k, err := s.cases.Lock(ctx, v.tx, m.TenantID, id)
		if err != nil {
			return err
		}
		row, err := s.openRow(ctx, v.tx, m.TenantID, id)
		if err != nil {
			return err
		}
		if id == m.CaseID {
			v.from, v.row = k, row
		} else {
			v.to, v.there = k, row
		}
	}
	if v.m, err = s.lockMail(ctx, v.tx, m.TenantID, m.ID); err != nil {
		return err
	}
	if v.m.CaseID != v.from.ID { // meanwhile
		return fail.Changed("mail")
	}
	if v.files, err = s.filesOf(ctx, v.tx, m.TenantID, m.ID); err != nil {
		return err
	}
	return v.allowed(ctx)
}

func (v *moving) allowed(ctx context.Context) error {
	if err := v.s.mayMove(ctx, v.who, v.from, v.row); err != nil {
		return err
	}
	if v.to != nil && v.to.Deleted() {
		return fail.Changed("case")
	}
	if v.to != nil && v.to.State == cases.StateClosed {
		return fail.New("PAR-6006", map[string]any{"number": number(v.to.Number)})
	}
	return nil
}

func (v *moving) move(ctx context.Context) error {
	if err := v.clearDraft(ctx); err != nil {
		return err
	}
	owed, err := v.owed(ctx)
	if err != nil {
		return err
	}
	work := slices.ContainsFunc(owed, func(m Mail) bool { return m.ID == v.m.ID })
	mine := v.row != nil && v.row.OwnerID == v.who.UserID
	v.m.MovedBy, v.m.MovedAt, v.m.MovedFrom = v.who.UserID, v.s.now(), v.from.Number
	if err := v.arrive(ctx, work, mine); err != nil {
		return err
	}
	if err := v.leave(ctx, owed); err != nil {
		return err
	}
	return v.tell(ctx)
}

// clearDraft makes sure that nobody is answering the mail in the case it leaves.
func (v *moving) clearDraft(ctx context.Context) error {
	var drafts []*Mail
	if err := v.tx.NewSelect().Model(&drafts).Where("m.tenant_id = ? AND m.case_id = ? AND m.state = 'draft' AND m.answers_id = ? AND m.segment_id <> ''",
		v.m.TenantID, v.from.ID, v.m.ID).Scan(ctx); err != nil {
		return err
	}
	for _, d := range drafts {
		if d.Version > 1 {
			return fail.New("PAR-6004", nil)
		}
		if err := v.s.dropDraft(ctx, v.tx, d); err != nil {
			return err
		}
		if v.row != nil && v.row.SegmentID == d.SegmentID {
			v.row.Draft = false
		}
	}
	return nil
}

// owed are the mails of the contact in work that still wait for an answer, the
// oldest first.
func (v *moving) owed(ctx context.Context) ([]Mail, error) {
	if v.row == nil {
		return nil, nil
	}
	var answered int64
	if err := v.tx.NewSelect().Model((*Mail)(nil)).ColumnExpr("COALESCE(MAX(at), 0)").
		Where("m.tenant_id = ? AND m.case_id = ? AND m.interaction_id = ? AND m.direction = 'out' AND m.state <> 'draft' AND m.kind IN (?, ?, ?)",
			v.m.TenantID, v.from.ID, v.row.InteractionID, KindReply, KindReplyAll, KindNew).Scan(ctx, &answered); err != nil {
		return nil, err
	}
	var list []Mail
	err := v.tx.NewSelect().Model(&list).Column("id", "at", "automatic").Order("m.at", "m.id").
		Where("m.tenant_id = ? AND m.case_id = ? AND m.interaction_id = ? AND m.direction = 'in' AND m.at > ?",
			v.m.TenantID, v.from.ID, v.row.InteractionID, answered).Scan(ctx)
	return slices.DeleteFunc(list, func(m Mail) bool { return m.wantsNothing() }), err
}

// arrive puts the mail into its new case.
func (v *moving) arrive(ctx context.Context, work, mine bool) (err error) {
	c := &coming{s: v.s, tx: v.tx, files: v.files, box: Mailbox{ID: v.m.EntryID}, m: v.m, k: v.to, at: v.m.MovedAt, moved: true}
	fresh := c.k == nil
	if fresh {
		if c.k, err = v.open(ctx, mine); err != nil {
			return err
		}
		v.to, v.m.NewSender = c.k, false
	} else {
		v.m.NewSender = !c.known(ctx)
	}
	if !work {
		if err := c.insert(ctx, JoinedManual); err != nil {
			return err
		}
		if !v.m.wantsNothing() {
			v.to.CustomerAt = max(v.to.CustomerAt, v.m.At)
		}
		return nil
	}
	if c.rules, err = v.s.directory.Service(ctx, c.k.TenantID, c.k.ServiceID); err != nil {
		return err
	}
	if v.there != nil {
		return c.join(ctx, v.there, JoinedManual)
	}
	if fresh && mine {
		c.rules.Replies = RepliesPersonal
	}
	return c.work(ctx, c.k.AssigneeID, JoinedManual)
}

// open begins the new case of the mail: of the service it came to, and of whoever
// had it.
func (v *moving) open(ctx context.Context, mine bool) (*cases.Case, error) {
	o := cases.Opening{TenantID: v.m.TenantID, Subject: v.m.Subject, ServiceID: v.from.ServiceID, Initiator: v.m.FromName, Address: v.m.FromAddress,
		CustomerAt: v.m.At}
	if mine {
		o.AssigneeID = v.who.UserID
	}
	if v.m.Automatic == "" {
		who, found, err := v.s.contacts.FindOrCreate(ctx, v.tx, o.TenantID, contact.Known{Name: v.m.FromName, Email: v.m.FromAddress, Language: v.m.Language})
		if err != nil {
			return nil, err
		}
		if found {
			o.ContactID = who.ID
		}
	}
	return v.s.cases.Open(ctx, v.tx, o)
}

// leave takes the mail out of the contact that it was part of.
func (v *moving) leave(ctx context.Context, owed []Mail) error {
	if v.row == nil {
		return nil
	}
	r := v.row
	r.Unread, r.Files, r.UpdatedAt = max(0, r.Unread-1), max(0, r.Files-attachments(v.files)), v.s.now()
	owed = slices.DeleteFunc(owed, func(m Mail) bool { return m.ID == v.m.ID })
	switch {
	case len(owed) == 0 && r.SLFromAt != 0:
		r.SLFromAt, r.SLDueAt = 0, 0
		if err := v.s.interactions.Due(ctx, v.tx, r.TenantID, r.SegmentID, 0); err != nil {
			return err
		}
		if err := v.s.interactions.MarkAnswered(ctx, v.tx, r.TenantID, r.InteractionID); err != nil {
			return err
		}
	case len(owed) > 0 && owed[0].At != r.SLFromAt:
		rules, err := v.s.directory.Service(ctx, r.TenantID, r.ServiceID)
		if err != nil {
			return err
		}
		if err := v.s.clock(ctx, v.tx, r, rules, owed[0].At); err != nil {
			return err
		}
	}
	if err := saveRow(ctx, v.tx, r); err != nil || r.Place == PlaceHand || r.Draft {
		return err
	}
	rest, err := v.tx.NewSelect().Model((*Mail)(nil)).Where("m.tenant_id = ? AND m.case_id = ? AND m.interaction_id = ? AND m.kind <> ? AND m.id <> ?",
		r.TenantID, v.from.ID, r.InteractionID, KindAck, v.m.ID).Exists(ctx)
	if err != nil || rest {
		return err
	}
	return v.s.enqueue(ctx, v.tx, r.TenantID, floor.Over(r.SegmentID, interaction.ByAgent, interaction.ReasonMoved))
}

// tell keeps the move in both cases' histories and shows them.
func (v *moving) tell(ctx context.Context) error {
	var last int64
	if err := v.tx.NewSelect().Model((*Mail)(nil)).ColumnExpr("COALESCE(MAX(at), 0)").
		Where("m.tenant_id = ? AND m.case_id = ? AND m.direction = 'in' AND m.automatic NOT IN ('reply', 'generated', 'loop')", v.m.TenantID, v.from.ID).
		Scan(ctx, &last); err != nil {
		return err
	}
	v.from.CustomerAt = last
	from := shown(Address{Name: v.m.FromName, Address: v.m.FromAddress})
	for _, e := range []struct {
		of, other *cases.Case
		event     string
	}{{v.from, v.to, cases.EventMovedOut}, {v.to, v.from, cases.EventMovedIn}} {
		if err := v.s.cases.Log(ctx, v.tx, e.of, cases.CaseEntry{Kind: cases.EntryEvent, Event: e.event, UserID: v.who.UserID, At: v.m.MovedAt,
			Args: map[string]string{"from": from, "subject": cases.WithoutKeys(v.m.Subject), "number": number(e.other.Number), "caseId": e.other.ID}}); err != nil {
			return err
		}
		if err := v.s.cases.Save(ctx, v.tx, e.of); err != nil {
			return err
		}
		if err := v.s.changed(ctx, v.tx, e.of); err != nil {
			return err
		}
	}
	return nil
}

// saveMoved writes where a mail is now.
func saveMoved(ctx context.Context, tx *db.Tx, m *Mail) error {
	m.Version++
	_, err := tx.NewUpdate().Model(m).Column("case_id", "interaction_id", "joined_by", "moved_by", "moved_at", "moved_from", "new_sender", "version").
		WherePK().Exec(ctx)
	return err
}
