package widget

import (
	"encoding/json"
	"errors"
	"unicode/utf8"

	"parley/internal/chat"
)

// up is everything the customer's side may send on a socket.
type up struct {
	Type  string `json:"type"`
	Token string `json:"token"`
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
	On    bool   `json:"on"`
	Text  string `json:"text"`
}

// Types of up.
const (
	upHello  = "hello"
	upTyping = "typing"
	upPing   = "ping"
)

// maxPreview is how much of an unsent text is passed on, characters.
const maxPreview = 1000

// parseUp reads one frame. What is not one of ours is an error: the socket ends.
func parseUp(b []byte) (up, error) {
	var u up
	if err := json.Unmarshal(b, &u); err != nil {
		return u, err
	}
	switch u.Type {
	case upHello:
		if u.Seq < 0 || len(u.Epoch) > 100 || len(u.Token) > 100 {
			return u, errors.New("hello does not fit")
		}
	case upTyping:
		if utf8.RuneCountInString(u.Text) > maxPreview {
			u.Text = string([]rune(u.Text)[:maxPreview])
		}
	case upPing:
	default:
		return u, errors.New("unknown frame")
	}
	return u, nil
}

// frame is everything the customer's side gets. Lossy ones have no seq.
type frame struct {
	Epoch string          `json:"epoch,omitempty"`
	Seq   int64           `json:"seq,omitempty"`
	Prev  int64           `json:"prev,omitempty"`
	Type  string          `json:"type"`
	Data  json.RawMessage `json:"data,omitempty"`
}

// snapshot is the whole conversation as of one number.
type snapshot struct {
	Conversation *chat.CustomerView `json:"conversation"`
	Messages     []chat.Message     `json:"messages"`
}
