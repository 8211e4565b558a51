package web_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"parley/internal/web"
)

func TestOpenAPI(t *testing.T) {
	build := func() *web.Server {
		s := newServer(t, web.Config{Version: "1"})
		web.Event[thing](s, "thing.changed")
		web.Event[struct {
			ID string `json:"id"`
		}](s, "thing.removed")
		return s
	}
	doc, err := build().OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("[M-42/api] the document is OpenAPI 3.1, the same every time, and served", func(t *testing.T) {
		for range 20 {
			if again, _ := build().OpenAPI(); !bytes.Equal(again, doc) {
				t.Fatal("another document the second time")
			}
		}
		w, _ := do(t, build(), call{method: "GET", path: "/api/openapi.json"})
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), doc) {
			t.Errorf("served: %d", w.Code)
		}
		if !bytes.Contains(doc, []byte(`"openapi": "3.1.0"`)) || bytes.Contains(doc, []byte("$schema")) {
			t.Error("not 3.1, or with $schema")
		}
	})
	var d struct {
		Paths map[string]map[string]struct {
			OperationID string                      `json:"operationId"`
			Privileges  []string                    `json:"x-privileges"`
			Security    []map[string][]string       `json:"security"`
			Responses   map[string]map[string]any   `json:"responses"`
			Parameters  []struct{ Name, In string } `json:"parameters"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(doc, &d); err != nil {
		t.Fatal(err)
	}
	t.Run("[M-42/api] an operation says who may, how it is repeated, and how it fails", func(t *testing.T) {
		put := d.Paths["/api/things/{id}"]["put"]
		if put.OperationID != "putThing" || len(put.Privileges) != 1 || len(put.Security) != 2 || put.Responses["409"] == nil {
			t.Errorf("%+v", put)
		}
		text, _ := json.Marshal(put)
		if !strings.Contains(string(text), "application/problem+json") || !strings.Contains(string(text), "Idempotency-Key") {
			t.Errorf("%s", text)
		}
	})
	t.Run("[M-42/api] every frame of the sockets is one of a union told apart by type", func(t *testing.T) {
		frame := string(d.Components.Schemas["Frame"])
		for _, name := range []string{"EventThingChanged", "EventThingRemoved"} {
			if !strings.Contains(frame, "#/components/schemas/"+name) || d.Components.Schemas[name] == nil {
				t.Errorf("no %s in %s", name, frame)
			}
		}
		if !strings.Contains(string(d.Components.Schemas["EventThingChanged"]), `"thing.changed"`) {
			t.Errorf("%s", d.Components.Schemas["EventThingChanged"])
		}
	})
}
