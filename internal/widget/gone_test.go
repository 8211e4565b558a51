package widget_test

import (
	"context"
	"testing"

	"github.com/coder/websocket"

	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/web"
)

func TestSuspended(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		t.Run("[M-40/suspend] an open chat of a suspended centre is cut at its next word and nothing is taken in; afterwards it goes on", func(t *testing.T) {
			v := c.visitor()
			v.open("Hello")
			s := v.connect("", 0)
			s.until("snapshot", func([]byte) bool { return true })
			status := func(to string) {
				c.must(c.db.Write(org.System(t.Context()), db.Chat, func(ctx context.Context, tx *db.Tx) error {
					tenant, err := c.org.Tenant(ctx, c.tenant)
					if err != nil {
						return err
					}
					_, err = c.org.ChangeTenant(ctx, tx, c.tenant, tenant.Version, func(x *org.Tenant) error { x.Status = to; return nil })
					return err
				}))
			}
			status(org.TenantSuspended)
			s.send(map[string]any{"type": "ping"})
			for {
				if _, err := s.next(); err != nil {
					if got := websocket.CloseStatus(err); got != web.CloseRestart {
						t.Errorf("closed with %d", got)
					}
					break
				}
			}
			if r := v.post("messages", map[string]any{"clientId": "m2", "text": "Anybody there?"}); r.status != 404 {
				t.Errorf("a message was taken: %d", r.status)
			}
			status(org.TenantActive)
			v.say("Back again")
			v.connect("", 0).until("snapshot", func([]byte) bool { return true })
		})
	})
}
