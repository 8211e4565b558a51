package core

import (
	"fmt"
	"strings"
	"testing"
)

// floor is a Core under test that reads like the floor: verbs in, what happened out as short lines.
type floor struct {
	*testing.T
	c   *Core
	now int64
	out []Effect
}

const second = int64(1000)

func newFloor(t *testing.T, cfg Config) *floor {
	f := &floor{T: t, c: New(), now: 1_000_000}
	f.do(Input{Type: InConfigure, Config: &cfg})
	return f
}

// do applies an input at the present time and remembers its effects.
func (f *floor) do(in Input) *floor {
	in.At = f.now
	f.out = append(f.out[:0], f.c.Apply(in)...)
	if err := check(f.c); err != nil {
		f.Helper()
		f.Fatalf("after %s: %v", in.Type, err)
	}
	return f
}

// wait lets time pass, deadline by deadline, as the owner does.
func (f *floor) wait(ms int64) *floor {
	f.Helper()
	end := f.now + ms
	var all []Effect
	for {
		at, ok := f.c.Next()
		if !ok || at > end {
			break
		}
		f.now = max(at, f.now)
		f.do(Input{Type: InTimer})
		all = append(all, f.out...)
	}
	f.now = end
	f.out = all
	return f
}

// said is the last effects, one line each.
func (f *floor) said() string {
	var lines []string
	for _, e := range f.out {
		lines = append(lines, line1(e))
	}
	return strings.Join(lines, "; ")
}

func line1(e Effect) string {
	parts := []string{e.Type}
	for _, s := range []string{e.Item, e.Agent, e.State, e.Reason, e.Cause, e.Code, e.Disposition} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if e.Pending != "" {
		parts = append(parts, "then", e.Pending)
	}
	if e.PendingReason != "" {
		parts = append(parts, e.PendingReason)
	}
	return strings.Join(parts, " ")
}

// expect compares the last effects.
func (f *floor) expect(want ...string) *floor {
	f.Helper()
	if got := f.said(); got != strings.Join(want, "; ") {
		f.Fatalf("got\n  %s\nwant\n  %s", strings.ReplaceAll(got, "; ", "\n  "), strings.Join(want, "\n  "))
	}
	return f
}

// has wants the line among the last effects.
func (f *floor) has(want string) *floor {
	f.Helper()
	if !strings.Contains("; "+f.said()+"; ", "; "+want+"; ") {
		f.Fatalf("%q is not in\n  %s", want, strings.ReplaceAll(f.said(), "; ", "\n  "))
	}
	return f
}

// hasNot wants no effect that starts so.
func (f *floor) hasNot(start string) *floor {
	f.Helper()
	if strings.Contains("; "+f.said(), "; "+start) {
		f.Fatalf("%q is in\n  %s", start, strings.ReplaceAll(f.said(), "; ", "\n  "))
	}
	return f
}

// state wants an agent's state, with reason.
func (f *floor) state(agent, want string) *floor {
	f.Helper()
	a, ok := f.c.Agent(agent)
	got := strings.TrimSpace(a.State + " " + a.Reason)
	if !ok {
		got = "gone"
	}
	if a.Pending != "" {
		got += " then " + a.Pending
	}
	if got != want {
		f.Fatalf("%s is %q, want %q", agent, got, want)
	}
	return f
}

// place wants an item's place, with its agent.
func (f *floor) place(item, want string) *floor {
	f.Helper()
	it, ok := f.c.Item(item)
	got := strings.TrimSpace(it.Place + " " + it.Agent)
	if it.Ended {
		got += " ended"
	}
	if !ok {
		got = "gone"
	}
	if got != want {
		f.Fatalf("%s is %q, want %q", item, got, want)
	}
	return f
}

func (f *floor) signIn(agent string, skills ...any) *floor {
	f.Helper()
	return f.do(Input{Type: InSignedIn, Agent: agent, Team: "team", Skills: levels(skills...)})
}

// ready signs in and makes Ready.
func (f *floor) ready(agent string, skills ...any) *floor {
	f.Helper()
	return f.signIn(agent, skills...).choose(agent, Ready)
}

func (f *floor) choose(agent, state string) *floor {
	f.Helper()
	return f.do(Input{Type: InStateChosen, Agent: agent, State: state})
}

func (f *floor) submit(item, kind, service string) *floor {
	f.Helper()
	return f.do(Input{Type: InSubmitted, Item: item, Kind: kind, Service: service})
}

func (f *floor) act(verb, agent, item string) *floor {
	f.Helper()
	return f.do(Input{Type: verb, Agent: agent, Item: item})
}

func (f *floor) accept(agent, item string) *floor { f.Helper(); return f.act(InAccepted, agent, item) }
func (f *floor) reject(agent, item string) *floor { f.Helper(); return f.act(InRejected, agent, item) }
func (f *floor) end(agent, item string) *floor    { f.Helper(); return f.act(InEnded, agent, item) }
func (f *floor) finish(agent, item string) *floor { f.Helper(); return f.act(InFinished, agent, item) }
func (f *floor) cancel(item string) *floor        { f.Helper(); return f.act(InCancelled, "", item) }

// levels reads "sales", 50, "english", 20.
func levels(pairs ...any) []Skill {
	var out []Skill
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, Skill{ID: fmt.Sprint(pairs[i]), Level: pairs[i+1].(int)})
	}
	return out
}

// centre is a small tenant: a team with wrap-up of 30 s, a service for each kind that asks for its own skill.
func centre(change ...func(*Config)) Config {
	cfg := Config{
		Teams: []Team{{ID: "team", Wrapup: true, WrapupMs: 30 * second}},
		Services: []Service{
			{ID: "sales", Skills: levels("sales", 1)},
			{ID: "help", Skills: levels("help", 1)},
			{ID: "any"},
		},
	}
	for _, f := range change {
		f(&cfg)
	}
	return cfg
}
