package audit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"

	"parley/internal/web"
)

// Event is what is to be noted. Before and After are marshalled to JSON; where
// both are given only the fields that differ are kept. Secrets must not be
// among their fields.
type Event struct {
	TenantID string
	Action   string // what was done: "create", "update", "delete", "view", "sign_in" …
	Entity   string // the kind of thing it was done to: "user"
	EntityID string
	Name     string // the thing's name at that time
	Before   any
	After    any
}

// Act is one entry of the log.
type Act struct {
	N         int64           `json:"n" doc:"Number in the tenant's log, from 1 without gaps"`
	At        int64           `json:"at"`
	ActorKind string          `json:"actorKind" enum:"user,key,system"`
	ActorID   string          `json:"actorId"`
	ActorName string          `json:"actorName"`
	Address   string          `json:"address" doc:"Network address the request came from"`
	Action    string          `json:"action"`
	Entity    string          `json:"entity"`
	EntityID  string          `json:"entityId"`
	Name      string          `json:"name"`
	Before    json.RawMessage `json:"before,omitempty"`
	After     json.RawMessage `json:"after,omitempty"`
	Hash      string          `json:"hash"`
}

// The kinds of actors.
const (
	ByUser   = "user"
	ByKey    = "key"
	BySystem = "system"
)

// actor fills in who is at work in ctx.
func (e *Act) actor(ctx context.Context) {
	who := web.Who(ctx)
	e.Address = web.ClientAddress(ctx)
	switch {
	case who.APIKeyID != "":
		e.ActorKind, e.ActorID, e.ActorName = ByKey, who.APIKeyID, who.Name
	case who.UserID != "":
		e.ActorKind, e.ActorID, e.ActorName = ByUser, who.UserID, who.Name
		if e.ActorName == "" {
			e.ActorName = who.Login
		}
	default:
		e.ActorKind, e.ActorName = BySystem, "Parley"
	}
}

// seal is the hash that ties the entry to the one before it. The fields are
// hashed as a JSON array, which no other choice of fields can look like.
func (e *Act) seal(key []byte, tenant, before string) string {
	b, err := json.Marshal([]any{before, tenant, e.N, e.At, e.ActorKind, e.ActorID, e.ActorName, e.Address,
		e.Action, e.Entity, e.EntityID, e.Name, string(e.Before), string(e.After)})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return sealed(key, b)
}

// sealEnd is the hash that says which entry is the last.
func sealEnd(key []byte, tenant string, n int64, hash string) string {
	b, err := json.Marshal([]any{"end", tenant, n, hash})
	if err != nil {
		panic(err)
	}
	return sealed(key, b)
}

func sealed(key, b []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil))
}

// difference marshals before and after, each with the fields in which they
// differ; with only one of them given, all of it.
func difference(before, after any) (b, a json.RawMessage, err error) {
	if b, err = marshal(before); err != nil {
		return nil, nil, err
	}
	if a, err = marshal(after); err != nil {
		return nil, nil, err
	}
	var was, is map[string]json.RawMessage
	if len(a) == 0 || len(b) == 0 || json.Unmarshal(b, &was) != nil || json.Unmarshal(a, &is) != nil {
		return b, a, nil
	}
	for field, v := range was {
		if w, ok := is[field]; ok && string(v) == string(w) {
			delete(was, field)
			delete(is, field)
		}
	}
	if b, err = json.Marshal(was); err != nil {
		return nil, nil, err
	}
	a, err = json.Marshal(is)
	return b, a, err
}

func marshal(v any) (json.RawMessage, error) {
	if v == nil || (reflect.ValueOf(v).Kind() == reflect.Pointer && reflect.ValueOf(v).IsNil()) {
		return nil, nil
	}
	return json.Marshal(v)
}
