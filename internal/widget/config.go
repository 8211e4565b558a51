package widget

import (
	"parley/internal/org"
	"parley/internal/site"
)

type configField struct {
	Field    string `json:"field"`
	Required bool   `json:"required,omitempty"`
	Label    string `json:"label,omitempty"`
}

type configService struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type configLook struct {
	Color     string `json:"color,omitempty"`
	TextColor string `json:"textColor,omitempty"`
	Position  string `json:"position,omitempty"`
	Logo      string `json:"logo,omitempty"`
	Radius    int    `json:"radius"`
	Theme     string `json:"theme,omitempty"`
	Sound     bool   `json:"sound"`
}

type configOffline struct {
	Enabled bool          `json:"enabled"`
	Fields  []configField `json:"fields"`
}

type configBody struct {
	Lang          string            `json:"lang"`
	Languages     []string          `json:"languages"`
	Open          bool              `json:"open"`
	Available     bool              `json:"available"`
	OpensAt       int64             `json:"opensAt,omitempty"`
	Look          configLook        `json:"look"`
	Texts         map[string]string `json:"texts"`
	PreChat       []configField     `json:"preChat"`
	Consent       string            `json:"consent,omitempty"`
	Offline       configOffline     `json:"offline"`
	Services      []configService   `json:"services,omitempty"`
	MaxFileBytes  int64             `json:"maxFileBytes"`
	FileTypes     []string          `json:"fileTypes"`
	PreviewUnsent bool              `json:"previewUnsent"`
}

// config tells the widget how to look and what to ask: GET …/config?lang=ru-RU,en.
func (s *Server) config(q *request) error {
	ctx, e := q.R.Context(), q.Entry
	service, err := s.cfg.Org.Service(ctx, q.Tenant, e.ServiceID)
	if err != nil {
		return err
	}
	lang := site.Pick(q.R.URL.Query().Get("lang"), e.Languages)
	body := configBody{Lang: lang, Languages: e.Languages, Texts: map[string]string{},
		Look:    configLook{Color: e.Look.Color, TextColor: e.Look.TextColor, Position: e.Look.Position, Logo: e.Look.LogoFileID, Radius: e.Look.Radius, Theme: e.Look.Theme, Sound: e.Look.Sound},
		PreChat: fields(e.PreChat, lang), Offline: configOffline{e.Offline.Enabled, fields(e.Offline.Fields, lang)},
		MaxFileBytes: service.Chat.FileMaxBytes, FileTypes: []string{}, PreviewUnsent: service.Chat.PreviewUnsent}
	for k, v := range e.Texts[lang] {
		if k == "consent" {
			continue
		}
		body.Texts[k] = v
	}
	if e.Consent {
		body.Consent = e.Texts[lang]["consent"]
	}
	for _, t := range service.Chat.FileTypes {
		if t != org.AllImages {
			t = "." + t
		}
		body.FileTypes = append(body.FileTypes, t)
	}
	for _, id := range e.ServiceChoice {
		if sv, err := s.cfg.Org.Service(ctx, q.Tenant, id); err == nil && !sv.Archived {
			body.Services = append(body.Services, configService{id, sv.Name})
		}
	}
	if body.Open, body.OpensAt, err = site.Hours(ctx, s.cfg.Org, q.Request, service, s.cfg.Now()); err != nil {
		return err
	}
	body.Available = body.Open && (service.NoAgentsExit != org.NoAgentsClose || s.cfg.Available(ctx, q.Tenant, e.ServiceID))
	q.W.Header().Set("Cache-Control", "public, max-age=10")
	return q.Answer(body)
}

func fields(list []org.FormField, lang string) []configField {
	out := make([]configField, 0, len(list))
	for _, f := range list {
		out = append(out, configField{f.Field, f.Required, f.Label.In(lang)})
	}
	return out
}
