package email

import (
	"context"
	"slices"
	"strconv"

	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/letter"
	"parley/internal/org"
	"parley/internal/web"
)

// MailView is a mail as people see it.
type MailView struct {
	ID           string     `json:"id"`
	CaseID       string     `json:"caseId"`
	SegmentID    string     `json:"segmentId,omitempty"`
	Direction    string     `json:"direction" enum:"in,out"`
	State        string     `json:"state" enum:"received,draft,sending,sent,failed,doubtful"`
	Kind         string     `json:"kind,omitempty" enum:"reply,reply_all,forward,new,acknowledgement"`
	Automatic    string     `json:"automatic,omitempty" doc:"Why nothing answers it by itself: reply, generated, bulk, list, bounce, loop"`
	From         Address    `json:"from"`
	ReplyTo      []Address  `json:"replyTo"`
	To           []Address  `json:"to"`
	Cc           []Address  `json:"cc"`
	Bcc          []Address  `json:"bcc"`
	Subject      string     `json:"subject" doc:"Without thread keys"`
	ThreadKeys   []string   `json:"threadKeys" doc:"In the subject as it came or went, newest first"`
	Text         string     `json:"text" doc:"What the sender wrote; of a draft: nothing"`
	Quote        string     `json:"quote,omitempty" doc:"What the text quotes"`
	Signature    string     `json:"signature,omitempty"`
	HTML         bool       `json:"html" doc:"There is a formatted text: /api/mails/{id}/html"`
	Body         string     `json:"body,omitempty" doc:"Of a draft: its formatted text"`
	RemoteImages int        `json:"remoteImages" doc:"Pictures from outside, not shown until asked for"`
	Files        []MailFile `json:"files"`
	At           int64      `json:"at"`
	UserID       string     `json:"userId,omitempty"`
	UserName     string     `json:"userName,omitempty"`
	AnswersID    string     `json:"answersId,omitempty"`
	JoinedBy     string     `json:"joinedBy" enum:"new,key,references,follow,sent,manual" doc:"Why it belongs to the case"`
	Moved        *Moved     `json:"moved,omitempty" doc:"Of one that was moved here by hand"`
	NewSender    bool       `json:"newSender" doc:"Somebody who took no part in the case before"`
	Problems     []string   `json:"problems" doc:"What was broken in it and how it was read"`
	Outcome      string     `json:"outcome,omitempty" doc:"What the relay said"`
	Version      int64      `json:"version"`
	Abilities    []string   `json:"abilities"`
}

// Moved says who moved a mail by hand, when, and from which case.
type Moved struct {
	By   string `json:"by" doc:"A name"`
	At   int64  `json:"at"`
	From int64  `json:"from" doc:"The number of the case"`
}

func (s *Service) mailView(ctx context.Context, who web.Identity, m *Mail, files []MailFile) MailView {
	v := MailView{ID: m.ID, CaseID: m.CaseID, SegmentID: m.SegmentID, Direction: m.Direction, State: m.State, Kind: m.Kind, Automatic: m.Automatic,
		From: Address{Name: m.FromName, Address: m.FromAddress}, ReplyTo: m.ReplyTo, To: m.To, Cc: m.Cc, Bcc: m.Bcc,
		Subject: cases.WithoutKeys(m.Subject), ThreadKeys: cases.KeysIn(m.Subject), HTML: m.HTML != "", RemoteImages: m.RemoteImages, Files: files,
		At: m.At, UserID: m.UserID, AnswersID: m.AnswersID, JoinedBy: m.JoinedBy, NewSender: m.NewSender, Problems: m.Problems,
		Version: m.Version, Abilities: []string{}}
	if v.ThreadKeys == nil {
		v.ThreadKeys = []string{}
	}
	if m.Outcome != trying {
		v.Outcome = m.Outcome
	}
	v.UserName = s.name(ctx, m.TenantID, m.UserID)
	if m.MovedAt > 0 {
		v.Moved = &Moved{By: s.name(ctx, m.TenantID, m.MovedBy), At: m.MovedAt, From: m.MovedFrom}
	}
	if m.State == StateDraft {
		v.Body = outward(m.HTML, files)
		if m.UserID == who.UserID && m.SegmentID != "" {
			v.Abilities = append(v.Abilities, "edit", "send", "delete")
		}
		return v
	}
	v.Text, v.Quote, v.Signature = letter.Split(m.Text)
	v.Abilities = append(v.Abilities, "reply", "reply_all", "forward")
	if (m.State == StateFailed || m.State == StateDoubtful) && who.Can("handle.email") {
		v.Abilities = append(v.Abilities, "retry")
	}
	return v
}

