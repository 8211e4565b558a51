package floor

import (
	"context"
	"encoding/json"
	"testing"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
)

// FuzzServe feeds the other nodes' end of the bus: whatever comes is a clear
// error or reaches the owner as the command it was.
func FuzzServe(f *testing.F) {
	good, err := json.Marshal(request{Input: core.Input{Type: core.InAccepted, Agent: "a", Item: "i"}, Key: db.Idempotency{Tenant: "t", Key: "k"}})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{string(good), "", "null", "{}", "[]", `{"input":{"at":1e99}}`, `{"input":{"config":{"teams":[null]}}}`,
		`{"key":{"Tenant":"other","Key":"k"}}`, `{"input":{"skills":[{"level":-1}]}}`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		o := newOwner(New(Config{}), "t", nil)
		go func() {
			select {
			case c := <-o.commands:
				if c.key.Key != "" && c.key.Tenant != "t" {
					t.Error("another tenant's key came through")
				}
				c.finish(Answer{Effects: core.New().Apply(c.in)}, nil) // the core takes anything without a panic
			case <-o.ended:
			}
		}()
		reply, err := o.serve(context.Background(), payload)
		close(o.ended)
		switch {
		case err != nil && fail.Code(err) != fail.CodeUnreadable:
			t.Errorf("%v", err)
		case err == nil:
			var r response
			if json.Unmarshal(reply, &r) != nil || len(reply) == 0 {
				t.Errorf("answer %q", reply)
			}
		}
	})
}
