package org

import (
	"context"

	"parley/internal/db"
)

// Seeded names what Seed has made that others build on.
type Seeded struct {
	RoleIDs       map[string]string // by key of the ready-made role
	TeamID        string
	ServiceID     string // for chats
	EntryID       string
	EntryKey      string
	AlwaysOpenID  string // calendar
	OfficeHoursID string // calendar
}

// Seed makes the ready-made defaults, so that a new tenant works before anything
// is set. lang is the language of names that have only one.
func (o *Org) Seed(ctx context.Context, tx *db.Tx, tenant, lang string) (Seeded, error) {
	ctx = System(ctx)
	s := seeder{o: o, tx: tx, tenant: tenant, lang: lang, out: Seeded{RoleIDs: map[string]string{}}}
	for _, step := range []func(context.Context) error{s.roles, s.reasons, s.calendars, s.service, s.team, s.entry} {
		if err := step(ctx); err != nil {
			return Seeded{}, err
		}
	}
	return s.out, nil
}

type seeder struct {
	o            *Org
	tx           *db.Tx
	tenant, lang string
	out          Seeded
}

func (s *seeder) say(ru, en string) string {
	if s.lang == "en" {
		return en
	}
	return ru
}

func (s *seeder) roles(ctx context.Context) error {
	for _, b := range builtinRoles {
		r := &Role{Name: s.say(b.ru, b.en), Builtin: b.key}
		if err := s.o.roles.add(ctx, s.tx, s.tenant, r); err != nil {
			return err
		}
		s.out.RoleIDs[b.key] = r.ID
	}
	return nil
}

func (s *seeder) reasons(ctx context.Context) error {
	list := []*Reason{
		{Name: Text{"ru": "Обед", "en": "Lunch"}, Icon: "utensils", DailyMinutes: 60, Break: true},
		{Name: Text{"ru": "Перерыв", "en": "Break"}, Icon: "coffee", DailyMinutes: 30, Break: true},
		{Name: Text{"ru": "Нет на месте", "en": "Away"}, Icon: "door-open"},
		{Name: Text{"ru": "Обучение", "en": "Training"}, Icon: "graduation-cap"},
		{Name: Text{"ru": "Совещание", "en": "Meeting"}, Icon: "users"},
		{Name: Text{"ru": "Не отвечает", "en": "No answer"}, Icon: "phone-missed", System: ReasonNoAnswer},
		{Name: Text{"ru": "Потеря связи", "en": "Connection lost"}, Icon: "wifi-off", System: ReasonConnectionLost},
		{Name: Text{"ru": "Отклонил", "en": "Rejected"}, Icon: "phone-off", System: ReasonRejected},
		{Name: Text{"ru": "Вход", "en": "Signed in"}, Icon: "log-in", System: ReasonSignIn},
		{Name: Text{"ru": "Переведён супервизором", "en": "Set by a supervisor"}, Icon: "user-cog", System: ReasonForced},
	}
	for i, r := range list {
		r.ID, r.Order = r.System, (i+1)*10
		if err := s.o.reasons.add(ctx, s.tx, s.tenant, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) calendars(ctx context.Context) error {
	always := &Calendar{Name: s.say("Круглосуточно", "Around the clock"), TimeZone: "Europe/Moscow"}
	office := &Calendar{Name: s.say("Рабочее время", "Office hours"), TimeZone: "Europe/Moscow"}
	for day := 1; day <= 7; day++ {
		always.Weekly = append(always.Weekly, Hours{Day: day, From: "00:00", To: "24:00"})
		if day <= 5 {
			office.Weekly = append(office.Weekly, Hours{Day: day, From: "09:00", To: "18:00"})
		}
	}
	for _, k := range []*Calendar{always, office} {
		if err := s.o.calendars.add(ctx, s.tx, s.tenant, k); err != nil {
			return err
		}
	}
	s.out.AlwaysOpenID, s.out.OfficeHoursID = always.ID, office.ID
	return nil
}

func (s *seeder) service(ctx context.Context) error {
	service := NewService(s.say("Чат", "Chat"))
	service.CalendarID = s.out.AlwaysOpenID
	for _, d := range s.dispositions() {
		if err := s.o.dispositions.add(ctx, s.tx, s.tenant, d); err != nil {
			return err
		}
		service.DispositionIDs = append(service.DispositionIDs, d.ID)
	}
	if err := s.o.services.add(ctx, s.tx, s.tenant, service); err != nil {
		return err
	}
	s.out.ServiceID = service.ID
	return nil
}

func (s *seeder) dispositions() []*Disposition {
	return []*Disposition{
		{Name: s.say("Вопрос решён", "Resolved"), Code: "resolved", Kind: "success", Final: true, ClosesCase: true, Icon: "check"},
		{Name: s.say("Дана консультация", "Information given"), Code: "informed", Kind: "success", Final: true, ClosesCase: true, Icon: "info"},
		{Name: s.say("Требуется доп. информация", "More information needed"), Code: "more_information", Kind: "neutral", Icon: "circle-help"},
		{Name: s.say("Передано специалисту", "Passed on"), Code: "passed_on", Kind: "neutral", Icon: "forward"},
		{Name: s.say("Не решён", "Not resolved"), Code: "not_resolved", Kind: "failure", Final: true, Icon: "x"},
		{Name: s.say("Спам", "Spam"), Code: "spam", Kind: "neutral", Final: true, ClosesCase: true, Spam: true, Icon: "ban"},
	}
}

func (s *seeder) team(ctx context.Context) error {
	t := NewTeam(s.say("Операторы", "Agents"))
	t.ServiceIDs = []string{s.out.ServiceID}
	if err := s.o.teams.add(ctx, s.tx, s.tenant, t); err != nil {
		return err
	}
	s.out.TeamID = t.ID
	return nil
}

func (s *seeder) entry(ctx context.Context) error {
	e := NewEntry(s.say("Чат на сайте", "Chat on the site"))
	e.ServiceID = s.out.ServiceID
	if err := s.o.entries.add(ctx, s.tx, s.tenant, e); err != nil {
		return err
	}
	s.out.EntryID, s.out.EntryKey = e.ID, e.Key
	return nil
}
