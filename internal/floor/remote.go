package floor

import (
	"context"
	"encoding/json"
	"errors"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
)

var errNoFloor = errors.New("the tenant's floor does not live on this node now")

// Subjects of the bus. The tenant's id is the last word.
const (
	nudgeSubject   = "parley.floor.inbox"
	tenantsSubject = "parley.floor.tenants"
)

func doSubject(tenant string) string { return "parley.floor.do." + tenant }

// request is a command from another node.
type request struct {
	Input core.Input     `json:"input"`
	Key   db.Idempotency `json:"key"`
}

// response is its answer.
type response struct {
	Answer  Answer        `json:"answer"`
	Effects []core.Effect `json:"effects"`
}

// serve takes a command that came over the bus.
func (o *owner) serve(ctx context.Context, payload []byte) ([]byte, error) {
	var r request
	if err := json.Unmarshal(payload, &r); err != nil {
		return nil, fail.Unreadable(err)
	}
	if r.Key.Key != "" && r.Key.Tenant != o.tenant {
		return nil, fail.Unreadable(errors.New("the command's key is another tenant's"))
	}
	a, err := o.do(ctx, r.Input, r.Key)
	if err != nil {
		return nil, err
	}
	return json.Marshal(response{Answer: a, Effects: a.Effects})
}

// nudged hears that a tenant's inbox has rows, from another node.
func (f *Floors) nudged(_ string, data []byte) {
	if o := f.owner(string(data)); o != nil {
		o.look()
	}
}
