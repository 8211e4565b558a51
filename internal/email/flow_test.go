package email

import (
	"strings"
	"testing"

	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/letter"
	"parley/internal/org"
)

func TestNewMail(t *testing.T) {
	each(t, func(d *desk) {
		d.Run("[E-3] a new mail makes a case with the next number and is acknowledged with it", func(t *testing.T) {
			a := d.comes(nil, "My bag is lost.")
			b := d.comes(map[string]string{"From": "Vera <vera@example.org>"}, "Mine too.")
			if d.kase(a.CaseID).Number != 1 || d.kase(b.CaseID).Number != 2 {
				t.Fatalf("numbers %d, %d", d.kase(a.CaseID).Number, d.kase(b.CaseID).Number)
			}
			d.send()
			sent := d.relay.all()
			if len(sent) != 2 {
				t.Fatalf("%d mails went out", len(sent))
			}
			l, err := letter.Read(sent[0].Raw, letter.DefaultLimits)
			d.must(err)
			if l.Text = strings.TrimSpace(l.Text); l.Text != "Dear Ivan Petrov, your number is 1." || l.Automatic == "" || l.InReplyTo[0] != a.MessageID {
				t.Fatalf("%q %q %v", l.Text, l.Automatic, l.InReplyTo)
			}
			if keys := cases.KeysIn(l.Subject); len(keys) != 1 || keys[0] != d.kase(a.CaseID).ThreadKey {
				t.Fatalf("subject %q", l.Subject)
			}
		})
		d.Run("[E-3] nothing is acknowledged to machines, lists, null senders; no address too often", func(t *testing.T) {
			before := len(d.relay.all())
			d.comes(map[string]string{"Auto-Submitted": "auto-replied", "From": "x@example.org"}, "I am away")
			d.must(d.s.Take(d.ctx, Arrival{TenantID: tenant, EntryID: "box", Recipient: "shop@parley.test", Source: "smtp",
				Raw: []byte(letterOf(map[string]string{"From": "mailer-daemon@example.org", "Subject": "Failed"}, "It failed"))}))
			d.comes(map[string]string{"From": "shop@parley.test"}, "From ourselves")
			for range 4 {
				d.comes(map[string]string{"From": "often@example.org"}, "Again")
			}
			d.send()
			if n := len(d.relay.all()) - before; n != 2 {
				t.Fatalf("%d acknowledgements", n)
			}
		})
		d.Run("[E-1/once] the same mail is taken once, whatever trace lines it came with; another mail with its Message-ID is another", func(t *testing.T) {
			raw := letterOf(map[string]string{"From": "a@example.org", "Subject": "Once", "Message-ID": "<once@example.org>"}, "one")
			other := letterOf(map[string]string{"From": "a@example.org", "Subject": "Once", "Message-ID": "<once@example.org>"}, "two")
			for _, r := range []string{raw, raw, "Received: from x by y;\r\n\tMon, 1 Jan 2026\r\n" + raw, other} {
				d.must(d.s.Take(d.ctx, Arrival{TenantID: tenant, EntryID: "box", Recipient: "shop@parley.test", Sender: "a@example.org", Source: "imap", Raw: []byte(r)}))
			}
			d.understand()
			n, err := d.db.Read().NewSelect().Model((*Mail)(nil)).Where("m.message_id = 'once@example.org'").Count(d.ctx)
			d.must(err)
			if n != 2 {
				t.Fatalf("%d mails", n)
			}
		})
		d.Run("[E-5] the service follows the words of subject and text, from the beginning of a word on", func(t *testing.T) {
			for text, want := range map[string]string{"Прошу возврата денег": "info", "a REFUND, please": "info", "невозвратный билет": "post", "hello": "post"} {
				if got := d.kase(d.comes(map[string]string{"From": "w@example.org"}, text).CaseID).ServiceID; got != want {
					t.Errorf("%q went to %s", text, got)
				}
			}
		})
		d.Run("[E-5] the service follows the sender, one address or a whole domain, and the language; the first rule that fits wins", func(t *testing.T) {
			usual := d.set.box.Rules
			defer func() { d.set.box.Rules = usual }()
			d.set.box.Rules = []KeywordRule{{From: "vip@example.net", ServiceID: "info"}, {From: "@partner.example", ServiceID: "info"},
				{From: "@example.net", Words: []string{"invoice"}, In: "subject", ServiceID: "info"}, {Language: "ru", ServiceID: "info"}}
			russian := "Здравствуйте! Подскажите, пожалуйста, когда привезут мой заказ, я жду его уже целую неделю."
			english := "Good day! Could you please tell me when my order will arrive, I have been waiting for a week."
			for _, c := range []struct{ from, subject, text, want string }{
				{"VIP@example.net", "Hello", english, "info"},
				{"anna@partner.example", "Hello", english, "info"},
				{"anna@notpartner.example", "Hello", english, "post"},
				{"other@example.net", "Your invoice", english, "info"},
				{"other@example.net", "Hello", english + " invoice", "post"}, // the words are wanted in the subject
				{"z@example.com", "Заказ", russian, "info"},
				{"z@example.com", "Order", english, "post"},
			} {
				if got := d.kase(d.comes(map[string]string{"From": c.from, "Subject": c.subject}, c.text).CaseID).ServiceID; got != c.want {
					t.Errorf("%s, %q: %s, not %s", c.from, c.subject, got, c.want)
				}
			}
		})
		d.Run("[B-3/quarantine] what is no mail waits in the quarantine with its reason, and others go on", func(t *testing.T) {
			d.must(d.s.Take(d.ctx, Arrival{TenantID: tenant, EntryID: "box", Recipient: "shop@parley.test", Source: "imap", Raw: []byte("\x00\x01\x02")}))
			d.must(d.s.Take(d.ctx, Arrival{TenantID: tenant, EntryID: "gone", Recipient: "old@parley.test", Source: "imap", Raw: []byte("From: a@b.c\r\n\r\nx")}))
			d.comes(nil, "fine")
			var rows []intake
			d.must(d.db.Read().NewSelect().Model(&rows).Where("t.state = 'quarantined'").Order("t.id").Scan(d.ctx))
			if len(rows) != 2 || rows[0].Reason != ReasonUnreadable || rows[1].Reason != ReasonNoService {
				t.Fatalf("%+v", rows)
			}
		})
	})
}

