package letter

import (
	"net/mail"
	"regexp"
	"strings"
	"time"
)

var (
	dateComment = regexp.MustCompile(`\s*\([^()]*\)`)
	dateZone    = regexp.MustCompile(`(?i)\b(?:GMT|UTC|UT)\s*([+-])(\d{1,2}):?(\d{2})?$`)
	dateColon   = regexp.MustCompile(`([+-]\d{2}):(\d{2})$`)
	dateDay     = regexp.MustCompile(`^[A-Za-zА-Яа-я]{2,12}\.?,?\s+(\d)`)
)

var dateForms = []string{
	"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 06 15:04:05 -0700",
	"2 January 2006 15:04:05 -0700", "Jan 2 15:04:05 2006", "Jan 2 2006 15:04:05 -0700", "2-Jan-2006 15:04:05 -0700", "2 Jan 2006 15.04.05 -0700",
	time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006/01/02 15:04:05", "02.01.2006 15:04:05", "02.01.2006 15:04",
}

var namedZones = map[string]string{
	"Z": "+0000", "UT": "+0000", "UTC": "+0000", "GMT": "+0000", "MSK": "+0300", "MSD": "+0400", "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
	"MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700", "CET": "+0100", "CEST": "+0200", "EET": "+0200", "EEST": "+0300", "BST": "+0100", "JST": "+0900",
}

// parseDate reads a date; one far outside of the time of mail is unreadable.
func parseDate(s string) (time.Time, bool) {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 200 {
		return time.Time{}, false
	}
	if i := strings.LastIndexByte(s, ' '); i >= 0 {
		// Go takes any name of a zone for UTC.
		if z, ok := namedZones[strings.ToUpper(strings.Trim(s[i+1:], `"`))]; ok {
			s = s[:i+1] + z
		}
	}
	t, err := mail.ParseDate(s)
	if err != nil {
		s = dateComment.ReplaceAllString(s, "")
		s = dateDay.ReplaceAllString(s, "$1")
		if m := dateZone.FindStringSubmatch(s); m != nil {
			h, min := m[2], m[3]
			if len(h) == 1 {
				h = "0" + h
			}
			if min == "" {
				min = "00"
			}
			s = dateZone.ReplaceAllString(s, m[1]+h+min)
		}
		s = dateColon.ReplaceAllString(s, "$1$2")
		s = strings.ReplaceAll(s, "Sept ", "Sep ")
		for _, form := range dateForms {
			if t, err = time.Parse(form, s); err == nil {
				break
			}
			// RFC 3339 keeps its colon.
			if form == time.RFC3339 && len(s) > 5 {
				if t, err = time.Parse("2006-01-02T15:04:05.999999999-0700", s); err == nil {
					break
				}
			}
		}
	}
	if err != nil || t.Year() < 1980 || t.Year() > 2200 {
		return time.Time{}, false
	}
	return t.UTC(), true
}
