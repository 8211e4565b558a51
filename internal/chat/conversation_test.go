package chat

import "testing"

func TestTransitions(t *testing.T) {
	allowed := map[State]map[State]bool{
		StateWaiting:  {StateActive: true, StateUnserved: true, StateKept: true, StateEnded: true},
		StateActive:   {StateWaiting: true, StateEnded: true},
		StateUnserved: {StateKept: true, StateEnded: true},
		StateKept:     {StateWaiting: true, StateActive: true, StateEnded: true},
		StateEnded:    {},
	}
	for _, from := range States {
		for _, to := range States {
			if got, want := from.May(to), allowed[from][to]; got != want {
				t.Errorf("[C-14] %s → %s: got %v, want %v", from, to, got, want)
			}
		}
		if from.Open() == (from == StateEnded) {
			t.Errorf("[C-14] %s.Open() = %v", from, from.Open())
		}
	}
}
