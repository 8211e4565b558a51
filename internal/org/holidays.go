package org

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// holidayYears is how far ahead repeated holidays are written out.
const holidayYears = 5

const (
	maxHolidayEvents = 5000
	maxRepeatSteps   = 200_000
)

// readHolidays makes exceptions of an iCalendar file: a whole day is a day closed,
// a span of time is closed for that span in the calendar's zone. Repetitions are
// written out from the beginning of last year to five years ahead. now is in the
// calendar's zone.
func readHolidays(raw []byte, loc *time.Location, now time.Time) (list []Exception, err error) {
	defer func() { // the library is not ours: what upsets it is a file that can't be read
		if p := recover(); p != nil {
			list, err = nil, fail.Invalid("file", "must be an iCalendar file")
		}
	}()
	if !bytes.Contains(raw[:min(len(raw), 1000)], []byte("BEGIN:VCALENDAR")) {
		return nil, fail.Invalid("file", "must be an iCalendar file")
	}
	cal, err := ics.ParseCalendar(io.LimitReader(bytes.NewReader(raw), int64(len(raw))))
	if err != nil {
		return nil, fail.Invalid("file", "must be an iCalendar file")
	}
	events := cal.Events()
	if len(events) > maxHolidayEvents {
		return nil, fail.Limit("events in the file", maxHolidayEvents)
	}
	h := holidays{loc: loc, from: time.Date(now.Year()-1, 1, 1, 0, 0, 0, 0, loc), to: now.AddDate(holidayYears, 0, 0)}
	for i, e := range events {
		if s := e.GetProperty(ics.ComponentPropertyStatus); s != nil && strings.EqualFold(s.Value, "CANCELLED") {
			continue
		}
		if err := h.event(e); err != nil {
			return nil, fail.Invalid("file", fmt.Sprintf("event %d: %s", i+1, err))
		}
	}
	slices.SortStableFunc(h.list, func(a, b Exception) int { return strings.Compare(a.Date+a.From, b.Date+b.From) })
	return slices.Compact(h.list), nil
}

type holidays struct {
	loc      *time.Location
	from, to time.Time
	list     []Exception
	steps    int // of repetitions, over the whole file
}

func (h *holidays) event(e *ics.VEvent) error {
	start, whole, err := h.moment(e.GetProperty(ics.ComponentPropertyDtStart))
	if err != nil {
		return fmt.Errorf("DTSTART %w", err)
	}
	length, err := h.length(e, start, whole)
	if err != nil {
		return err
	}
	starts, err := h.repeated(e, start)
	if err != nil {
		return err
	}
	name := ""
	if p := e.GetProperty(ics.ComponentPropertySummary); p != nil {
		name = cleanName(p.Value)
	}
	for _, at := range starts {
		if whole {
			h.days(at, length, name)
		} else {
			h.span(at, at.Add(length), name)
		}
		if len(h.list) > maxExceptions {
			return fmt.Errorf("together with those before it makes more than %d days", maxExceptions)
		}
	}
	return nil
}

var (
	errMissing = errors.New("is missing")
	errMoment  = errors.New("is no date or time")
	errLength  = errors.New("ends before it begins, or lasts longer than a year")
)

// moment reads a date or a time; a date is midnight in the calendar's zone.
func (h *holidays) moment(p *ics.IANAProperty) (at time.Time, whole bool, err error) {
	if p == nil {
		return at, false, errMissing
	}
	v, loc := strings.TrimSpace(p.Value), h.loc
	if tz := p.ICalParameters["TZID"]; len(tz) > 0 {
		if l, err := time.LoadLocation(tz[0]); err == nil && tz[0] != "" && tz[0] != "Local" {
			loc = l
		}
	}
	for _, f := range []struct {
		layout string
		loc    *time.Location
		whole  bool
	}{{"20060102", h.loc, true}, {"20060102T150405Z", time.UTC, false}, {"20060102T150405", loc, false}} {
		if at, err := time.ParseInLocation(f.layout, v, f.loc); err == nil {
			if y := at.Year(); y < 1900 || y > 2200 {
				return at, false, errMoment
			}
			return at.In(h.loc), f.whole, nil
		}
	}
	return at, false, errMoment
}

const longest = 366 * 24 * time.Hour

// length is how long the event lasts; for whole days a multiple of 24 hours.
func (h *holidays) length(e *ics.VEvent, start time.Time, whole bool) (time.Duration, error) {
	day := 24 * time.Hour
	d := time.Duration(0)
	if p := e.GetProperty(ics.ComponentPropertyDtEnd); p != nil {
		end, _, err := h.moment(p)
		if err != nil {
			return 0, fmt.Errorf("DTEND %w", err)
		}
		d = end.Sub(start)
		if whole {
			d = (end.Sub(start) + day/2).Truncate(day) // a day with a change of the clock has 23 or 25 hours
		}
	} else if p := e.GetProperty(ics.ComponentPropertyDuration); p != nil {
		var err error
		if d, err = isoDuration(p.Value); err != nil {
			return 0, fmt.Errorf("DURATION %w", err)
		}
	} else if whole {
		d = day
	}
	if d < 0 || d > longest {
		return 0, errLength
	}
	if whole {
		d = max(d, day)
	}
	return d, nil
}

