package bus

import "github.com/prometheus/client_golang/prometheus"

var (
	subscriptions = gauge("parley_feed_subscriptions", "Open subscriptions to the change feed.")
	feedLag       = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "parley_feed_lag_seconds", Help: "Time from a change's number to its delivery on this node.",
		Buckets: prometheus.ExponentialBuckets(0.001, 4, 8),
	})
	slowCuts     = counter("parley_feed_slow_total", "Subscriptions ended because the subscriber was too slow.")
	gapReads     = counter("parley_feed_gap_reads_total", "Reads of the table to fill a gap in the feed.")
	lostLooks    = counter("parley_feed_lost_looks_total", "Changes found by the periodic check alone.")
	trimmed      = counter("parley_feed_trimmed_total", "Old changes removed.")
	lossyDropped = counter("parley_bus_dropped_total", "Times a lossy subscriber fell behind and messages were dropped.")
	leasesLost   = counter("parley_leases_lost_total", "Leases this node lost.")
)

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

// Metrics registers the figures of this package.
func Metrics(r prometheus.Registerer) {
	r.MustRegister(subscriptions, feedLag, slowCuts, gapReads, lostLooks, trimmed, lossyDropped, leasesLost)
}
