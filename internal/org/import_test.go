package org_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"parley/internal/org"
)

func importUsers(c *centre, login, file string, dry bool) answer {
	c.t.Helper()
	return c.do(login, "POST", "/api/users/import", obj{"file": []byte(file), "dryRun": dry})
}

func TestUserImport(t *testing.T) {
	eachCentre(t, func(t *testing.T, c *centre) {
		const file = "login;firstName;team;roles;skills;extension;password\n" +
			"p1;Пётр;операторы;Оператор;Чат=70;201;long enough 1\n" +
			"anna;Анна;;;;;\n" +
			"p2;X;Нет такой;;;;\n" +
			"p 3;Y;;;;;\n" +
			"p1;Z;;;;;\n" +
			"p4;Z;;;Чат=много;;\n" +
			"p5;Z;;;;201;\n" +
			"p6;Z;;;;;short\n"
		c.run(t, "[M-1/import-dry-run] a dry run tells row by row what would happen, and changes nothing", func(t *testing.T) {
			var r org.ImportResult
			importUsers(c, "admin", file, true).is(200).into(&r)
			if r.Created != 1 || r.Updated != 1 || r.Failed != 6 || !r.DryRun {
				t.Errorf("%+v", r)
			}
			if u, _, _ := c.org.Credentials(t.Context(), c.tid(), "p1"); u != nil {
				t.Error("the dry run made a user")
			}
			if u, _ := c.org.User(t.Context(), c.tid(), c.id("anna")); u.FirstName != "Anna" {
				t.Error("the dry run changed a user")
			}
		})
		c.run(t, "[M-1/import-errors] good rows are written, bad ones say which field is wrong in which line", func(t *testing.T) {
			var r org.ImportResult
			importUsers(c, "admin", file, false).is(200).into(&r)
			want := []struct {
				line          int
				action, field string
			}{{2, "create", ""}, {3, "update", ""}, {4, "error", "team"}, {5, "error", "login"}, {6, "error", "login"}, {7, "error", "skills"}, {8, "error", "extension"}, {9, "error", "password"}}
			if len(r.Rows) != len(want) {
				t.Fatalf("%+v", r)
			}
			for i, w := range want {
				got := r.Rows[i]
				field := ""
				if len(got.Errors) > 0 {
					field = got.Errors[0].Field
				}
				if got.Line != w.line || got.Action != w.action || field != w.field {
					t.Errorf("row %d: %+v, want %+v", i, got, w)
				}
			}
			u, hash, _ := c.org.Credentials(t.Context(), c.tid(), "p1")
			if u == nil || u.FirstName != "Пётр" || u.TeamID != c.seeded().TeamID || u.Extension != "201" || u.Skills[0].Level != 70 || hash != "hash:long enough 1" {
				t.Errorf("%+v %q", u, hash)
			}
		})
		c.run(t, "[M-1/export] what was exported can be imported again and changes nothing; formulas are quoted", func(t *testing.T) {
			importUsers(c, "admin", "login,firstName,phone,about\np9,=cmd()|x,+7 495 1,\"two\nlines, \"\"quoted\"\"\"\n", false).is(200)
			table := string(c.do("admin", "GET", "/api/users/export", nil).is(200).body)
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
						t.Errorf("a formula: %q", cell)
					}
				}
			}
			if strings.Contains(table, "hash:") {
				t.Error("passwords are exported")
			}
			var r org.ImportResult
			importUsers(c, "admin", table, false).is(200).into(&r)
			if r.Same != len(rows)-1 || r.Failed+r.Updated+r.Created != 0 {
				t.Errorf("%d rows: %+v", len(rows)-1, r)
			}
			u, _, _ := c.org.Credentials(t.Context(), c.tid(), "p9")
			if u.FirstName != "=cmd()|x" || u.Phone != "+7 495 1" || u.About != "two\nlines, \"quoted\"" {
				t.Errorf("%+v", u)
			}
		})
		c.run(t, "[M-1/import] tables as spreadsheet programs write them: Windows-1251, tabulators, byte order mark", func(t *testing.T) {
			cp, err := charmap.Windows1251.NewEncoder().String("login;firstName\r\nw1;Жанна\r\n")
			if err != nil {
				t.Fatal(err)
			}
			for login, table := range map[string]string{"w1": cp, "w2": "\ufefflogin\tfirstName\nw2\tЖанна\n"} {
				importUsers(c, "admin", table, false).is(200)
				if u, _, _ := c.org.Credentials(t.Context(), c.tid(), login); u == nil || u.FirstName != "Жанна" {
					t.Errorf("%s: %+v", login, u)
				}
			}
		})
		c.run(t, "[M-1/import] what is no table is refused with the reason", func(t *testing.T) {
			for _, file := range []string{"", "name\nx\n", "login,login\nx,y\n", "login\nx,y,z\n", "login\n\x00\n", "PK\x03\x04"} {
				importUsers(c, "admin", file, true).is(422, "PAR-0001 file")
			}
			importUsers(c, "admin", "login\n"+strings.Repeat("x\n", 5001), true).is(409, "PAR-0004")
		})
		c.run(t, "[M-1/own-teams] a supervisor imports and exports the own teams only", func(t *testing.T) {
			c.do("admin", "POST", "/api/teams", obj{"name": "Mine", "supervisorIds": []string{c.id("supervisor")}}).is(201)
			var r org.ImportResult
			importUsers(c, "supervisor", "login,team,roles\ns1,Mine,Оператор\nanna,Mine,\ns2,Операторы,\n", false).is(200).into(&r)
			if r.Created != 1 || r.Failed != 2 {
				t.Errorf("%+v", r)
			}
			table := string(c.do("supervisor", "GET", "/api/users/export", nil).is(200).body)
			if !strings.Contains(table, "s1,") || strings.Contains(table, "anna") {
				t.Error(table)
			}
			importUsers(c, "anna", "login\nx\n", true).is(403)
		})
	})
}
