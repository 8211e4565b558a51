package org

import (
	"strings"
	"testing"
	"time"
)

func at(t *testing.T, zone, s string) int64 {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	m, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return m.UnixMilli()
}

func TestCalendar(t *testing.T) {
	const zone = "Europe/Berlin" // has summer time; Monday is 2026-03-02
	k := &Calendar{Name: "x", TimeZone: zone, Weekly: []Hours{
		{1, "09:00", "13:00"}, {1, "14:00", "18:00"}, {5, "20:00", "24:00"}, {6, "00:00", "02:00"}, {7, "01:00", "04:00"}},
		Exceptions: []Exception{
			{Date: "2026-03-09", Closed: true, Name: "holiday"},
			{Date: "2026-03-16", From: "10:00", To: "11:00", Name: "short day"},
			{Date: "2026-03-23", From: "09:30", To: "10:00", Closed: true, Name: "meeting"},
			{Date: "2026-03-24", From: "00:00", To: "24:00", Name: "stocktaking"},
		}}
	var c check
	if k.check(&c); c.err() != nil {
		t.Fatal(c.err())
	}
	for name, x := range map[string]struct {
		at   string
		open bool
		next string
	}{
		"[M-13/hours] before opening":                          {"2026-03-02 08:59", false, "2026-03-02 09:00"},
		"[M-13/hours] at opening":                              {"2026-03-02 09:00", true, "2026-03-02 13:00"},
		"[M-13/hours] in the pause":                            {"2026-03-02 13:00", false, "2026-03-02 14:00"},
		"[M-13/hours] a span over midnight is one":             {"2026-03-06 23:30", true, "2026-03-07 02:00"},
		"[M-13/exceptions] closed all day":                     {"2026-03-09 10:00", false, "2026-03-13 20:00"},
		"[M-13/exceptions] other hours replace the weekday's":  {"2026-03-16 09:30", false, "2026-03-16 10:00"},
		"[M-13/exceptions] other hours end":                    {"2026-03-16 10:30", true, "2026-03-16 11:00"},
		"[M-13/exceptions] closed for a while":                 {"2026-03-23 09:45", false, "2026-03-23 10:00"},
		"[M-13/exceptions] open until that while":              {"2026-03-23 09:15", true, "2026-03-23 09:30"},
		"[M-13/exceptions] a day open that is not in the week": {"2026-03-24 03:00", true, "2026-03-25 00:00"},
		"[M-13/time-zones] the night summer time begins":       {"2026-03-29 01:30", true, "2026-03-29 04:00"},
		"[M-13/time-zones] the night summer time ends":         {"2026-10-25 01:30", true, "2026-10-25 04:00"},
	} {
		t.Run(name, func(t *testing.T) {
			m := at(t, zone, x.at)
			if k.OpenAt(m) != x.open || k.NextChange(m) != at(t, zone, x.next) {
				t.Errorf("open %v, next %s", k.OpenAt(m), time.UnixMilli(k.NextChange(m)).In(k.location()))
			}
		})
	}
	t.Run("[M-13/time-zones] the same moment is open in one zone and closed in another", func(t *testing.T) {
		east := &Calendar{TimeZone: "Asia/Vladivostok", Weekly: k.Weekly}
		m := at(t, zone, "2026-03-02 09:30")
		if !k.OpenAt(m) || east.OpenAt(m) {
			t.Error("zones make no difference")
		}
	})
	t.Run("[M-13/hours] open time is counted without what is closed; a lost hour is not there", func(t *testing.T) {
		for _, x := range []struct {
			from, to string
			hours    float64
		}{
			{"2026-03-02 08:00", "2026-03-02 20:00", 8}, {"2026-03-02 12:00", "2026-03-02 15:00", 2},
			{"2026-03-09 00:00", "2026-03-10 00:00", 0}, {"2026-03-29 00:00", "2026-03-30 00:00", 2}, {"2026-10-25 00:00", "2026-10-26 00:00", 4},
		} {
			if got := float64(k.OpenMs(at(t, zone, x.from), at(t, zone, x.to))) / 3.6e6; got != x.hours {
				t.Errorf("%s – %s: %v h, want %v", x.from, x.to, got, x.hours)
			}
		}
	})
	t.Run("[M-13/hours] always open and never open do not change", func(t *testing.T) {
		always := &Calendar{TimeZone: "UTC"}
		for d := 1; d <= 7; d++ {
			always.Weekly = append(always.Weekly, Hours{d, "00:00", "24:00"})
		}
		never := &Calendar{TimeZone: "UTC"}
		m := at(t, "UTC", "2026-03-02 08:59")
		if !always.OpenAt(m) || always.NextChange(m) != 0 || never.OpenAt(m) || never.NextChange(m) != 0 {
			t.Error(always.NextChange(m), never.NextChange(m))
		}
	})
	for field, wrong := range map[string]Calendar{
		"weekly[0].to":       {Weekly: []Hours{{1, "10:00", "09:00"}}},
		"weekly[0].from":     {Weekly: []Hours{{1, "9:00", "10:00"}}},
		"weekly[0].day":      {Weekly: []Hours{{8, "09:00", "10:00"}}},
		"weekly[1].from":     {Weekly: []Hours{{1, "09:00", "11:00"}, {1, "10:00", "12:00"}}},
		"exceptions[0].date": {Exceptions: []Exception{{Date: "31.12.2026", Closed: true}}},
		"exceptions[0].from": {Exceptions: []Exception{{Date: "2026-12-31"}}},
		"exceptions[0].to":   {Exceptions: []Exception{{Date: "2026-12-31", From: "10:00", To: "25:00"}}},
	} {
		t.Run("[M-13/hours] refused: "+field, func(t *testing.T) {
			wrong.Name, wrong.TimeZone = "x", "UTC"
			var c check
			wrong.check(&c)
			if len(c.errors) == 0 || c.errors[0].Field != field {
				t.Errorf("%+v", c.errors)
			}
		})
	}
}

