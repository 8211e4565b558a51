package virus

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

var checked = prometheus.NewCounterVec(prometheus.CounterOpts{
	Name: "parley_files_checked_total", Help: "Files given to the virus scanner, by result: clean, infected, away, too_large, failed.",
}, []string{"result"})

// Metrics registers the figures of this package.
func Metrics(r prometheus.Registerer) { r.MustRegister(checked) }

func count(name string, err error) {
	result := "clean"
	switch {
	case errors.Is(err, ErrTooLarge):
		result = "too_large"
	case IsAway(err):
		result = "away"
	case err != nil:
		result = "failed"
	case name != "":
		result = "infected"
	}
	checked.WithLabelValues(result).Inc()
}

// IsAway tells whether clamd could not be spoken with.
func IsAway(err error) bool {
	var away *Away
	return errors.As(err, &away)
}
