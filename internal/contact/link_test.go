package contact_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/interaction"
	"parley/internal/web"
)

// linking is a centre in which agents have calls in hand.
type linking struct {
	*testing.T
	db      *db.DB
	records *interaction.Service
	url     string
	told    map[string]string // the channel's entity: whose card
}

func newLinking(t *testing.T, d *db.DB) *linking {
	l := &linking{T: t, db: d, records: interaction.New(d, names{}), told: map[string]string{}}
	s := web.New(web.Config{Tenants: names{}, Auth: names{}, DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	contact.API{DB: d, Interactions: l.records, Names: names{},
		Contacts: contact.New(d, "RU", func(*db.Tx, string, string, string, any) error { return nil }),
		Linked: map[string]func(context.Context, *db.Tx, string, string, string) error{
			"voice": func(_ context.Context, _ *db.Tx, _, channelID, contactID string) error {
				l.told[channelID] = contactID
				return nil
			}},
		OpenCases: func(context.Context, bun.IDB, string, string) (int, error) { return 3, nil },
		Usable: func(_ context.Context, _, id string) (bool, error) {
			if id == "broken" {
				return false, errors.New("no such store")
			}
			return id == "photo", nil
		}}.Register(s)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	l.url = server.URL
	return l
}

// as sends a request and gives the answer's status with the code and field of an error.
func (l *linking) as(who, method, path string, body, into any) (int, string) {
	l.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		l.Fatal(err)
	}
	r, err := http.NewRequest(method, l.url+path, bytes.NewReader(raw))
	if err != nil {
		l.Fatal(err)
	}
	r.Host = "t1"
	r.Header.Set("X-Parley", "1")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+who)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		l.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, _ := io.ReadAll(resp.Body)
	var p struct{ Code, Field string }
	if resp.StatusCode >= 400 {
		_ = json.Unmarshal(answer, &p)
	} else if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			l.Fatalf("%s: %v", answer, err)
		}
	}
	return resp.StatusCode, strings.TrimSpace(p.Code + " " + p.Field)
}

// call gives an agent a call of a number; colleague, when given, is offered to join it.
func (l *linking) call(agent, number, colleague string) interaction.Segment {
	l.Helper()
	var part interaction.Segment
	err := l.db.Write(l.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) (err error) {
		var i interaction.Interaction
		i, part, err = l.records.Open(ctx, tx, interaction.Opening{TenantID: "t1", Kind: "voice", ServiceID: "sales", ChannelID: "call " + number,
			Customer: interaction.Customer{Phone: number}, At: 1})
		if err != nil {
			return err
		}
		steps := []interaction.Step{{At: 2, Kind: interaction.StepAccepted, SegmentID: part.ID, AgentID: agent}}
		if colleague != "" {
			asked, err := l.records.AddSegment(ctx, tx, "t1", i.ID, interaction.NewSegment{Purpose: interaction.PurposeInvite, ToUserID: colleague, At: 3})
			if err != nil {
				return err
			}
			steps = append(steps, interaction.Step{At: 4, Kind: interaction.StepOffered, SegmentID: asked.ID, AgentID: colleague, Until: 99})
		}
		return l.records.Record(ctx, tx, "t1", steps, nil)
	})
	if err != nil {
		l.Fatal(err)
	}
	return part
}

// last is the newest frame of a type that an audience got, with all in it that a name could be in.
func (l *linking) last(audience, typ string) string {
	l.Helper()
	var data string
	err := l.db.Read().NewSelect().Table("changes").Column("data").Where("audience = ? AND type = ?", audience, typ).Order("seq DESC").Limit(1).Scan(l.Context(), &data)
	if err != nil {
		l.Fatalf("%s of %s: %v", typ, audience, err)
	}
	return data
}

func cardOf(name string, more map[string]any) map[string]any {
	card := map[string]any{"name": name, "company": "", "segment": "", "language": "", "notes": "", "emails": []string{}, "phones": []string{}, "version": 0}
	for k, v := range more {
		card[k] = v
	}
	return card
}

func TestLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLinking(t, d)
		const anna, boris, boss = "anna handle.voice", "boris handle.voice", "boss handle.voice handle.others_cases"
		first := l.call("anna", "+74951234567", "vera")
		link := "/api/segments/" + first.ID + "/contact"

		t.Run("[D-2/contact] only who has the contact in hand says whose it is", func(t *testing.T) {
			for _, who := range []string{boris, boss, "vera handle.voice"} {
				if status, _ := l.as(who, "POST", link, map[string]any{"card": cardOf("Thief", nil)}, nil); status != 404 {
					t.Errorf("%s: %d", who, status)
				}
			}
			if status, code := l.as(anna, "POST", link, map[string]any{}, nil); status != 422 || code != "PAR-0001 contactId" {
				t.Errorf("nobody named: %d %s", status, code)
			}
		})
		var made contact.Contact
		t.Run("[D-2/contact] a new card gets the number of the call, which is named at once everywhere", func(t *testing.T) {
			status, code := l.as(anna, "POST", link, map[string]any{"card": cardOf("Иван Петров", map[string]any{"segment": "VIP"})}, &made)
			if status != 200 || made.Name != "Иван Петров" || len(made.Phones) != 1 || made.Phones[0] != "+74951234567" {
				t.Fatalf("%d %s %+v", status, code, made)
			}
			for _, seen := range [][2]string{{"u/anna", "segment.changed"}, {"u/vera", "offer.opened"}, {"stats", "stats.segment"}} {
				if data := l.last(seen[0], seen[1]); !strings.Contains(data, "Иван Петров") {
					t.Errorf("%s of %s: %s", seen[1], seen[0], data)
				}
			}
			if l.told["call +74951234567"] != made.ID {
				t.Errorf("the call was not told: %v", l.told)
			}
			found, _, err := l.records.Search(t.Context(), d.Read(), "t1", interaction.Filter{Words: "петров"})
			if err != nil || len(found) != 1 || found[0].ContactID != made.ID {
				t.Errorf("the record by the name: %+v, %v", found, err)
			}
			var n contact.CaseCount
			if status, code := l.as(anna, "GET", "/api/contacts/"+made.ID+"/cases", nil, &n); status != 200 || n.Open != 3 {
				t.Errorf("cases: %d %s %+v", status, code, n)
			}
		})
		t.Run("[D-2/card] a change of the card is seen on the contact in hand", func(t *testing.T) {
			change := cardOf("Иван Сидоров", map[string]any{"phones": made.Phones, "version": made.Version})
			if status, code := l.as(anna, "PUT", "/api/contacts/"+made.ID, change, &made); status != 200 {
				t.Fatalf("%d %s", status, code)
			}
			if data := l.last("u/anna", "segment.changed"); !strings.Contains(data, "Иван Сидоров") || !strings.Contains(data, "+74951234567") {
				t.Errorf("the row: %s", data)
			}
		})
		t.Run("[D-2/contact] the number is added to a card there is, which the next call finds", func(t *testing.T) {
			second := l.call("boris", "+74957654321", "")
			path := "/api/segments/" + second.ID + "/contact"
			if status, _ := l.as(boris, "POST", path, map[string]any{"contactId": made.ID}, nil); status != 404 {
				t.Errorf("a stranger's card without its address: %d", status)
			}
			if status, _ := l.as(boris, "POST", path, map[string]any{"contactId": made.ID, "address": "+7 495 765-43-21"}, nil); status != 404 {
				t.Errorf("a stranger's card by another address: %d", status)
			}
			var c contact.Contact
			status, code := l.as(boris, "POST", path, map[string]any{"contactId": made.ID, "address": "8 495 123-45-67"}, &c)
			if status != 200 || len(c.Phones) != 2 || c.Phones[1] != "+74957654321" || c.Version != made.Version+1 {
				t.Fatalf("%d %s %+v", status, code, c)
			}
			var page contact.Page
			l.as(boss, "GET", "/api/contacts?q=%2B74957654321", nil, &page)
			if len(page.Items) != 1 || page.Items[0].ID != made.ID {
				t.Errorf("by the new number: %+v", page)
			}
		})
		t.Run("[D-2/contact] a new card with somebody else's address makes nothing", func(t *testing.T) {
			third := l.call("anna", "+74950000000", "")
			body := map[string]any{"card": cardOf("Third", map[string]any{"phones": []string{"+74950000000", "+74951234567"}})}
			if status, code := l.as(anna, "POST", "/api/segments/"+third.ID+"/contact", body, nil); status != 422 || code != "PAR-0001 phones[1]" {
				t.Errorf("%d %s", status, code)
			}
			var page contact.Page
			l.as(boss, "GET", "/api/contacts?q=Third", nil, &page)
			if len(page.Items) != 0 {
				t.Errorf("half a card: %+v", page)
			}
		})
		t.Run("[D-2/card] a photo is a picture that was uploaded", func(t *testing.T) {
			if status, code := l.as(anna, "POST", "/api/contacts", cardOf("P", map[string]any{"photoFileId": "nonsense"}), nil); status != 422 || code != "PAR-0001 photoFileId" {
				t.Errorf("%d %s", status, code)
			}
			var c contact.Contact
			if status, code := l.as(anna, "POST", "/api/contacts", cardOf("P", map[string]any{"photoFileId": "photo"}), &c); status != 200 || c.PhotoID != "photo" {
				t.Errorf("%d %s %+v", status, code, c)
			}
			l.as(boss, "GET", "/api/contacts/"+c.ID, nil, &c)
			used, err := contact.New(d, "RU", nil).PhotosInUse(t.Context(), "t1", []string{"photo", "other"})
			if err != nil || c.PhotoID != "photo" || !used["photo"] || used["other"] {
				t.Errorf("%+v, %v, %v", c, used, err)
			}
		})
	})
}
