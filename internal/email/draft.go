package email

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/letter"
)

// Limits of a draft.
const (
	maxRecipients = 100     // in one field
	maxHTML       = 2 << 20 // bytes
	maxFiles      = 100
)

// BeginDraft begins an answer to a mail of the case, or its forwarding: with
// whom it goes to, the greeting, the signature and the quoted mail (E-27). mailID
// "" is the customer's last mail. A draft that is there already is given as it
// is when it is about the same; one that nobody wrote in yet makes room.
func (s *Service) BeginDraft(ctx context.Context, tenant, userID, segmentID, kind, mailID string) (m *Mail, files []MailFile, err error) {
	err = s.withHeld(ctx, tenant, userID, segmentID, func(ctx context.Context, h *held) error {
		was, err := s.draftOf(ctx, h.tx, tenant, segmentID)
		if err != nil {
			return err
		}
		if was != nil && (kind == "" || was.Kind == kind && (mailID == "" || was.AnswersID == mailID)) {
			m = was
			files, err = s.filesOf(ctx, h.tx, tenant, was.ID)
			return err
		}
		if h.k == nil {
			return fail.State("This mail is new: there is nothing to answer yet")
		}
		if h.k.Deleted() {
			return fail.State("The case was deleted: restore it first")
		}
		if h.k.State == cases.StateClosed {
			return closedCase()
		}
		if was != nil && was.Version > 1 {
			return fail.State("There is a draft already: send it or delete it first")
		}
		if was != nil {
			if err := s.dropDraft(ctx, h.tx, was); err != nil {
				return err
			}
		}
		if kind == "" {
			if kind, err = s.usualReply(ctx, tenant, userID); err != nil {
				return err
			}
		}
		about, err := s.answered(ctx, h.tx, h.k, mailID)
		if err != nil {
			return err
		}
		if m, files, err = h.draft(ctx, userID, kind, about); err != nil {
			return err
		}
		if err := insertMail(ctx, h.tx, m, files); err != nil {
			return err
		}
		h.row.Draft = true
		if err := saveRow(ctx, h.tx, h.row); err != nil {
			return err
		}
		return s.changed(ctx, h.tx, h.k)
	})
	return m, files, err
}

// usualReply is how somebody's answers begin (E-27).
func (s *Service) usualReply(ctx context.Context, tenant, userID string) (string, error) {
	who, err := s.directory.Person(ctx, tenant, userID)
	if err != nil {
		return "", err
	}
	if who.ReplyAll {
		return KindReplyAll, nil
	}
	return KindReply, nil
}

