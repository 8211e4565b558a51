package widget_test

import (
	"context"
	"testing"

	"parley/internal/db"
	"parley/internal/org"
)

// limit sets what the tenant may have; 0 is no limit.
func (c *centre) limit(openChats int, fileBytes int64) {
	c.Helper()
	c.must(c.db.Write(org.System(context.Background()), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		t, err := c.org.Tenant(ctx, c.tenant)
		if err != nil {
			return err
		}
		_, err = c.org.ChangeTenant(ctx, tx, t.ID, t.Version, func(t *org.Tenant) error {
			t.Limits.OpenChats, t.Limits.FileBytes = openChats, fileBytes
			return nil
		})
		return err
	}))
}

func TestTenantLimits(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		first, second := c.visitor(), c.visitor()
		opening := func(id string) map[string]any {
			return map[string]any{"clientId": id, "text": "hello", "form": map[string]string{"name": "Olga", "email": "olga@example.org", "text": "hello"}}
		}
		t.Run("[M-40/limits] no more chats at once than the tenant may have", func(t *testing.T) {
			c.limit(1, 0)
			first.ok(first.post("conversations", opening("one")), nil)
			if r := second.post("conversations", opening("two")); r.status != 409 || r.code() != "PAR-5009" {
				t.Fatalf("%d %s", r.status, r.body)
			}
			if r := second.get("conversation"); r.code() != "" {
				t.Errorf("%d %s", r.status, r.body)
			}
			first.ok(first.post("conversations", opening("one")), nil) // repeated: the one that is there
			first.ok(first.post("end", nil), nil)
			second.ok(second.post("conversations", opening("two")), nil) // the place is free again
		})
		t.Run("[M-40/limits] no more bytes in files than the tenant may have", func(t *testing.T) {
			c.limit(0, 10)
			send := func(id, content string) string {
				r := second.post("files?name=a.txt&clientId="+id, []byte(content))
				return r.code()
			}
			for _, x := range []struct{ id, content, want string }{
				{"f1", "sixsix", ""}, {"f1", "sixsix", ""}, {"f2", "five5", "PAR-5010 file"}, {"f3", "four", ""}, {"f4", "1", "PAR-5010 file"},
			} {
				if got := send(x.id, x.content); got != x.want {
					t.Errorf("%s: %q, wanted %q", x.id, got, x.want)
				}
			}
			c.limit(0, 0)
			if got := send("f4", "1"); got != "" {
				t.Errorf("without a limit: %s", got)
			}
		})
	})
}
