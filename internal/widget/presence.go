package widget

import (
	"sync"
	"time"

	"parley/internal/chat"
)

// presence counts the connections of each visitor on this node and tells when
// the first comes and, some time later, when none is left.
type presence struct {
	gone   time.Duration
	report func(v chat.Visitor, on bool)

	mu   sync.Mutex
	open map[string]*present // by visitor id
}

type present struct {
	streams int
	leaving *time.Timer // set while streams is 0
}

func newPresence(gone time.Duration, report func(chat.Visitor, bool)) *presence {
	return &presence{gone: gone, report: report, open: map[string]*present{}}
}

// enter counts a connection, unless the visitor has limit of them already.
func (p *presence) enter(v chat.Visitor, limit int) bool {
	p.mu.Lock()
	at := p.open[v.ID]
	if at == nil {
		at = &present{}
		p.open[v.ID] = at
	}
	if at.streams >= limit {
		p.mu.Unlock()
		return false
	}
	at.streams++
	first := at.streams == 1 && at.leaving == nil
	if at.leaving != nil {
		at.leaving.Stop()
		at.leaving = nil
	}
	p.mu.Unlock()
	if first {
		p.report(v, true)
	}
	return true
}

func (p *presence) leave(v chat.Visitor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.open[v.ID]
	if at.streams--; at.streams > 0 {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(p.gone, func() {
		p.mu.Lock()
		still := at.leaving == timer && at.streams == 0
		if still {
			delete(p.open, v.ID)
		}
		p.mu.Unlock()
		if still {
			p.report(v, false)
		}
	})
	at.leaving = timer
}

// present tells whether a visitor is connected here, or was a moment ago.
func (p *presence) present(visitorID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.open[visitorID]
	return ok
}
