package email

import (
	"bytes"
	"context"
	"strconv"

	"parley/internal/blob"
	"parley/internal/cases"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/letter"
)

// coming is a mail on its way into its case.
type coming struct {
	s     *Service
	tx    *db.Tx
	r     *intake
	l     *letter.Letter
	files []MailFile
	box   Mailbox
	m     *Mail
	k     *cases.Case
	rules Rules
	at    int64 // when it comes here, unix ms
	moved bool  // by hand: it is stored already
}

// store makes a mail of what was read, in one transaction with its case, its
// contact and what the floor must learn. A reason sends it to the quarantine.
func (s *Service) store(ctx context.Context, r *intake, l *letter.Letter) (reason string, err error) {
	box, err := s.directory.Mailbox(ctx, r.TenantID, r.EntryID)
	if fail.Code(err) == fail.CodeNotFound {
		return ReasonNoService, nil
	}
	if err != nil {
		return "", err
	}
	files, err := s.keepFiles(ctx, r.TenantID, l.Files)
	if err != nil {
		return "", err
	}
	err = s.db.Write(ctx, db.Mail, func(ctx context.Context, tx *db.Tx) error {
		c := &coming{s: s, tx: tx, r: r, l: l, files: files, box: box, m: incoming(r, l), at: r.ReceivedAt}
		if ok, err := s.claim(ctx, tx, r, c.m.ID); err != nil || !ok {
			return err
		}
		return c.in(ctx)
	})
	if fail.Code(err) == fail.CodeNotFound {
		return ReasonNoService, nil
	}
	return "", err
}

// keepFiles puts the files of a mail into blobs; each content is there once.
func (s *Service) keepFiles(ctx context.Context, tenant string, files []letter.File) ([]MailFile, error) {
	var out []MailFile
	for n, f := range files {
		var ref blob.Ref
		ref, err := s.blobs.Put(ctx, tenant, bytes.NewReader(f.Content), letter.DefaultLimits.Decoded)
		if err != nil {
			return nil, err
		}
		out = append(out, MailFile{TenantID: tenant, ID: db.NewID(), N: n + 1, Name: clip(f.Name, 255), Type: clip(f.Type, 127), Size: ref.Size,
			ContentID: clip(f.ContentID, 255), Inline: f.Inline, Hash: ref.Hash})
		if s.scanner != nil {
			out[n].CheckState, out[n].CheckedAt = CheckWaiting, s.now()
		}
	}
	return out, nil
}

func incoming(r *intake, l *letter.Letter) *Mail {
	m := &Mail{TenantID: r.TenantID, ID: db.NewID(), EntryID: r.EntryID, Direction: "in", State: StateReceived, Automatic: l.Automatic,
		MessageID: clip(l.MessageID, 500), References: references(l), ReplyTo: l.ReplyTo, To: l.To, Cc: l.Cc, Subject: clip(l.Subject, 1000),
		Text: l.Text, HTML: l.HTML, RemoteImages: l.RemoteImages, Language: l.Language, Problems: l.Problems,
		RawHash: r.RawHash, RawSize: r.RawSize, At: r.ReceivedAt, Version: 1}
	if r.Sender == "" && r.Source == "smtp" && m.Automatic == "" {
		m.Automatic = letter.Bounce // a null sender wants no answer (RFC 5321 section 4.5.5)
	}
	if len(l.InReplyTo) > 0 {
		m.InReplyTo = clip(l.InReplyTo[0], 500)
	}
	if len(l.From) > 0 {
		m.FromName, m.FromAddress = clip(l.From[0].Name, 200), clip(l.From[0].Address, 300)
	} else {
		m.FromAddress = clip(r.Sender, 300)
	}
	return m.complete()
}

// in puts the mail where it belongs.
func (c *coming) in(ctx context.Context) error {
	k, by, err := c.s.belongs(ctx, c.tx, c.r.TenantID, c.l)
	if err != nil {
		return err
	}
	if k == nil {
		return c.begin(ctx, nil, JoinedNew)
	}
	open, err := c.s.openRow(ctx, c.tx, k.TenantID, k.ID)
	if err != nil {
		return err
	}
	if open != nil { // the floor locks in this order too
		if err := c.s.interactions.Lock(ctx, c.tx, k.TenantID, open.InteractionID); err != nil {
			return err
		}
	}
	if c.k, err = c.s.cases.Lock(ctx, c.tx, k.TenantID, k.ID); err != nil {
		return err
	}
	if c.k.Deleted() { // meanwhile
		return c.begin(ctx, nil, JoinedNew)
	}
	if c.k.State == cases.StateClosed {
		if c.m.wantsNothing() {
			return c.keep(ctx, by)
		}
		return c.begin(ctx, c.k, JoinedFollow)
	}
	if c.rules, err = c.s.directory.Service(ctx, c.k.TenantID, c.k.ServiceID); err != nil {
		return err
	}
	c.m.NewSender = !c.known(ctx)
	if open, err = c.s.openRow(ctx, c.tx, k.TenantID, k.ID); err != nil {
		return err
	}
	switch {
	case open != nil:
		err = c.join(ctx, open, by)
	case c.m.wantsNothing():
		err = c.keep(ctx, by)
	default:
		err = c.again(ctx, by)
	}
	return err
}

