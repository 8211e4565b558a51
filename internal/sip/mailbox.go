package sip

import (
	"context"
	"sync"
	"time"

	"parley/internal/run"
)

// most is how much of the outside's doing waits in one mailbox at once.
const most = 64

// mailbox runs functions one after the other, each time on a goroutine that
// lives while there is something to do. Nobody who posts ever waits.
type mailbox struct {
	g *run.Group

	mu    sync.Mutex
	queue []func()
	busy  bool
}

// post adds what must be done: commands, timers, ends.
func (m *mailbox) post(f func()) { m.add(f, false) }

// offer adds what the network asks for, and says false when too much of it
// waits already.
func (m *mailbox) offer(f func()) bool { return m.add(f, true) }

func (m *mailbox) add(f func(), limited bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if limited && len(m.queue) >= most {
		return false
	}
	m.queue = append(m.queue, f)
	if !m.busy {
		m.busy = true
		m.g.Go("sip leg", func(context.Context) error { m.drain(); return nil })
	}
	return true
}

func (m *mailbox) drain() {
	for {
		m.mu.Lock()
		if len(m.queue) == 0 {
			m.busy, m.queue = false, nil
			m.mu.Unlock()
			return
		}
		f := m.queue[0]
		m.queue = m.queue[1:]
		m.mu.Unlock()
		_ = run.Protect("sip leg", func() error { f(); return nil }) // one poisoned message is not the leg's end
	}
}

// after posts f in d, unless the timer was stopped before.
func (m *mailbox) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() { m.post(f) })
}
