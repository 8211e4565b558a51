package contact_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/web"
)

// names stands for the organisation.
type names struct{}

func (names) ServiceFacts(context.Context, string, string) (interaction.ServiceFacts, error) {
	return interaction.ServiceFacts{Name: "Sales", Channel: "chat"}, nil
}
func (names) DispositionFacts(context.Context, string, string) (interaction.DispositionFacts, error) {
	return interaction.DispositionFacts{}, fail.NotFound("disposition")
}
func (names) AutoAnswers(context.Context, string, string, string) bool    { return false }
func (names) UserName(_ context.Context, _, id string) string             { return id }
func (names) Extension(context.Context, string, string) string            { return "" }
func (names) Can(context.Context, string, string, string) bool            { return true }
func (names) TenantByHost(_ context.Context, host string) (string, error) { return host, nil }

// Authenticate stands for access: "Bearer anna handle.chat …" on a tenant's host.
func (names) Authenticate(r *http.Request) (web.Identity, error) {
	words := strings.Fields(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if len(words) == 0 {
		return web.Identity{}, nil
	}
	who := web.Identity{TenantID: web.Tenant(r.Context()), UserID: words[0], SessionID: "s", Privileges: map[string]bool{}}
	for _, p := range words[1:] {
		who.Privileges[p] = true
	}
	return who, nil
}

func TestHTTP(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		contacts := contact.New(d, "RU", func(*db.Tx, string, string, string, any) error { return nil })
		records := interaction.New(d, names{})
		s := web.New(web.Config{Tenants: names{}, Auth: names{}, DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		contact.API{DB: d, Contacts: contacts, Interactions: records, Names: names{}}.Register(s)
		server := httptest.NewServer(s)
		t.Cleanup(server.Close)
		do := func(t *testing.T, host, who, method, path string, body, into any) (status int, code string) {
			t.Helper()
			raw, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			r, err := http.NewRequest(method, server.URL+path, bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			r.Header.Set("X-Parley", "1")
			r.Header.Set("Content-Type", "application/json")
			if who != "" {
				r.Header.Set("Authorization", "Bearer "+who)
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			answer, _ := io.ReadAll(resp.Body)
			var p struct{ Code, Field string }
			if resp.StatusCode >= 400 {
				_ = json.Unmarshal(answer, &p)
			} else if into != nil {
				if err := json.Unmarshal(answer, into); err != nil {
					t.Fatalf("%s: %v", answer, err)
				}
			}
			return resp.StatusCode, strings.TrimSpace(p.Code + " " + p.Field)
		}
		const all, anna = "boss handle.chat handle.others_cases", "anna handle.chat"
		card := map[string]any{"name": "Ivan", "company": "Ромашка", "segment": "VIP", "language": "ru", "notes": "", "emails": []string{"ivan@example.com"}, "phones": []string{"8 495 123-45-67"}, "version": 0}
		var made contact.Contact
		if status, code := do(t, "t1", all, "POST", "/api/contacts", card, &made); status != 200 || made.ID == "" || made.Phones[0] != "+74951234567" {
			t.Fatalf("[C-1] made: %d %s %+v", status, code, made)
		}
		path := "/api/contacts/" + made.ID

		t.Run("[C-1] whoever has had the customer in hand opens the card, others find it by its exact address only", func(t *testing.T) {
			if status, _ := do(t, "t1", anna, "GET", path, nil, nil); status != 404 {
				t.Errorf("a stranger's card: %d", status)
			}
			var page contact.Page
			do(t, "t1", anna, "GET", "/api/contacts?q=Iva", nil, &page)
			if len(page.Items) != 0 {
				t.Errorf("found by a part of the name: %+v", page)
			}
			do(t, "t1", anna, "GET", "/api/contacts?q=ivan%40example.com", nil, &page)
			if len(page.Items) != 1 {
				t.Errorf("not found by the address: %+v", page)
			}
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				_, part, err := records.Open(ctx, tx, interaction.Opening{TenantID: "t1", Kind: "chat", ServiceID: "sales", ChannelID: "conv", Customer: interaction.Customer{Name: "Ivan", ContactID: made.ID}, At: 1})
				if err != nil {
					return err
				}
				return records.Record(ctx, tx, "t1", []interaction.Step{{At: 2, Kind: interaction.StepAccepted, SegmentID: part.ID, AgentID: "anna"}}, nil)
			})
			if err != nil {
				t.Fatal(err)
			}
			do(t, "t1", anna, "GET", "/api/contacts?q=Iva", nil, &page)
			if len(page.Items) != 1 {
				t.Errorf("[D-4] the customer's agent does not find the card by a part of the name: %+v", page)
			}
			do(t, "t1", "boris handle.chat", "GET", "/api/contacts?q=Iva", nil, &page)
			if len(page.Items) != 0 {
				t.Errorf("[D-4] another agent finds it: %+v", page)
			}
			if status, _ := do(t, "t1", anna, "GET", path, nil, nil); status != 200 {
				t.Errorf("the customer's agent cannot open the card: %d", status)
			}
			var past contact.PastPage
			do(t, "t1", anna, "GET", path+"/interactions", nil, &past)
			if len(past.Items) != 1 || past.Items[0].ChannelID != "conv" || past.Items[0].ServiceName != "Sales" || len(past.Items[0].Agents) != 1 {
				t.Errorf("earlier contacts: %+v", past)
			}
		})
		t.Run("[C-1] a card is changed by its version", func(t *testing.T) {
			card["version"], card["notes"] = made.Version, "likes mornings"
			var changed contact.Contact
			if status, code := do(t, "t1", all, "PUT", path, card, &changed); status != 200 || changed.Notes != "likes mornings" {
				t.Errorf("%d %s %+v", status, code, changed)
			}
			if status, code := do(t, "t1", all, "PUT", path, card, nil); status != 409 || !strings.HasPrefix(code, "PAR-0003") {
				t.Errorf("[X-3] an older version: %d %s", status, code)
			}
		})
		t.Run("[X-3] bad cards name the field", func(t *testing.T) {
			for want, change := range map[string]any{"PAR-0001 emails[0]": map[string]any{"emails": []string{"x"}}, "PAR-0001 phones[0]": map[string]any{"phones": []string{"x"}}} {
				bad := map[string]any{}
				for k, v := range card {
					bad[k] = v
				}
				for k, v := range change.(map[string]any) {
					bad[k] = v
				}
				if status, code := do(t, "t1", all, "POST", "/api/contacts", bad, nil); status != 422 || code != want {
					t.Errorf("want %s, got %d %s", want, status, code)
				}
			}
		})
		t.Run("[M-40] another tenant, no session and no privilege get nothing", func(t *testing.T) {
			for _, try := range []struct {
				host, who string
				status    int
			}{{"t2", all, 404}, {"t1", "", 401}, {"t1", "clerk", 403}} {
				for _, m := range []string{"GET " + path, "GET " + path + "/interactions", "PUT " + path} {
					method, p, _ := strings.Cut(m, " ")
					status, _ := do(t, try.host, try.who, method, p, card, nil)
					if status != try.status {
						t.Errorf("%s on %s as %q: %d, want %d", m, try.host, try.who, status, try.status)
					}
				}
			}
		})
	})
}
