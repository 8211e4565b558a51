package app

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/email"
	"parley/internal/web/matrixtest"
)

// postbox is a counter whose customers write mails.
type postbox struct {
	*counter
	address      string
	boxID        string
	kase, mail   string
	draft        string
	draftVersion any
}

// postbox opens one with a mail that waits in the team's queue.
func (c *floorCases) postbox(ctx context.Context) (*postbox, error) {
	p, err := c.emptyBox(ctx)
	if err != nil {
		return nil, err
	}
	return p, p.arrive("From: Ivan <ivan@example.com>\r\nSubject: Lost bag\r\nContent-Type: text/html\r\n\r\n<p>Where is <b>it</b>?</p>\r\n")
}

// emptyBox opens one to which nobody has written yet.
func (c *floorCases) emptyBox(ctx context.Context) (*postbox, error) {
	p := &postbox{counter: &counter{c: c, ctx: ctx}, address: accesstest.Unique("box") + "@mail.test"}
	service, err := c.call("POST", "/api/services", object{"name": accesstest.Unique("post "), "channel": "email"})
	if err != nil {
		return nil, err
	}
	p.serviceID, _ = service["id"].(string)
	team, err := c.call("POST", "/api/teams", object{"name": accesstest.Unique("clerks "), "serviceIds": []string{p.serviceID}, "supervisorIds": []string{c.ownerID}})
	if err != nil {
		return nil, err
	}
	p.teamID, _ = team["id"].(string)
	entry, err := c.call("POST", "/api/entries", object{"kind": "mailbox", "name": accesstest.Unique("box "), "serviceId": p.serviceID, "address": p.address, "active": true})
	if err != nil {
		return nil, err
	}
	p.boxID, _ = entry["id"].(string)
	p.agent, p.agentID, p.news, err = p.hire()
	return p, err
}

