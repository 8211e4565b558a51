package stats

import (
	"cmp"
	"slices"
	"sync"
)

// placesFor is how long a numbering of the queues is good for, ms: however many ask, the queues are numbered once in
// that time, and not at all while nothing changes.
const placesFor = 2_000

// places is the last numbering of a tenant's queues.
type places struct {
	mu      sync.Mutex
	made    bool
	at      int64 // unix ms
	version int64
	of      map[string]int // interaction → place
}

// waitingOne is what a place depends on.
type waitingOne struct {
	interaction, service, segment string
	queuedAt                      int64
}

// Place is where an interaction stands among those that wait for its service, from 1 and by time of arrival; those
// being offered still stand there. 0: it does not wait. now is server time, unix ms. It is asked for by everybody who
// waits, so it never holds up who feeds the figures longer than copying the queue takes.
func (l *Live) Place(interactionID string, now int64) int {
	p := &l.places
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.made || now-p.at >= placesFor || now < p.at {
		p.at, p.made = now, true
		if v := l.Version(); p.of == nil || v != p.version {
			p.version, p.of = v, number(l.queues())
		}
	}
	return p.of[interactionID]
}

func (l *Live) queues() []waitingOne {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var out []waitingOne
	for _, s := range l.day.open {
		if (s.State == "waiting" || s.State == "offered") && !s.beside() {
			out = append(out, waitingOne{s.InteractionID, s.ServiceID, s.ID, s.QueuedAt})
		}
	}
	return out
}

func number(all []waitingOne) map[string]int {
	slices.SortFunc(all, func(a, b waitingOne) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.queuedAt, b.queuedAt), cmp.Compare(a.segment, b.segment))
	})
	of, n := make(map[string]int, len(all)), 0
	for i, w := range all {
		n++
		if i == 0 || all[i-1].service != w.service {
			n = 1
		}
		of[w.interaction] = n
	}
	return of
}
