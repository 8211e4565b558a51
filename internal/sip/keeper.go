package sip

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gosip "github.com/emiago/sipgo/sip"
)

// States of a trunk and of its registration.
const (
	TrunkUnknown = "unknown" // not asked yet
	TrunkUp      = "up"      // an address answers OPTIONS
	TrunkDown    = "down"

	Registered   = "registered"
	Registering  = "registering"
	RegisterLost = "failed" // refused or no answer; Detail says which
)

// TrunkStatus is how a trunk is, for the administrator.
type TrunkStatus struct {
	TrunkID, TenantID, Name string
	State                   string
	Detail                  string // the last answer, as "200 OK" or "no response"
	Since                   time.Time
	Registration            string // "" without one
	RegistrationDetail      string
	Calls                   int // legs open
}

// keeper looks after one trunk: asks its addresses whether they are there, and
// keeps its registration.
type keeper struct {
	srv    *Server
	trunk  Trunk
	cancel context.CancelFunc
	done   chan struct{}

	callID, tag string
	seq         uint32 // of the registration's requests, which one goroutine sends

	mu     sync.Mutex
	status TrunkStatus
	down   map[string]bool // by target
}

// keepTrunks starts keepers for new trunks and ends those of trunks that are gone.
func (s *Server) keepTrunks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining.Load() {
		return
	}
	there := map[string]bool{}
	for _, t := range s.dir.all() {
		there[t.ID] = true
		if k := s.keepers[t.ID]; k != nil {
			if reflect.DeepEqual(k.trunk, t) {
				continue
			}
			k.stop()
		}
		s.keepers[t.ID] = s.keep(t)
	}
	for id, k := range s.keepers {
		if !there[id] {
			k.stop()
			delete(s.keepers, id)
			trunkUp.DeleteLabelValues(id)
			trunkReg.DeleteLabelValues(id)
		}
	}
}

func (s *Server) keep(t Trunk) *keeper {
	ctx, cancel := context.WithCancel(s.group.Context())
	k := &keeper{
		srv: s, trunk: t, cancel: cancel, done: make(chan struct{}), callID: newCallID(), tag: newTag(), down: map[string]bool{},
		status: TrunkStatus{TrunkID: t.ID, TenantID: t.TenantID, Name: t.Name, State: TrunkUnknown, Since: time.Now()},
	}
	var both sync.WaitGroup
	both.Add(2)
	s.group.Go("sip ping", func(context.Context) error { defer both.Done(); return k.ping(ctx) })
	s.group.Go("sip registration", func(context.Context) error { defer both.Done(); return k.register(ctx) })
	s.group.Go("sip trunk", func(context.Context) error { both.Wait(); close(k.done); return nil })
	return k
}

func (k *keeper) stop() { k.cancel() }