func TestThread(t *testing.T) {
	each(t, func(d *desk) {
		first := d.comes(nil, "My bag is lost.")
		k := d.kase(first.CaseID)
		joins := func(head map[string]string, text, by string) *Mail {
			d.Helper()
			m := d.comes(head, text)
			if m.CaseID != k.ID || m.JoinedBy != by {
				d.Fatalf("joined %s by %s", m.CaseID, m.JoinedBy)
			}
			return m
		}
		d.Run("[E-4] the identifier in the subject joins a mail to its case, whatever else the subject says", func(*testing.T) {
			joins(map[string]string{"Subject": "Anything " + k.ThreadKey}, "More", JoinedKey)
			joins(map[string]string{"Subject": "Отв: " + strings.ToLower(k.ThreadKey)}, "More", JoinedKey)
		})
		d.Run("[E-4] of two identifiers the newest valid one wins; one with a wrong character is none", func(t *testing.T) {
			other := d.kase(d.comes(map[string]string{"Subject": "Another matter"}, "x").CaseID)
			joins(map[string]string{"Subject": "Re: " + other.ThreadKey + " Re: " + k.ThreadKey}, "More", JoinedKey)
			wrong := "0"
			if strings.HasSuffix(other.ThreadKey, wrong) {
				wrong = "1"
			}
			joins(map[string]string{"Subject": k.ThreadKey + " " + other.ThreadKey[:len(other.ThreadKey)-1] + wrong}, "More", JoinedKey)
			if m := d.comes(map[string]string{"Subject": other.ThreadKey[:len(other.ThreadKey)-1] + wrong}, "x"); m.CaseID == other.ID || m.JoinedBy != JoinedNew {
				t.Fatalf("joined %s by %s", m.CaseID, m.JoinedBy)
			}
		})
		d.Run("[E-4] with a changed subject the mails it refers to join it", func(*testing.T) {
			joins(map[string]string{"Subject": "Other", "In-Reply-To": "<m1@example.org>"}, "More", JoinedReferences)
			joins(map[string]string{"Subject": "Other", "References": "<unknown@x> <m1@example.org>"}, "More", JoinedReferences)
		})
		d.Run("[B-7/reason] a number quoted in the text joins nothing", func(t *testing.T) {
			if m := d.comes(map[string]string{"Subject": "About case #1"}, "My number is 1, "+k.ThreadKey); m.CaseID == k.ID {
				t.Fatal("joined by a quoted number")
			}
		})
		d.Run("[B-7/reason] somebody who took no part before is marked", func(t *testing.T) {
			if m := joins(map[string]string{"From": "Somebody <new@example.org>", "Subject": k.ThreadKey}, "Me too", JoinedKey); !m.NewSender {
				t.Fatal("not marked")
			}
			if m := joins(map[string]string{"From": "Somebody <new@example.org>", "Subject": k.ThreadKey}, "Me again", JoinedKey); m.NewSender {
				t.Fatal("marked though known")
			}
		})
		d.Run("[E-3] all mails of a case that is worked on are one contact", func(t *testing.T) {
			if n, err := d.db.Read().NewSelect().Model((*Row)(nil)).Where("r.case_id = ?", k.ID).Count(d.ctx); err != nil || n != 1 {
				t.Fatalf("%d rows, %v", n, err)
			}
		})
		d.Run("[E-4] a closed case is followed by another", func(t *testing.T) {
			d.must(d.s.SetState(d.ctx, d.who("anna", "records.view"), k.ID, 0, cases.StateClosed))
			m := d.comes(map[string]string{"Subject": k.ThreadKey}, "It is lost again")
			if m.CaseID == k.ID || d.kase(m.CaseID).FollowsID != k.ID || m.JoinedBy != JoinedFollow {
				t.Fatalf("%+v", m)
			}
		})
	})
}