func ical(events ...string) []byte {
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"}
	for _, e := range events {
		lines = append(append(append(lines, "BEGIN:VEVENT", "UID:"+e, "DTSTAMP:20260101T000000Z"), strings.Split(e, "\n")...), "END:VEVENT")
	}
	return []byte(strings.Join(append(lines, "END:VCALENDAR", ""), "\r\n"))
}

func TestHolidays(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, loc)
	for name, x := range map[string]struct {
		event string
		want  []Exception
	}{
		"a whole day":            {"SUMMARY:День России\nDTSTART;VALUE=DATE:20260612\nDTEND;VALUE=DATE:20260613", []Exception{{Date: "2026-06-12", Closed: true, Name: "День России"}}},
		"a day without an end":   {"SUMMARY:x\\, y\nDTSTART;VALUE=DATE:20260612", []Exception{{Date: "2026-06-12", Closed: true, Name: "x, y"}}},
		"several days":           {"SUMMARY:New year\nDTSTART;VALUE=DATE:20261231\nDTEND;VALUE=DATE:20270102", []Exception{{Date: "2026-12-31", Closed: true, Name: "New year"}, {Date: "2027-01-01", Closed: true, Name: "New year"}}},
		"a day by its duration":  {"DTSTART;VALUE=DATE:20260612\nDURATION:P2D", []Exception{{Date: "2026-06-12", Closed: true}, {Date: "2026-06-13", Closed: true}}},
		"a span in UTC":          {"SUMMARY:m\nDTSTART:20260610T070000Z\nDTEND:20260610T083000Z", []Exception{{Date: "2026-06-10", From: "10:00", To: "11:30", Closed: true, Name: "m"}}},
		"a span in another zone": {"SUMMARY:m\nDTSTART;TZID=Asia/Omsk:20260610T130000\nDURATION:PT1H30M", []Exception{{Date: "2026-06-10", From: "10:00", To: "11:30", Closed: true, Name: "m"}}},
		"a span over midnight":   {"SUMMARY:m\nDTSTART:20260610T190000Z\nDTEND:20260610T220000Z", []Exception{{Date: "2026-06-10", From: "22:00", To: "24:00", Closed: true, Name: "m"}, {Date: "2026-06-11", From: "00:00", To: "01:00", Closed: true, Name: "m"}}},
		"every year, but once not": {"SUMMARY:y\nDTSTART;VALUE=DATE:20200105\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20270105", []Exception{
			{Date: "2025-01-05", Closed: true, Name: "y"}, {Date: "2026-01-05", Closed: true, Name: "y"}, {Date: "2028-01-05", Closed: true, Name: "y"},
			{Date: "2029-01-05", Closed: true, Name: "y"}, {Date: "2030-01-05", Closed: true, Name: "y"}, {Date: "2031-01-05", Closed: true, Name: "y"}}},
		"the last Monday of May": {"SUMMARY:b\nDTSTART;VALUE=DATE:20290528\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2", []Exception{{Date: "2029-05-28", Closed: true, Name: "b"}, {Date: "2030-05-27", Closed: true, Name: "b"}}},
		"cancelled":              {"SUMMARY:x\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20260612", nil},
		"long ago":               {"SUMMARY:x\nDTSTART;VALUE=DATE:19990612", nil},
	} {
		t.Run("[M-13/icalendar] "+name, func(t *testing.T) {
			got, err := readHolidays(ical(x.event), loc, now)
			if err != nil || len(got) != len(x.want) {
				t.Fatalf("%+v %v", got, err)
			}
			for i := range got {
				if got[i] != x.want[i] {
					t.Errorf("%+v, want %+v", got[i], x.want[i])
				}
			}
		})
	}
	for name, file := range map[string][]byte{
		"no calendar": []byte("hello"), "empty": nil, "cut off": ical("DTSTART;VALUE=DATE:20260612")[:60],
		"no beginning": ical("SUMMARY:x"), "no date": ical("DTSTART:tomorrow"), "far away": ical("DTSTART;VALUE=DATE:99991231"),
		"ends before it begins": ical("DTSTART:20260610T100000Z\nDTEND:20260610T090000Z"),
		"every second":          ical("DTSTART:20260610T100000Z\nRRULE:FREQ=SECONDLY"),
		"a rule that never is":  ical("DTSTART:20260610T100000Z\nRRULE:FREQ=NEVER"),
		"too many days":         ical("DTSTART;VALUE=DATE:20260610\nDTEND;VALUE=DATE:20270601\nRRULE:FREQ=DAILY"),
	} {
		t.Run("[M-13/icalendar] refused: "+name, func(t *testing.T) {
			if got, err := readHolidays(file, loc, now); err == nil {
				t.Errorf("taken: %+v", got)
			}
		})
	}
	t.Run("[M-13/icalendar] a rule that never matches ends", func(t *testing.T) {
		got, err := readHolidays(ical("DTSTART;VALUE=DATE:20260610\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), loc, now)
		if err != nil || len(got) > 1 {
			t.Error(got, err)
		}
	})
}

func FuzzHolidays(f *testing.F) {
	f.Add(ical("SUMMARY:x\nDTSTART;VALUE=DATE:20260612\nRRULE:FREQ=YEARLY;BYDAY=-1MO\nEXDATE:20270612"))
	f.Add(ical("DTSTART;TZID=Asia/Omsk:20260610T130000\nDURATION:PT1H30M"))
	f.Fuzz(func(t *testing.T, file []byte) {
		loc := time.FixedZone("x", 3*3600)
		list, err := readHolidays(file, loc, time.Date(2026, 6, 1, 0, 0, 0, 0, loc))
		if err != nil {
			return
		}
		k := &Calendar{Name: "x", TimeZone: "UTC", Exceptions: list[:min(len(list), maxExceptions)]}
		var c check
		if k.check(&c); c.err() != nil {
			t.Errorf("what was read can't be kept: %v", c.err())
		}
	})
}

func FuzzUserTable(f *testing.F) {
	f.Add([]byte("login;firstName;skills\np1;'=x;Чат=70\n"))
	f.Add([]byte("login,locked\n\"a\"\"b\",yes\n"))
	f.Add([]byte("\xef\xbb\xbflogin\troles\nx\ta; b\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := readTable(file, userColumns)
		if err != nil {
			return
		}
		n := &names{}
		n.add("skill", "s1", "Чат")
		for _, row := range rows {
			u := &User{}
			var c check
			n.fill(&c, u, row)
			u.check(&c)
			if len(c.errors) > 0 {
				continue
			}
			for _, cell := range n.cells(u) {
				if strings.ContainsRune(cell, 0) {
					t.Errorf("%q", cell)
				}
			}
		}
	})
}
