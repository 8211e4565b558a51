package mailbox

import "github.com/prometheus/client_golang/prometheus"

var (
	connections = prometheus.NewGauge(prometheus.GaugeOpts{Name: "parley_smtp_connections", Help: "SMTP connections that are open."})
	refused     = counters("parley_smtp_refused_total", "Connections, recipients and mails that were not taken, by reason.", "reason")
	taken       = counters("parley_mail_taken_total", "Mails taken in, by source.", "source")
	skipped     = prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_mail_skipped_total", Help: "Mails left on an IMAP server because they could not be taken."})
	sent        = counters("parley_mail_sent_total", "Mails given to relays, by outcome.", "outcome")
)

func counters(name, help, label string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
}

// Metrics registers the figures of this package.
func Metrics(r prometheus.Registerer) {
	r.MustRegister(connections, refused, taken, skipped, sent)
}
