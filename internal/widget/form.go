package widget

import (
	"slices"
	"unicode/utf8"

	"parley/internal/chat"
	"parley/internal/contact"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/site"
)

// formOf checks what the visitor filled in against the fields asked for; the
// field named "text" is the message itself and not looked at here.
func formOf(answers map[string]string, asked []org.FormField, region string) (chat.Form, error) {
	var f chat.Form
	if len(answers) > chat.MaxFields {
		return f, fail.Invalid("form", "has too many fields")
	}
	for _, field := range asked {
		if field.Required && field.Field != "text" && site.Line(answers[field.Field]) == "" {
			return f, fail.Invalid(field.Field, "must not be empty")
		}
	}
	for _, name := range sorted(answers) {
		value := site.Line(answers[name])
		if value == "" || name == "text" {
			continue
		}
		if utf8.RuneCountInString(value) > chat.MaxField || utf8.RuneCountInString(name) > 100 {
			return f, fail.Invalid(site.Line(name), "is too long")
		}
		if err := put(&f, name, value, region); err != nil {
			return f, err
		}
	}
	return f, nil
}

// put takes one answer into the form.
func put(f *chat.Form, name, value, region string) error {
	switch name {
	case "name":
		f.Name = value
	case "email":
		e, ok := contact.NormalEmail(value)
		if !ok {
			return fail.Invalid("email", "must be an e-mail address such as name@example.org")
		}
		f.Email = e
	case "phone":
		p, ok := contact.NormalPhone(value, region)
		if !ok {
			return fail.Invalid("phone", "must be a phone number")
		}
		f.Phone = p
	default:
		if f.Fields == nil {
			f.Fields = map[string]string{}
		}
		f.Fields[site.Line(name)] = value
	}
	return nil
}

func sorted(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
