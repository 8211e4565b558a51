package email

import (
	"context"
	"strings"
	"testing"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/letter"
)

// arrives lets raw bytes come to the shop's mailbox.
func (k *desk) arrives(raw string) {
	k.Helper()
	k.must(k.s.Take(k.ctx, Arrival{TenantID: tenant, EntryID: "box", Recipient: "shop@parley.test", Source: "imap", Raw: []byte(raw)}))
}

func TestIntake(t *testing.T) {
	each(t, func(d *desk) {
		d.Run("[B-3/stored-raw] a mail is kept byte by byte before anybody understands it", func(t *testing.T) {
			raw := "From: a@example.org\r\nSubject: =?koi8-r?B?broken\r\n\r\n\x00\xff not a text"
			d.arrives(raw)
			var row intake
			d.must(d.db.Read().NewSelect().Model(&row).Where("t.tenant_id = ?", tenant).Scan(d.ctx))
			kept, err := d.s.raw(d.ctx, tenant, row.RawHash)
			d.must(err)
			if string(kept) != raw || row.State != IntakeNew {
				t.Fatalf("%q is %s", kept, row.State)
			}
			d.understand()
			d.must(d.db.Read().NewSelect().Model(&row).WherePK().Scan(d.ctx))
			m, err := d.s.mail(d.ctx, d.db.Read(), tenant, row.MailID)
			d.must(err)
			if row.State != IntakeTaken || m.RawHash != row.RawHash {
				t.Fatalf("%s, the mail keeps %q", row.State, m.RawHash)
			}
		})
		d.Run("[E-1/loops] machines, lists, bounces and our own mails make cases and are never answered", func(t *testing.T) {
			d.send()
			before := len(d.relay.all())
			// Our acknowledgement comes back, as another mailbox forwards it.
			d.comes(map[string]string{"From": "asks@example.org"}, "Where is it?")
			d.send()
			own := d.relay.all()[before]
			before++
			d.arrives(strings.Replace(string(own.Raw), "Message-ID: <", "Message-ID: <again-", 1))
			heads := map[string]string{
				"null sender":       "Return-Path: <>\r\n",
				"delivery report":   "X-Failed-Recipients: nobody@example.org\r\n",
				"vacation":          "Auto-Submitted: auto-replied\r\n",
				"old vacation":      "X-Autoreply: yes\r\n",
				"list":              "List-Id: <news.example.org>\r\n",
				"bulk":              "Precedence: bulk\r\n",
				"circle of servers": strings.Repeat("Received: from a by b; Mon, 1 Jan 2026 00:00:00 +0000\r\n", 60),
			}
			n, err := d.db.Read().NewSelect().Model((*Mail)(nil)).Where("m.direction = 'in'").Count(d.ctx)
			d.must(err)
			for name, head := range heads {
				d.arrives(head + letterOf(map[string]string{"From": "robot@example.org", "Subject": name, "Message-ID": "<" + strings.ReplaceAll(name, " ", "-") + "@example.org>"}, "Beep"))
			}
			d.arrives(letterOf(map[string]string{"From": "Shop <sales@parley.test>", "Subject": "From our other address"}, "Hello, me"))
			d.understand()
			d.send()
			for _, o := range d.relay.all()[before:] {
				t.Errorf("answered: %s", o.To)
			}
			now, err := d.db.Read().NewSelect().Model((*Mail)(nil)).Where("m.direction = 'in' AND m.case_id <> ''").Count(d.ctx)
			d.must(err)
			if now != n+int64(len(heads))+2 { // and the two of ourselves
				t.Fatalf("%d mails came, %d before", now, n)
			}
		})
		d.Run("[E-1/loops] two machines that hide what they are stop at the day's limit", func(t *testing.T) {
			before := len(d.relay.all())
			for range 10 {
				d.comes(map[string]string{"From": "sly@example.org"}, "I got your mail")
				d.send()
			}
			if n := len(d.relay.all()) - before; n != 2 {
				t.Fatalf("%d acknowledgements", n)
			}
		})
		d.Run("[E-23/stored] the same file of many mails is stored once", func(t *testing.T) {
			part := func(from, name string) string {
				return "From: " + from + "\r\nSubject: The bill\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHere\r\n--b\r\n" +
					"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=" + name + "\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n"
			}
			d.arrives(part("a@example.org", "bill.pdf"))
			d.arrives(part("b@example.org", "copy.pdf"))
			d.understand()
			var files []MailFile
			d.must(d.db.Read().NewSelect().Model(&files).Where("f.type = 'application/pdf'").Scan(d.ctx))
			if len(files) != 2 || files[0].MailID == files[1].MailID || files[0].Hash != files[1].Hash {
				t.Fatalf("%+v", files)
			}
			content, err := d.s.content(d.ctx, tenant, files[0].Hash)
			d.must(err)
			if string(content) != "%PDF-1.4\n" {
				t.Fatalf("%q", content)
			}
		})
	})
}

