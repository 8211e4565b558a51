package run

import "github.com/prometheus/client_golang/prometheus"

// Names are constants of the code, so their number is bounded.
var (
	goroutines = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "parley_goroutines", Help: "Running goroutines by name.",
	}, []string{"name"})
	panics = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_panics_total", Help: "Recovered panics by goroutine.",
	}, []string{"name"})
)

// Metrics registers the figures of this package.
func Metrics(r prometheus.Registerer) { r.MustRegister(goroutines, panics) }
