package web_test

import (
	"encoding/csv"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/web"
)

func TestCSV(t *testing.T) {
	cells := []string{"=1+1", "+7 495 123", "-5", "@SUM(A1)", "\tx", "\rx", "|cmd", "'", "'=x", "''=x", "plain", "", "a,b \"c\"\nd", "'quoted'"}
	t.Run("[M-1/csv-injection] no cell begins a formula, and every text comes back as it was", func(t *testing.T) {
		w := httptest.NewRecorder()
		c := web.NewCSV(w, "пользователи.csv")
		if err := c.Row(cells...); err != nil {
			t.Fatal(err)
		}
		if err := c.Flush(); err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff"))).Read()
		if err != nil {
			t.Fatal(err)
		}
		for i, cell := range got {
			if cell != "" && strings.ContainsRune("=+-@\t\r|", rune(cell[0])) {
				t.Errorf("%q is a formula", cell)
			}
			if plain := web.PlainCell(cell); plain != cells[i] {
				t.Errorf("%q came back as %q", cells[i], plain)
			}
		}
		if d := w.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "attachment;") {
			t.Error(d)
		}
	})
}
