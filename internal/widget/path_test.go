package widget_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"parley/internal/chat"
)

// TestPath is the way of a chat through all real parts.
func TestPath(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		anna := c.desk("anna")
		c.ready("anna")
		v := c.visitor()
		o := v.open("hello")
		if o.Conversation.State != chat.StateWaiting || o.Message.N != 1 {
			t.Fatalf("[C-1] opened: %+v", o)
		}
		s := v.stream()
		segment := anna.accept()
		s.until("conversation.changed", func(data []byte) bool {
			var v chat.CustomerView
			c.must(json.Unmarshal(data, &v))
			return v.State == chat.StateActive && len(v.Agents) == 1 && v.Agents[0].Name == "Anna"
		})
		id := o.Conversation.ID

		r := c.agent("anna", "POST", "/api/conversations/"+id+"/messages", map[string]string{"clientId": "a1", "text": "Good day"})
		if r.status != 200 {
			t.Fatalf("[C-4] the agent writes: %d %s", r.status, r.body)
		}
		if m := s.message("Good day"); m.Author.Kind != chat.FromAgent || m.Author.Name != "Anna" || m.Author.ID != "" {
			t.Errorf("[C-4] the customer sees %+v", m)
		}
		m := v.say("I need help")
		anna.until("message.added", func(data []byte) bool {
			var got chat.Message
			c.must(json.Unmarshal(data, &got))
			return got.Text == "I need help" && got.N == m.N && got.Author.Kind == chat.FromCustomer
		})
		s.message("I need help")

		v.ok(v.post("end", nil), nil)
		s.until("conversation.changed", func(data []byte) bool {
			var v chat.CustomerView
			c.must(json.Unmarshal(data, &v))
			return v.State == chat.StateEnded
		})
		anna.until("segment.changed", func(data []byte) bool {
			var seg struct{ ID, State, EndedBy string }
			c.must(json.Unmarshal(data, &seg))
			if seg.ID != segment || seg.State != "ended" {
				return false
			}
			if seg.EndedBy != "customer" {
				t.Errorf("[C-14] ended by %q", seg.EndedBy)
			}
			return true
		})

		var page chat.MessagePage
		r = c.agent("anna", "GET", "/api/conversations/"+id+"/messages", nil)
		c.must(json.Unmarshal(r.body, &page))
		var mine struct{ Messages []chat.Message }
		v.ok(v.get("conversation"), &mine)
		line := func(ms []chat.Message) (out []string) {
			for _, m := range ms {
				code := ""
				if m.Event != nil {
					code = m.Event.Code
				}
				out = append(out, fmt.Sprint(m.N, m.Author.Kind, code, m.Text))
			}
			return out
		}
		if !reflect.DeepEqual(line(page.Items), line(mine.Messages)) || len(page.Items) < 6 {
			t.Errorf("[C-21] the two sides read different conversations:\n%v\n%v", line(page.Items), line(mine.Messages))
		}
		if r := c.agent("boris", "GET", "/api/conversations/"+id+"/messages", nil); r.status != 404 {
			t.Errorf("[C-14] somebody who takes no part reads the conversation: %d", r.status)
		}
	})
}
