package core

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// load drives a floor as a busy day does: every turn a new contact joins the waiting ones, and an agent in
// contact ends it, finishes the row, is offered the next and accepts. The number waiting stays the same.
type load struct {
	apply    func(Input) []Effect
	now      int64
	contacts int
	inHand   []pair // who has what, in a ring
	next     int
	items    []string
	services []string
	spans    []time.Duration // of single inputs, when asked for
	timed    bool
	inputs   int
}

type pair struct{ agent, item string }

func (l *load) do(in Input) []Effect {
	in.At = l.now
	l.inputs++
	if !l.timed {
		return l.apply(in)
	}
	from := time.Now()
	out := l.apply(in)
	l.spans = append(l.spans, time.Since(from))
	return out
}

// turn is four or five inputs.
func (l *load) turn() {
	l.now += 2
	l.contacts++
	item := l.items[l.contacts%len(l.items)]
	l.do(Input{Type: InSubmitted, Item: item, Kind: Voice, Service: l.services[l.contacts%len(l.services)], Priority: 1 + l.contacts%3})
	p := &l.inHand[l.next]
	l.next = (l.next + 1) % len(l.inHand)
	l.do(Input{Type: InEnded, Agent: p.agent, Item: p.item})
	for _, e := range l.do(Input{Type: InFinished, Agent: p.agent, Item: p.item}) {
		if e.Type == OutOffered {
			p.item = e.Item
			l.do(Input{Type: InAccepted, Agent: p.agent, Item: p.item})
			return
		}
	}
}

// crowd builds the floor: agents with three of twenty skills each, all of them in a contact, and so many waiting.
func crowd(b *testing.B, agents, waiting int) *load {
	const services = 20
	cfg := Config{Teams: []Team{{ID: "team", Wrapup: true, WrapupMs: 60 * second}}}
	l := &load{now: 1_000_000}
	for i := range services {
		id := fmt.Sprintf("service-%02d", i)
		l.services = append(l.services, id)
		cfg.Services = append(cfg.Services, Service{ID: id, Skills: levels(id, 10), Steps: []Step{{AfterMs: 10 * second, LowerLevel: 5}}})
	}
	c := New()
	l.apply = c.Apply
	l.do(Input{Type: InConfigure, Config: &cfg})
	for i := range agents + waiting + 20_000 {
		l.items = append(l.items, fmt.Sprintf("0190a8f0-0000-7000-8000-%012d", i))
	}
	for i := range agents {
		id := fmt.Sprintf("0190a8f0-1111-7000-8000-%012d", i)
		in := Input{Type: InSignedIn, Agent: id, Team: "team"}
		for j := range 3 {
			in.Skills = append(in.Skills, Skill{l.services[(i+j*7)%services], 10 + (i*31+j*17)%90})
		}
		l.do(in)
		l.do(Input{Type: InStateChosen, Agent: id, State: Ready})
		l.contacts++
		item := l.items[l.contacts%len(l.items)]
		out := l.do(Input{Type: InSubmitted, Item: item, Kind: Voice, Service: l.services[i%services]})
		if len(out) < 2 || out[1].Type != OutOffered {
			b.Fatalf("not offered: %+v", out)
		}
		l.do(Input{Type: InAccepted, Agent: out[1].Agent, Item: item})
		l.inHand = append(l.inHand, pair{out[1].Agent, item})
	}
	for range waiting {
		l.now++
		l.contacts++
		l.do(Input{Type: InSubmitted, Item: l.items[l.contacts%len(l.items)], Kind: Voice, Service: l.services[l.contacts%services], Priority: 1 + l.contacts%3})
	}
	return l
}

func BenchmarkCore(b *testing.B) {
	for _, size := range []struct{ agents, waiting int }{{500, 1_000}, {5_000, 10_000}} {
		name := fmt.Sprintf("agents=%d/waiting=%d", size.agents, size.waiting)
		b.Run(name, func(b *testing.B) {
			l := crowd(b, size.agents, size.waiting)
			l.inputs = 0
			b.ReportAllocs()
			b.ResetTimer()
			for l.inputs < b.N {
				l.turn()
			}
			b.StopTimer()
			b.ReportMetric(float64(l.inputs)/b.Elapsed().Seconds(), "inputs/s")
			l.timed, l.spans = true, make([]time.Duration, 0, 400_000)
			for len(l.spans) < 300_000 {
				l.turn()
			}
			slices.Sort(l.spans)
			b.ReportMetric(float64(l.spans[len(l.spans)*99/100].Nanoseconds()), "p99-ns")
			b.ReportMetric(float64(l.spans[len(l.spans)-1].Nanoseconds()), "max-ns")
		})
		b.Run(name+"/no-op", func(b *testing.B) {
			l := crowd(b, size.agents, size.waiting)
			answer := make([]Effect, 1)
			l.apply = func(in Input) []Effect {
				answer[0] = Effect{Type: OutOffered, At: in.At, Item: in.Item}
				return answer
			}
			l.inputs = 0
			b.ReportAllocs()
			b.ResetTimer()
			for l.inputs < b.N {
				l.turn()
			}
			b.ReportMetric(float64(l.inputs)/b.Elapsed().Seconds(), "inputs/s")
		})
	}
}
