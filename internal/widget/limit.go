package widget

import (
	"time"

	"parley/internal/web"
)

// Limits are what one address and one visitor may do. An address may be a whole
// office, a visitor is one browser. Zero values mean the defaults.
type Limits struct {
	Requests web.Rate // by address; 50/s, 300 at once
	Visitors web.Rate // new ones, by address; one in 2 s, 30 at once
	Opens    web.Rate // conversations and offline forms, by visitor; one in 10 s, 5 at once
	Messages web.Rate // by visitor; 2/s, 20 at once
	Files    web.Rate // by visitor; one in 3 s, 10 at once
	Marks    web.Rate // read, page, by visitor; 5/s, 50 at once
	Streams  int      // open at a time by visitor; 6
}

func (l Limits) withDefaults() Limits {
	set := func(r *web.Rate, every time.Duration, burst int) {
		if r.Every == 0 {
			*r = web.Rate{Every: every, Burst: burst}
		}
	}
	set(&l.Requests, 20*time.Millisecond, 300)
	set(&l.Visitors, 2*time.Second, 30)
	set(&l.Opens, 10*time.Second, 5)
	set(&l.Messages, 500*time.Millisecond, 20)
	set(&l.Files, 3*time.Second, 10)
	set(&l.Marks, 200*time.Millisecond, 50)
	if l.Streams == 0 {
		l.Streams = 6
	}
	return l
}

type limiters struct {
	visitors                      *web.Rated // by address
	opens, messages, files, marks *web.Rated // by visitor
	streams                       int
}

func newLimiters(l Limits) limiters {
	return limiters{web.NewRatedByAddress(l.Visitors), web.NewRated(l.Opens), web.NewRated(l.Messages), web.NewRated(l.Files), web.NewRated(l.Marks), l.Streams}
}
