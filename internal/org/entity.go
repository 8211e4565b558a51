package org

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"parley/internal/fail"
)

// Base is what every administered thing carries. Version guards a change: who
// saves an older one gets PAR-0003.
type Base struct {
	ID        string   `json:"id" readOnly:"true"`
	Version   int64    `json:"version" doc:"Send back the one you read; another one means that somebody else was faster"`
	CreatedAt int64    `json:"createdAt" readOnly:"true"`
	UpdatedAt int64    `json:"updatedAt" readOnly:"true"`
	Archived  bool     `json:"archived" readOnly:"true" doc:"Deleted, kept for the records that name it"`
	Abilities []string `json:"abilities" readOnly:"true" doc:"What the asking user may do to it: edit, delete …"`
}

func (b *Base) base() *Base { return b }

// The empty answers; entities with more to say have their own.
func (b *Base) links() []Link        { return nil }
func (b *Base) columns() []column    { return nil }
func (b *Base) searchable() []string { return nil }

// Text is a text in each interface language ("ru", "en").
type Text map[string]string

// In gives the text in a language, else in English, else in Russian.
func (t Text) In(lang string) string {
	for _, l := range []string{lang, "en", "ru"} {
		if t[l] != "" {
			return t[l]
		}
	}
	return ""
}

// Link is a reference of one thing to another, held in a field. Links are
// stored beside the thing, so that one query tells what uses a thing.
type Link struct {
	Field string
	Kind  string // the kind referred to, "team"
	ID    string
}

func links(field, kind string, ids ...string) []Link {
	out := make([]Link, 0, len(ids))
	for i, id := range ids {
		if id == "" {
			continue
		}
		f := field
		if len(ids) > 1 {
			f = fmt.Sprintf("%s[%d]", field, i)
		}
		out = append(out, Link{Field: f, Kind: kind, ID: id})
	}
	return out
}

// thing is what the machinery asks of an entity.
type thing[T any] interface {
	*T
	base() *Base
	label() string        // its name in lists and messages
	check(c *check)       // the rules that need nothing but itself
	links() []Link        // what it refers to
	columns() []column    // what is queried by, besides the name
	searchable() []string // texts a search looks into, besides the name
}

// column is a real column of an entity's table.
type column struct {
	name  string
	value any
}

// fieldsOf gives the fields of an entity as JSON.
func fieldsOf(v any) (map[string]json.RawMessage, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	fields := map[string]json.RawMessage{}
	return fields, json.Unmarshal(b, &fields)
}

// overlay lays the fields given in a request over the ones there are: a field
// left out keeps its value, a field given replaces the whole old value. Fields
// that can only be read are passed over, so that what was read can be sent back.
func overlay[T any](old *T, given json.RawMessage) (*T, error) {
	fields, err := fieldsOf(old)
	if err != nil {
		return nil, err
	}
	if len(given) > 0 {
		sent := map[string]json.RawMessage{}
		if err := json.Unmarshal(given, &sent); err != nil {
			return nil, fail.Unreadable(err)
		}
		fixed := readOnly(reflect.TypeFor[T]())
		for name, value := range sent {
			if !fixed[name] {
				fields[name] = value
			}
		}
	}
	whole, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	out := new(T)
	if err := json.Unmarshal(whole, out); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return nil, fail.Invalid(wrong.Field, "must be of another type than "+wrong.Value)
		}
		return nil, fail.Unreadable(err)
	}
	return out, nil
}

// readOnly gives the JSON names of the fields marked readOnly.
func readOnly(t reflect.Type) map[string]bool {
	out := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("readOnly") == "true" {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			out[name] = true
		}
	}
	return out
}
