package web_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/web"
)

type countIn struct {
	Body struct {
		Step   int64  `json:"step"`
		Refuse bool   `json:"refuse,omitempty"`
		Name   string `json:"name,omitempty"`
	}
}
type countOut struct {
	Body struct {
		N int64 `json:"n"`
	}
}

func TestIdempotency(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var n atomic.Int64
		s := newServer(t, web.Config{DB: d})
		count := func(kept bool) func(ctx context.Context, in *countIn) (*countOut, error) {
			return func(ctx context.Context, in *countIn) (*countOut, error) {
				if in.Body.Refuse {
					n.Add(1)
					return nil, fail.State("not now")
				}
				out := &countOut{}
				out.Body.N = n.Add(in.Body.Step)
				if !kept {
					return out, nil
				}
				err := d.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error { return db.Answer(ctx, tx, out.Body) })
				return out, err
			}
		}
		web.Command(s, web.Op{Path: "/api/kept", ID: "kept", Tag: "t"}, count(true))
		web.Command(s, web.Op{Path: "/api/plain", ID: "plain", Tag: "t"}, count(false))
		web.Command(s, web.Op{Path: "/api/other", ID: "other", Tag: "t"}, count(true))
		web.Command(s, web.Op{Path: "/api/quiet", ID: "quiet", Tag: "t"}, func(ctx context.Context, in *countIn) (*struct{}, error) {
			n.Add(1)
			return nil, nil
		})
		send := func(path, token, key, body string) (*httptest.ResponseRecorder, web.Problem) {
			t.Helper()
			return do(t, s, call{method: "POST", path: path, token: token, body: body, header: map[string]string{"Idempotency-Key": key}})
		}
		for _, path := range []string{"/api/kept", "/api/plain"} {
			t.Run("[X-3] a repeated key is answered as before and done once: "+path, func(t *testing.T) {
				n.Store(0)
				first, _ := send(path, "ann", "k1"+path, `{"step":1}`)
				again, _ := send(path, "ann", "k1"+path, `{"step":1}`)
				if first.Code != 200 || again.Code != 200 || first.Body.String() != again.Body.String() || n.Load() != 1 {
					t.Errorf("%s then %s, done %d times", first.Body, again.Body, n.Load())
				}
				if w, p := send(path, "ann", "k1"+path, `{"step":2}`); w.Code != 409 || p.Code != "PAR-0008" {
					t.Errorf("other body: %d %s", w.Code, w.Body)
				}
				if w, p := send("/api/other", "ann", "k1"+path, `{"step":1}`); w.Code != 409 || p.Code != "PAR-0008" {
					t.Errorf("other route: %d %s", w.Code, w.Body)
				}
				if w, _ := send(path, "bob", "k1"+path, `{"step":1}`); w.Code != 200 || n.Load() != 2 {
					t.Errorf("another user's key: %d, done %d times", w.Code, n.Load())
				}
				send(path, "ann", "k2"+path, `{"step":1}`)
				send(path, "ann", "", `{"step":1}`)
				if n.Load() != 4 {
					t.Errorf("other keys: done %d times", n.Load())
				}
			})
			t.Run("[X-3] twenty at once with one key: "+path, func(t *testing.T) {
				n.Store(0)
				var wg sync.WaitGroup
				var mu sync.Mutex
				answers := map[string]int{}
				for range 20 {
					wg.Go(func() {
						w, _ := send(path, "ann", "together"+path, `{"step":1}`)
						mu.Lock()
						answers[fmt.Sprint(w.Code, w.Body)]++
						mu.Unlock()
					})
				}
				wg.Wait()
				if n.Load() != 1 || len(answers) != 1 {
					t.Errorf("done %d times, answers %v", n.Load(), answers)
				}
			})
			t.Run("[X-3] a refusal is not kept: "+path, func(t *testing.T) {
				n.Store(0)
				for range 2 {
					if w, p := send(path, "ann", "r"+path, `{"step":1,"refuse":true}`); w.Code != 409 || p.Code != "PAR-0005" {
						t.Errorf("%d %s", w.Code, w.Body)
					}
				}
				if n.Load() != 2 {
					t.Errorf("done %d times", n.Load())
				}
			})
		}
		t.Run("[X-3] an answer without a body", func(t *testing.T) {
			n.Store(0)
			for range 2 {
				if w, _ := send("/api/quiet", "ann", "q", `{"step":1}`); w.Code != 204 || w.Body.Len() != 0 {
					t.Errorf("%d %q", w.Code, w.Body)
				}
			}
			if n.Load() != 1 {
				t.Errorf("done %d times", n.Load())
			}
		})
		t.Run("[X-3] a key that can't be one", func(t *testing.T) {
			w, p := send("/api/kept", "ann", fmt.Sprintf("%0129d", 1), `{"step":1}`)
			if w.Code != 422 || p.Field != "Idempotency-Key" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	})
}
