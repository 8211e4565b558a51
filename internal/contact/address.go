package contact

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// The kinds of address a customer is known by.
const (
	KindEmail   = "email"
	KindPhone   = "phone"
	KindVisitor = "visitor" // a browser that the web widget recognised
)

// maxAddress is RFC 5321's longest path without its brackets (section 4.5.3.1.3).
const maxAddress = 254

// shortNumber is the length up to which a number is an internal or emergency
// one: it stays as it was dialled, since no country's plan applies to it.
const shortNumber = 6

// NormalEmail gives the form under which an email address is compared: without
// surrounding space and in lower case. ok is false for what is no bare address.
func NormalEmail(s string) (normal string, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) > maxAddress || !utf8.ValidString(s) {
		return "", false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return "", false
	}
	_, domain, _ := strings.Cut(s, "@")
	if strings.HasPrefix(domain, "[") {
		return "", false // an address literal is nobody's mailbox
	}
	return s, true
}

// NormalPhone gives the form under which a phone number is compared: E.164
// (+74951234567), or only the digits of a short number. region is the country
// code (ISO 3166, "RU") of numbers written without their country.
func NormalPhone(s, region string) (normal string, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) > 64 || strings.ContainsFunc(s, notInPhone) {
		return "", false
	}
	digits := onlyDigits(s)
	if digits == "" {
		return "", false
	}
	if len(digits) <= shortNumber && !strings.HasPrefix(s, "+") {
		return digits, true
	}
	if rest, found := strings.CutPrefix(digits, "00"); found && !strings.HasPrefix(s, "+") {
		s = "+" + rest
	}
	n, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// notInPhone is true for what nobody writes in a number, so that a text with
// some digits in it is not taken for one.
func notInPhone(r rune) bool { return !strings.ContainsRune("0123456789+-().  \u00a0/", r) }

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
