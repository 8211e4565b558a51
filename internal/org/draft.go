package org

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// draft is the body that creates or changes a T: the fields given in it are set,
// those left out keep their value, or the default in a new thing.
type draft[T any] struct {
	raw json.RawMessage
}

// UnmarshalJSON keeps the body; it is laid over the thing later.
func (d *draft[T]) UnmarshalJSON(b []byte) error {
	d.raw = slices.Clone(b)
	return nil
}

// MarshalJSON gives the body as it came.
func (d draft[T]) MarshalJSON() ([]byte, error) {
	if d.raw == nil {
		return []byte("{}"), nil
	}
	return d.raw, nil
}

// Schema is the schema of T with no field needed.
func (draft[T]) Schema(r huma.Registry) *huma.Schema {
	t := reflect.TypeFor[T]()
	name := t.Name() + "Draft"
	if _, known := r.Map()[name]; !known {
		s := *huma.SchemaFromType(r, t)
		s.Required = nil
		s.PrecomputeMessages()
		r.Map()[name] = &s
	}
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// version is the version the sender knows; 0 when none was sent.
func (d draft[T]) version() int64 {
	var v struct {
		Version int64 `json:"version"`
	}
	_ = json.Unmarshal(d.raw, &v) // another type was refused before
	return v.Version
}