// known tells whether the sender has taken part in the case already.
func (c *coming) known(ctx context.Context) bool {
	if c.m.Automatic != "" || c.m.FromAddress == "" || sameAddress(c.m.FromAddress, c.k.Address) {
		return true
	}
	var mails []Mail
	if err := c.tx.NewSelect().Model(&mails).Column("from_address", "to_list", "cc_list").
		Where("m.tenant_id = ? AND m.case_id = ? AND m.state <> 'draft'", c.k.TenantID, c.k.ID).Order("m.id DESC").Limit(100).Scan(ctx); err != nil {
		return true
	}
	for _, m := range mails {
		for _, a := range append(append([]Address{{Address: m.FromAddress}}, m.To...), m.Cc...) {
			if sameAddress(a.Address, c.m.FromAddress) {
				return true
			}
		}
	}
	return false
}

// begin makes a case of the mail: a new one, or one that follows a closed one.
func (c *coming) begin(ctx context.Context, closed *cases.Case, by string) (err error) {
	o := cases.Opening{TenantID: c.r.TenantID, Subject: c.m.Subject, ServiceID: serviceFor(c.box, c.l, c.r.Recipient),
		Initiator: c.m.FromName, Address: c.m.FromAddress, CustomerAt: c.m.At}
	prefer := ""
	if closed != nil {
		o.FollowsID, o.ServiceID, prefer = closed.ID, closed.ServiceID, closed.AssigneeID
	}
	if c.rules, err = c.s.directory.Service(ctx, o.TenantID, o.ServiceID); err != nil {
		return err
	}
	if c.m.Automatic == "" {
		who, found, err := c.s.contacts.FindOrCreate(ctx, c.tx, o.TenantID, contact.Known{Name: c.m.FromName, Email: c.m.FromAddress, Language: c.m.Language})
		if err != nil {
			return err
		}
		if found {
			o.ContactID = who.ID
		}
	}
	if c.k, err = c.s.cases.Open(ctx, c.tx, o); err != nil {
		return err
	}
	if closed != nil {
		if err := c.s.cases.Log(ctx, c.tx, c.k, cases.CaseEntry{Kind: cases.EntryEvent, Event: cases.EventFollows,
			Args: map[string]string{"number": number(closed.Number), "caseId": closed.ID}}); err != nil {
			return err
		}
	}
	if err := c.s.cases.Log(ctx, c.tx, c.k, cases.CaseEntry{Kind: cases.EntryEvent, Event: cases.EventRouted, Args: map[string]string{"service": c.rules.Name}}); err != nil {
		return err
	}
	if err := c.work(ctx, prefer, by); err != nil {
		return err
	}
	return c.s.acknowledge(ctx, c.tx, c.k, c.m, c.box, c.rules)
}

// join adds the mail to the contact that is open for its case.
func (c *coming) join(ctx context.Context, open *Row, by string) error {
	c.m.InteractionID = open.InteractionID
	if err := c.insert(ctx, by); err != nil {
		return err
	}
	if !c.m.wantsNothing() {
		if err := c.s.interactions.MarkCustomer(ctx, c.tx, c.k.TenantID, open.InteractionID, c.m.At); err != nil {
			return err
		}
		if open.SLFromAt == 0 || c.m.At < open.SLFromAt {
			if err := c.s.clock(ctx, c.tx, open, c.rules, c.m.At); err != nil {
				return err
			}
		}
		open.CustomerAt = max(open.CustomerAt, c.m.At)
	}
	open.Unread++
	open.Files += attachments(c.files)
	open.UpdatedAt = c.at
	if err := saveRow(ctx, c.tx, open); err != nil {
		return err
	}
	return c.heard(ctx)
}

// again begins another contact for a case whose earlier ones are finished.
func (c *coming) again(ctx context.Context, by string) error {
	return c.work(ctx, c.k.AssigneeID, by)
}

