package sip

import (
	"strconv"
	"strings"
	"time"

	gosip "github.com/emiago/sipgo/sip"
)

const intervalTooSmall = 422 // sipgo has no name for it

// session is the timer of RFC 4028: both ends agree for how long the session
// stands without a refresh and who sends it, so that a dead peer is noticed
// while nothing is heard, as on hold.
type session struct {
	interval time.Duration // 0: none
	mine     bool          // we refresh
	until    time.Time
	timer    *time.Timer
	round    int // what an old timer posted late does not count
}

func (s *session) stop() {
	s.round++
	if s.timer != nil {
		s.timer.Stop()
	}
}

// seconds reads a header that begins with a number of seconds; 0 when there is none.
func seconds(m gosip.Message, names ...string) (time.Duration, map[string]string) {
	for _, name := range names {
		h := header(m, name)
		if h == nil {
			continue
		}
		fields := strings.Split(h.Value(), ";")
		n, err := strconv.ParseUint(strings.TrimSpace(fields[0]), 10, 31)
		if err != nil {
			return 0, nil
		}
		params := map[string]string{}
		for _, f := range fields[1:] {
			k, v, _ := strings.Cut(f, "=")
			params[strings.ToLower(strings.TrimSpace(k))] = strings.ToLower(strings.TrimSpace(v))
		}
		return time.Duration(n) * time.Second, params
	}
	return 0, nil
}

func inSeconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

// checkSession refuses an interval that is too short, if the other end knows
// what to do then.
func (l *leg) checkSession(req *gosip.Request) (code int, headers []gosip.Header) {
	want, _ := seconds(req, "Session-Expires", "x")
	if least := l.srv.cfg.Timers.MinSession; want > 0 && want < least && supports(req, "timer") {
		return intervalTooSmall, []gosip.Header{gosip.NewHeader("Min-SE", inSeconds(least))}
	}
	return 0, nil
}

// acceptSession settles the timer with the request it is asked for in, and says
// so in the 2xx.
func (l *leg) acceptSession(req *gosip.Request, res *gosip.Response) {
	want, params := seconds(req, "Session-Expires", "x")
	least, _ := seconds(req, "Min-SE")
	knows := supports(req, "timer")
	s := &l.session
	switch {
	case want == 0:
		s.interval, s.mine = max(l.srv.cfg.Timers.Session, least), true
	default:
		s.interval = max(want, l.srv.cfg.Timers.MinSession)
		s.mine = !knows || params["refresher"] == "uas"
	}
	by := "uac"
	if s.mine {
		by = "uas"
	}
	res.AppendHeader(gosip.NewHeader("Session-Expires", inSeconds(s.interval)+";refresher="+by))
	if knows && !s.mine {
		res.AppendHeader(gosip.NewHeader("Require", "timer"))
	}
}

// takeSession settles the timer with the 2xx to a request of ours.
func (l *leg) takeSession(res *gosip.Response) {
	interval, params := seconds(res, "Session-Expires", "x")
	l.session.interval, l.session.mine = interval, params["refresher"] != "uas"
}

// askSession asks for a timer in a request of ours.
func (l *leg) askSession(req *gosip.Request) {
	interval := l.session.interval
	refresh := interval > 0
	if !refresh {
		interval = l.srv.cfg.Timers.Session
	}
	value := inSeconds(interval)
	if refresh {
		value += ";refresher=" + map[bool]string{true: "uac", false: "uas"}[l.session.mine]
	}
	req.AppendHeader(gosip.NewHeader("Session-Expires", value))
	req.AppendHeader(gosip.NewHeader("Min-SE", inSeconds(min(interval, l.srv.cfg.Timers.MinSession))))
}

// startSession sets the clock: half the interval until our refresh, or until a
// little before the end when the other side's is missing.
func (l *leg) startSession() {
	s := &l.session
	s.stop()
	if s.interval <= 0 || l.over {
		return
	}
	s.until = time.Now().Add(s.interval)
	round := s.round
	if s.mine {
		s.timer = l.box.after(s.interval/2, func() { l.refreshSession(round) })
		return
	}
	s.timer = l.box.after(s.interval-min(32*time.Second, s.interval/3), func() {
		if s.round == round {
			l.fail()
		}
	})
}

func (l *leg) refreshSession(round int) {
	switch {
	case l.session.round != round || l.over:
	case l.unacked != nil || l.asking:
		l.again(round, l.glare())
	default:
		l.refresh(round)
	}
}

// again tries a refresh once more in a while, unless the session is over by then.
func (l *leg) again(round int, in time.Duration) {
	if time.Now().Add(in).After(l.session.until) {
		l.fail()
		return
	}
	l.session.timer = l.box.after(in, func() { l.refreshSession(round) })
}
