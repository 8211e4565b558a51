package web

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/db"
	"parley/internal/fail"
)

// Op describes an operation of the API.
type Op struct {
	Method, Path string // Path with {parameters} as in http.ServeMux
	ID           string // camelCase, unique: the name of the function in clients
	Summary, Tag string
	Privileges   []string // any of them is enough; none: every signed-in user
	Public       bool     // no session needed; only the host's tenant is known
	MaxBody      int64    // bytes; 0 = 1 MiB
	Status       int      // of success; 0 = 200, or 204 without a body

	// BeforePasswordChange marks what may be done while the password must be changed first.
	BeforePasswordChange bool
	// Secret marks answers that must not be kept: a repeated Idempotency-Key is then
	// refused with PAR-0005 instead of answered.
	Secret bool
	// OwnID marks commands that know a repetition by an id in their body, or do no
	// more the second time: no answer is kept for them, which would double their cost.
	OwnID bool
}

const (
	defaultMaxBody = 1 << 20
	commandTime    = 30 * time.Second
)

// Query registers an operation that only reads (GET). I and O are huma structs:
// path, query and header fields by tag, Body for a body. The error of h is shown
// as fail.As gives it.
func Query[I, O any](s *Server, op Op, h func(ctx context.Context, in *I) (*O, error)) {
	if op.Method == "" {
		op.Method = http.MethodGet
	}
	register(s, op, h)
}

// Command registers an operation that changes something. Clients send the header
// Idempotency-Key; a repeated key is answered as before, without calling h
// again. The verb behind h keeps its answer in its own transaction with
// db.Answer(ctx, tx, body), where body is what stands in O's Body; where it
// doesn't, the answer is kept right after h, which a crash in between can lose.
func Command[I, O any](s *Server, op Op, h func(ctx context.Context, in *I) (*O, error)) {
	if op.Method == "" {
		op.Method = http.MethodPost
	}
	register(s, op, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, commandTime)
		defer cancel()
		return once(ctx, s, op, func(ctx context.Context) (*O, error) { return h(ctx, in) })
	})
}

// register puts one operation on the API.
func register[I, O any](s *Server, op Op, h func(ctx context.Context, in *I) (*O, error)) {
	if op.MaxBody == 0 {
		op.MaxBody = defaultMaxBody
	}
	ho := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Tags: []string{op.Tag},
		DefaultStatus: op.Status, MaxBodyBytes: -1, Metadata: map[string]any{opKey: op}, Extensions: map[string]any{},
	}
	ho.Errors = []int{http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusTooManyRequests}
	if !op.Public {
		ho.Security = []map[string][]string{{"session": {}}, {"key": {}}}
		ho.Errors = append(ho.Errors, http.StatusUnauthorized, http.StatusForbidden)
	} else {
		ho.Security = []map[string][]string{}
		ho.Extensions["x-public"] = true
	}
	if len(op.Privileges) > 0 {
		ho.Extensions["x-privileges"] = op.Privileges
	}
	if op.MaxBody != defaultMaxBody {
		ho.Extensions["x-max-body"] = op.MaxBody
	}
	if op.Secret {
		ho.Extensions["x-secret"] = true
	}
	if op.OwnID {
		ho.Extensions["x-own-id"] = true
	}
	if op.Method != http.MethodGet {
		ho.Parameters = append(ho.Parameters, idempotencyParameter)
	}
	huma.Register(s.api, ho, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			e := fail.As(db.Classify(err))
			note(ctx, e)
			return nil, problemOf(e, languageIn(ctx))
		}
		return out, nil
	})
}

// opKey is where an operation carries its Op through huma.
const opKey = "parley.op"

var idempotencyParameter = &huma.Param{
	Name: "Idempotency-Key", In: "header",
	Description: "Chosen by the client, new for each command; repeating it within a day repeats the answer",
	Schema:      &huma.Schema{Type: huma.TypeString, MinLength: ptr(1), MaxLength: ptr(128)},
}

func ptr[T any](v T) *T { return &v }

// Event puts the payload of a socket frame into the API's document, so that
// clients get one union of all frames: schema Frame, told apart by type.
func Event[T any](s *Server, typ string) {
	t := reflect.TypeFor[T]()
	data := s.api.OpenAPI().Components.Schemas.Schema(t, true, eventName(typ)+"Data")
	s.addFrame(typ, data)
}