// CaseView is a case with its names and what the user may do to it.
type CaseView struct {
	cases.Case
	ServiceName  string `json:"serviceName"`
	AssigneeName string `json:"assigneeName"`
	CategoryName string `json:"categoryName" doc:"With those it stands below"`
	// CategoryOffered is false of a category that the case got under another service.
	CategoryOffered bool             `json:"categoryOffered" doc:"Cases of its service may get the category; false: it was given under another service, and one of this service has to be chosen"`
	Fields          []CaseFieldValue `json:"fields" doc:"What was told about it, in the order of the form"`
	FlaggedName     string           `json:"flaggedName,omitempty"`
	SegmentID       string           `json:"segmentId,omitempty" doc:"Of the contact that is open for it"`
	Place           string           `json:"place,omitempty" enum:"team,personal,hand,ended"`
	OwnerID         string           `json:"ownerId,omitempty" doc:"Who has it"`
	OwnerName       string           `json:"ownerName,omitempty"`
	SLDueAt         int64            `json:"slDueAt"`
	PinnedBy        []Pinned         `json:"pinnedBy" doc:"Who waits for its answer, the first first"`
	Follows         *CaseRef         `json:"follows,omitempty"`
	FollowedBy      []CaseRef        `json:"followedBy"`
	Abilities       []string         `json:"abilities"`
}

// Pinned is somebody who has a case pinned.
type Pinned struct {
	UserID string `json:"userId"`
	Name   string `json:"name"`
}

// CaseRef names another case.
type CaseRef struct {
	ID     string `json:"id"`
	Number int64  `json:"number"`
}

// Case gives a case to somebody who may see it.
func (s *Service) Case(ctx context.Context, who web.Identity, id string) (CaseView, error) {
	k, row, err := s.mayRead(ctx, who, id)
	if err != nil {
		return CaseView{}, err
	}
	if err := s.looked(ctx, who, k, row); err != nil {
		return CaseView{}, err
	}
	v := CaseView{Case: *k, PinnedBy: []Pinned{}, FollowedBy: []CaseRef{}, Abilities: []string{"note", "flag"}}
	if rules, err := s.directory.Service(ctx, who.TenantID, k.ServiceID); err == nil {
		v.ServiceName = rules.Name
	}
	v.AssigneeName, v.FlaggedName = s.name(ctx, who.TenantID, k.AssigneeID), s.name(ctx, who.TenantID, k.FlaggedBy)
	v.CategoryName = s.categoryName(ctx, who.TenantID, k.CategoryID)
	if v.CategoryOffered, err = s.offersCategory(ctx, k, k.CategoryID); err != nil {
		return CaseView{}, err
	}
	if v.Fields, err = s.fieldValues(ctx, k); err != nil {
		return CaseView{}, err
	}
	if row != nil {
		v.SegmentID, v.Place, v.OwnerID, v.SLDueAt = row.SegmentID, row.Place, row.OwnerID, row.SLDueAt
		v.OwnerName = s.name(ctx, who.TenantID, row.OwnerID)
		if row.Place == PlaceTeam && !row.Offered || row.Place == PlacePersonal && row.OwnerID == who.UserID {
			v.Abilities = append(v.Abilities, "open")
		}
		if row.Place == PlaceTeam && !row.Offered {
			v.Abilities = append(v.Abilities, "take")
		}
		if row.Place == PlacePersonal && row.OwnerID == who.UserID {
			v.Abilities = append(v.Abilities, "return")
		}
	}
	if k.Deleted() {
		v.Abilities = []string{"restore"}
		return v, nil
	}
	if row.openFor(who.UserID) {
		v.Abilities = append(v.Abilities, "edit")
	}
	if who.Can(org.HandleDeleteCases) && (row == nil || row.Place == PlaceEnded || !row.Offered && (row.OwnerID == "" || row.OwnerID == who.UserID)) {
		v.Abilities = append(v.Abilities, "delete")
	}
	works, err := s.worksOn(ctx, who, k)
	if err != nil {
		return v, err
	}
	switch {
	case k.State != cases.StateClosed:
		v.Abilities = append(v.Abilities, "set_state")
		if row != nil && row.Place == PlaceHand && row.OwnerID == who.UserID {
			v.Abilities = append(v.Abilities, "set_service")
		}
		if works && (row == nil || row.Place == PlaceEnded) {
			v.Abilities = append(v.Abilities, "open")
		}
	case works:
		v.Abilities = append(v.Abilities, "follow_up")
	}
	if err := s.viewPins(ctx, who, k, &v); err != nil {
		return v, err
	}
	if k.FollowsID != "" {
		if f, err := s.cases.Get(ctx, s.db.Read(), who.TenantID, k.FollowsID); err == nil {
			v.Follows = &CaseRef{f.ID, f.Number}
		}
	}
	followers, err := s.cases.Followers(ctx, s.db.Read(), who.TenantID, k.ID)
	for _, f := range followers {
		v.FollowedBy = append(v.FollowedBy, CaseRef{f.ID, f.Number})
	}
	return v, err
}

func (s *Service) name(ctx context.Context, tenant, userID string) string {
	if userID == "" {
		return ""
	}
	p, err := s.directory.Person(ctx, tenant, userID)
	if err != nil {
		return ""
	}
	return p.Name
}

