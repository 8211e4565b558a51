package sip

import "github.com/prometheus/client_golang/prometheus"

var (
	requests  = counters("parley_sip_requests_total", "Requests from trunks by method.", "method")
	refused   = counters("parley_sip_refused_total", "Messages that were not served, by reason.", "reason")
	legsOpen  = prometheus.NewGauge(prometheus.GaugeOpts{Name: "parley_sip_legs", Help: "Legs of calls that are not over."})
	legsEnded = counters("parley_sip_legs_ended_total", "Legs that ended, by cause.", "cause")
	repeated  = prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_sip_answers_repeated_total", Help: "Answers sent again because no ACK had come."})
	trunkUp   = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "parley_sip_trunk_up", Help: "1 when the trunk answers OPTIONS."}, []string{"trunk"})
	trunkReg  = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "parley_sip_trunk_registered", Help: "1 when the trunk's registration stands."}, []string{"trunk"})
)

func counters(name, help, label string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
}

// Metrics registers the figures of this package.
func Metrics(r prometheus.Registerer) {
	r.MustRegister(requests, refused, legsOpen, legsEnded, repeated, trunkUp, trunkReg)
}

// methodLabel keeps the number of label values bounded: methods come from outside.
func methodLabel(m string) string {
	switch m {
	case "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "PRACK", "REGISTER", "REFER", "NOTIFY", "SUBSCRIBE", "MESSAGE", "PUBLISH":
		return m
	}
	return "other"
}
