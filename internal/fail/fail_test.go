package fail_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/internal/fail"
)

func TestCodesAreWhole(t *testing.T) {
	t.Run("[X-2] every code has a status and a text in both languages, in order, with the same placeholders", func(t *testing.T) {
		form := regexp.MustCompile(`^PAR-[0-9]{4}$`)
		hole := regexp.MustCompile(`\{[a-zA-Z]+\}`)
		last := ""
		for _, c := range fail.Codes() {
			if !form.MatchString(c.Code) || c.Code <= last {
				t.Errorf("code %q after %q", c.Code, last)
			}
			last = c.Code
			if c.Status < 400 || c.Status > 599 || c.EN == "" || c.RU == "" {
				t.Errorf("%s is not whole: %+v", c.Code, c)
			}
			if regexp.MustCompile(`\p{Cyrillic}`).MatchString(c.EN) || !regexp.MustCompile(`\p{Cyrillic}`).MatchString(c.RU) {
				t.Errorf("%s has its languages mixed up", c.Code)
			}
			en := hole.FindAllString(c.EN, -1)
			for _, h := range hole.FindAllString(c.RU, -1) {
				if !slices.Contains(en, h) {
					t.Errorf("%s: %s stands only in the Russian text", c.Code, h)
				}
			}
		}
	})
	t.Run("[X-2] the list is that of the specification", func(t *testing.T) {
		want := map[string]int{"PAR-0": 11, "PAR-1": 7, "PAR-2": 3, "PAR-3": 13, "PAR-4": 2, "PAR-5": 10, "PAR-6": 12}
		got := map[string]int{}
		for _, c := range fail.Codes() {
			got[c.Code[:5]]++
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestConstructors(t *testing.T) {
	cases := []struct {
		err    *fail.Error
		code   string
		status int
	}{
		{fail.Invalid("name", "must not be empty"), "PAR-0001", 422},
		{fail.NotFound("user"), "PAR-0002", 404},
		{fail.Changed("team"), "PAR-0003", 409},
		{fail.Limit("favourites", 50), "PAR-0004", 409},
		{fail.TooLarge("attachment", 1<<20), "PAR-0004", 413},
		{fail.State("the caller has hung up"), "PAR-0005", 409},
		{fail.TooMany(7), "PAR-0006", 429},
		{fail.Internal(io.EOF), "PAR-0007", 500},
		{fail.KeyReused(), "PAR-0008", 409},
		{fail.SignIn(), "PAR-0009", 401},
		{fail.Unreadable(io.EOF), "PAR-0010", 400},
		{fail.Unsupported(io.EOF), "PAR-0010", 415},
		{fail.Unavailable(io.EOF), "PAR-0011", 503},
		{fail.Forbidden(), "PAR-1006", 403},
		{fail.Wrap(io.EOF, "PAR-3002"), "PAR-3002", 409},
		{fail.New("PAR-9999", nil), "PAR-0007", 500},
	}
	for _, c := range cases {
		if c.err.Code != c.code || c.err.Status != c.status || c.err.Message == "" {
			t.Errorf("%+v: want %s %d", c.err, c.code, c.status)
		}
		if strings.Contains(c.err.Message, "{") || strings.Contains(c.err.Text("ru"), "{") {
			t.Errorf("%s has an empty placeholder: %q %q", c.code, c.err.Message, c.err.Text("ru"))
		}
	}
	if e := fail.Invalid("name", "x"); e.Field != "name" {
		t.Error("Invalid lost its field")
	}
}

func TestAs(t *testing.T) {
	inner := fail.NotFound("user")
	if got := fail.As(fmt.Errorf("looking up: %w", inner)); got != inner {
		t.Errorf("a wrapped failure came out as %v", got)
	}
	secret := errors.New("dial tcp 10.0.0.1: password=hunter2")
	hidden := fail.As(secret)
	if hidden.Code != fail.CodeInternal || strings.Contains(hidden.Message, "hunter2") || strings.Contains(hidden.Text("ru"), "hunter2") {
		t.Errorf("the cause shows: %q", hidden.Message)
	}
	if !errors.Is(hidden, secret) || !strings.Contains(hidden.Error(), "hunter2") {
		t.Error("the log lost the cause")
	}
	if number, _ := hidden.Args["number"].(string); number == "" || !strings.Contains(hidden.Message, number) {
		t.Errorf("no number to quote in %q", hidden.Message)
	}
	if fail.As(nil) != nil || fail.Code(nil) != "" {
		t.Error("nil became an error")
	}
	if fail.Code(context.DeadlineExceeded) != fail.CodeUnavailable {
		t.Error("an overdue context is not Unavailable")
	}
	if !errors.Is(fmt.Errorf("x: %w", fail.Changed("team")), fail.Changed("")) {
		t.Error("same code is not the same failure")
	}
}
