package org

import (
	"fmt"
	"maps"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/internal/fail"
	"parley/internal/web"
)

// Languages are the ones texts can be given in.
var Languages = []string{"ru", "en"}

// check gathers what is wrong with an entity, field by field.
type check struct{ errors []web.FieldError }

func (c *check) bad(field, format string, args ...any) {
	c.errors = append(c.errors, web.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

// err is the first thing wrong, in the form users see; nil when all is right.
func (c *check) err() error {
	if len(c.errors) == 0 {
		return nil
	}
	return fail.Invalid(c.errors[0].Field, c.errors[0].Message)
}

// line checks a text of one line and trims it. Lengths are in characters.
func (c *check) line(field string, s *string, min, max int) {
	*s = strings.TrimSpace(*s)
	if strings.ContainsFunc(*s, unicode.IsControl) {
		c.bad(field, "must be one line without control characters")
		return
	}
	c.length(field, *s, min, max)
}

// text checks a text that may have several lines.
func (c *check) text(field string, s *string, max int) {
	*s = strings.ReplaceAll(*s, "\r\n", "\n")
	if strings.ContainsFunc(*s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		c.bad(field, "must not contain control characters")
		return
	}
	c.length(field, *s, 0, max)
}

func (c *check) length(field, s string, min, max int) {
	switch n := utf8.RuneCountInString(s); {
	case !utf8.ValidString(s):
		c.bad(field, "must be valid UTF-8")
	case n == 0 && min > 0:
		c.bad(field, "must not be empty")
	case n < min:
		c.bad(field, "must have at least %d characters", min)
	case n > max:
		c.bad(field, "must have at most %d characters", max)
	}
}

func number[N int | int64](c *check, field string, n, min, max N) {
	if n < min || n > max {
		c.bad(field, "must be between %d and %d", min, max)
	}
}

func (c *check) oneOf(field, s string, allowed ...string) {
	if !slices.Contains(allowed, s) {
		c.bad(field, "must be one of: %s", strings.Join(allowed, ", "))
	}
}

// atMost checks the length of a list.
func (c *check) atMost(field string, n, max int) {
	if n > max {
		c.bad(field, "must have at most %d entries", max)
	}
}

// ids checks a list of references: no empty and no double ones.
func (c *check) ids(field string, ids []string, max int) {
	c.atMost(field, len(ids), max)
	seen := make(map[string]bool, len(ids))
	for i, id := range ids {
		if id == "" || seen[id] {
			c.bad(fmt.Sprintf("%s[%d]", field, i), "is empty or stands there twice")
			return
		}
		seen[id] = true
	}
}

// translated checks a text given by language; with needed at least one must be there.
func (c *check) translated(field string, t Text, max int, needed bool) {
	any := false
	for _, lang := range sortedKeys(t) {
		if !slices.Contains(Languages, lang) {
			c.bad(field+"."+lang, "is not a language of the interface (%s)", strings.Join(Languages, ", "))
			continue
		}
		s := t[lang]
		c.text(field+"."+lang, &s, max)
		t[lang] = strings.TrimSpace(s)
		any = any || t[lang] != ""
	}
	if needed && !any {
		c.bad(field, "must be given in at least one language")
	}
}

var emailShape = regexp.MustCompile(`^[^@\s<>"(),:;\[\]\\]+@[^@\s<>"(),:;\[\]\\]+$`)

func (c *check) email(field string, s *string) {
	c.line(field, s, 0, 254)
	if *s == "" {
		return
	}
	if _, err := mail.ParseAddress(*s); err != nil || !emailShape.MatchString(*s) {
		c.bad(field, "must be an e-mail address such as name@example.org")
	}
}

var phoneShape = regexp.MustCompile(`^\+?[0-9 ()./#*-]{1,39}$`)

func (c *check) phone(field string, s *string) {
	c.line(field, s, 0, 40)
	if *s != "" && !phoneShape.MatchString(*s) {
		c.bad(field, "must be a phone number: digits, spaces and + ( ) - . / # *")
	}
}

// link checks an address people will be sent to: only http and https, so that
// no script can hide in it.
func (c *check) link(field string, s *string, needed bool) {
	c.line(field, s, 0, 2000)
	if *s == "" {
		if needed {
			c.bad(field, "must not be empty")
		}
		return
	}
	u, err := url.Parse(*s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		c.bad(field, "must be an address beginning with https:// or http://")
	}
}

func (c *check) zone(field, zone string) {
	if zone == "" || zone == "Local" {
		c.bad(field, "must be a time zone such as Europe/Moscow")
		return
	}
	if _, err := time.LoadLocation(zone); err != nil {
		c.bad(field, "must be a time zone such as Europe/Moscow")
	}
}

var colourShape = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (c *check) colour(field, s string) {
	if s != "" && !colourShape.MatchString(s) {
		c.bad(field, "must be a colour such as #1a73e8")
	}
}

var iconShape = regexp.MustCompile(`^[a-z0-9-]{0,40}$`)

func (c *check) icon(field, s string) {
	if !iconShape.MatchString(s) {
		c.bad(field, "must be the name of an icon")
	}
}

// AllImages among file types stands for the endings of all images.
const AllImages = "image/*"

var imageEndings = []string{"png", "jpg", "jpeg", "gif", "webp", "heic"}

var fileEnding = regexp.MustCompile(`^[a-z0-9]{1,10}$`)

func (c *check) fileTypes(field string, types []string) {
	for i, t := range types {
		if t != AllImages && !fileEnding.MatchString(t) {
			c.bad(fmt.Sprintf("%s[%d]", field, i), "must be a file ending such as pdf, or image/*")
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
