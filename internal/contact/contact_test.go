package contact

import (
	"context"
	"reflect"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
)

// seen is the change function of these tests: it counts frames by audience.
func seen(m map[string]int) func(*db.Tx, string, string, string, any) error {
	return func(_ *db.Tx, _, audience, kind string, _ any) error { m[audience+" "+kind]++; return nil }
}

func TestFindOrCreate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, frames := context.Background(), map[string]int{}
		s := New(d, "RU", seen(frames))
		find := func(t *testing.T, tenant string, k Known) (c Contact, found bool) {
			t.Helper()
			err := d.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) (err error) {
				c, found, err = s.FindOrCreate(ctx, tx, tenant, k)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return c, found
		}

		anna, found := find(t, "t1", Known{Name: "Анна  Петрова", Email: "Anna@Example.com", VisitorID: "v1", Language: "ru"})
		if !found || anna.Name != "Анна Петрова" || !reflect.DeepEqual(anna.Emails, []string{"anna@example.com"}) {
			t.Fatalf("[C-1] new card: %+v", anna)
		}
		t.Run("[C-1] the same address in another spelling is the same card", func(t *testing.T) {
			c, _ := find(t, "t1", Known{Name: "Somebody Else", Email: " ANNA@example.com", Phone: "8 495 123-45-67"})
			if c.ID != anna.ID || c.Name != "Анна Петрова" || !reflect.DeepEqual(c.Phones, []string{"+74951234567"}) {
				t.Errorf("got %+v", c)
			}
		})
		t.Run("[C-1] a returning browser is recognised without a form", func(t *testing.T) {
			if c, found := find(t, "t1", Known{VisitorID: "v1"}); !found || c.ID != anna.ID {
				t.Errorf("got %+v %v", c, found)
			}
		})
		t.Run("[C-1] an unknown browser alone makes no card", func(t *testing.T) {
			if c, found := find(t, "t1", Known{VisitorID: "v9"}); found {
				t.Errorf("got %+v", c)
			}
		})
		t.Run("[C-1] email decides against a phone of somebody else, who keeps it", func(t *testing.T) {
			boris, _ := find(t, "t1", Known{Name: "Boris", Phone: "+49 30 901820"})
			c, _ := find(t, "t1", Known{Email: "anna@example.com", Phone: "004930901820"})
			again, _ := find(t, "t1", Known{Phone: "+4930901820"})
			if c.ID != anna.ID || again.ID != boris.ID || len(c.Phones) != 1 {
				t.Errorf("got %+v, %+v", c, again)
			}
		})
		t.Run("[C-1] another tenant has its own cards", func(t *testing.T) {
			if c, _ := find(t, "t2", Known{Name: "A", Email: "anna@example.com"}); c.ID == anna.ID {
				t.Errorf("tenant t2 got the card of t1")
			}
			if _, err := s.Get(ctx, d.Read(), "t2", anna.ID); fail.Code(err) != fail.CodeNotFound {
				t.Errorf("t2 reads the card of t1: %v", err)
			}
		})
		if frames["all contact.changed"] == 0 {
			t.Error("[C-1] desks were not told")
		}
	})
}

func TestSave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := New(d, "RU", seen(map[string]int{}))
		save := func(c Contact) (Contact, error) {
			err := d.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) (err error) {
				c, err = s.Save(ctx, tx, "t1", c)
				return err
			})
			return c, err
		}
		c, err := save(Contact{Name: " Anna ", Company: "Ромашка", Segment: "VIP", Emails: []string{"a@b.ru", "A@B.ru"}, Phones: []string{"8 (495) 1234567"}})
		if err != nil || c.Name != "Anna" || len(c.Emails) != 1 || c.Phones[0] != "+74951234567" || c.Version != 1 {
			t.Fatalf("[C-1] %+v, %v", c, err)
		}
		old := c
		c.Notes, c.Phones = "prefers mornings", nil
		if c, err = save(c); err != nil || c.Version != 2 || len(c.Phones) != 0 {
			t.Fatalf("[C-1] change: %+v, %v", c, err)
		}
		if _, err := save(old); fail.Code(err) != fail.CodeChanged {
			t.Errorf("[X-3] an older version overwrote a newer one: %v", err)
		}
		for field, bad := range map[string]Contact{
			"emails[0]": {Name: "x", Emails: []string{"nonsense"}},
			"phones[0]": {Name: "x", Phones: []string{"call me"}},
			"name":      {Company: "only a company"},
			"emails[1]": {Name: "thief", Emails: []string{"own@b.ru", "a@b.ru"}},
		} {
			if _, err := save(bad); fail.As(err) == nil || fail.As(err).Field != field {
				t.Errorf("[X-3] %s: got %v", field, err)
			}
		}
		for _, q := range []string{"ann", "ромаш", "a@b"} {
			p, err := s.List(ctx, d.Read(), "t1", q, "", nil, 10)
			if err != nil || len(p.Items) != 1 {
				t.Errorf("[C-1] search %q: %+v, %v", q, p, err)
			}
		}
	})
}
