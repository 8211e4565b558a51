package app

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/call"
	"parley/internal/email"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/sip/siptest"
	"parley/internal/webrtc/webrtctest"
)

// set changes the counter's service.
func (k *counter) set(t *testing.T, change object) {
	t.Helper()
	k.put(t, "/api/services/"+k.serviceID, change)
}

func (k *counter) put(t *testing.T, path string, change object) {
	t.Helper()
	now, err := k.c.call("GET", path, nil)
	must(t, err)
	change["version"] = now["version"]
	_, err = k.c.call("PUT", path, change)
	must(t, err)
	k.learned(t)
}

// learned waits until the floor has the settings as they are now: it hears of
// a change after the answer, a caller of the next millisecond may come first.
func (k *counter) learned(t *testing.T) {
	t.Helper()
	cfg, err := floor.OrgSettings{Org: k.c.app.org}.FloorConfig(k.ctx, k.c.world.Tenant)
	must(t, err)
	want, err := json.Marshal(cfg)
	must(t, err)
	until(t, "the floor's new settings", func() bool {
		var text string
		err := k.c.world.DB.Read().NewSelect().Table("floor_inputs").Column("input").Where("tenant_id = ? AND type = ?", k.c.world.Tenant, core.InConfigure).
			Order("seq DESC").Limit(1).Scan(k.ctx, &text)
		if errors.Is(err, sql.ErrNoRows) {
			return false
		}
		must(t, err)
		var in core.Input
		must(t, json.Unmarshal([]byte(text), &in))
		has, err := json.Marshal(in.Config)
		must(t, err)
		return string(has) == string(want)
	})
}

// caller lets a customer call from a browser.
func (k *counter) caller(t *testing.T) (id string, customer *webrtctest.Browser) {
	t.Helper()
	customer = webrtctest.New(t)
	offer, err := customer.Offer()
	must(t, err)
	var answer string
	var refused error
	id, err = k.c.app.calls.Incoming(k.ctx, call.Incoming{TenantID: k.c.world.Tenant, ServiceID: k.serviceID, Source: call.SourceWeb, FromName: "Ivan", Language: "en"},
		func(events func(call.LegEvent)) call.Leg {
			var leg call.Leg
			leg, answer, refused = k.c.app.webrtc.Answer(k.ctx, offer, events)
			return leg
		})
	must(t, err)
	must(t, refused)
	must(t, customer.Accept(k.ctx, answer))
	return id, customer
}

// unserved waits until a call was sent away, and says why.
func (k *counter) unserved(t *testing.T, id string) (why string) {
	t.Helper()
	until(t, "the end of a call that is not served", func() bool {
		v, err := k.c.app.calls.Customer(k.ctx, k.c.world.Tenant, id)
		must(t, err)
		why = v.Reason
		return why != ""
	})
	return why
}

// served waits until the call rings at the agent, takes, ends and finishes it; how long it rings is told, ms.
func (k *counter) served(t *testing.T) float64 {
	t.Helper()
	opened, err := hear(k.news, "offer.opened")
	must(t, err)
	k.segment, _ = opened["segmentId"].(string)
	must(t, k.accept())
	must(t, k.do("POST", "/api/segments/"+k.segment+"/end", object{}))
	must(t, k.do("POST", "/api/segments/"+k.segment+"/finish", object{}))
	from, _ := opened["openedAt"].(float64)
	to, _ := opened["until"].(float64)
	return to - from
}

// TestNextCall changes a service by the API and lets customers call: what was
// changed is what the next one meets.
func TestNextCall(t *testing.T) {
	a := running(t, "sqlite")
	k, err := ownCentre(t, a).open(t.Context())
	must(t, err)
	t.Run("[M-10/voice] [M-25/prompts] the greeting is the one that was chosen", func(t *testing.T) {
		prompt, err := k.c.call("POST", "/api/prompts", object{"name": "Good day"})
		must(t, err)
		id, _ := prompt["id"].(string)
		k.c.send(t, k.c.owner, "PUT", "/api/prompts/"+id+"/sound", "audio/wav", siptest.Tone(1_130, 2*time.Second))
		voice := object{"greetingId": id, "musicId": "", "closedId": "", "nobodyId": "", "limitId": "", "autoAnswer": false}
		k.set(t, object{"voice": voice})
		_, customer := k.caller(t)
		until(t, "the greeting", func() bool { return customer.Tone(1_130) > 0.1 })
		must(t, k.do("POST", "/api/desk/state", object{"state": "ready"}))
		k.served(t)
	})
	t.Run("[M-10/voice] it rings as long as the service says", func(t *testing.T) {
		for _, seconds := range []int{17, 42} {
			k.set(t, object{"offerSeconds": seconds})
			k.caller(t)
			if got := k.served(t); got != float64(seconds)*1000 {
				t.Errorf("rang for %v ms, want %d s", got, seconds)
			}
		}
	})
	t.Run("[M-10/voice] [M-13/calendars] outside the hours of the chosen calendar callers are sent away; another calendar, or other hours, lets the next one in", func(t *testing.T) {
		never, err := k.c.call("POST", "/api/calendars", object{"name": "Never", "timeZone": "Europe/Moscow", "weekly": []object{}})
		must(t, err)
		k.set(t, object{"calendarId": never["id"]})
		id, _ := k.caller(t)
		if why := k.unserved(t, id); why != call.ReasonClosed {
			t.Error(why)
		}
		always := make([]object, 7)
		for day := range always {
			always[day] = object{"day": day + 1, "from": "00:00", "to": "24:00"}
		}
		calendar, _ := never["id"].(string)
		k.put(t, "/api/calendars/"+calendar, object{"weekly": always})
		k.caller(t)
		k.served(t)
		k.put(t, "/api/calendars/"+calendar, object{"weekly": []object{}})
		id, _ = k.caller(t)
		if why := k.unserved(t, id); why != call.ReasonClosed {
			t.Error(why)
		}
		k.set(t, object{"calendarId": ""})
		k.caller(t)
		k.served(t)
	})
	t.Run("[M-10/voice] [M-12/queue-limit] a queue that is full takes nobody, a longer one does", func(t *testing.T) {
		must(t, k.do("POST", "/api/desk/state", object{"state": "not_ready"}))
		k.set(t, object{"queueLimit": object{"seconds": 0, "size": 1}})
		k.caller(t)
		id, _ := k.caller(t)
		if why := k.unserved(t, id); why != call.ReasonLimit {
			t.Error(why)
		}
		k.set(t, object{"queueLimit": object{"seconds": 0, "size": 2}})
		k.caller(t)
		must(t, k.do("POST", "/api/desk/state", object{"state": "ready"}))
		k.served(t)
		k.served(t)
	})
	t.Run("[M-10/voice] [M-12/no-agents] with nobody signed in callers wait or are sent away, as is set", func(t *testing.T) {
		must(t, k.do("POST", "/api/desk/sign-out", object{}))
		k.caller(t) // waits on
		k.set(t, object{"noAgentsExit": "close"})
		id, _ := k.caller(t)
		if why := k.unserved(t, id); why != call.ReasonNobody {
			t.Error(why)
		}
	})
}