// isoDuration reads P1D, PT1H30M, P1W.
func isoDuration(s string) (time.Duration, error) {
	s, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(s, "+")), "P")
	if !ok || s == "" {
		return 0, errMoment
	}
	var sum time.Duration
	n, digits, inTime := time.Duration(0), 0, false
	for _, r := range s {
		if r >= '0' && r <= '9' {
			if digits++; digits > 6 {
				return 0, errMoment
			}
			n = n*10 + time.Duration(r-'0')
			continue
		}
		if r == 'T' && !inTime && digits == 0 {
			inTime = true
			continue
		}
		unit, known := map[rune]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second}[r]
		if !known || digits == 0 || (strings.ContainsRune("HMS", r) != inTime) {
			return 0, errMoment
		}
		sum, n, digits = sum+n*unit, 0, 0
	}
	if digits > 0 {
		return 0, errMoment
	}
	return sum, nil
}

// repeated gives the beginnings of an event between h.from and h.to.
func (h *holidays) repeated(e *ics.VEvent, start time.Time) ([]time.Time, error) {
	p := e.GetProperty(ics.ComponentPropertyRrule)
	if p == nil {
		if start.Before(h.from) || start.After(h.to) {
			return nil, nil
		}
		return []time.Time{start}, nil
	}
	opt, err := rrule.StrToROptionInLocation(p.Value, h.loc)
	if err != nil {
		return nil, errors.New("RRULE cannot be read")
	}
	if opt.Freq > rrule.DAILY || opt.Interval < 0 {
		return nil, errors.New("RRULE repeats more often than daily")
	}
	opt.Dtstart = start
	if opt.Until.IsZero() || opt.Until.After(h.to) {
		opt.Until = h.to // else a rule that never matches is looked for until the year 9999
	}
	if opt.Interval == 0 {
		opt.Interval = 1
	}
	rule, err := rrule.NewRRule(*opt)
	if err != nil {
		return nil, errors.New("RRULE cannot be read")
	}
	except := map[int64]bool{}
	for _, x := range e.GetProperties(ics.ComponentPropertyExdate) {
		for v := range strings.SplitSeq(x.Value, ",") {
			one := *x
			one.Value = v
			if at, _, err := h.moment(&one); err == nil {
				except[at.Unix()] = true
			}
		}
	}
	var out []time.Time
	next := rule.Iterator()
	for ; h.steps < maxRepeatSteps; h.steps++ {
		at, ok := next()
		if !ok || at.After(h.to) || len(out) > maxExceptions {
			return out, nil
		}
		if !at.Before(h.from) && !except[at.Unix()] {
			out = append(out, at)
		}
	}
	return nil, errors.New("RRULE repeats too often")
}

func (h *holidays) days(start time.Time, length time.Duration, name string) {
	y, m, d := start.In(h.loc).Date()
	for i := range int(length / (24 * time.Hour)) {
		date := time.Date(y, m, d+i, 12, 0, 0, 0, h.loc).Format(time.DateOnly)
		h.list = append(h.list, Exception{Date: date, Closed: true, Name: name})
	}
}

// span closes a time, day by day; seconds are left away.
func (h *holidays) span(from, to time.Time, name string) {
	from, to = from.In(h.loc), to.In(h.loc)
	for i := 0; i <= 366; i++ {
		y, m, d := from.Date()
		midnight := time.Date(y, m, d+1, 0, 0, 0, 0, h.loc)
		end := "24:00"
		if to.Before(midnight) {
			end = to.Format("15:04")
		}
		if begin := from.Format("15:04"); begin < end {
			h.list = append(h.list, Exception{Date: from.Format(time.DateOnly), From: begin, To: end, Closed: true, Name: name})
		}
		if !to.After(midnight) {
			return
		}
		from = midnight
	}
}

// cleanName makes one line of an event's title.
func cleanName(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(ics.FromText(s), "")), " ")
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200])
	}
	return s
}

func (o *Org) registerHolidays(s *web.Server) {
	web.Command(s, web.Op{Method: http.MethodPost, Path: "/api/calendars/{id}/import", ID: "importHolidays", Tag: "calendars",
		Privileges: o.calendars.edit, Summary: "Add the days of an iCalendar file as exceptions; a dry run shows them only"}, o.serveHolidays)
}

type holidaysInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		File    []byte `json:"file" doc:"The iCalendar file"`
		DryRun  bool   `json:"dryRun"`
		Version int64  `json:"version" doc:"Of the calendar you have seen"`
	}
}

// HolidaysResult is what an import of holidays adds.
type HolidaysResult struct {
	DryRun   bool        `json:"dryRun"`
	Added    []Exception `json:"added"`
	Known    int         `json:"known" doc:"Were there already"`
	Calendar *Calendar   `json:"calendar"`
}

func (o *Org) serveHolidays(ctx context.Context, in *holidaysInput) (*output[HolidaysResult], error) {
	tenant := web.Tenant(ctx)
	out := &HolidaysResult{DryRun: in.Body.DryRun}
	seen, err := o.calendars.live(ctx, o.db.Read(), tenant, in.ID)
	if err != nil {
		return nil, err
	}
	// Read before the transaction: a large file takes its time.
	list, err := readHolidays(in.Body.File, seen.location(), time.UnixMilli(o.now()).In(seen.location()))
	if err != nil {
		return nil, err
	}
	err = o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		k, err := o.calendars.change(ctx, tx, tenant, in.ID, in.Body.Version, edited(func(k *Calendar) error {
			out.Added, out.Known = []Exception{}, 0
			for _, e := range list {
				if slices.Contains(k.Exceptions, e) {
					out.Known++
					continue
				}
				out.Added = append(out.Added, e)
			}
			k.Exceptions = append(k.Exceptions, out.Added...)
			return nil
		}))
		if err != nil {
			return err
		}
		k.Abilities = o.calendars.abilities(ctx, k)
		out.Calendar = k
		if in.Body.DryRun {
			return errDryRun
		}
		return db.Answer(ctx, tx, out)
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return nil, err
	}
	return &output[HolidaysResult]{out}, nil
}
