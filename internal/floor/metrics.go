package floor

import "github.com/prometheus/client_golang/prometheus"

var (
	inputs = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parley_floor_inputs_total", Help: "Inputs that were decided and committed.",
	})
	batchSize = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "parley_floor_batch_inputs", Help: "Inputs that shared one transaction.",
		Buckets: prometheus.ExponentialBuckets(1, 2, 10),
	})
	rebuilds = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parley_floor_rebuilds_total", Help: "Floors built again from their rows.",
	})
	quarantined = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parley_floor_quarantined_total", Help: "Inputs put aside because the floor failed on them twice.",
	})
	drift = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_floor_drift_total", Help: "Contacts that floor and records disagreed about, by what was done.",
	}, []string{"done"})
)

// Metrics registers the figures of this package.
func Metrics(r prometheus.Registerer) {
	r.MustRegister(inputs, batchSize, rebuilds, quarantined, drift)
}