// arrive brings a mail and waits until the floor knows of it.
func (p *postbox) arrive(raw string) error {
	a, w := p.c.app, p.c.world
	if err := a.mails.Take(p.ctx, email.Arrival{TenantID: w.Tenant, EntryID: p.boxID, Recipient: p.address, Sender: "ivan@example.com", Source: "smtp", Raw: []byte(raw)}); err != nil {
		return err
	}
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	for {
		var row email.Row
		err := w.DB.Read().NewSelect().Model(&row).Where("r.tenant_id = ? AND r.service_id = ?", w.Tenant, p.serviceID).Scan(p.ctx)
		known := false
		if err == nil {
			known, err = w.DB.Read().NewSelect().Table("floor_items").Where("tenant_id = ? AND id = ?", w.Tenant, row.SegmentID).Exists(p.ctx)
		}
		if known {
			p.segment, p.kase = row.SegmentID, row.CaseID
			return w.DB.Read().NewSelect().Table("mails").Column("id").Where("tenant_id = ? AND case_id = ? AND direction = 'in'", w.Tenant, p.kase).Scan(p.ctx, &p.mail)
		}
		if err != nil && !db.IsNone(err) {
			return err
		}
		select {
		case <-late.C:
			return fmt.Errorf("the mail to %s did not come to the queue", p.address)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// inHand gives a postbox whose agent has the mail in hand.
func (c *floorCases) inHand(ctx context.Context) (*postbox, error) {
	p, err := c.postbox(ctx)
	if err != nil {
		return nil, err
	}
	return p, p.do("POST", "/api/segments/"+p.segment+"/open", nil)
}

// answering gives one whose agent has begun an answer.
func (c *floorCases) answering(ctx context.Context) (*postbox, error) {
	p, err := c.inHand(ctx)
	if err != nil {
		return nil, err
	}
	made, err := accesstest.Call(c.world.Handler, p.agent, "POST", "/api/segments/"+p.segment+"/drafts", object{"kind": "reply"})
	p.draft, _ = made["id"].(string)
	p.draftVersion = made["version"]
	return p, err
}

// attach puts a file into the draft.
func (p *postbox) attach() (id string, err error) {
	r := httptest.NewRequest("POST", "http://"+p.c.world.Host+"/api/mails/"+p.draft+"/files?name=note.txt", strings.NewReader("a note"))
	p.agent.Sign(r)
	w := httptest.NewRecorder()
	p.c.world.Handler.ServeHTTP(w, r)
	var f email.MailFile
	if w.Code > 299 {
		return "", fmt.Errorf("attaching: %d %s", w.Code, w.Body)
	}
	err = json.Unmarshal(w.Body.Bytes(), &f)
	return f.ID, err
}

// mailAt gives a case in which the agent of a new postbox calls.
func (c *floorCases) mailAt(ctx context.Context, prepare func(context.Context) (*postbox, error), good func(p *postbox) (request, error)) matrixtest.Case {
	agent := &matrixtest.Caller{Host: c.world.Host, Sign: func(*http.Request) {}}
	return matrixtest.Case{As: agent, Make: func() (request, error) {
		p, err := prepare(ctx)
		if err != nil {
			return request{}, err
		}
		agent.Sign = p.agent.Sign
		return good(p)
	}}
}

func (c *floorCases) mails(ctx context.Context) {
	with := func(name string, id func(*postbox) string, body any) func(*postbox) (request, error) {
		return func(p *postbox) (request, error) {
			return request{Path: map[string]string{name: id(p)}, Body: body}, nil
		}
	}
	segment := func(p *postbox) string { return p.segment }
	kase := func(p *postbox) string { return p.kase }
	mail := func(p *postbox) string { return p.mail }
	draft := func(p *postbox) string { return p.draft }
	c.all["listMailQueue"] = matrixtest.Case{Make: func() (request, error) { return request{Query: map[string][]string{"place": {"team"}}}, nil }}
	chosen := func(more object) func(*postbox) (request, error) {
		return func(p *postbox) (request, error) {
			body := object{"segmentIds": []string{p.segment}}
			for k, v := range more {
				body[k] = v
			}
			return request{Body: body}, nil
		}
	}
	c.all["takeMails"] = c.mailAt(ctx, c.postbox, chosen(nil))
	c.all["returnMails"] = c.mailAt(ctx, c.postbox, chosen(nil))
	c.all["assignMails"] = matrixtest.Case{Make: func() (request, error) {
		p, err := c.postbox(ctx)
		if err != nil {
			return request{}, err
		}
		return request{Body: object{"segmentIds": []string{p.segment}, "userId": p.agentID}}, nil
	}}
	c.all["listMailOwners"] = matrixtest.Case{Make: func() (request, error) { return request{}, nil }}
	c.all["disposeMails"] = c.mailAt(ctx, c.postbox, chosen(object{"dispositionId": "unknown"}))
	c.all["openSegment"] = c.mailAt(ctx, c.postbox, with("id", segment, nil))
	c.all["readMails"] = c.mailAt(ctx, c.inHand, with("id", segment, nil))
	c.all["parkSegment"] = c.mailAt(ctx, c.inHand, with("id", segment, nil))
	offered := func(ctx context.Context) (*postbox, error) {
		p, err := c.postbox(ctx)
		if err != nil {
			return nil, err
		}
		if err := p.do("POST", "/api/desk/state", object{"state": "ready"}); err != nil {
			return nil, err
		}
		_, err = hear(p.news, "offer.opened")
		return p, err
	}
	postpone := c.mailAt(ctx, offered, with("segmentId", segment, nil))
	postpone.Stranger, postpone.Unknown = http.StatusConflict, http.StatusConflict // as for other offers
	c.all["postponeOffer"] = postpone
	c.all["beginDraft"] = c.mailAt(ctx, c.inHand, with("id", segment, object{"kind": "reply"}))
	c.all["newMail"] = c.mailAt(ctx, c.postbox, func(p *postbox) (request, error) {
		return request{Body: object{"serviceId": p.serviceID, "to": []object{{"address": "vera@example.com"}}}}, nil
	})
	c.all["getMail"] = c.mailAt(ctx, c.postbox, with("id", mail, nil))
	c.all["saveMail"] = c.mailAt(ctx, c.answering, func(p *postbox) (request, error) {
		return request{Path: map[string]string{"id": p.draft}, Body: object{"version": p.draftVersion, "to": []object{{"address": "ivan@example.com"}}, "cc": []any{}, "bcc": []any{},
			"subject": "Re: Lost bag", "html": "<p>Found.</p>"}}, nil
	})
	c.all["deleteDraft"] = c.mailAt(ctx, c.answering, with("id", draft, nil))
	c.all["sendMail"] = c.mailAt(ctx, c.answering, with("id", draft, object{"close": true}))
	retry := c.mailAt(ctx, c.postbox, with("id", mail, nil))
	good := retry.Make
	retry.NoRepeat, retry.Make = "it is refused", func() (request, error) {
		r, err := good()
		r.Status = http.StatusConflict // it came in; only what failed goes again
		return r, err
	}
	c.all["retryMail"], c.all["retryOutboundMail"] = retry, retry
	c.all["detachFile"] = c.mailAt(ctx, c.answering, func(p *postbox) (request, error) {
		file, err := p.attach()
		return request{Path: map[string]string{"id": p.draft, "fileId": file}}, err
	})
	c.all["moveMail"] = c.mailAt(ctx, c.inHand, with("id", mail, object{"new": true}))
	c.all["listMailDestinations"] = c.mailAt(ctx, c.postbox, func(p *postbox) (request, error) {
		return request{Path: map[string]string{"id": p.mail}, Query: map[string][]string{"q": {"bag"}}}, nil
	})
	c.all["completeAddress"] = matrixtest.Case{Make: func() (request, error) { return request{Query: map[string][]string{"q": {"iv"}}}, nil }}
	c.all["getCase"] = c.mailAt(ctx, c.postbox, with("id", kase, nil))
	c.all["getCaseHistory"] = c.mailAt(ctx, c.postbox, with("id", kase, nil))
	c.all["addCaseNote"] = c.mailAt(ctx, c.postbox, with("id", kase, object{"text": "a note"}))
	c.all["setCaseState"] = c.mailAt(ctx, c.postbox, with("id", kase, object{"state": "pending"}))
	c.all["getCaseForm"] = c.mailAt(ctx, c.postbox, with("id", kase, nil))
	c.all["changeCase"] = c.mailAt(ctx, c.inHand, func(p *postbox) (request, error) {
		now, err := accesstest.Call(c.world.Handler, p.agent, "GET", "/api/cases/"+p.kase, nil)
		return request{Path: map[string]string{"id": p.kase}, Body: object{"version": now["version"], "categoryId": ""}}, err
	})
	c.all["setCaseService"] = c.mailAt(ctx, c.inHand, func(p *postbox) (request, error) {
		return request{Path: map[string]string{"id": p.kase}, Body: object{"serviceId": p.serviceID}}, nil
	})
	c.all["flagCase"] = c.mailAt(ctx, c.postbox, with("id", kase, object{"on": true}))
	c.all["listPinnedCases"] = c.mailAt(ctx, c.postbox, func(p *postbox) (request, error) {
		return request{Query: map[string][]string{"userId": {p.agentID}}}, nil
	})
	c.all["pinCase"] = c.mailAt(ctx, c.postbox, with("id", kase, object{"on": true}))
	c.all["seeCase"] = c.mailAt(ctx, c.postbox, with("id", kase, nil))
	c.all["openCase"] = c.mailAt(ctx, c.postbox, with("id", kase, nil))
	closed := func(ctx context.Context) (*postbox, error) {
		p, err := c.postbox(ctx)
		if err != nil {
			return nil, err
		}
		return p, p.do("POST", "/api/cases/"+p.kase+"/state", object{"state": "closed"})
	}
	c.all["followCase"] = c.mailAt(ctx, closed, with("id", kase, nil))
	of := func(prepare func(context.Context) (*postbox, error), good func(*postbox) (request, error)) matrixtest.Case { // by the owner, who may delete
		return matrixtest.Case{Make: func() (request, error) {
			p, err := prepare(ctx)
			if err != nil {
				return request{}, err
			}
			return good(p)
		}}
	}
	c.all["deleteMails"] = of(c.postbox, chosen(nil))
	c.all["deleteCase"] = of(c.postbox, with("id", kase, nil))
	c.all["listDeletedCases"] = matrixtest.Case{Make: func() (request, error) { return request{}, nil }}
	deleted := func(ctx context.Context) (*postbox, error) {
		p, err := c.postbox(ctx)
		if err != nil {
			return nil, err
		}
		_, err = c.call("DELETE", "/api/cases/"+p.kase, nil)
		return p, err
	}
	c.all["restoreCase"] = of(deleted, with("id", kase, nil))
	box := func(body any, status int) matrixtest.Case {
		m := matrixtest.Case{Make: func() (request, error) {
			p, err := c.postbox(ctx)
			if err != nil {
				return request{}, err
			}
			return request{Path: map[string]string{"id": p.boxID}, Body: body, Status: status}, nil
		}}
		if status != 0 {
			m.NoRepeat = "it is refused"
		}
		return m
	}
	// Without an account there is nobody to talk to; mailbox's own tests have real servers.
	c.all["testMailboxIMAP"] = box(nil, http.StatusConflict)
	c.all["testMailboxRelay"] = box(nil, 0)
	c.all["backfillMailbox"] = box(object{"from": time.Now().UTC().AddDate(0, 0, -2).Format(time.DateOnly)}, http.StatusConflict)
	c.all["prepareDKIMKey"] = matrixtest.Case{OwnOnly: true, Make: func() (request, error) {
		p, err := c.ownDomain(ctx)
		return request{Body: object{"domain": p}}, err
	}}
	dkim := func(body any) matrixtest.Case {
		return matrixtest.Case{Make: func() (request, error) {
			domain, err := c.ownDomain(ctx)
			if err != nil {
				return request{}, err
			}
			key, err := c.call("POST", "/api/dkim-keys", object{"domain": domain})
			if err != nil {
				return request{}, err
			}
			id, _ := key["id"].(string)
			return request{Path: map[string]string{"id": id}, Body: body}, nil
		}}
	}
	c.all["checkDKIMKey"], c.all["removeDKIMKey"] = dkim(nil), dkim(nil)
	c.all["useDKIMKey"] = dkim(object{"unchecked": true})
	c.all["forgetSkippedMail"] = matrixtest.Case{Make: func() (request, error) {
		id := db.NewID()
		err := c.world.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("INSERT INTO mailbox_skipped (tenant_id, id, entry_id, account, uid_validity, uid, size, sender, subject, reason, detail, at) VALUES (?, ?, ?, '', 1, 1, 1, '', '', 'too_large', '', 1)",
				c.world.Tenant, id, id).Exec(ctx)
			return err
		})
		return request{Path: map[string]string{"id": id}}, err
	}}
	aside := matrixtest.Case{Make: func() (request, error) {
		id, err := c.unreadable(ctx)
		return request{Path: map[string]string{"id": id}}, err
	}}
	c.all["retryQuarantinedMail"], c.all["dropQuarantinedMail"] = aside, aside
}

// ownDomain makes a mailbox in a domain of its own.
func (c *floorCases) ownDomain(ctx context.Context) (string, error) {
	p, err := c.emptyBox(ctx)
	if err != nil {
		return "", err
	}
	box, err := c.call("GET", "/api/entries/"+p.boxID, nil)
	if err != nil {
		return "", err
	}
	domain := accesstest.Unique("d") + ".test"
	_, err = c.call("PUT", "/api/entries/"+p.boxID, object{"version": box["version"], "aliases": []string{"a@" + domain}})
	return domain, err
}

// unreadable lets something arrive that is no mail, and gives its id in the
// quarantine.
func (c *floorCases) unreadable(ctx context.Context) (id string, err error) {
	p, err := c.postbox(ctx)
	if err != nil {
		return "", err
	}
	if err := c.app.mails.Take(ctx, email.Arrival{TenantID: c.world.Tenant, EntryID: p.boxID, Recipient: p.address, Source: "imap",
		Raw: []byte("\x00" + base64.StdEncoding.EncodeToString([]byte(p.address)))}); err != nil {
		return "", err
	}
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	for err == nil && id == "" {
		select {
		case <-late.C:
			return "", fmt.Errorf("%s has nothing in the quarantine", p.address)
		case <-time.After(5 * time.Millisecond):
		}
		err = c.world.DB.Read().NewSelect().Table("mail_intake").Column("id").Where("tenant_id = ? AND recipient = ? AND state = 'quarantined'", c.world.Tenant, p.address).Scan(ctx, &id)
		if db.IsNone(err) {
			err = nil
		}
	}
	return id, err
}