func TestAnswer(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna")
		m := d.comes(nil, "My bag is lost.")
		d.stands(m.CaseID, "offered anna")
		segment := d.row(m.CaseID).SegmentID
		d.Run("[E-7/rules] the offer names service, customer, subject and case; answering opens it", func(t *testing.T) {
			rows, err := d.s.interactions.OpenRows(d.ctx, d.db.Read(), tenant, "anna")
			d.must(err)
			o := rows.Offers[0]
			if o.Subject != "Lost bag" || o.Reference != "1" || o.Customer.Email != "ivan@example.org" || o.ServiceName != "post" || strings.Join(o.Abilities, " ") != "accept postpone" {
				t.Fatalf("%+v", o)
			}
			_, err = d.floors.Accept(d.ctx, tenant, "anna", "s-anna", segment)
			d.must(err)
			d.stands(m.CaseID, "hand anna")
			if d.kase(m.CaseID).AssigneeID != "anna" {
				t.Fatal("not assigned")
			}
		})
		var draft *Mail
		d.Run("[E-27/rules] the answer begins to the sender of the last mail, with greeting, signature and the quoted mail", func(t *testing.T) {
			var err error
			draft, _, err = d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
			d.must(err)
			if len(draft.To) != 1 || draft.To[0].Address != "ivan@example.org" || draft.Subject != "Re: Lost bag" {
				t.Fatalf("%v %q", draft.To, draft.Subject)
			}
			for _, want := range []string{"Dear Ivan Petrov!", "Anna", "My bag is lost.", "<blockquote"} {
				if !strings.Contains(draft.HTML, want) {
					t.Fatalf("%q is not in %s", want, draft.HTML)
				}
			}
			again, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
			if d.must(err); again.ID != draft.ID {
				t.Fatal("a second draft")
			}
		})
		d.Run("[E-11/rules] a mail that joins what is in hand is unread until the agent says it was seen; nobody else says so", func(t *testing.T) {
			unread := func() int64 {
				p, err := d.s.interactions.Segment(d.ctx, d.db.Read(), tenant, segment)
				d.must(err)
				return p.Unread
			}
			d.comes(map[string]string{"From": "Ivan Petrov <ivan@example.org>", "References": "<" + m.MessageID + ">"}, "And my hat.")
			if unread() == 0 || d.stands(m.CaseID, "hand anna").Unread == 0 {
				t.Fatal("nothing is unread")
			}
			if err := d.s.Read(d.ctx, tenant, "boris", segment); fail.Code(err) != fail.CodeNotFound {
				t.Fatalf("somebody else: %v", err)
			}
			d.must(d.s.Read(d.ctx, tenant, "anna", segment))
			if unread() != 0 || d.stands(m.CaseID, "hand anna").Unread != 0 {
				t.Fatal("still unread")
			}
		})
		d.Run("[E-33/rules] a draft is kept by its version and lies in the personal queue meanwhile; nobody else has it", func(t *testing.T) {
			saved, err := d.s.SaveDraft(d.ctx, tenant, "anna", draft.ID, Edit{Version: 1, To: draft.To, Subject: "Re: Lost bag", HTML: "<p>We found <b>it</b>.<script>alert(1)</script></p>"})
			d.must(err)
			if saved.Version != 2 || strings.Contains(saved.HTML, "script") {
				t.Fatalf("%d %s", saved.Version, saved.HTML)
			}
			if _, err := d.s.SaveDraft(d.ctx, tenant, "anna", draft.ID, Edit{Version: 1, HTML: "old"}); fail.Code(err) != fail.CodeChanged {
				t.Fatalf("an old version was kept: %v", err)
			}
			if _, err := d.s.SaveDraft(d.ctx, tenant, "boris", draft.ID, Edit{Version: 2}); fail.Code(err) != fail.CodeNotFound {
				t.Fatalf("another's draft: %v", err)
			}
			_, err = d.s.Park(d.ctx, tenant, "anna", segment)
			d.must(err)
			if r := d.stands(m.CaseID, "personal anna"); !r.Draft {
				t.Fatal("not marked as a draft")
			}
			_, err = d.floors.Open(d.ctx, tenant, "anna", "s-anna", segment)
			d.must(err)
			d.stands(m.CaseID, "hand anna")
		})
		d.Run("[E-30/rules] [E-4] sending and closing: the mail goes with the identifier, wrap-up follows, the disposition closes the case", func(t *testing.T) {
			_, err := d.s.Send(d.ctx, tenant, "anna", draft.ID, 0, true)
			d.must(err)
			d.send()
			sent := d.relay.all()
			out := sent[len(sent)-1]
			l, err := letter.Read(out.Raw, letter.DefaultLimits)
			d.must(err)
			if !strings.HasSuffix(l.Subject, d.kase(m.CaseID).ThreadKey) || l.InReplyTo[0] != m.MessageID || !strings.Contains(l.HTML, "<b>it</b>") || out.From != "shop@parley.test" {
				t.Fatalf("%q %v %s", l.Subject, l.InReplyTo, l.HTML)
			}
			d.stands(m.CaseID, "ended anna")
			d.must(d.setOutcome(segment, "anna", "solved", "found"))
			_, err = d.floors.FinishRow(d.ctx, tenant, "anna", "s-anna", segment)
			d.must(err)
			d.stands(m.CaseID, "nowhere")
			d.until("the case is closed", func() bool { return d.kase(m.CaseID).State == cases.StateClosed })
			p, err := d.s.interactions.Segment(d.ctx, d.db.Read(), tenant, segment)
			d.must(err)
			if p.AnsweredAt == 0 || !p.AnsweredInSL || p.Outcome != interaction.OutcomeHandled {
				t.Fatalf("%+v", p)
			}
		})
		d.Run("[E-21/rules] the history tells it oldest first; events only where they are asked for", func(t *testing.T) {
			kinds := func(events bool) (out []string) {
				h, err := d.s.History(d.ctx, d.who("anna"), m.CaseID, events)
				d.must(err)
				for _, e := range h {
					what := e.Kind
					if e.Event != nil {
						what += " " + e.Event.Event
					}
					out = append(out, strings.TrimSpace(what))
				}
				return out
			}
			if got := strings.Join(kinds(false), ", "); got != "mail, mail, mail, mail, disposition" {
				t.Fatal(got)
			}
			all := strings.Join(kinds(true), ", ")
			for _, want := range []string{"event routed", "event assigned", "event state"} {
				if !strings.Contains(all, want) {
					t.Fatalf("%q is not in %s", want, all)
				}
			}
		})
	})
}

