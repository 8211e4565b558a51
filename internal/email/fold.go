package email

import (
	"strings"
	"unicode"
)

// folded is a text as it is compared: lower case, ё as е, one space between
// words.
func folded(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(s), "ё", "е")), " ")
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
