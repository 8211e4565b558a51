package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"parley/internal/fail"
)

// exchange is what is known about one request and its answer. The goroutine of
// the request owns it.
type exchange struct {
	id       string
	language string
	address  string // of the client, behind trusted proxies
	secure   bool   // https, also at a trusted proxy
	route    string
	who      Identity
	err      *fail.Error
	body     []byte
	request  *http.Request
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	if x == nil {
		x = &exchange{language: "en"} // outside a request
	}
	return x
}

// RequestID is the number of the request, which stands in the log and in the
// answer's X-Request-Id.
func RequestID(ctx context.Context) string { return exchangeOf(ctx).id }

// Request is the request that ctx belongs to, for its headers; its body is read
// already. Outside a request it is an empty one.
func Request(ctx context.Context) *http.Request {
	if r := exchangeOf(ctx).request; r != nil {
		return r
	}
	return &http.Request{Header: http.Header{}}
}

// ClientAddress is the client's address, "" outside a request.
func ClientAddress(ctx context.Context) string { return exchangeOf(ctx).address }

// Secure reports that the client came by https.
func Secure(ctx context.Context) bool { return exchangeOf(ctx).secure }

func languageIn(ctx context.Context) string { return exchangeOf(ctx).language }

// note remembers the error of the request for its log line.
func note(ctx context.Context, e *fail.Error) { exchangeOf(ctx).err = e }

func withBody(r *http.Request, body []byte) *http.Request {
	exchangeOf(r.Context()).body = body
	return r
}

// outermost numbers a request, catches panics, sets the headers every answer
// has, and writes the log line.
func (s *Server) outermost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		x := &exchange{id: uuid.Must(uuid.NewV7()).String(), language: languageOf(r.Header.Get("Accept-Language"))}
		x.address, x.secure = s.client(r)
		x.request = r
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		sw := &statusWriter{ResponseWriter: w}
		setHeaders(w.Header(), x)
		defer func() {
			if v := recover(); v != nil {
				s.recovered(sw, r, v)
			}
			s.logLine(x, r, sw, time.Since(began))
		}()
		next.ServeHTTP(sw, r)
	})
}

// recovered answers for a handler that panicked: one request's trouble.
func (s *Server) recovered(w *statusWriter, r *http.Request, v any) {
	if v == http.ErrAbortHandler {
		panic(v) // net/http's own way of cutting the connection
	}
	e := fail.Internal(fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
	if w.status != 0 {
		note(r.Context(), e)
		panic(http.ErrAbortHandler) // half an answer is out: cut it, so that it isn't taken for a whole one
	}
	WriteProblem(w, r, e)
}

// logLine writes one line a request. It holds no personal data: no address, no
// login, no query, no path with ids, only the route.
func (s *Server) logLine(x *exchange, r *http.Request, w *statusWriter, took time.Duration) {
	level := slog.LevelDebug
	attrs := []slog.Attr{
		slog.String("id", x.id), slog.String("route", x.route), slog.Int("status", w.status),
		slog.Duration("took", took), slog.String("tenant", x.who.TenantID), slog.String("user", x.who.UserID),
	}
	if x.err != nil {
		attrs = append(attrs, slog.String("code", x.err.Code))
		if x.err.Field != "" {
			attrs = append(attrs, slog.String("field", x.err.Field))
		}
		if x.err.Status >= 500 {
			if r.Context().Err() == nil { // else the client is gone, and nothing is wrong with us
				level = slog.LevelError
			}
			attrs = append(attrs, slog.Any("number", x.err.Args["number"]), slog.Any("cause", x.err.Unwrap()))
		}
	}
	s.log.LogAttrs(r.Context(), level, "request", attrs...)
	requests.WithLabelValues(x.route, statusClass(w.status)).Observe(took.Seconds())
}

func statusClass(status int) string {
	if status == 0 {
		return "none"
	}
	return fmt.Sprintf("%dxx", status/100)
}

// statusWriter remembers what was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 || status == http.StatusSwitchingProtocols {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController and the WebSocket upgrade reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// setHeaders sets what every answer has; the interface's pages add their policy.
func setHeaders(h http.Header, x *exchange) {
	h.Set("X-Request-Id", x.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	if x.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// hostOf is the host a request is for, in lower case and without port.
func hostOf(r *http.Request) string {
	host := strings.ToLower(r.Host)
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return strings.TrimSuffix(host, ".")
}
