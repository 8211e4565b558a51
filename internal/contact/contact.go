package contact

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/fail"
)

// Contact is a customer's card.
type Contact struct {
	ID        string   `json:"id" readOnly:"true"`
	Name      string   `json:"name" maxLength:"200"`
	Company   string   `json:"company" maxLength:"200"`
	Segment   string   `json:"segment" maxLength:"100" doc:"The customer's status or category"`
	Language  string   `json:"language" maxLength:"16"`
	Notes     string   `json:"notes" maxLength:"4000"`
	PhotoID   string   `json:"photoFileId,omitempty" maxLength:"100" doc:"A picture of POST /api/pictures"`
	Emails    []string `json:"emails" maxItems:"20"`
	Phones    []string `json:"phones" maxItems:"20"`
	CreatedAt int64    `json:"createdAt" readOnly:"true"`
	UpdatedAt int64    `json:"updatedAt" readOnly:"true"`
	Version   int64    `json:"version" doc:"Send back the one you read; another one means that somebody else was faster"`
	Abilities []string `json:"abilities" readOnly:"true"`
}

// Email is the first address, "" when there is none.
func (c Contact) Email() string { return first(c.Emails) }

// Phone is the first number, "" when there is none.
func (c Contact) Phone() string { return first(c.Phones) }

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

// Limits of a card's fields, in characters.
const (
	maxName      = 200
	maxSegment   = 100
	maxLanguage  = 16
	maxNotes     = 4000
	maxAddresses = 20 // of each kind
)

// clean trims the fields and brings the addresses to their normal form; region
// is where numbers without a country belong.
func (c *Contact) clean(region string) error {
	for _, f := range []struct {
		name string
		s    *string
		max  int
	}{{"name", &c.Name, maxName}, {"company", &c.Company, maxName}, {"segment", &c.Segment, maxSegment}, {"language", &c.Language, maxLanguage}} {
		*f.s = oneLine(*f.s)
		if utf8.RuneCountInString(*f.s) > f.max {
			return fail.Invalid(f.name, fmt.Sprintf("at most %d characters", f.max))
		}
	}
	c.Notes = strings.TrimSpace(strings.Map(dropControls, c.Notes))
	if utf8.RuneCountInString(c.Notes) > maxNotes {
		return fail.Invalid("notes", fmt.Sprintf("at most %d characters", maxNotes))
	}
	var err error
	if c.Emails, err = normalised("emails", c.Emails, NormalEmail, "is no email address"); err != nil {
		return err
	}
	phone := func(s string) (string, bool) { return NormalPhone(s, region) }
	if c.Phones, err = normalised("phones", c.Phones, phone, "is no phone number"); err != nil {
		return err
	}
	if c.Name == "" && len(c.Emails) == 0 && len(c.Phones) == 0 {
		return fail.Invalid("name", "a card needs a name, an email address or a phone number")
	}
	return nil
}

func normalised(field string, list []string, normal func(string) (string, bool), bad string) ([]string, error) {
	if len(list) > maxAddresses {
		return nil, fail.Invalid(field, fmt.Sprintf("at most %d", maxAddresses))
	}
	out := make([]string, 0, len(list))
	for i, s := range list {
		n, ok := normal(s)
		if !ok {
			return nil, fail.Invalid(fmt.Sprintf("%s[%d]", field, i), bad)
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out, nil
}

// oneLine makes one line of visible characters.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(dropControls, s)), " ")
}

func dropControls(r rune) rune {
	if r == '\n' || r == '\t' {
		return r
	}
	if unicode.IsControl(r) {
		return -1
	}
	return r
}

// Known is what a channel knows of a customer when a contact comes in; any
// field may be empty. Addresses that are none are left out without complaint:
// the channel has checked what it wanted checked.
type Known struct {
	Name      string
	Email     string
	Phone     string
	VisitorID string
	Language  string
}

// addresses gives the normal forms, the surest sign of who it is first.
func (k Known) addresses(region string) []address {
	var out []address
	if e, ok := NormalEmail(k.Email); ok {
		out = append(out, address{Kind: KindEmail, Value: e, Shown: e})
	}
	if p, ok := NormalPhone(k.Phone, region); ok {
		out = append(out, address{Kind: KindPhone, Value: p, Shown: p})
	}
	if k.VisitorID != "" {
		out = append(out, address{Kind: KindVisitor, Value: k.VisitorID, Shown: k.VisitorID})
	}
	return out
}
