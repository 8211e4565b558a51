package fail

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Error is what a user may see of a failure. The zero value is not useful; use
// the constructors, which keep code and status in step with the table of codes.
type Error struct {
	Code    string         // stable, "PAR-0001"
	Status  int            // HTTP status
	Message string         // English, safe to show; interfaces translate by Code and Args
	Field   string         // the input at fault, "" when there is none
	Args    map[string]any // values for the placeholders of the translated text

	cause error
}

// Error gives the code, the safe message and the cause: the line for the log.
func (e *Error) Error() string {
	s := e.Code + " " + e.Message
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause, which is not for users.
func (e *Error) Unwrap() error { return e.cause }

// Is reports that two failures carry the same code, so that
// errors.Is(err, fail.Changed("")) works without a list of sentinels.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Text is the message in a language ("ru", anything else is English), with the
// arguments filled in. A code's own message wins only in English, where a
// constructor may have said more than the table does.
func (e *Error) Text(lang string) string {
	info, ok := lookup(e.Code)
	if !ok || lang != "ru" {
		return e.Message
	}
	return fill(info.RU, e.Args)
}

// New makes the error of a code of the table, for the codes that have no
// constructor of their own (PAR-1001 and above). An unknown code is a
// programming error and becomes Internal.
func New(code string, args map[string]any) *Error { return Wrap(nil, code, args) }

// Wrap is New with a cause for the log.
func Wrap(cause error, code string, args ...map[string]any) *Error {
	info, ok := lookup(code)
	if !ok {
		return Internal(errors.Join(cause, fmt.Errorf("unknown error code %q", code)))
	}
	var a map[string]any
	if len(args) > 0 {
		a = args[0]
	}
	return &Error{Code: info.Code, Status: info.Status, Message: fill(info.EN, a), Args: a, cause: cause}
}

// Invalid blames one field of the input: PAR-0001, 422. The message says what
// the field must be.
func Invalid(field, msg string) *Error {
	e := New(CodeInvalid, map[string]any{"field": field, "reason": msg})
	e.Field, e.Message = field, msg
	return e
}

// NotFound says that there is no such thing, or none this user may know of:
// PAR-0002, 404.
func NotFound(what string) *Error { return New(CodeNotFound, map[string]any{"what": what}) }

// Changed says that somebody else was faster: PAR-0003, 409.
func Changed(what string) *Error { return New(CodeChanged, map[string]any{"what": what}) }

// Limit says which limit was reached and how high it is: PAR-0004, 409.
func Limit(what string, max int64) *Error {
	return New(CodeLimit, map[string]any{"what": what, "max": max})
}

// TooLarge is Limit for the size of a body or file in bytes: PAR-0004, 413.
func TooLarge(what string, maxBytes int64) *Error {
	e := Limit(what, maxBytes)
	e.Status = 413
	return e
}

// State says why something is not possible now: PAR-0005, 409.
func State(msg string) *Error {
	e := New(CodeState, map[string]any{"reason": msg})
	e.Message = msg
	return e
}

// TooMany asks the caller to slow down: PAR-0006, 429. The edge turns
// Args["retryAfterSeconds"] into the Retry-After header.
func TooMany(retryAfterSeconds int) *Error {
	return New(CodeTooMany, map[string]any{"retryAfterSeconds": retryAfterSeconds})
}

// Internal hides a failure of ours behind a number to quote, which stands in
// the log beside the cause: PAR-0007, 500.
func Internal(cause error) *Error {
	var b [4]byte
	_, _ = rand.Read(b[:])
	return Wrap(cause, CodeInternal, map[string]any{"number": strings.ToUpper(hex.EncodeToString(b[:]))})
}

// KeyReused says that an idempotency key came again with another body:
// PAR-0008, 409.
func KeyReused() *Error { return New(CodeKeyReused, nil) }

// SignIn asks for a session: PAR-0009, 401.
func SignIn() *Error { return New(CodeSignIn, nil) }

// Unreadable says that the input could not be read at all: PAR-0010, 400.
func Unreadable(cause error) *Error { return Wrap(cause, CodeUnreadable) }

// Unsupported says that the input is of a kind that is not taken here:
// PAR-0010, 415.
func Unsupported(cause error) *Error {
	e := Wrap(cause, CodeUnreadable)
	e.Status = 415
	return e
}

// Unavailable says that something Parley needs is away for now (the database,
// the disk, a part of the cluster): PAR-0011, 503.
func Unavailable(cause error) *Error { return Wrap(cause, CodeUnavailable) }

// Forbidden says that the user's rights do not cover it: PAR-1006, 403.
func Forbidden() *Error { return New(CodeForbidden, nil) }

// As gives any error the form users may see. An *Error anywhere in the chain
// wins; a cancelled or overdue context is Unavailable; all else is Internal.
// As(nil) is nil.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Unavailable(err)
	}
	return Internal(err)
}

// Code is As(err).Code, "" for nil; handy in switches and tests.
func Code(err error) string {
	if err == nil {
		return ""
	}
	return As(err).Code
}

func fill(text string, args map[string]any) string {
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(args))
	for k, v := range args {
		pairs = append(pairs, "{"+k+"}", fmt.Sprint(v))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
