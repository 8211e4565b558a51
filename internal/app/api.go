package app

import (
	"io"
	"log/slog"

	"parley/internal/access"
	"parley/internal/audit"
	"parley/internal/callbutton"
	"parley/internal/desk"
	"parley/internal/floor"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/webhook"
	"parley/internal/widget"
)

// WriteAPI writes the OpenAPI 3.1 document. Nothing is opened: the operations are registered, never called.
func WriteAPI(out io.Writer) error {
	o := org.New(nil, nil, nil)
	a := &App{log: slog.Default(), org: o, webhooks: webhook.New(nil, o), audit: audit.New(nil, nil), access: access.New(nil, access.FromOrg(o), nil),
		interactions: interaction.New(nil, nil), floors: floor.New(floor.Config{}), widgets: widget.New(widget.Config{Org: o}), buttons: callbutton.New(callbutton.Config{Org: o}),
		desks: desk.NewHub(desk.Config{})}
	s := web.New(web.Config{Version: "0"})
	a.register(s)
	doc, err := s.OpenAPI()
	if err != nil {
		return err
	}
	_, err = out.Write(append(doc, '\n'))
	return err
}
