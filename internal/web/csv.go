package web

import (
	"encoding/csv"
	"mime"
	"net/http"
	"strings"
)

// CSV is a table that is being sent as a download. Spreadsheet programs take a
// cell that begins like a formula for one; such cells get an apostrophe in front,
// which PlainCell takes away again.
type CSV struct{ w *csv.Writer }

// NewCSV begins the answer. The file is UTF-8 with the mark Excel needs to see it.
func NewCSV(w http.ResponseWriter, fileName string) *CSV {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName}))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("\ufeff"))
	return &CSV{csv.NewWriter(w)}
}

// Row adds a line.
func (c *CSV) Row(cells ...string) error {
	safe := make([]string, len(cells))
	for i, s := range cells {
		safe[i] = SafeCell(s)
	}
	return c.w.Write(safe)
}

// Flush sends what is buffered.
func (c *CSV) Flush() error {
	c.w.Flush()
	return c.w.Error()
}

const formulaStarts = "=+-@\t\r\n|"

// SafeCell keeps a spreadsheet program from running a cell as a formula.
func SafeCell(s string) string {
	if needsQuote(s) {
		return "'" + s
	}
	return s
}

// PlainCell undoes SafeCell.
func PlainCell(s string) string {
	if rest, quoted := strings.CutPrefix(s, "'"); quoted && needsQuote(rest) {
		return rest
	}
	return s
}

// needsQuote also holds for what already begins with apostrophes before such a
// character, so that PlainCell gives every text back as it was.
func needsQuote(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.ContainsRune(formulaStarts, rune(s[0]))
}