// work begins a contact for the case and tells the floor. prefer is the agent
// who handled it before: the service says whether it goes there (E-6). A pinned
// case goes to the personal queue of its agent, else of who pinned it first
// (decision 33).
func (c *coming) work(ctx context.Context, prefer, by string) error {
	part := interaction.NewSegment{At: c.at}
	replies := c.rules.Replies
	keeper, err := c.keeper(ctx, prefer)
	if err != nil {
		return err
	}
	if keeper != "" {
		prefer, replies = keeper, RepliesPersonal
	}
	personal := prefer != "" && replies != RepliesQueue && c.s.directory.Can(ctx, c.k.TenantID, prefer, "handle.email")
	if personal {
		part.ToUserID, part.Purpose = prefer, interaction.PurposePersonal
	}
	i, segment, err := c.s.interactions.Open(ctx, c.tx, interaction.Opening{TenantID: c.k.TenantID, Kind: core.Email, ServiceID: c.k.ServiceID,
		EntryID: c.box.ID, ChannelID: c.k.ID, Language: c.m.Language, Subject: c.k.Subject, Reference: number(c.k.Number), At: c.at,
		Customer: interaction.Customer{Name: c.m.FromName, Email: c.m.FromAddress, ContactID: c.k.ContactID}, Part: part})
	if err != nil {
		return err
	}
	c.m.InteractionID = i.ID
	if err := c.insert(ctx, by); err != nil {
		return err
	}
	if err := c.s.interactions.MarkCustomer(ctx, c.tx, c.k.TenantID, i.ID, c.m.At); err != nil {
		return err
	}
	row := c.s.row(c.k, segment, c.m)
	row.Files = attachments(c.files)
	since, err := c.s.unansweredSince(ctx, c.tx, c.k, c.m.At)
	if err != nil {
		return err
	}
	if err := c.s.clock(ctx, c.tx, row, c.rules, since); err != nil {
		return err
	}
	if _, err := c.tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return err
	}
	in := floor.Submitted(segment)
	switch {
	case personal && replies == RepliesPersonal:
		in = core.Input{Type: core.InParked, Item: segment.ID, Kind: core.Email, Service: segment.ServiceID, EnqueuedAt: segment.QueuedAt,
			Agent: prefer, Reason: core.ParkedPersonal}
	case personal:
		in.Fallback = core.FallbackPark
	}
	if err := c.s.enqueue(ctx, c.tx, c.k.TenantID, in); err != nil {
		return err
	}
	return c.heard(ctx)
}

// keeper is whose personal queue a mail of a pinned case goes to, "" when nobody
// has it pinned who may take mails.
func (c *coming) keeper(ctx context.Context, assignee string) (string, error) {
	pins, err := c.s.cases.Pins(ctx, c.tx, c.k.TenantID, c.k.ID)
	if err != nil || len(pins) == 0 {
		return "", err
	}
	candidates := []string{assignee}
	for _, p := range pins {
		candidates = append(candidates, p.UserID)
	}
	for _, id := range candidates {
		if id != "" && c.s.directory.Can(ctx, c.k.TenantID, id, "handle.email") {
			return id, nil
		}
	}
	return "", nil
}

// keep only adds the mail to its case.
func (c *coming) keep(ctx context.Context, by string) error {
	if err := c.insert(ctx, by); err != nil {
		return err
	}
	return c.heard(ctx)
}

func (c *coming) insert(ctx context.Context, by string) error {
	c.m.CaseID, c.m.JoinedBy = c.k.ID, by
	if c.moved {
		return saveMoved(ctx, c.tx, c.m)
	}
	if err := insertMail(ctx, c.tx, c.m, c.files); err != nil {
		return err
	}
	if c.m.Automatic != "" {
		return nil
	}
	return remember(ctx, c.tx, c.k.TenantID, c.m.At, Address{Name: c.m.FromName, Address: c.m.FromAddress})
}

// heard notes on the case that the customer wrote, and tells whose it is.
func (c *coming) heard(ctx context.Context) error {
	if !c.m.wantsNothing() {
		c.k.CustomerAt = max(c.k.CustomerAt, c.m.At)
		if c.k.State == cases.StateResolved || c.k.State == cases.StatePending {
			if err := c.s.cases.Move(ctx, c.tx, c.k, cases.StateOpen, ""); err != nil {
				return err
			}
		}
		if err := c.s.cases.Heard(ctx, c.tx, c.k); err != nil {
			return err
		}
	}
	if err := c.s.cases.Save(ctx, c.tx, c.k); err != nil {
		return err
	}
	return c.s.changed(ctx, c.tx, c.k)
}

func attachments(files []MailFile) (n int) {
	for _, f := range files {
		if !f.Inline {
			n++
		}
	}
	return n
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
