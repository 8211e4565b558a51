package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"github.com/uptrace/bun"
)

// The states of a delivery.
const (
	Pending   = "pending"
	Delivered = "delivered"
	Failed    = "failed"
	Cancelled = "cancelled"
)

// pauses are the times between the tries: the first try is at once, the last
// about a day and a half later.
var pauses = []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 15 * time.Hour}

// Tries is how often a delivery is tried.
var Tries = len(pauses) + 1

// kept is how long deliveries can be seen and replayed.
const kept = 30 * 24 * time.Hour

// Delivery is one event for one webhook.
type Delivery struct {
	ID         string          `json:"id"`
	WebhookID  string          `json:"webhookId"`
	Event      string          `json:"event"`
	Payload    json.RawMessage `json:"payload"`
	CreatedAt  int64           `json:"createdAt"`
	State      string          `json:"state" enum:"pending,delivered,failed,cancelled"`
	Attempts   int             `json:"attempts"`
	NextAt     int64           `json:"nextAt" doc:"Of the next try, 0 when there is none"`
	LastAt     int64           `json:"lastAt"`
	LastMs     int64           `json:"lastMs" doc:"How long the last try took"`
	LastStatus int             `json:"lastStatus" doc:"HTTP status of the last try; 0: no answer"`
	LastError  string          `json:"lastError"`
	Abilities  []string        `json:"abilities"`
}

// Message is the body of a delivery.
type Message struct {
	ID    string          `json:"id"`
	Event string          `json:"event"`
	At    int64           `json:"at" doc:"When it happened"`
	Data  json.RawMessage `json:"data"`
}

type deliveryRow struct {
	bun.BaseModel `bun:"table:webhook_deliveries,alias:d"`

	TenantID   string `bun:"tenant_id,pk"`
	ID         string `bun:"id,pk"`
	WebhookID  string `bun:"webhook_id"`
	Event      string `bun:"event"`
	Payload    string `bun:"payload"`
	CreatedAt  int64  `bun:"created_at"`
	State      string `bun:"state"`
	Attempts   int    `bun:"attempts"`
	Round      int    `bun:"round"`
	NextAt     int64  `bun:"next_at"`
	LastAt     int64  `bun:"last_at"`
	LastMs     int64  `bun:"last_ms"`
	LastStatus int    `bun:"last_status"`
	LastError  string `bun:"last_error"`
}

func (r deliveryRow) delivery() Delivery {
	d := Delivery{ID: r.ID, WebhookID: r.WebhookID, Event: r.Event, Payload: json.RawMessage(r.Payload), CreatedAt: r.CreatedAt,
		State: r.State, Attempts: r.Attempts, NextAt: r.NextAt, LastAt: r.LastAt, LastMs: r.LastMs, LastStatus: r.LastStatus,
		LastError: r.LastError, Abilities: []string{}}
	if r.State != Pending {
		d.Abilities = append(d.Abilities, "replay")
	}
	return d
}

// Sign makes the value of Parley-Signature.
func Sign(secret []byte, timestamp int64, body []byte) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(strconv.FormatInt(timestamp, 10) + "."))
	h.Write(body)
	return "v1=" + hex.EncodeToString(h.Sum(nil))
}
