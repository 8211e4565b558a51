package matrixtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// document is what the matrix reads of an OpenAPI document.
type document struct {
	operations []operation
}

type operation struct {
	method, path, id string
	privileges       []string
	public, secret   bool
	ownID            bool
	maxBody          int
	pathParameters   []string
	query            []parameter
	body             *schema // resolved; nil: none
	bodyRequired     bool
}

type parameter struct {
	Name     string  `json:"name"`
	In       string  `json:"in"`
	Required bool    `json:"required"`
	Schema   *schema `json:"schema"`
}

type schema struct {
	Ref        string             `json:"$ref"`
	Type       types              `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Additional json.RawMessage    `json:"additionalProperties"`
	ReadOnly   bool               `json:"readOnly"`
	Enum       []any              `json:"enum"`
}

// types is one type or a list of them (OpenAPI 3.1).
type types []string

func (t *types) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = types{one}
		return nil
	}
	var many []string
	err := json.Unmarshal(b, &many)
	*t = many
	return err
}

type rawOperation struct {
	ID          string      `json:"operationId"`
	Parameters  []parameter `json:"parameters"`
	Privileges  []string    `json:"x-privileges"`
	Public      bool        `json:"x-public"`
	Secret      bool        `json:"x-secret"`
	OwnID       bool        `json:"x-own-id"`
	MaxBody     int         `json:"x-max-body"` // bytes; 0: 1 MiB
	RequestBody *struct {
		Required bool `json:"required"`
		Content  map[string]struct {
			Schema *schema `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
}

func parse(raw []byte) (document, error) {
	var in struct {
		Paths      map[string]map[string]json.RawMessage `json:"paths"`
		Components struct {
			Schemas map[string]*schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return document{}, fmt.Errorf("reading the OpenAPI document: %w", err)
	}
	resolve := func(s *schema) *schema {
		for s != nil && s.Ref != "" {
			s = in.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
		}
		return s
	}
	var doc document
	for path, item := range in.Paths {
		for method, rawOp := range item {
			method = strings.ToUpper(method)
			if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method) {
				continue
			}
			var ro rawOperation
			if err := json.Unmarshal(rawOp, &ro); err != nil {
				return doc, fmt.Errorf("%s %s: %w", method, path, err)
			}
			doc.operations = append(doc.operations, ro.operation(method, path, resolve))
		}
	}
	slices.SortFunc(doc.operations, func(a, b operation) int { return strings.Compare(a.path+" "+a.method, b.path+" "+b.method) })
	return doc, nil
}

func (ro rawOperation) operation(method, path string, resolve func(*schema) *schema) operation {
	op := operation{method: method, path: path, id: ro.ID, privileges: ro.Privileges, public: ro.Public, secret: ro.Secret, ownID: ro.OwnID, maxBody: cmp.Or(ro.MaxBody, 1<<20)}
	for _, p := range ro.Parameters {
		p.Schema = resolve(p.Schema)
		switch p.In {
		case "path":
			op.pathParameters = append(op.pathParameters, p.Name)
		case "query":
			op.query = append(op.query, p)
		}
	}
	if ro.RequestBody == nil {
		return op
	}
	op.body, op.bodyRequired = &schema{}, ro.RequestBody.Required
	if s := resolve(ro.RequestBody.Content["application/json"].Schema); s != nil {
		whole := *s
		whole.Properties = map[string]*schema{}
		for name, p := range s.Properties {
			whole.Properties[name] = resolve(p)
		}
		op.body = &whole
	}
	return op
}

func (op operation) needsCase() bool {
	return len(op.pathParameters) > 0 || op.bodyRequired ||
		slices.ContainsFunc(op.query, func(p parameter) bool { return p.Required })
}