// ping asks all addresses of the trunk at each interval.
func (k *keeper) ping(ctx context.Context) error {
	tick := time.NewTicker(k.srv.cfg.Timers.Ping)
	defer tick.Stop()
	for {
		k.look(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (k *keeper) look(ctx context.Context) {
	up, detail := false, "no address to call"
	down := map[string]bool{}
	for _, target := range k.trunk.targets() {
		res, err := k.srv.ask(ctx, k.trunk, target, nil)
		if ctx.Err() != nil {
			return
		}
		if ok, said := alive(res, err); ok {
			up, detail = true, said
		} else {
			down[target] = true
			if !up {
				detail = said
			}
		}
	}
	if len(k.trunk.targets()) == 0 {
		return // takes calls only: there is nobody to ask
	}
	state := map[bool]string{true: TrunkUp, false: TrunkDown}[up]
	trunkUp.WithLabelValues(k.trunk.ID).Set(map[bool]float64{true: 1}[up])
	k.mu.Lock()
	defer k.mu.Unlock()
	k.down = down
	if k.status.State != state {
		k.status.State, k.status.Since = state, time.Now()
	}
	k.status.Detail = detail
}

// alive says whether an answer shows that somebody is there who would take a
// call: anything but silence and 503, since many refuse OPTIONS itself.
func alive(res *gosip.Response, err error) (bool, string) {
	if err != nil {
		_, detail := unanswered(err)
		return false, detail
	}
	said := strconv.Itoa(res.StatusCode) + " " + res.Reason
	return res.StatusCode != gosip.StatusServiceUnavailable && res.StatusCode != gosip.StatusRequestTimeout, said
}

// inOrder gives the addresses of a trunk, those that answer first.
func (s *Server) inOrder(t Trunk) []string {
	targets := t.targets()
	s.mu.Lock()
	k := s.keepers[t.ID]
	s.mu.Unlock()
	if k == nil {
		return targets
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	slices.SortStableFunc(targets, func(a, b string) int {
		return cmp.Compare(map[bool]int{true: 1}[k.down[a]], map[bool]int{true: 1}[k.down[b]])
	})
	return targets
}

// Status tells how the trunks are, by name.
func (s *Server) Status() []TrunkStatus {
	s.mu.Lock()
	calls := map[string]int{}
	for _, l := range s.legs {
		calls[l.trunkID()]++
	}
	keepers := make([]*keeper, 0, len(s.keepers))
	for _, k := range s.keepers {
		keepers = append(keepers, k)
	}
	s.mu.Unlock()
	all := make([]TrunkStatus, 0, len(keepers))
	for _, k := range keepers {
		k.mu.Lock()
		st := k.status
		k.mu.Unlock()
		st.Calls = calls[st.TrunkID]
		all = append(all, st)
	}
	slices.SortFunc(all, func(a, b TrunkStatus) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.TrunkID, b.TrunkID))
	})
	return all
}

// register keeps the registration until the trunk goes, then takes it back.
func (k *keeper) register(ctx context.Context) error {
	r := k.trunk.Registration
	if r == nil || r.Registrar == "" {
		return nil
	}
	k.say(Registering, "")
	want, pause := k.srv.cfg.Timers.RegisterFor, k.srv.cfg.Timers.Retry
	for {
		granted, least, detail := k.ask(ctx, want)
		wait := pause
		switch {
		case granted > 0:
			k.say(Registered, detail)
			wait, pause = max(granted/2, granted-time.Minute), k.srv.cfg.Timers.Retry
		case least > want:
			want, wait = least, 0
		case ctx.Err() == nil:
			k.say(RegisterLost, detail)
			pause = min(2*pause, 5*time.Minute)
		}
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(k.srv.group.Context(), 3*time.Second)
			defer cancel()
			_, _, _ = k.ask(last, 0)
			return nil
		case <-time.After(wait):
		}
	}
}

func (k *keeper) say(state, detail string) {
	trunkReg.WithLabelValues(k.trunk.ID).Set(map[bool]float64{true: 1}[state == Registered])
	k.mu.Lock()
	defer k.mu.Unlock()
	k.status.Registration, k.status.RegistrationDetail = state, detail
}

// ask sends one REGISTER: granted is how long it holds, least what the registrar
// wants at least.
func (k *keeper) ask(ctx context.Context, want time.Duration) (granted, least time.Duration, detail string) {
	res, err := k.srv.do(ctx, func(auth gosip.Header) (*gosip.Request, error) { return k.request(want, auth) }, k.trunk.Registration, nil)
	if err != nil {
		_, detail = unanswered(err)
		return 0, 0, detail
	}
	detail = strconv.Itoa(res.StatusCode) + " " + res.Reason
	if res.StatusCode == 423 {
		least, _ = seconds(res, "Min-Expires")
		return 0, least, detail
	}
	if !res.IsSuccess() || want == 0 {
		return 0, 0, detail
	}
	granted = want
	if e, _ := seconds(res, "Expires"); e > 0 {
		granted = e
	}
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*gosip.ContactHeader)
		if !ok || c.Address.User != k.trunk.Registration.User {
			continue
		}
		if n, err := strconv.Atoi(c.Params.GetOr("expires", "")); err == nil && n > 0 {
			granted = time.Duration(n) * time.Second
		}
	}
	return granted, 0, detail
}

func (k *keeper) request(want time.Duration, auth gosip.Header) (*gosip.Request, error) {
	r := k.trunk.Registration
	host, port := splitTarget(r.Registrar)
	who := gosip.Uri{Scheme: "sip", User: r.User, Host: bracketed(host)}
	k.seq++
	d := dialog{
		CallID: k.callID, LocalTag: k.tag, LocalURI: who.String(), RemoteURI: who.String(), Transport: k.trunk.transport(),
		Target: (&gosip.Uri{Scheme: "sip", Host: bracketed(host), Port: port}).String(),
	}
	req, err := d.request(gosip.REGISTER, k.seq)
	if err != nil {
		return nil, fmt.Errorf("registrar %q: %w", r.Registrar, err)
	}
	c := k.srv.contact(d.Transport, hostPort(host, cmp.Or(port, 5060)))
	c.Address.User = r.User
	req.AppendHeader(c)
	req.AppendHeader(gosip.NewHeader("Expires", inSeconds(want)))
	if auth != nil {
		req.AppendHeader(auth)
	}
	return req, nil
}
