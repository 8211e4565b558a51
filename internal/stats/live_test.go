package stats

import (
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func newLive() *Live {
	return &Live{day: NewDay(0, func(r string) bool { return r == "lunch" })}
}

func (l *Live) must(t testing.TB, typ string, fact any) {
	t.Helper()
	b, err := json.Marshal(fact)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Apply(typ, b); err != nil {
		t.Fatal(err)
	}
}

func everybody(string, string, string) bool { return true }

func TestDefinitions(t *testing.T) {
	t.Run("[R-5/sl] answered within T of all answered and abandoned after T", func(t *testing.T) {
		f := Figures{Answered: 8, AnsweredInSL: 6, Abandoned: 2, SLOf: 10, Short: 5}
		if got := f.ServiceLevel(); got != (Percent{600, true}) {
			t.Errorf("SL %v, want 60.0 %%: short ones are in no percentage", got)
		}
		if got := (Figures{Short: 3}).ServiceLevel(); got.OK {
			t.Errorf("SL of nothing is shown as nothing, got %v", got)
		}
	})
	t.Run("[R-5/short] abandoned within T is short, after it abandoned", func(t *testing.T) {
		for _, c := range []struct{ queue, ring, short, abandoned int64 }{{15_000, 5_000, 1, 0}, {15_000, 5_001, 0, 1}} {
			f := SegmentFact{Outcome: "abandoned", QueueMs: c.queue, RingMs: c.ring, SLMs: 20_000}.contribution()
			if f.Short != c.short || f.Abandoned != c.abandoned {
				t.Errorf("%+v gives short %d, abandoned %d", c, f.Short, f.Abandoned)
			}
		}
	})
	t.Run("[R-5/asa] queue and ringing of answered ones", func(t *testing.T) {
		if got := (Figures{WaitMs: 9_000, Answered: 3}).ASA(); got != 3_000 {
			t.Errorf("ASA %d", got)
		}
	})
	t.Run("[R-5/aht] talk, hold and wrap-up of handled ones", func(t *testing.T) {
		if got := (Figures{TalkMs: 60_000, HoldMs: 10_000, WrapupMs: 20_000, Handled: 3}).AHT(); got != 30_000 {
			t.Errorf("AHT %d", got)
		}
	})
	t.Run("[R-5/occupancy] busy of busy and ready, ringing in neither", func(t *testing.T) {
		l := newLive()
		for _, a := range []AgentFact{
			{UserID: "a", TeamID: "t", State: "ready", SinceAt: 0},
			{UserID: "a", TeamID: "t", State: "ringing", SinceAt: 1_000},
			{UserID: "a", TeamID: "t", State: "busy", SinceAt: 2_000},
			{UserID: "a", TeamID: "t", State: "wrapup", SinceAt: 4_000},
			{UserID: "a", TeamID: "t", State: "not_ready", ReasonID: "lunch", SinceAt: 5_000},
		} {
			l.must(t, TypeAgent, a)
		}
		rows := l.Agents(func(AgentFact) bool { return true }, 9_000)
		if got := rows[0].Occupancy; got != (Percent{750, true}) {
			t.Errorf("occupancy %v, want 3 s busy of 4 s", got)
		}
		if got := rows[0].Figures.BreakMs; got != 4_000 {
			t.Errorf("break %d ms, want the running one counted", got)
		}
	})
	t.Run("[M-14/break-budget] time Not ready is told by reason, what is over and what runs", func(t *testing.T) {
		l := newLive()
		for _, a := range []AgentFact{
			{UserID: "a", TeamID: "t", State: "not_ready", ReasonID: "lunch", SinceAt: 1_000},
			{UserID: "a", TeamID: "t", State: "not_ready", ReasonID: "away", SinceAt: 4_000},
			{UserID: "b", TeamID: "t", State: "not_ready", ReasonID: "lunch", SinceAt: 4_000},
			{UserID: "a", TeamID: "t", State: "ready", SinceAt: 9_000},
			{UserID: "a", TeamID: "t", State: "not_ready", ReasonID: "lunch", SinceAt: 10_000},
		} {
			l.must(t, TypeAgent, a)
		}
		if got := fmt.Sprint(l.NotReady("a", 12_000)); got != "map[away:5000 lunch:5000]" {
			t.Error(got)
		}
		if got := fmt.Sprint(l.NotReady("nobody", 12_000)); got != "map[]" {
			t.Error(got)
		}
	})
}

func TestServiceRow(t *testing.T) {
	l := newLive()
	seg := SegmentFact{ID: "1", Purpose: "queue", State: "waiting", ServiceID: "s", QueuedAt: 100, SLMs: 20_000}
	l.must(t, TypeSegment, seg)
	l.must(t, TypeAgent, AgentFact{UserID: "a", TeamID: "t", State: "ready", SinceAt: 50})
	t.Run("[R-4/waiting] a waiting contact is received, waiting and the oldest", func(t *testing.T) {
		r := l.Services([]string{"s"}, everybody, 0)[0]
		if r.Waiting != 1 || r.Figures.Received != 1 || r.OldestAt != 100 || r.Ready != 1 || r.SignedIn != 1 {
			t.Errorf("%+v", r)
		}
	})
	seg.State, seg.AgentID, seg.TeamID, seg.AcceptedAt, seg.QueueMs, seg.RingMs, seg.AnsweredInSL = "active", "a", "t", 5_100, 3_000, 2_000, true
	l.must(t, TypeSegment, seg)
	t.Run("[R-4/active] an accepted one moves, and is counted once", func(t *testing.T) {
		r := l.Services([]string{"s"}, everybody, 0)[0]
		if r.Waiting != 0 || r.Active != 1 || r.Figures.Received != 1 || r.Figures.Answered != 1 || r.SL != (Percent{1000, true}) || r.ASA != 5_000 {
			t.Errorf("%+v", r)
		}
	})
	seg.State, seg.EndedAt, seg.FinishedAt, seg.Outcome, seg.TalkMs, seg.WrapupMs = "finished", 65_100, 75_100, "handled", 60_000, 10_000
	l.must(t, TypeSegment, seg)
	t.Run("[R-4/handled] a finished one leaves the live columns and stays in the day's", func(t *testing.T) {
		r := l.Services([]string{"s"}, everybody, 0)[0]
		if r.Active != 0 || r.Figures.Handled != 1 || r.AHT != 70_000 || len(l.day.open) != 0 || r.SLLast != (Percent{1000, true}) {
			t.Errorf("%+v", r)
		}
	})
}

func TestEstimate(t *testing.T) {
	l := newLive()
	want := func(ms int64) {
		t.Helper()
		if r := l.Services([]string{"s"}, everybody, 0)[0]; r.EWTMs != ms {
			t.Errorf("estimated %d ms, want %d: %+v", r.EWTMs, ms, r)
		}
	}
	agent := func(id, state string) {
		l.must(t, TypeAgent, AgentFact{UserID: id, TeamID: "t", State: state, SinceAt: 50})
	}
	t.Run("[R-4/estimate] nobody who may take a contact: no estimate", func(t *testing.T) {
		want(-1)
		agent("a", "notready")
		want(-1)
	})
	t.Run("[R-4/estimate] somebody is ready and nobody waits: at once", func(t *testing.T) {
		agent("a", "ready")
		want(0)
	})
	t.Run("[R-4/estimate] before anything was handled each one before counts a minute", func(t *testing.T) {
		l.must(t, TypeSegment, waits("1", "s", 100))
		want(120_000)
		agent("a", "busy")
		agent("b", "wrapup")
		want(60_000)
	})
	t.Run("[R-4/estimate] later the mean handling of the day, by all who are at work", func(t *testing.T) {
		l.must(t, TypeSegment, SegmentFact{ID: "h", Purpose: "queue", State: "finished", ServiceID: "s", AgentID: "a", TeamID: "t", QueuedAt: 50, AcceptedAt: 100, EndedAt: 30_100,
			FinishedAt: 40_100, TalkMs: 25_000, HoldMs: 5_000, WrapupMs: 10_000, Outcome: "handled"})
		want(40_000) // two in a row, 40 s each, by two
		l.must(t, TypeSegment, waits("2", "s", 200))
		want(60_000)
	})
	t.Run("[R-4/estimate] one without anybody waiting still waits for who is busy", func(t *testing.T) {
		for _, id := range []string{"1", "2"} {
			f := waits(id, "s", 100)
			f.State, f.AgentID, f.TeamID, f.AcceptedAt = "active", "a", "t", 300
			l.must(t, TypeSegment, f)
		}
		want(20_000)
	})
}

func TestVoiceColumns(t *testing.T) {
	l := newLive()
	call := func(id, outcome string, f SegmentFact) {
		f.ID, f.Kind, f.Direction, f.Purpose, f.ServiceID, f.SLMs, f.QueuedAt = id, "voice", "in", "queue", "s", 20_000, 100
		f.State, f.Outcome, f.EndedAt, f.FinishedAt = "finished", outcome, 90_000, 95_000
		l.must(t, TypeSegment, f)
	}
	call("1", "handled", SegmentFact{AgentID: "a", TeamID: "t", AcceptedAt: 5_100, QueueMs: 3_000, RingMs: 2_000, TalkMs: 60_000, HoldMs: 15_000, WrapupMs: 5_000, AnsweredInSL: true})
	call("2", "handled", SegmentFact{AgentID: "a", TeamID: "t", AcceptedAt: 25_100, QueueMs: 24_000, RingMs: 1_000, TalkMs: 20_000})
	call("3", "abandoned", SegmentFact{QueueMs: 30_000})
	call("4", "abandoned", SegmentFact{AgentID: "a", TeamID: "t", QueueMs: 20_000, RingMs: 4_000})
	call("5", "abandoned", SegmentFact{QueueMs: 4_000})
	call("6", "refused", SegmentFact{QueueMs: 60_000})
	t.Run("[R-4/voice] calls: hold, abandoned and abandoned while it rang, short, sent away, and the means of wait and handling", func(t *testing.T) {
		r := l.Services([]string{"s"}, everybody, 0)[0]
		f := r.Figures
		if f.Received != 6 || f.Answered != 2 || f.Handled != 2 || f.TalkMs != 80_000 || f.HoldMs != 15_000 || f.WrapupMs != 5_000 {
			t.Errorf("handled: %+v", f)
		}
		if f.Abandoned != 2 || f.AbandonedRinging != 1 || f.Short != 1 || f.Refused != 1 {
			t.Errorf("not handled: %+v", f)
		}
		if r.ASA != 15_000 || r.AHT != 50_000 || r.SL != (Percent{250, true}) || r.Waiting != 0 || r.Active != 0 {
			t.Errorf("%+v", r)
		}
	})
}

func TestUnopenedMails(t *testing.T) {
	l := newLive()
	for id, outcome := range map[string]string{"1": "deleted", "2": "moved", "3": "handled"} {
		f := SegmentFact{ID: id, Kind: "email", Direction: "in", Purpose: "queue", ServiceID: "s", AgentID: "a", TeamID: "t", SLMs: 1_000,
			QueuedAt: 100, QueueMs: 90_000, EndedAt: 90_100, FinishedAt: 90_100, State: "finished", Outcome: outcome}
		if outcome == "handled" {
			f.AnsweredAt, f.AnsweredInSL = 90_000, true
		}
		l.must(t, TypeSegment, f)
	}
	t.Run("[R-5] mails deleted or moved unopened have columns of their own and are in no percentage", func(t *testing.T) {
		r := l.Services([]string{"s"}, everybody, 0)[0]
		f := r.Figures
		if f.Deleted != 1 || f.Moved != 1 || f.Received != 3 || f.Abandoned+f.Short+f.Refused+f.Closed != 0 || f.Replied != 1 {
			t.Errorf("%+v", f)
		}
		if f.SLOf != 1 || r.SL != (Percent{1000, true}) {
			t.Errorf("the service level counts them: %+v", r)
		}
	})
}

func TestMailColumns(t *testing.T) {
	l := newLive()
	read := func() ServiceRow { return l.Services([]string{"s"}, everybody, 5_000)[0] }
	mail := SegmentFact{ID: "1", Kind: "email", Direction: "in", Purpose: "queue", State: "parked", ServiceID: "s", QueuedAt: 100, DueAt: 4_000}
	l.must(t, TypeSegment, mail)
	t.Run("[R-4/email] nobody's mail waits, also where agents take mails by hand; late is late", func(t *testing.T) {
		if r := read(); r.Waiting != 1 || r.OldestAt != 100 || r.Personal != 0 || r.Overdue != 1 {
			t.Errorf("%+v", r)
		}
	})
	mail.AgentID, mail.TeamID, mail.DueAt = "a", "t", 5_001
	l.must(t, TypeSegment, mail)
	t.Run("[R-4/email] an agent's mail lies in a personal queue", func(t *testing.T) {
		if r := read(); r.Waiting != 0 || r.Personal != 1 || r.Overdue != 0 {
			t.Errorf("%+v", r)
		}
	})
	mail.State, mail.AcceptedAt = "active", 1_000
	l.must(t, TypeSegment, mail)
	t.Run("[R-5/email-sl] taking a mail up is no answer", func(t *testing.T) {
		if r := read(); r.Figures.Answered != 1 || r.Figures.Replied != 0 || r.SL.OK || r.SLLast.OK {
			t.Errorf("%+v", r)
		}
	})
	late := mail
	mail.AnsweredAt, mail.AnsweredInSL, mail.DueAt = 2_000, true, 0
	l.must(t, TypeSegment, mail)
	late.ID, late.AnsweredAt = "2", 9_000
	l.must(t, TypeSegment, late)
	closed := SegmentFact{ID: "3", Kind: "email", Direction: "in", Purpose: "queue", State: "finished", ServiceID: "s", QueuedAt: 100, EndedAt: 200, FinishedAt: 200, Outcome: "handled"}
	l.must(t, TypeSegment, closed)
	written := SegmentFact{ID: "4", Kind: "email", Direction: "out", Purpose: "personal", State: "finished", ServiceID: "s", AgentID: "a", QueuedAt: 100, AcceptedAt: 100, EndedAt: 200, FinishedAt: 200, Outcome: "handled"}
	l.must(t, TypeSegment, written)
	t.Run("[R-5/email-sl] [R-4/email] answered in time of all answered; closed without an answer stands apart, what an agent began in neither", func(t *testing.T) {
		r := read()
		if r.Figures.Replied != 2 || r.Figures.Closed != 1 || r.SL != (Percent{500, true}) || r.SLLast != (Percent{500, true}) {
			t.Errorf("%+v", r)
		}
	})
}

// The sums are the same whether the facts came one by one or only the last state of each segment did.
func TestIncrementalEqualsFinal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		step, final := newLive(), newLive()
		n := rapid.IntRange(1, 20).Draw(rt, "segments")
		last := make([]SegmentFact, n)
		for i := range rapid.IntRange(1, 120).Draw(rt, "facts") {
			k := rapid.IntRange(0, n-1).Draw(rt, "which")
			s := last[k]
			if s.FinishedAt > 0 {
				continue
			}
			s.ID, s.ServiceID, s.QueuedAt, s.SLMs = string(rune('a'+k)), rapid.SampledFrom([]string{"s", "z"}).Draw(rt, "service"), 1, 10
			s.Purpose = rapid.SampledFrom([]string{"queue", "transfer", "invite"}).Draw(rt, "purpose")
			s.Kind = rapid.SampledFrom([]string{"chat", "email"}).Draw(rt, "kind")
			s.State = rapid.SampledFrom([]string{"waiting", "offered", "active", "ended", "finished"}).Draw(rt, "state")
			s.QueueMs, s.RingMs, s.TalkMs = int64(i), int64(i/2), int64(i*3)
			if s.State == "active" || s.State == "ended" {
				s.AcceptedAt, s.AgentID, s.TeamID = int64(i+1), "ann", "team"
			}
			if s.State == "finished" {
				s.EndedAt, s.FinishedAt = int64(i+2), int64(i+3)
				s.Outcome = rapid.SampledFrom([]string{"handled", "abandoned", "refused", "transferred"}).Draw(rt, "outcome")
			}
			last[k] = s
			step.must(t, TypeSegment, s)
		}
		for _, s := range last {
			if s.ID != "" {
				final.must(t, TypeSegment, s)
			}
		}
		a, b := step.Services([]string{"s", "z"}, everybody, 0), final.Services([]string{"s", "z"}, everybody, 0)
		for i := range a {
			a[i].SLLast, b[i].SLLast = Percent{}, Percent{} // depends on the order of decisions
			if a[i] != b[i] {
				rt.Fatalf("step by step %+v\nat once %+v", a[i], b[i])
			}
		}
	})
}

func BenchmarkApply(b *testing.B) {
	l := newLive()
	raw, _ := json.Marshal(SegmentFact{ID: "1", ServiceID: "s", Purpose: "queue", State: "active", AgentID: "a", AcceptedAt: 1, QueuedAt: 1})
	for b.Loop() {
		if err := l.Apply(TypeSegment, raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkViews1000Agents(b *testing.B) {
	l := newLive()
	ids := make([]string, 50)
	for i := range ids {
		ids[i] = "s" + string(rune('A'+i))
	}
	for i := range 1000 {
		id := string(rune('a' + i))
		l.day.Agent(AgentFact{UserID: id, TeamID: "t", State: "busy", SinceAt: 1})
		l.day.Segment(SegmentFact{ID: id, ServiceID: ids[i%50], AgentID: id, TeamID: "t", State: "active", AcceptedAt: 1, QueuedAt: 1})
	}
	b.ResetTimer()
	for b.Loop() {
		l.Agents(func(AgentFact) bool { return true }, 5_000)
		l.Services(ids, everybody, 0)
	}
}