// TestNextMail changes a service by the API and lets customers write.
func TestNextMail(t *testing.T) {
	out, through := startRelay(t)
	cfg := Config{Data: filepath.Join(t.TempDir(), "data"), Listen: "127.0.0.1:0", SIPListen: off, WebRTCListen: off, SMTPListen: off, MailRelay: through, MailMaxSize: 35}
	a, err := newApp(cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(t, err)
	t.Cleanup(a.Stop)
	must(t, a.start(context.Background(), &progress{}))
	c := ownCentre(t, a)
	p, err := c.emptyBox(t.Context())
	must(t, err)
	rules := func(change object) {
		t.Helper()
		now, err := c.call("GET", "/api/services/"+p.serviceID, nil)
		must(t, err)
		mail, _ := now["email"].(object)
		for field, value := range change {
			mail[field] = value
		}
		p.set(t, object{"email": mail})
	}
	write := func(from string) {
		t.Helper()
		must(t, a.mails.Take(p.ctx, email.Arrival{TenantID: c.world.Tenant, EntryID: p.boxID, Recipient: p.address, Sender: from, Source: "smtp",
			Raw: []byte("From: " + from + "\r\nSubject: Lost bag\r\n\r\nWhere is it?\r\n")}))
	}
	ack := func(text string) object {
		return object{"en": object{"subject": "Received", "text": text}, "ru": object{"subject": "Received", "text": text}}
	}
	t.Run("[M-10/email] a mail is acknowledged in the words that are set, or not", func(t *testing.T) {
		for i, text := range []string{"We have it.", "We answer within a day."} {
			rules(object{"acknowledge": true, "ackPerDay": 5, "ack": ack(text)})
			write([]string{"a@example.com", "b@example.com"}[i])
			if got := out.next(t); !strings.Contains(got.Text, text) {
				t.Errorf("%q, want %q", got.Text, text)
			}
		}
		rules(object{"acknowledge": false})
		write("c@example.com")
		until(t, "the mail to be understood", func() bool {
			n, err := c.world.DB.Read().NewSelect().Table("mails").Where("tenant_id = ? AND direction = 'in'", c.world.Tenant).Count(p.ctx)
			must(t, err)
			return n == 3
		})
		rules(object{"acknowledge": true})
		write("d@example.com")
		if got := out.next(t); got.To[0].Address != "d@example.com" {
			t.Errorf("acknowledged to %v", got.To)
		}
	})
	t.Run("[M-10/email] an answer begins with the greeting and the signature that are set, in the name that is set", func(t *testing.T) {
		rules(object{"acknowledge": false, "push": true})
		must(t, p.do("POST", "/api/desk/state", object{"state": "ready"}))
		for _, word := range []string{"Ahoy", "Moin"} {
			rules(object{"greeting": object{"en": word + "!", "ru": word + "!"}, "signature": object{"en": "Yours, " + word, "ru": "Yours, " + word}, "fromName": "Shop " + word})
			offer, err := hear(p.news, "offer.opened")
			must(t, err)
			p.segment, _ = offer["segmentId"].(string)
			must(t, p.accept())
			draft, err := accesstest.Call(a.server, p.agent, "POST", "/api/segments/"+p.segment+"/drafts", object{"kind": "reply"})
			must(t, err)
			id, _ := draft["id"].(string)
			must(t, p.do("POST", "/api/mails/"+id+"/send", object{"close": true}))
			must(t, p.do("POST", "/api/segments/"+p.segment+"/finish", object{}))
			got := out.next(t)
			if !strings.Contains(got.Text, word+"!") || !strings.Contains(got.Text, "Yours, "+word) || got.From[0].Name != "Shop "+word {
				t.Errorf("%q from %+v", got.Text, got.From)
			}
		}
	})
}