func TestQueues(t *testing.T) {
	each(t, func(d *desk) {
		a := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x")
		b := d.comes(map[string]string{"Subject": "refund of a bag", "From": "Boris <b@example.org>"}, "x")
		d.stands(a.CaseID, "team")
		d.stands(b.CaseID, "team")
		page := func(user string, v View) MailPage {
			p, err := d.s.Queue(d.ctx, d.who(user), v)
			d.must(err)
			return p
		}
		d.Run("[E-10/rules] [E-11/rules] the team's queue shows what agents may take, with counts", func(t *testing.T) {
			p := page("anna", View{Place: PlaceTeam, Limit: 100})
			if p.Total != 2 || p.Counts.Team != 2 || p.Items[0].Subject != "refund of a ticket" || p.Items[0].SLDueAt == 0 || p.Items[0].ServiceName != "Info" {
				t.Fatalf("%+v", p)
			}
			if p := page("stranger", View{Place: PlaceTeam, Limit: 100}); p.Total != 0 {
				t.Fatal("a stranger sees the queue")
			}
			if p := page("anna", View{Place: PlaceTeam, Limit: 100, Words: "bag"}); p.Total != 1 {
				t.Fatalf("%d found", p.Total)
			}
		})
		d.Run("[E-16/rules] taken mails lie in the personal queue; the second is told; they go back", func(t *testing.T) {
			ids := []string{d.row(a.CaseID).SegmentID, d.row(b.CaseID).SegmentID}
			if m, err := d.s.TakeFromQueue(d.ctx, tenant, "anna", ids); err != nil || m.Done != 2 {
				t.Fatalf("%+v, %v", m, err)
			}
			d.stands(a.CaseID, "personal anna")
			if m, err := d.s.TakeFromQueue(d.ctx, tenant, "boris", ids[:1]); err != nil || m.Done != 0 || m.Refused[0].Code != fail.CodeState {
				t.Fatalf("%+v, %v", m, err)
			}
			if p := page("anna", View{Place: PlacePersonal, Limit: 100}); p.Total != 2 || p.Counts.Personal != 2 || p.Counts.Team != 0 {
				t.Fatalf("%+v", p.Counts)
			}
			if m, err := d.s.Return(d.ctx, d.who("anna"), ids[1:]); err != nil || m.Done != 1 {
				t.Fatalf("%+v, %v", m, err)
			}
			d.stands(b.CaseID, "team")
		})
		d.Run("[E-6/assigned] a supervisor assigns", func(t *testing.T) {
			_, err := d.s.Assign(d.ctx, d.who("boss", org.SuperviseForceState), "boris", []string{d.row(a.CaseID).SegmentID})
			d.must(err)
			d.stands(a.CaseID, "personal boris")
		})
		d.Run("[E-13/rules] a disposition finishes mails from the queue, unopened", func(t *testing.T) {
			m, err := d.s.Dispose(d.ctx, tenant, "anna", []string{d.row(b.CaseID).SegmentID}, "spam", "")
			d.must(err)
			if m.Done != 1 {
				t.Fatalf("%+v", m)
			}
			d.stands(b.CaseID, "nowhere")
			d.until("closed", func() bool { return d.kase(b.CaseID).State == cases.StateClosed })
		})
		d.Run("[E-6/replies] the customer's next mail goes to the agent who has or had the case", func(t *testing.T) {
			d.ready("boris")
			_, err := d.floors.Open(d.ctx, tenant, "boris", "s-boris", d.row(a.CaseID).SegmentID)
			d.must(err)
			segment := d.stands(a.CaseID, "hand boris").SegmentID
			_, err = d.s.EndPart(d.ctx, tenant, "boris", segment)
			d.must(err)
			d.stands(a.CaseID, "ended boris")
			_, err = d.floors.FinishRow(d.ctx, tenant, "boris", "s-boris", segment)
			d.must(err)
			d.stands(a.CaseID, "nowhere")
			d.comes(map[string]string{"Subject": d.kase(a.CaseID).ThreadKey}, "Still waiting")
			d.stands(a.CaseID, "personal boris")
		})
		d.Run("[E-20/rules] handed on to a service the note stays in the history", func(t *testing.T) {
			segment := d.row(a.CaseID).SegmentID
			_, err := d.floors.Open(d.ctx, tenant, "boris", "s-boris", segment)
			d.must(err)
			d.stands(a.CaseID, "hand boris")
			_, err = d.s.Transfer(d.ctx, tenant, "boris", segment, interaction.Target{ServiceID: "post", Note: "not ours"})
			d.must(err)
			d.until("it waits for the other service", func() bool {
				r, _ := d.s.openRow(d.ctx, d.db.Read(), tenant, a.CaseID)
				return r != nil && r.ServiceID == "post"
			})
			entries, err := d.s.cases.Entries(d.ctx, d.db.Read(), tenant, a.CaseID, true)
			d.must(err)
			found := false
			for _, e := range entries {
				found = found || e.Event == cases.EventTransferred && e.Text == "not ours"
			}
			if !found {
				t.Fatalf("%+v", entries)
			}
		})
	})
}
