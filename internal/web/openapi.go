package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// newAPI makes the huma API on the server's mux. Its own pages (docs, schemas)
// are off: they load scripts from elsewhere. Bodies carry no $schema.
func (s *Server) newAPI(version string) huma.API {
	cfg := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Parley", Version: version, Description: "The API that Parley's own interface uses."},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaNamer()),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: SessionCookie,
						Description: "Changing requests also need the header X-Parley: 1"},
					"key": {Type: "http", Scheme: "bearer", Description: "API key (pk_…)"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat},
		DefaultFormat: "application/json",
	}
	return huma.NewAPI(cfg, adapter{s})
}

// schemaNamer names schemas by their types. Where two packages have a type of one
// name, the one that comes second gets its package's name before it.
func schemaNamer() func(reflect.Type, string) string {
	taken := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name := huma.DefaultSchemaNamer(t, hint)
		tries := []string{name}
		if t.PkgPath() != "" {
			tries = append(tries, upperFirst(path.Base(t.PkgPath()))+name)
		}
		for _, try := range tries {
			if other, ok := taken[try]; !ok || other == t {
				taken[try] = t
				return try
			}
		}
		return name // huma panics with both types
	}
}

// adapter brings huma's operations onto the server's mux, behind its guard.
type adapter struct{ s *Server }

func (a adapter) Handle(ho *huma.Operation, handle func(huma.Context)) {
	op, _ := ho.Metadata[opKey].(Op)
	hasBody := ho.RequestBody != nil
	rule := rule{public: op.Public, privileges: op.Privileges, beforePasswordChange: op.BeforePasswordChange}
	a.s.mux.Handle(ho.Method+" "+ho.Path, a.s.guard(rule, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, err := takeBody(r, hasBody, op.MaxBody)
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		if r, err = takeIdempotencyKey(r, op); err != nil {
			WriteProblem(w, r, err)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		handle(humago.NewContext(ho, r, w))
	})))
}

func (a adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.s.ServeHTTP(w, r) }

// OpenAPI is the document of everything registered so far, in a fixed order.
func (s *Server) OpenAPI() ([]byte, error) {
	raw, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		return nil, err
	}
	var doc any // through a map, so that every key is sorted
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(doc)
	return b.Bytes(), err
}

func (s *Server) serveOpenAPI(w http.ResponseWriter, r *http.Request) {
	doc, err := s.OpenAPI()
	if err != nil {
		WriteProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(doc)
}

// addFrame adds a socket frame {epoch, seq, prev, type, data} to the document.
func (s *Server) addFrame(typ string, data *huma.Schema) {
	schemas := s.api.OpenAPI().Components.Schemas.Map()
	name := "Event" + eventName(typ)
	number := func(doc string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeInteger, Format: "int64", Description: doc}
	}
	schemas[name] = &huma.Schema{Type: huma.TypeObject, Required: []string{"type", "data"}, Properties: map[string]*huma.Schema{
		"type":  {Type: huma.TypeString, Enum: []any{typ}},
		"epoch": {Type: huma.TypeString, Description: "New when the numbering starts anew"},
		"seq":   number("Number of the change; lossy frames have none"),
		"prev":  number("Number of the frame sent before this one on the stream"),
		"data":  data,
	}}
	frame := schemas["Frame"]
	if frame == nil {
		frame = &huma.Schema{Description: "What comes over the sockets", Discriminator: &huma.Discriminator{PropertyName: "type", Mapping: map[string]string{}}}
		schemas["Frame"] = frame
	}
	ref := "#/components/schemas/" + name
	if _, twice := frame.Discriminator.Mapping[typ]; twice {
		panic("web: event " + typ + " is registered twice")
	}
	frame.Discriminator.Mapping[typ] = ref
	frame.OneOf = append(frame.OneOf, &huma.Schema{Ref: ref})
	slices.SortFunc(frame.OneOf, func(a, b *huma.Schema) int { return strings.Compare(a.Ref, b.Ref) })
}

// eventName makes AgentChanged of "agent.changed".
func eventName(typ string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(typ, func(r rune) bool { return r == '.' || r == '_' }) {
		b.WriteString(upperFirst(part))
	}
	return b.String()
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