// seeAll are the privileges with which somebody sees every case.
var seeAll = []string{"handle.others_cases", "records.view"}

// mayRead lets in whose case it is or was, those whose queue it is in, who sees
// the pins of somebody who has it pinned, and those who may see all; to a deleted
// one, those who may look into the bin. For others there is no such case. row is
// the segment that is open for it, nil for none.
func (s *Service) mayRead(ctx context.Context, who web.Identity, id string) (*cases.Case, *Row, error) {
	k, err := s.cases.Get(ctx, s.db.Read(), who.TenantID, id)
	if err != nil {
		return nil, nil, err
	}
	if k.Deleted() {
		_, err := s.inBin(ctx, who, id)
		return k, nil, err
	}
	row, err := s.lastRow(ctx, who.TenantID, id)
	if err != nil {
		return nil, nil, err
	}
	if slices.ContainsFunc(seeAll, who.Can) || who.UserID != "" && k.AssigneeID == who.UserID {
		return k, row, nil
	}
	if who.UserID == "" {
		return nil, nil, fail.NotFound("case")
	}
	sc, err := s.scope(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	if row != nil && (row.OwnerID == who.UserID || slices.Contains(sc.services, row.ServiceID) ||
		who.Can(org.SuperviseForceState) && s.directory.Leads(ctx, who.TenantID, who.UserID, row.OwnerID)) {
		return k, row, nil
	}
	may, err := s.interactions.HandledIn(ctx, s.db.Read(), who.TenantID, who.UserID, id)
	if err == nil && !may {
		may, err = s.seesPins(ctx, who, id)
	}
	if err == nil && !may {
		err = fail.NotFound("case")
	}
	return k, row, err
}

// looked notes that somebody looks into a case that is neither theirs nor in a
// queue of theirs.
func (s *Service) looked(ctx context.Context, who web.Identity, k *cases.Case, row *Row) error {
	if who.UserID != "" {
		if k.AssigneeID == who.UserID || row != nil && row.OwnerID == who.UserID {
			return nil
		}
		if row != nil && row.Place == PlaceTeam {
			sc, err := s.scope(ctx, who)
			if err != nil || slices.Contains(sc.services, row.ServiceID) {
				return err
			}
		}
		if had, err := s.interactions.HandledIn(ctx, s.db.Read(), who.TenantID, who.UserID, k.ID); err != nil || had {
			return err
		}
	}
	s.viewed.Note(ctx, who.TenantID, "case", k.ID, "#"+strconv.FormatInt(k.Number, 10))
	return nil
}

// openMail is mayReadMail for somebody who then sees what is in the mail.
func (s *Service) openMail(ctx context.Context, who web.Identity, id string) (*Mail, error) {
	m, err := s.mayReadMail(ctx, who, id)
	if err != nil || m.CaseID == "" {
		return m, err
	}
	k, err := s.cases.Get(ctx, s.db.Read(), who.TenantID, m.CaseID)
	if err != nil {
		return nil, err
	}
	row, err := s.lastRow(ctx, who.TenantID, m.CaseID)
	if err != nil {
		return nil, err
	}
	return m, s.looked(ctx, who, k, row)
}

func (s *Service) lastRow(ctx context.Context, tenant, caseID string) (*Row, error) {
	var rows []*Row
	err := s.db.Read().NewSelect().Model(&rows).Where("r.tenant_id = ? AND r.case_id = ?", tenant, caseID).
		OrderExpr("CASE WHEN r.place = 'ended' THEN 1 ELSE 0 END, r.segment_id DESC").Limit(1).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// mayReadMail gives a mail to somebody who may see its case; a draft without one
// is its writer's.
func (s *Service) mayReadMail(ctx context.Context, who web.Identity, id string) (*Mail, error) {
	m, err := s.mail(ctx, s.db.Read(), who.TenantID, id)
	if err != nil {
		return nil, err
	}
	if m.CaseID == "" {
		if who.UserID == "" || m.UserID != who.UserID {
			return nil, fail.NotFound("mail")
		}
		return m, nil
	}
	if _, _, err := s.mayRead(ctx, who, m.CaseID); err != nil {
		if fail.Code(err) == fail.CodeNotFound {
			err = fail.NotFound("mail")
		}
		return nil, err
	}
	return m, nil
}

// MayOpen tells whether somebody may take a waiting mail by hand: it is in the
// team's queue of a service of theirs, or in their own.
func (s *Service) MayOpen(ctx context.Context, who web.Identity, p interaction.Segment) bool {
	row, err := s.rowOf(ctx, s.db.Read(), who.TenantID, p.ID)
	if err != nil || row == nil {
		return false
	}
	if row.OwnerID == who.UserID {
		return true
	}
	sc, err := s.scope(ctx, who)
	return err == nil && slices.Contains(sc.services, row.ServiceID)
}
