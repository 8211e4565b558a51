package db

import "github.com/prometheus/client_golang/prometheus"

var (
	commits = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_db_writes_total", Help: "Write transactions by class and result.",
	}, []string{"class", "result"})
	queueWait = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "parley_db_write_wait_seconds", Help: "Time a write waited for its turn, by class.",
		Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9),
	}, []string{"class"})
	txSeconds = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "parley_db_transaction_seconds", Help: "Time from begin to commit (SQLite: of a group).",
		Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9),
	})
	groupSize = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "parley_db_group_members", Help: "SQLite: transactions that shared one commit.",
		Buckets: prometheus.ExponentialBuckets(1, 2, 7),
	})
	conflicts = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parley_db_conflicts_total", Help: "PostgreSQL: transactions run again after a conflict.",
	})
)

// Metrics registers the figures of this package.
func Metrics(r prometheus.Registerer) {
	r.MustRegister(commits, queueWait, txSeconds, groupSize, conflicts)
}
