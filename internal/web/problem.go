package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/text/language"

	"parley/internal/db"
	"parley/internal/fail"
)

// Problem is the body of every error: RFC 9457 with Parley's code. Interfaces
// translate by code and args; detail is there for people with nothing better.
type Problem struct {
	Type   string         `json:"type" doc:"Relative reference to the help page of the code"`
	Title  string         `json:"title" doc:"Reason phrase of the status"`
	Status int            `json:"status"`
	Detail string         `json:"detail" doc:"What happened, in the language asked for"`
	Code   string         `json:"code" doc:"Stable code" example:"PAR-0001"`
	Field  string         `json:"field,omitempty" doc:"The input at fault"`
	Args   map[string]any `json:"args,omitempty" doc:"Values for the placeholders of the translated text"`
	Errors []FieldError   `json:"errors,omitempty" doc:"All fields at fault, when there may be several"`
}

// FieldError says what is wrong with one field. The value itself is never
// repeated: it may be a password.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Error, GetStatus, GetHeaders and ContentType make a Problem what huma takes
// for an error.
func (p *Problem) Error() string  { return p.Code + " " + p.Detail }
func (p *Problem) GetStatus() int { return p.Status }

// awaySeconds is when to come back to what is away: a database restarts in seconds.
const awaySeconds = "2"

// GetHeaders gives Retry-After (RFC 9110, 10.2.3) where there is something to say.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", awaySeconds)
	}
	if s, ok := p.Args["retryAfterSeconds"]; ok {
		if n, ok := s.(int); ok && n > 0 {
			h.Set("Retry-After", strconv.Itoa(n))
		}
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="parley"`)
	}
	return h
}

// ContentType turns the negotiated type into that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func problemOf(e *fail.Error, lang string) *Problem {
	return &Problem{
		Type: "/help/errors/" + e.Code, Title: http.StatusText(e.Status), Status: e.Status,
		Detail: e.Text(lang), Code: e.Code, Field: e.Field, Args: e.Args,
	}
}

// WriteProblem answers a request with an error, for raw handlers.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	e := fail.As(db.Classify(err)) // of reads, which nobody has classified
	note(r.Context(), e)
	writeProblem(w, r, problemOf(e, languageOf(r.Header.Get("Accept-Language"))))
}

func writeProblem(w http.ResponseWriter, r *http.Request, p *Problem) {
	h := w.Header()
	for k, v := range p.GetHeaders() {
		h[k] = v
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Length")
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_ = json.NewEncoder(w).Encode(p) // the client may be gone: nobody left to tell
	}
}

var languages = language.NewMatcher([]language.Tag{language.English, language.Russian})

// languageOf picks "ru" or "en" from an Accept-Language header (RFC 9110,
// 12.5.4); garbage and silence are English.
func languageOf(header string) string {
	if len(header) > 256 {
		header = header[:256]
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return "en"
	}
	if _, i, conf := languages.Match(tags...); i == 1 && conf >= language.High {
		return "ru"
	}
	return "en"
}

// RequestLanguage is "ru" or "en", by the browser's languages.
func RequestLanguage(r *http.Request) string { return languageOf(r.Header.Get("Accept-Language")) }

var missing = regexp.MustCompile(`^expected required property (.+) to be present$`)

// fromHuma turns what huma found wrong into the problem users see.
func fromHuma(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
	lang := "en"
	var c context.Context = context.Background()
	if ctx != nil {
		lang, c = languageOf(ctx.Header("Accept-Language")), ctx.Context()
	}
	fields, unreadable := fieldErrors(errs)
	var e *fail.Error
	switch {
	case status >= 500:
		e = fail.Internal(errors.Join(append(errs, errors.New(msg))...))
	case status == http.StatusUnsupportedMediaType:
		e = fail.Unsupported(errors.Join(errs...))
		e.Field = "Content-Type"
	case status == http.StatusRequestEntityTooLarge:
		e = fail.TooLarge("request", 0)
	case unreadable || (status == http.StatusBadRequest && len(fields) == 0):
		e = fail.Unreadable(errors.Join(errs...))
		e.Field = "body"
	case len(fields) > 0:
		e = fail.Invalid(fields[0].Field, fields[0].Message)
	default:
		e = fail.Invalid("body", msg)
	}
	note(c, e)
	p := problemOf(e, lang)
	if e.Code == fail.CodeInvalid {
		p.Errors = fields
	}
	return p
}

// fieldErrors names the fields as the client knows them ("body.items[3].name" →
// "items[3].name"); unreadable says that the body was no JSON at all.
func fieldErrors(errs []error) (fields []FieldError, unreadable bool) {
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		detail := d.ErrorDetail()
		loc, where, _ := strings.Cut(detail.Location, ".")
		if where == "" && (loc != "body" || strings.HasPrefix(detail.Location, "body[")) {
			where = loc
		}
		if m := missing.FindStringSubmatch(detail.Message); m != nil {
			where = strings.TrimPrefix(where+"."+m[1], ".")
			detail.Message = "is required"
		}
		if rest, ok := strings.CutPrefix(detail.Message, "@"); ok { // see unmarshal
			where, detail.Message, _ = strings.Cut(rest, ": ")
		} else if where == "" {
			where = "body"
			unreadable = unreadable || isSyntax(detail)
		}
		fields = append(fields, FieldError{Field: where, Message: detail.Message})
		if len(fields) == 20 {
			break
		}
	}
	// huma goes through maps: without an order the same request had other answers.
	slices.SortStableFunc(fields, func(a, b FieldError) int { return strings.Compare(a.Field, b.Field) })
	return fields, unreadable
}

// isSyntax tells huma's "this is no JSON" from its "this is not an object": only
// the former carries the raw body as its value.
func isSyntax(d *huma.ErrorDetail) bool {
	_, raw := d.Value.(string)
	return raw && !strings.HasPrefix(d.Message, "expected ")
}

// huma keeps its way of making errors in package variables.
func init() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return fromHuma(nil, status, msg, errs...)
	}
	huma.NewErrorWithContext = fromHuma
	huma.ValidateStrictCasing = true // "Login" is not "login"
}
