package cases

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestEvents(t *testing.T) {
	t.Run("[E-21/events] the interface knows every event of a case by its name: each is in the enumeration that its types are made from", func(t *testing.T) {
		file, err := parser.ParseFile(token.NewFileSet(), "case.go", nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		var events []string
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || !strings.HasPrefix(spec.Names[0].Name, "Event") {
				return true
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			events = append(events, value)
			return false
		})
		field, _ := reflect.TypeFor[CaseEntry]().FieldByName("Event")
		named := strings.Split(field.Tag.Get("enum"), ",")
		slices.Sort(events)
		slices.Sort(named)
		if len(events) == 0 || !slices.Equal(events, named) {
			t.Fatalf("events %v, named %v", events, named)
		}
	})
}
