// Package webhook tells other systems what happens. Publish, called in the
// transaction of the event, writes a delivery for each webhook that wants it and
// a job to send it, so nothing is told that did not happen, and nothing that
// happened is forgotten.
//
//	pending ──2xx──▶ delivered
//	   │  ▲
//	   │  └── replay (from delivered, failed, cancelled)
//	   ├── all tries used ──▶ failed
//	   └── webhook gone or switched off ──▶ cancelled
//
// A delivery is a POST of JSON with these headers:
//
//	Parley-Event: interaction.finished
//	Parley-Delivery: the delivery's id, the same in every try and replay
//	Parley-Timestamp: seconds since 1970 of this try
//	Parley-Signature: v1=hex(HMAC-SHA256(secret, timestamp + "." + body))
//
// Receivers compare the signature over the bytes as they came, refuse old
// timestamps, and pass over delivery ids they know. Deliveries have no order
// among each other.
package webhook
