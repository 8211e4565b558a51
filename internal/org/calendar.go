package org

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // hours must not depend on the machine's time zone files
)

// Hours is one span of a weekday. From and To are "HH:MM" in the calendar's time
// zone, To up to "24:00".
type Hours struct {
	Day  int    `json:"day" minimum:"1" maximum:"7" doc:"1 Monday … 7 Sunday"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Exception changes one date. Closed without times: closed all day. Closed with
// times: closed for that span. Not closed: open in that span and, of the
// weekday's hours, nothing else.
type Exception struct {
	Date   string `json:"date" doc:"YYYY-MM-DD"`
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	Closed bool   `json:"closed"`
	Name   string `json:"name"`
}

// Calendar tells when something is open.
type Calendar struct {
	Base
	Name       string      `json:"name"`
	TimeZone   string      `json:"timeZone"`
	Weekly     []Hours     `json:"weekly"`
	Exceptions []Exception `json:"exceptions"`
}

func newCalendar() *Calendar { return &Calendar{TimeZone: "Europe/Moscow"} }

func (k *Calendar) label() string { return k.Name }

// maxExceptions bounds what one calendar holds: decades of holidays.
const maxExceptions = 2000

func (k *Calendar) check(c *check) {
	c.line("name", &k.Name, 1, 100)
	c.zone("timeZone", k.TimeZone)
	c.atMost("weekly", len(k.Weekly), 70)
	for i, h := range k.Weekly {
		at := fmt.Sprintf("weekly[%d]", i)
		number(c, at+".day", h.Day, 1, 7)
		checkSpan(c, at, h.From, h.To)
	}
	slices.SortFunc(k.Weekly, func(a, b Hours) int {
		if a.Day != b.Day {
			return a.Day - b.Day
		}
		return strings.Compare(a.From, b.From)
	})
	for i := 1; i < len(k.Weekly); i++ {
		if k.Weekly[i].Day == k.Weekly[i-1].Day && k.Weekly[i].From < k.Weekly[i-1].To {
			c.bad(fmt.Sprintf("weekly[%d].from", i), "overlaps with the span before")
		}
	}
	c.atMost("exceptions", len(k.Exceptions), maxExceptions)
	for i := range k.Exceptions {
		e, at := &k.Exceptions[i], fmt.Sprintf("exceptions[%d]", i)
		if _, err := time.Parse(time.DateOnly, e.Date); err != nil {
			c.bad(at+".date", "must be a date such as 2026-12-31")
		}
		if !e.Closed || e.From != "" || e.To != "" {
			checkSpan(c, at, e.From, e.To)
		}
		c.line(at+".name", &e.Name, 0, 200)
	}
	slices.SortStableFunc(k.Exceptions, func(a, b Exception) int { return strings.Compare(a.Date+a.From, b.Date+b.From) })
}

func checkSpan(c *check, at, from, to string) {
	f, okFrom := minutes(from)
	t, okTo := minutes(to)
	switch {
	case !okFrom || f == 24*60:
		c.bad(at+".from", "must be a time such as 09:00")
	case !okTo:
		c.bad(at+".to", "must be a time such as 18:00, at most 24:00")
	case t <= f:
		c.bad(at+".to", "must be later than the beginning")
	}
}

// minutes reads "HH:MM" as minutes since midnight.
func minutes(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	n := h*60 + m
	return n, m < 60 && n <= 24*60
}

type span struct{ from, to int } // minutes of the day

// spans gives the open spans of a day, in order, not overlapping.
func (k *Calendar) spans(day time.Time) []span {
	date := day.Format(time.DateOnly)
	weekday := (int(day.Weekday())+6)%7 + 1
	var open, shut []span
	special := false
	for _, e := range k.Exceptions {
		if e.Date != date {
			continue
		}
		if e.Closed && e.From == "" {
			return nil
		}
		s := span{}
		s.from, _ = minutes(e.From)
		s.to, _ = minutes(e.To)
		if e.Closed {
			shut = append(shut, s)
		} else {
			open, special = append(open, s), true
		}
	}
	if !special {
		for _, h := range k.Weekly {
			if h.Day == weekday {
				s := span{}
				s.from, _ = minutes(h.From)
				s.to, _ = minutes(h.To)
				open = append(open, s)
			}
		}
	}
	for _, x := range shut {
		open = without(open, x)
	}
	slices.SortFunc(open, func(a, b span) int { return a.from - b.from })
	return merged(open)
}

func without(open []span, x span) []span {
	var out []span
	for _, o := range open {
		if left := (span{o.from, min(o.to, x.from)}); left.from < left.to {
			out = append(out, left)
		}
		if right := (span{max(o.from, x.to), o.to}); right.from < right.to {
			out = append(out, right)
		}
	}
	return out
}

func merged(open []span) []span {
	var out []span
	for _, o := range open {
		if n := len(out); n > 0 && o.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, o.to)
			continue
		}
		out = append(out, o)
	}
	return out
}

func (k *Calendar) location() *time.Location {
	loc, err := time.LoadLocation(k.TimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// OpenAt tells whether the calendar is open at a moment (unix ms).
func (k *Calendar) OpenAt(at int64) bool {
	open, _ := k.around(at)
	return open
}

// NextChange is the moment (unix ms) after at when the calendar opens or closes
// next; 0 when it does not within two years.
func (k *Calendar) NextChange(at int64) int64 {
	_, next := k.around(at)
	return next
}

const searchDays = 731

// around tells the state at a moment and when it changes. Spans that touch over
// midnight are one.
func (k *Calendar) around(at int64) (open bool, next int64) {
	first := true
	var end int64
	k.walk(at, func(from, to int64) bool {
		switch {
		case first && from <= at:
			first, open, end = false, true, to
			return true
		case first:
			next = from
			return false
		case from == end: // over midnight
			end = to
			return true
		}
		next = end
		return false
	})
	if open && next == 0 && end-at < (searchDays-2)*24*time.Hour.Milliseconds() {
		next = end
	}
	return open, next
}

// walk calls f for every open span that ends after at, in order, until f says
// no more or two years are over.
func (k *Calendar) walk(at int64, f func(from, to int64) bool) {
	loc := k.location()
	day := time.UnixMilli(at).In(loc)
	y, m, d := day.Date()
	for i := range searchDays {
		noon := time.Date(y, m, d+i, 12, 0, 0, 0, loc)
		yy, mm, dd := noon.Date()
		for _, s := range k.spans(noon) {
			// A time skipped or doubled by a change of the clock is what time.Date makes of it.
			from := time.Date(yy, mm, dd, 0, s.from, 0, 0, loc).UnixMilli()
			to := time.Date(yy, mm, dd, 0, s.to, 0, 0, loc).UnixMilli()
			if to > at && !f(from, to) {
				return
			}
		}
	}
}

// AfterOpen is the moment at which so many milliseconds of open time have passed
// since from. Where the calendar does not open so long within two years, closed
// time counts too.
func (k *Calendar) AfterOpen(from, ms int64) int64 {
	at := from + ms
	k.walk(from, func(a, b int64) bool {
		a = max(a, from)
		if b-a >= ms {
			at, ms = a+ms, 0
			return false
		}
		ms -= b - a
		return true
	})
	return at
}

// OpenMs is the open time between two moments in milliseconds, for clocks that
// run in service hours. It looks at most two years ahead.
func (k *Calendar) OpenMs(from, to int64) int64 {
	var sum int64
	k.walk(from, func(a, b int64) bool {
		if a >= to {
			return false
		}
		sum += min(b, to) - max(a, from)
		return true
	})
	return sum
}
