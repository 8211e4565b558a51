package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"sync"

	"parley/internal/db"
	"parley/internal/fail"
)

// takeIdempotencyKey puts the command's key into the context, with a hash of
// what makes it this command: path, query and body.
func takeIdempotencyKey(r *http.Request, op Op) (*http.Request, error) {
	key := r.Header.Get("Idempotency-Key")
	who := Who(r.Context())
	if key == "" || r.Method == http.MethodGet || !who.SignedIn() {
		return r, nil
	}
	if len(key) > 128 || !cleanText(key) {
		return r, fail.Invalid("Idempotency-Key", "must be text of at most 128 bytes")
	}
	h := sha256.New()
	for _, part := range []string{r.URL.EscapedPath(), r.URL.RawQuery, string(exchangeOf(r.Context()).body)} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	user := who.UserID
	if who.APIKeyID != "" {
		user = who.APIKeyID
	}
	return r.WithContext(db.WithIdempotency(r.Context(), db.Idempotency{
		Tenant: who.TenantID, User: user, Key: key,
		Route: op.Method + " " + op.Path, BodyHash: hex.EncodeToString(h.Sum(nil)),
	})), nil
}

// once calls do unless the same command was already answered; then it gives that
// answer. Two that come at the same time are served one after the other.
func once[O any](ctx context.Context, s *Server, op Op, do func(context.Context) (*O, error)) (*O, error) {
	i, ok := db.IdempotencyFrom(ctx)
	if !ok || s.cfg.DB == nil || op.OwnID {
		return do(ctx)
	}
	release, err := s.running.lock(ctx, i.Tenant+"\x00"+i.User+"\x00"+i.Key)
	if err != nil {
		return nil, fail.Unavailable(err)
	}
	defer release()
	if out, found, err := earlier[O](ctx, s, op, i); found || err != nil {
		return out, err
	}
	out, err := do(ctx)
	if err != nil {
		if errors.Is(err, fail.Changed("")) { // another node may have been faster with the same key
			if out, found, e := earlier[O](ctx, s, op, i); found && e == nil {
				return out, nil
			}
		}
		return nil, err
	}
	if err := keep(ctx, s, op, i, out); err != nil {
		s.log.WarnContext(ctx, "a command was done, but its answer could not be kept for a repetition", "route", i.Route, "error", err)
	}
	return out, nil
}

func earlier[O any](ctx context.Context, s *Server, op Op, i db.Idempotency) (*O, bool, error) {
	answer, _, found, err := db.LookupIdempotent(ctx, s.cfg.DB.Read(), i)
	if err != nil || !found {
		return nil, found, err
	}
	if op.Secret {
		return nil, true, fail.State("this was done already; its answer holds a secret and is not repeated")
	}
	out := new(O)
	body := reflect.ValueOf(out).Elem().FieldByName("Body")
	if !body.IsValid() || len(answer) == 0 {
		return out, true, nil
	}
	if err := json.Unmarshal(answer, body.Addr().Interface()); err != nil {
		return nil, true, fail.Internal(err)
	}
	return out, true, nil
}

// keep stores the answer unless the verb has done so in its own transaction.
func keep[O any](ctx context.Context, s *Server, op Op, i db.Idempotency, out *O) error {
	if _, _, found, err := db.LookupIdempotent(ctx, s.cfg.DB.Read(), i); err != nil || found {
		return err
	}
	var body any
	if out != nil && !op.Secret {
		if f := reflect.ValueOf(out).Elem().FieldByName("Body"); f.IsValid() {
			body = f.Interface()
		}
	}
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(context.WithoutCancel(ctx), db.Chat, func(ctx context.Context, tx *db.Tx) error {
		return db.StoreIdempotent(ctx, tx, i, http.StatusOK, b)
	})
}

// keyed is a lock per key.
type keyed struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when released
}

func (k *keyed) lock(ctx context.Context, key string) (release func(), err error) {
	for {
		k.mu.Lock()
		held, taken := k.held[key]
		if !taken {
			if k.held == nil {
				k.held = map[string]chan struct{}{}
			}
			mine := make(chan struct{})
			k.held[key] = mine
			k.mu.Unlock()
			return func() {
				k.mu.Lock()
				delete(k.held, key)
				k.mu.Unlock()
				close(mine)
			}, nil
		}
		k.mu.Unlock()
		select {
		case <-held:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
