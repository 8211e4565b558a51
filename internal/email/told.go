package email

import (
	"sync"
	"time"
)

// QueueSubject is where lossy notices go that a tenant's mail queues changed.
func QueueSubject(tenant string) string { return "parley.mail.queue." + tenant }

// notices are at most so frequent.
const noticePause = time.Second

// told spaces the notices of a tenant: one at once, the next after a pause, none
// is missed at the end of a burst.
type told struct {
	mu    sync.Mutex
	until map[string]time.Time // of the pause
	more  map[string]bool      // a notice waits for the end of the pause
}

// queueChanged tells desks that look at the queues that they changed.
func (s *Service) queueChanged(tenant string) {
	t := &s.told
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if left := t.until[tenant].Sub(now); left > 0 {
		if !t.more[tenant] {
			t.more[tenant] = true
			time.AfterFunc(left, func() {
				t.mu.Lock()
				delete(t.more, tenant)
				delete(t.until, tenant)
				t.mu.Unlock()
				s.queueChanged(tenant)
			})
		}
		return
	}
	if t.until == nil {
		t.until, t.more = map[string]time.Time{}, map[string]bool{}
	}
	t.until[tenant] = now.Add(noticePause)
	_ = s.publish(QueueSubject(tenant), []byte(tenant)) // lossy: the queue is read again anyway
}
