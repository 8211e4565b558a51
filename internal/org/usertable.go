package org

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"parley/internal/fail"
	"parley/internal/web"
)

// The columns of the table of users. Roles and skills are named, parted by
// semicolons; a skill has its level behind an equals sign: "English=80".
var userColumns = []string{"login", "firstName", "lastName", "nickname", "email", "phone", "extension", "position", "about",
	"language", "timeZone", "team", "roles", "skills", "locked", "mustChangePassword", "greeting", "password"}

const maxImportRows = 5_000

// tableRow is one line of a table being imported.
type tableRow struct {
	Line  int // in the file, from 1
	Cells map[string]string
}

// readTable reads a CSV file as spreadsheet programs write it: comma, semicolon or
// tabulator, UTF-8 or Windows-1251, with or without a byte order mark. The first
// line names the columns.
func readTable(raw []byte, columns []string) ([]tableRow, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) {
		decoded, err := charmap.Windows1251.NewDecoder().Bytes(raw)
		if err != nil {
			return nil, fail.Invalid("file", "must be UTF-8 text")
		}
		raw = decoded
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		return nil, fail.Invalid("file", "must be a text file (CSV)")
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma = separator(raw)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	head, err := r.Read()
	if err != nil {
		return nil, fail.Invalid("file", "must begin with a line of column names")
	}
	names, err := columnNames(head, columns)
	if err != nil {
		return nil, err
	}
	var rows []tableRow
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		line := 0
		if err == nil {
			line, _ = r.FieldPos(0)
		}
		switch {
		case err != nil:
			return nil, fail.Invalid("file", "cannot be read: "+err.Error())
		case len(rows) == maxImportRows:
			return nil, fail.Limit("rows of an import", maxImportRows)
		case len(cells) > len(names):
			return nil, fail.Invalid("file", fmt.Sprintf("line %d has more cells than there are columns", line))
		}
		row := tableRow{Line: line, Cells: map[string]string{}}
		for i, c := range cells {
			row.Cells[names[i]] = strings.TrimSpace(web.PlainCell(strings.TrimSpace(c)))
		}
		rows = append(rows, row)
	}
}

// separator is the character of the first line that parts its cells.
func separator(raw []byte) rune {
	first, _, _ := bytes.Cut(raw, []byte("\n"))
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

func columnNames(head, columns []string) ([]string, error) {
	names := make([]string, len(head))
	for i, h := range head {
		h = strings.TrimSpace(web.PlainCell(h))
		at := slices.IndexFunc(columns, func(c string) bool { return strings.EqualFold(c, h) })
		if at < 0 {
			return nil, fail.Invalid("file", fmt.Sprintf("there is no column %q; known are: %s", h, strings.Join(columns, ", ")))
		}
		if slices.Contains(names[:i], columns[at]) {
			return nil, fail.Invalid("file", fmt.Sprintf("the column %q stands there twice", h))
		}
		names[i] = columns[at]
	}
	if !slices.Contains(names, "login") {
		return nil, fail.Invalid("file", "the column login is missing")
	}
	return names, nil
}

// names finds things by their name, whatever the case, while a table is read.
type names struct {
	byName map[string]map[string]string // kind → lower-case name → id
	byID   map[string]map[string]string // kind → id → name
}

func (n *names) add(kind, id, name string) {
	if n.byName == nil {
		n.byName, n.byID = map[string]map[string]string{}, map[string]map[string]string{}
	}
	if n.byName[kind] == nil {
		n.byName[kind], n.byID[kind] = map[string]string{}, map[string]string{}
	}
	n.byName[kind][strings.ToLower(name)] = id
	n.byID[kind][id] = name
}

func (n *names) find(c *check, field, kind, name string) string {
	id, ok := n.byName[kind][strings.ToLower(strings.TrimSpace(name))]
	if !ok {
		c.bad(field, "there is no %s %q", kind, name)
	}
	return id
}

// fill puts a row's cells into a user. A column that is not in the file, and an
// empty cell, leave the value as it is; a single "-" empties it.
func (n *names) fill(c *check, u *User, row tableRow) {
	for field, into := range map[string]*string{"login": &u.Login, "firstName": &u.FirstName, "lastName": &u.LastName,
		"nickname": &u.Nickname, "email": &u.Email, "phone": &u.Phone, "extension": &u.Extension, "position": &u.Position,
		"about": &u.About, "language": &u.Language, "timeZone": &u.TimeZone, "greeting": &u.Greeting} {
		switch v := row.Cells[field]; v {
		case "":
		case "-":
			*into = ""
		default:
			*into = v
		}
	}
	for field, into := range map[string]*bool{"locked": &u.Locked, "mustChangePassword": &u.MustChangePassword} {
		if v := row.Cells[field]; v != "" {
			yes, ok := yesNo(v)
			if !ok {
				c.bad(field, "must be yes or no")
			}
			*into = yes
		}
	}
	switch v := row.Cells["team"]; v {
	case "":
	case "-":
		u.TeamID = ""
	default:
		u.TeamID = n.find(c, "team", "team", v)
	}
	if v := row.Cells["roles"]; v != "" {
		u.RoleIDs = nil
		for _, name := range parts(v) {
			u.RoleIDs = append(u.RoleIDs, n.find(c, "roles", "role", name))
		}
	}
	if v := row.Cells["skills"]; v != "" {
		u.Skills = nil
		for _, part := range parts(v) {
			name, level := part, "100"
			if at := strings.LastIndexByte(part, '='); at >= 0 {
				name, level = part[:at], part[at+1:]
			}
			l, err := strconv.Atoi(strings.TrimSpace(level))
			if err != nil {
				c.bad("skills", "the level of %q must be a number from 0 to 100", name)
			}
			u.Skills = append(u.Skills, SkillLevel{SkillID: n.find(c, "skills", "skill", name), Level: l})
		}
	}
}

func parts(s string) []string {
	if s == "-" {
		return nil
	}
	var out []string
	for p := range strings.SplitSeq(s, ";") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func yesNo(s string) (yes, ok bool) {
	switch strings.ToLower(s) {
	case "yes", "true", "1", "да":
		return true, true
	case "no", "false", "0", "нет", "-":
		return false, true
	}
	return false, false
}

// cells is a user as a line of the table; passwords are never exported.
func (n *names) cells(u *User) []string {
	var roles, skills []string
	for _, id := range u.RoleIDs {
		roles = append(roles, n.byID["role"][id])
	}
	for _, s := range u.Skills {
		skills = append(skills, fmt.Sprintf("%s=%d", n.byID["skill"][s.SkillID], s.Level))
	}
	return []string{u.Login, u.FirstName, u.LastName, u.Nickname, u.Email, u.Phone, u.Extension, u.Position, u.About,
		u.Language, u.TimeZone, n.byID["team"][u.TeamID], strings.Join(roles, "; "), strings.Join(skills, "; "),
		word(u.Locked), word(u.MustChangePassword), u.Greeting, ""}
}

func word(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