// answered is the mail that is answered or forwarded; "" the last one of the
// customer, else the last of all. A case that has none yet answers the one it
// follows.
func (s *Service) answered(ctx context.Context, from bun.IDB, k *cases.Case, mailID string) (*Mail, error) {
	var list []*Mail
	q := from.NewSelect().Model(&list).Where("m.tenant_id = ? AND m.case_id = ? AND m.state <> 'draft'", k.TenantID, k.ID).Limit(1)
	if mailID != "" {
		q = q.Where("m.id = ?", mailID)
	} else {
		q = q.Where("m.kind <> ?", KindAck).OrderExpr("CASE WHEN m.direction = 'in' THEN 0 ELSE 1 END, m.at DESC, m.id DESC")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	if len(list) > 0 {
		return list[0], nil
	}
	if mailID == "" && k.FollowsID != "" {
		closed, err := s.cases.Get(ctx, from, k.TenantID, k.FollowsID)
		if err != nil {
			return nil, err
		}
		return s.answered(ctx, from, closed, "")
	}
	return nil, fail.NotFound("mail")
}

// draft writes the beginning of an answer.
func (h *held) draft(ctx context.Context, userID, kind string, about *Mail) (*Mail, []MailFile, error) {
	rules, err := h.s.directory.Service(ctx, h.row.TenantID, h.row.ServiceID)
	if err != nil {
		return nil, nil, err
	}
	box, err := h.s.outBox(ctx, h.row.TenantID, about.EntryID, h.row.ServiceID)
	if err != nil {
		return nil, nil, err
	}
	who, err := h.s.directory.Person(ctx, h.row.TenantID, userID)
	if err != nil {
		return nil, nil, err
	}
	m := &Mail{TenantID: h.row.TenantID, ID: db.NewID(), CaseID: h.k.ID, InteractionID: h.row.InteractionID, SegmentID: h.row.SegmentID,
		EntryID: box.ID, Direction: "out", State: StateDraft, Kind: kind, UserID: userID, FromName: rules.sender(box), FromAddress: box.Address,
		InReplyTo: about.MessageID, References: chain(about), AnswersID: about.ID, JoinedBy: JoinedSent, Language: about.Language,
		At: h.s.now(), Version: 1}
	subject := cases.WithoutKeys(about.Subject)
	if kind == KindForward {
		m.Subject, m.InReplyTo = prefixed("Fwd: ", subject), ""
	} else {
		m.Subject = answering(subject)
		m.To, m.Cc = recipients(about, box, kind == KindReplyAll)
	}
	its, err := h.s.filesOf(ctx, h.tx, m.TenantID, about.ID)
	if err != nil {
		return nil, nil, err
	}
	files, left := goAlong(kind, about, its)
	fill := filler(h.k, about, who, box)
	m.HTML = letter.SanitiseDraft(withoutPictures(beginning(rules, about, fill, kind), left))
	return m.complete(), files, nil
}

// draftOf is the draft of a segment, nil when there is none.
func (s *Service) draftOf(ctx context.Context, from bun.IDB, tenant, segmentID string) (*Mail, error) {
	var m Mail
	err := from.NewSelect().Model(&m).Where("m.tenant_id = ? AND m.segment_id = ? AND m.segment_id <> '' AND m.state = 'draft'", tenant, segmentID).Limit(1).Scan(ctx)
	if db.IsNone(err) {
		return nil, nil
	}
	return &m, err
}

// Edit is what an agent writes in a draft.
type Edit struct {
	Version     int64 // the one that was seen
	ServiceID   string
	To, Cc, Bcc []Address
	Subject     string
	HTML        string // pictures of the draft by their address of the API, or cid:
}

// SaveDraft keeps what was written so far. It may be unfinished: addresses are
// looked at when it is sent.
func (s *Service) SaveDraft(ctx context.Context, tenant, userID, mailID string, e Edit) (m *Mail, err error) {
	for field, list := range map[string][]Address{"to": e.To, "cc": e.Cc, "bcc": e.Bcc} {
		if len(list) > maxRecipients {
			err := fail.Limit("recipients", maxRecipients)
			err.Field = field
			return nil, err
		}
		for i := range list {
			list[i].Name, list[i].Address = clip(oneLine(list[i].Name), 200), clip(oneLine(list[i].Address), 300)
		}
	}
	if len(e.HTML) > maxHTML {
		return nil, fail.TooLarge("text", maxHTML)
	}
	err = s.withDraft(ctx, tenant, userID, mailID, func(ctx context.Context, h *held, d *Mail) error {
		if d.Version != e.Version {
			return fail.Changed("mail")
		}
		files, err := s.filesOf(ctx, h.tx, tenant, d.ID)
		if err != nil {
			return err
		}
		if e.ServiceID != "" && e.ServiceID != h.row.ServiceID && d.Kind != KindNew {
			return fail.Invalid("serviceId", "The service of a case is changed on the case")
		}
		d.To, d.Cc, d.Bcc, d.Subject = e.To, e.Cc, e.Bcc, clip(oneLine(e.Subject), 900)
		d.HTML = letter.SanitiseDraft(inward(e.HTML, files))
		d.At, d.Version = s.now(), d.Version+1
		if _, err := h.tx.NewUpdate().Model(d.complete()).Column("to_list", "cc_list", "bcc_list", "subject", "body_html", "at", "version").WherePK().Exec(ctx); err != nil {
			return err
		}
		m = d
		if d.Kind == KindNew { // the queue shows what it is about
			h.row.Subject, h.row.SubjectKey = clip(d.Subject, 500), folded(clip(d.Subject, 200))
			if len(d.To) > 0 {
				h.row.FromName, h.row.FromAddress = d.To[0].Name, d.To[0].Address
				h.row.FromKey = folded(clip(d.To[0].Name+" "+d.To[0].Address, 200))
			}
			h.row.UpdatedAt = d.At
			return saveRow(ctx, h.tx, h.row)
		}
		return nil
	})
	return m, err
}

// withDraft runs f on a draft whose segment the user has in hand.
func (s *Service) withDraft(ctx context.Context, tenant, userID, mailID string, f func(ctx context.Context, h *held, d *Mail) error) error {
	m, err := s.mail(ctx, s.db.Read(), tenant, mailID)
	if err != nil {
		return err
	}
	if m.UserID != userID || m.SegmentID == "" {
		return fail.NotFound("mail")
	}
	return s.withHeld(ctx, tenant, userID, m.SegmentID, func(ctx context.Context, h *held) error {
		d, err := s.lockMail(ctx, h.tx, tenant, mailID)
		if err != nil {
			return err
		}
		if d.State != StateDraft {
			return fail.State("This mail was sent already")
		}
		return f(ctx, h, d)
	})
}

// DeleteDraft throws a draft away, for good (E-33). A new mail ends with it.
func (s *Service) DeleteDraft(ctx context.Context, tenant, userID, mailID string) error {
	segment := ""
	err := s.withDraft(ctx, tenant, userID, mailID, func(ctx context.Context, h *held, d *Mail) error {
		if err := s.dropDraft(ctx, h.tx, d); err != nil {
			return err
		}
		if d.Kind == KindNew {
			segment = d.SegmentID
			return nil
		}
		h.row.Draft = false
		if err := saveRow(ctx, h.tx, h.row); err != nil {
			return err
		}
		if d.Version > 1 {
			if err := s.cases.Log(ctx, h.tx, h.k, cases.CaseEntry{Kind: cases.EntryEvent, Event: cases.EventDraftGone, UserID: userID}); err != nil {
				return err
			}
		}
		return s.changed(ctx, h.tx, h.k)
	})
	if err != nil || segment == "" {
		return err
	}
	_, err = s.floor.Do(part(ctx), tenant, core.Input{Type: core.InFinished, Agent: userID, Item: segment})
	return err
}

func (s *Service) dropDraft(ctx context.Context, tx *db.Tx, d *Mail) error {
	if _, err := tx.NewDelete().Model((*MailFile)(nil)).Where("tenant_id = ? AND mail_id = ?", d.TenantID, d.ID).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewDelete().Model(d).WherePK().Exec(ctx)
	return err
}

// NewMail begins a mail that answers nothing (E-32). It is a draft in the
// agent's personal queue at once, and then taken in hand.
func (s *Service) NewMail(ctx context.Context, tenant, userID, serviceID string, to []Address) (*Mail, error) {
	own, supervised, err := s.directory.ServicesOf(ctx, tenant, userID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(own, serviceID) && !slices.Contains(supervised, serviceID) {
		return nil, fail.Invalid("serviceId", "Choose a mail service of your team")
	}
	rules, err := s.directory.Service(ctx, tenant, serviceID)
	if err != nil {
		return nil, err
	}
	box, err := s.outBox(ctx, tenant, "", serviceID)
	if err != nil {
		return nil, err
	}
	who, err := s.directory.Person(ctx, tenant, userID)
	if err != nil {
		return nil, err
	}
	m := &Mail{TenantID: tenant, ID: db.NewID(), EntryID: box.ID, Direction: "out", State: StateDraft, Kind: KindNew, UserID: userID,
		FromName: rules.sender(box), FromAddress: box.Address, To: to, JoinedBy: JoinedSent, At: s.now(), Version: 1,
		HTML: letter.SanitiseDraft(beginning(rules, nil, filler(nil, nil, who, box), KindNew))}
	in := core.Input{Kind: core.Email, Service: serviceID, Agent: userID, Reason: core.ParkedDraft}
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		i, p, err := s.interactions.Open(ctx, tx, interaction.Opening{TenantID: tenant, Kind: core.Email, Direction: "out", ServiceID: serviceID,
			EntryID: box.ID, At: m.At, Part: interaction.NewSegment{Purpose: interaction.PurposePersonal, ToUserID: userID, At: m.At}})
		if err != nil {
			return err
		}
		m.InteractionID, m.SegmentID, in.Item = i.ID, p.ID, p.ID
		if err := insertMail(ctx, tx, m, nil); err != nil {
			return err
		}
		row := &Row{TenantID: tenant, SegmentID: p.ID, InteractionID: i.ID, Place: PlacePersonal, OwnerID: userID, Draft: true,
			ServiceID: serviceID, CreatedAt: m.At, UpdatedAt: m.At}
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
		in.Type = core.InAnnounced
		return s.enqueue(ctx, tx, tenant, in)
	})
	if err != nil {
		return nil, err
	}
	in.Type, in.Reason = core.InOpened, ""
	_, err = s.floor.Do(part(ctx), tenant, in)
	return m, err
}

// ownFile is the address under which a draft's pictures are shown.
var ownFile = regexp.MustCompile(`/api/mail-files/([0-9a-f-]{36})`)

// inward puts cid: for the addresses of the draft's pictures.
func inward(doc string, files []MailFile) string {
	return ownFile.ReplaceAllStringFunc(doc, func(at string) string {
		id := ownFile.FindStringSubmatch(at)[1]
		for _, f := range files {
			if f.ID == id && f.ContentID != "" {
				return "cid:" + f.ContentID
			}
		}
		return at
	})
}

// outward puts addresses for cid:, as inward does the other way.
func outward(doc string, files []MailFile) string {
	return letter.ShowInline(doc, func(cid string) string {
		for _, f := range files {
			if f.ContentID == cid && f.shut() == nil {
				return "/api/mail-files/" + f.ID
			}
		}
		return ""
	})
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
