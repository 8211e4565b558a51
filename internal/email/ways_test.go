package email

import (
	"slices"
	"strings"
	"testing"

	"parley/internal/cases"
	"parley/internal/interaction"
	"parley/internal/letter"
)

// inHand lets a mail come, be offered to somebody and be opened.
func (k *desk) inHand(agent, raw string) (caseID, segmentID string) {
	k.Helper()
	k.arrives(raw)
	k.understand()
	var m Mail
	k.must(k.db.Read().NewSelect().Model(&m).Where("m.tenant_id = ? AND m.direction = 'in'", tenant).Order("m.id DESC").Limit(1).Scan(k.ctx))
	segmentID = k.stands(m.CaseID, "offered "+agent).SegmentID
	_, err := k.floors.Accept(k.ctx, tenant, agent, "s-"+agent, segmentID)
	k.must(err)
	k.stands(m.CaseID, "hand "+agent)
	return m.CaseID, segmentID
}

// writes saves a draft with a receiver and a text, and sends it.
func (k *desk) writes(user string, draft *Mail, to, html string) {
	k.Helper()
	_, err := k.s.SaveDraft(k.ctx, tenant, user, draft.ID, Edit{Version: draft.Version, To: []Address{{Address: to}}, Subject: draft.Subject, HTML: html})
	k.must(err)
	_, err = k.s.Send(k.ctx, tenant, user, draft.ID, 0, false)
	k.must(err)
	k.send()
}

const withFile = "From: Vera <vera@example.org>\r\nSubject: Lost bag\r\nMessage-ID: <way@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\n\r\nIts number is 42\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=tag.pdf\r\n\r\n%PDF\r\n--b--\r\n"

func TestForward(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna")
		caseID, segment := d.inHand("anna", withFile)
		d.Run("[E-31] a mail is forwarded with its files to whoever it is meant for; their answer joins the case", func(t *testing.T) {
			draft, files, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, KindForward, "")
			d.must(err)
			if len(draft.To) != 0 || draft.Subject != "Fwd: Lost bag" || len(files) != 1 || !strings.Contains(draft.HTML, "Its number is 42") {
				t.Fatalf("%v %q %v %s", draft.To, draft.Subject, files, draft.HTML)
			}
			d.writes("anna", draft, "lost@airport.example", "<p>Please look.</p>"+draft.HTML)
			sent := d.relay.all()
			out := sent[len(sent)-1]
			l, err := letter.Read(out.Raw, letter.DefaultLimits)
			d.must(err)
			if !slices.Equal(out.To, []string{"lost@airport.example"}) || len(l.InReplyTo) != 0 || len(l.Files) != 1 || l.Files[0].Name != "tag.pdf" || !strings.Contains(l.Text, "Its number is 42") {
				t.Fatalf("%v %v %v %q", out.To, l.InReplyTo, l.Files, l.Text)
			}
			m := d.comes(map[string]string{"From": "lost@airport.example", "Subject": l.Subject, "In-Reply-To": ""}, "We have it")
			if m.CaseID != caseID || m.NewSender { // whom we wrote to is no stranger
				t.Fatalf("%s, new sender: %v", m.CaseID, m.NewSender)
			}
		})
	})
}

func TestDoubtful(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna")
		_, segment := d.inHand("anna", withFile)
		draft, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
		d.must(err)
		stands := func(state, words string) {
			d.Helper()
			m, err := d.s.mail(d.ctx, d.db.Read(), tenant, draft.ID)
			if d.must(err); m.State != state || !strings.Contains(m.Outcome, words) {
				d.Fatalf("%s: %s", m.State, m.Outcome)
			}
		}
		d.Run("[E-30/doubtful] refused after the line broke: it is not known, and said so; asked again it goes with the same identifier", func(t *testing.T) {
			d.send() // the acknowledgement
			d.relay.fail = []error{&Refused{Text: "550 nobody"}}
			d.writes("anna", draft, "vera@example.org", "<p>Here it is</p>")
			stands(StateFailed, "550 nobody")
			m, err := d.s.mail(d.ctx, d.db.Read(), tenant, draft.ID)
			d.must(err)
			// A second round: the line breaks, then the server refuses.
			d.must(d.s.Again(d.ctx, tenant, draft.ID, nil))
			d.relay.fail = []error{&Doubtful{Text: "cut off"}}
			d.send()
			stands(StateSending, "cut off")
			d.relay.fail = []error{&Refused{Text: "550 not any more"}}
			d.must(d.s.try(d.ctx, attempt{TenantID: tenant, MailID: draft.ID, Round: m.Version + 1, N: 1, Doubtful: true}))
			stands(StateDoubtful, "550 not any more")
			d.must(d.s.Again(d.ctx, tenant, draft.ID, nil))
			d.send()
			stands(StateSent, "250")
			sent := d.relay.all()
			l, err := letter.Read(sent[len(sent)-1].Raw, letter.DefaultLimits)
			if d.must(err); l.MessageID != m.MessageID {
				t.Fatalf("%s went as %s", m.MessageID, l.MessageID)
			}
		})
	})
}

func TestTransfer(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna")
		caseID, segment := d.inHand("anna", withFile)
		draft, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
		d.must(err)
		finish := func(user, segment string) {
			d.Helper()
			_, err := d.floors.FinishRow(d.ctx, tenant, user, "s-"+user, segment)
			d.must(err)
		}
		d.Run("[E-6/transferred] [E-26/transfer] a colleague who is free is offered it, with the draft; the note stands among the contacts too", func(t *testing.T) {
			d.ready("boris")
			_, err := d.s.Transfer(d.ctx, tenant, "anna", segment, interaction.Target{UserID: "boris", Note: "She asks for you"})
			d.must(err)
			next := d.stands(caseID, "offered boris").SegmentID
			finish("anna", segment)
			_, err = d.floors.Accept(d.ctx, tenant, "boris", "s-boris", next)
			d.must(err)
			d.stands(caseID, "hand boris")
			same, _, err := d.s.BeginDraft(d.ctx, tenant, "boris", next, "", "")
			if d.must(err); same.ID != draft.ID {
				t.Fatal("another draft")
			}
			entries, err := d.s.cases.Entries(d.ctx, d.db.Read(), tenant, caseID, false)
			d.must(err)
			if !slices.ContainsFunc(entries, func(e cases.CaseEntry) bool { return e.Text == "She asks for you" && e.Args["name"] == "Boris" }) {
				t.Fatalf("%+v", entries)
			}
			segment = next
		})
		d.Run("[E-6/transferred] [E-26/transfer] who is away finds it in the personal queue", func(*testing.T) {
			_, err := d.s.Transfer(d.ctx, tenant, "boris", segment, interaction.Target{UserID: "carla"})
			d.must(err)
			d.stands(caseID, "personal carla")
		})
	})
}