func TestOwnMail(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna")
		draft, err := d.s.NewMail(d.ctx, tenant, "anna", "post", []Address{{Address: "vera@example.org"}})
		d.must(err)
		segment := draft.SegmentID
		d.until("it is in hand", func() bool {
			r, err := d.s.rowOf(d.ctx, d.db.Read(), tenant, segment)
			return err == nil && r != nil && r.Place == PlaceHand
		})
		write := func(subject string) {
			d.Helper()
			draft, err = d.s.SaveDraft(d.ctx, tenant, "anna", draft.ID, Edit{Version: draft.Version, To: draft.To, Subject: subject, HTML: "<p>Your tickets</p>"})
			d.must(err)
		}
		d.Run("[E-32/rules] before it goes there is no case: nothing to finish, hand on or answer; what is lacking is said by field", func(t *testing.T) {
			for name, err := range map[string]error{
				"finished": second(d.s.EndPart(d.ctx, tenant, "anna", segment)),
				"answered": third(d.s.BeginDraft(d.ctx, tenant, "anna", segment, KindReply, "")),
			} {
				if fail.Code(err) != fail.CodeState {
					t.Errorf("%s: %v", name, err)
				}
			}
			write("")
			if _, err := d.s.Send(d.ctx, tenant, "anna", draft.ID, 0, false); fail.As(err).Field != "subject" {
				t.Fatalf("without a subject: %v", err)
			}
			if k := draft.CaseID; k != "" {
				t.Fatalf("a case %s", k)
			}
		})
		d.Run("[E-32/rules] sending makes the case, whose initiator is the customer; the answer joins it and the address is known from then on", func(t *testing.T) {
			write("Your tickets")
			if _, err := d.s.Send(d.ctx, tenant, "anna", draft.ID, 1, false); fail.Code(err) != fail.CodeChanged {
				t.Fatalf("[E-27] what was written elsewhere went unseen: %v", err)
			}
			_, err := d.s.Send(d.ctx, tenant, "anna", draft.ID, 0, false)
			d.must(err)
			d.send()
			sent := d.relay.all()
			l, err := letter.Read(sent[len(sent)-1].Raw, letter.DefaultLimits)
			d.must(err)
			keys := cases.KeysIn(l.Subject)
			answer := d.comes(map[string]string{"From": "Vera <vera@example.org>", "Subject": "Thanks", "In-Reply-To": "<" + l.MessageID + ">"}, "Got them")
			k := d.kase(answer.CaseID)
			if answer.JoinedBy != JoinedReferences || len(keys) != 1 || keys[0] != k.ThreadKey || k.ServiceID != "post" || k.AssigneeID != "anna" || k.Subject != "Your tickets" {
				t.Fatalf("%s %v %+v", answer.JoinedBy, keys, k)
			}
			if r := d.stands(k.ID, "hand anna"); r.SegmentID != segment {
				t.Fatal("another contact")
			}
			known, err := d.s.Complete(d.ctx, tenant, "vera")
			d.must(err)
			if len(known) != 1 || known[0].Address != "vera@example.org" {
				t.Fatalf("%+v", known)
			}
		})
	})
}

func TestCase(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna")
		m := d.comes(nil, "My bag is lost.")
		who := d.who("anna", "records.view")
		finish := func(disposition string) {
			d.Helper()
			segment := d.stands(m.CaseID, "offered anna").SegmentID
			_, err := d.floors.Accept(d.ctx, tenant, "anna", "s-anna", segment)
			d.must(err)
			d.stands(m.CaseID, "hand anna")
			_, err = d.s.EndPart(d.ctx, tenant, "anna", segment)
			d.must(err)
			d.stands(m.CaseID, "ended anna")
			d.must(d.setOutcome(segment, "anna", disposition, ""))
			_, err = d.floors.FinishRow(d.ctx, tenant, "anna", "s-anna", segment)
			d.must(err)
			d.stands(m.CaseID, "nowhere")
		}
		state := func(want cases.State) {
			d.Helper()
			d.until("the case is "+string(want), func() bool { return d.kase(m.CaseID).State == want })
		}
		d.Run("[E-40/rules] a disposition that closes nothing leaves the case open, one that closes closes it", func(*testing.T) {
			finish("more")
			state(cases.StateOpen)
			d.comes(map[string]string{"Subject": d.kase(m.CaseID).ThreadKey}, "Still lost")
			finish("solved")
			state(cases.StateClosed)
		})
		d.Run("[E-40/rules] by hand: not over what somebody else has set, and a closed case stays closed", func(t *testing.T) {
			m = d.comes(map[string]string{"From": "Vera <vera@example.org>"}, "My hat is lost.")
			finish("more")
			v := d.kase(m.CaseID).Version
			d.must(d.s.SetState(d.ctx, who, m.CaseID, v, cases.StatePending))
			if err := d.s.SetState(d.ctx, who, m.CaseID, v, cases.StateClosed); fail.Code(err) != fail.CodeChanged {
				t.Fatalf("over another version: %v", err)
			}
			d.must(d.s.SetState(d.ctx, who, m.CaseID, 0, cases.StateResolved))
		})
		d.Run("[E-40/rules] the customer's mail opens a resolved case again; one that nobody writes to is closed after fourteen days", func(t *testing.T) {
			d.comes(map[string]string{"Subject": d.kase(m.CaseID).ThreadKey, "From": "Vera <vera@example.org>"}, "And my coat")
			state(cases.StateOpen)
			finish("more")
			d.must(d.s.SetState(d.ctx, who, m.CaseID, 0, cases.StateResolved))
			closed := func(days int64) int {
				var n int
				d.must(d.db.Write(d.ctx, db.Chat, func(ctx context.Context, tx *db.Tx) (err error) {
					if _, err = tx.NewUpdate().Model((*cases.Case)(nil)).Set("state_at = ?", db.Now()-days*dayMS).Where("k.id = ?", m.CaseID).Exec(ctx); err != nil {
						return err
					}
					n, err = d.s.cases.CloseResolved(ctx, tx, tenant)
					return err
				}))
				return n
			}
			if closed(13) != 0 || closed(15) != 1 {
				t.Fatal("not after fourteen days")
			}
			state(cases.StateClosed)
			if err := d.s.SetState(d.ctx, who, m.CaseID, 0, cases.StateOpen); err == nil {
				t.Fatal("a closed case was opened by hand")
			}
		})
	})
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }
