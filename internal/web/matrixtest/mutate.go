package matrixtest

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

// unknownID looks like an id and is nobody's.
const unknownID = "01890000-0000-7000-8000-000000000000"

// badPaths: ids that don't exist or can't.
func (x *trial) badPaths(good Request) {
	for _, name := range x.op.pathParameters {
		for _, value := range []string{unknownID, "0", "-1", "null", "'; DROP TABLE users; --", "привет", strings.Repeat("x", 2000), "\x00", "\xff\xfe", "%", ".", "a\nb"} {
			req := good
			req.Path = maps.Clone(good.Path)
			req.Path[name] = value
			w := x.send(x.ownerNow(), req)
			if value == unknownID && !x.c.OwnOnly {
				x.expect("an id that is nobody's", w, cmp.Or(x.c.Unknown, 404))
			} else if w.Code < 300 && !x.c.OwnOnly || w.Code > 499 { // "." is cleaned away by a redirect
				x.find("path %s=%q: %d %s", name, short(value), w.Code, brief(w))
			}
		}
	}
}

// badQueries: values of the wrong type or kind.
func (x *trial) badQueries(good Request) {
	for _, p := range x.op.query {
		bad := []string{"\x00", "\xff"}
		if p.Schema != nil {
			switch {
			case len(p.Schema.Enum) > 0:
				bad = append(bad, "no-such-value")
			case slices.Contains(p.Schema.Type, "integer"):
				bad = append(bad, "ten", "1.5", "99999999999999999999")
			case slices.Contains(p.Schema.Type, "number"):
				bad = append(bad, "ten")
			case slices.Contains(p.Schema.Type, "boolean"):
				bad = append(bad, "perhaps")
			}
		}
		for _, value := range bad {
			req := good
			req.Query = url.Values{}
			maps.Copy(req.Query, good.Query)
			req.Query.Set(p.Name, value)
			x.refused("query "+p.Name+"="+short(value), x.send(x.ownerNow(), req))
		}
		req := good // long and odd, but text: may be fine or refused, but never our failure
		req.Query = url.Values{}
		maps.Copy(req.Query, good.Query)
		req.Query.Set(p.Name, strings.Repeat("%_\\'\"", 500))
		x.send(x.ownerNow(), req)
	}
}

// badBodies: what is no JSON, too much of it, or of the wrong types.
func (x *trial) badBodies(good Request) {
	if x.op.body == nil {
		return
	}
	for what, raw := range map[string]string{
		"half a body": `{"a":`, "no JSON": `hello`, "two bodies": `{}{}`, "an array": `[]`, "a number": `1`, "null": `null`,
		"not UTF-8": "{\"a\":\"\xff\"}", "deep": strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200),
		"very deep": strings.Repeat("[", 100_000),
	} {
		if what == "null" && !x.op.bodyRequired {
			continue
		}
		x.refused(what, x.sendRaw(x.ownerNow(), good, []byte(raw)))
	}
	x.expect("a huge body", x.sendRaw(x.ownerNow(), good, []byte(`{"a":"`+strings.Repeat("x", x.op.maxBody)+`"}`)), 413)
	body, ok := asObject(good.Body)
	if !ok {
		return
	}
	x.mutations(good, body)
}

func (x *trial) mutations(good Request, body map[string]any) {
	send := func(what string, change func(b map[string]any)) {
		b := maps.Clone(body)
		change(b)
		raw, err := json.Marshal(b)
		if err != nil {
			x.find("%s: %v", what, err)
			return
		}
		x.refused(what, x.sendRaw(x.ownerNow(), good, raw))
	}
	if string(x.op.body.Additional) == "false" {
		send("an unknown field", func(b map[string]any) { b["noSuchField"] = 1 })
	}
	for _, name := range x.op.body.Required {
		if p := x.op.body.Properties[name]; p != nil && p.ReadOnly { // what only the server sets need not be sent
			continue
		}
		send("without "+name, func(b map[string]any) { delete(b, name) })
	}
	for _, name := range slices.Sorted(maps.Keys(x.op.body.Properties)) {
		p := x.op.body.Properties[name]
		if p == nil || p.ReadOnly {
			continue
		}
		for _, wrong := range wrongValues(p) {
			text, _ := json.Marshal(wrong)
			send(name+"="+short(string(text)), func(b map[string]any) { b[name] = wrong })
		}
	}
}

// wrongValues are values a property's schema does not allow.
func wrongValues(p *schema) []any {
	candidates := []struct {
		kind  string
		value any
	}{{"string", "text"}, {"number", 1.5}, {"boolean", true}, {"array", []any{map[string]any{"x": 1}}}, {"object", map[string]any{"noSuchField": []any{1}}}}
	var out []any
	if len(p.Type) == 0 {
		return nil // anything goes
	}
	for _, c := range candidates {
		if !slices.Contains(p.Type, c.kind) {
			out = append(out, c.value)
		}
	}
	if slices.Contains(p.Type, "string") {
		out = append(out, "a\x00b")
		if len(p.Enum) > 0 {
			out = append(out, "no-such-value")
		}
	}
	return out
}

// refused: a 4xx that names what is wrong.
func (x *trial) refused(what string, w *httptest.ResponseRecorder) {
	if w.Code < 400 || w.Code > 499 {
		x.find("%s: %d %s", what, w.Code, brief(w))
		return
	}
	if p, err := problemOf(w); err == nil && p.Field == "" && w.Code != 404 {
		x.find("%s: %d names no field: %s", what, w.Code, brief(w))
	}
}

func asObject(v any) (map[string]any, bool) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, false
	}
	var m map[string]any
	err = json.Unmarshal(raw, &m)
	return m, err == nil && m != nil
}

func short(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
