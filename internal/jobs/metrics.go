package jobs

import "github.com/prometheus/client_golang/prometheus"

// Kinds are constants of the code, so their number is bounded.
var (
	added = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_jobs_added_total", Help: "Jobs added, by kind (also those rolled back).",
	}, []string{"kind"})
	tries = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "parley_job_seconds", Help: "Time of one try of a job, by kind and result.",
		Buckets: prometheus.ExponentialBuckets(0.001, 4, 9),
	}, []string{"kind", "result"})
)

// Metrics registers the figures of this package.
func Metrics(r prometheus.Registerer) { r.MustRegister(added, tries) }
