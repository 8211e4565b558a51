package widget_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// poll asks once by long polling.
func (v *visitor) poll(epoch string, after int64, wait int) (p struct {
	Epoch  string
	Seq    int64
	Frames []frame
}) {
	v.c.Helper()
	v.ok(v.get(fmt.Sprintf("events?epoch=%s&after=%d&wait=%d", epoch, after, wait)), &p)
	return p
}

func TestRestartAndResume(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		anna := c.desk("anna")
		c.ready("anna")
		v := c.visitor()
		id := v.open("hello").Conversation.ID
		s := v.stream()
		anna.accept()
		s.until("conversation.changed", func(data []byte) bool {
			var v chat.CustomerView
			c.must(json.Unmarshal(data, &v))
			return v.State == chat.StateActive
		})
		v.say("before the restart")
		s.message("before the restart")
		at := s.last

		c.restart()

		v.say("after the restart")
		again := v.connect(at.Epoch, at.Seq)
		again.last = at
		f, err := again.next()
		c.must(err)
		if f.Type != "message.added" {
			t.Errorf("[C-21] after the restart the stream began with %s", f.Type)
		}
		if r := c.agent("anna", "POST", "/api/conversations/"+id+"/messages", map[string]string{"clientId": "a1", "text": "still here"}); r.status != 200 {
			t.Errorf("[C-21] after the restart the agent cannot write: %d %s", r.status, r.body)
		}
		again.message("still here")

		t.Run("[C-21] a place of another time gets a snapshot with everything", func(t *testing.T) {
			for _, place := range []struct {
				epoch string
				seq   int64
			}{{"", 0}, {"other", 5}, {at.Epoch, 1 << 60}} {
				fresh := v.connect(place.epoch, place.seq)
				f, err := fresh.next()
				c.must(err)
				var snap struct {
					Conversation chat.CustomerView
					Messages     []chat.Message
				}
				c.must(json.Unmarshal(f.Data, &snap))
				if f.Type != "snapshot" || snap.Conversation.ID != id || snap.Messages[len(snap.Messages)-1].Text != "still here" {
					t.Errorf("%+v: %s %s", place, f.Type, f.Data)
				}
			}
		})
		t.Run("[C-21] a reload finds its conversation by the token", func(t *testing.T) {
			var b struct {
				Token        string
				Conversation *chat.CustomerView
			}
			v.ok(v.post("visitor", map[string]any{}), &b)
			if b.Token != v.token || b.Conversation == nil || b.Conversation.ID != id {
				t.Errorf("%+v", b)
			}
		})
	})
}

func TestGoneWhileDown(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		anna := c.desk("anna")
		c.ready("anna")
		id := c.visitor().open("hello").Conversation.ID
		anna.accept()
		c.restart()
		c.desk("anna").until("conversation.changed", func(data []byte) bool {
			var view chat.View
			c.must(json.Unmarshal(data, &view))
			if view.ID == id && view.CustomerOn {
				t.Errorf("[C-6] who went while the server was down still counts as there")
			}
			return view.ID == id
		})
	})
}

func TestPolling(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		anna := c.desk("anna")
		c.ready("anna")
		v := c.visitor()
		if p := v.poll("", 0, 0); len(p.Frames) != 1 || p.Frames[0].Type != "snapshot" {
			t.Fatalf("[C-21] first poll: %+v", p)
		}
		id := v.open("hello").Conversation.ID
		anna.accept()
		p := v.poll("", 0, 0)
		done := make(chan struct{})
		go func() {
			defer close(done)
			q := v.poll(p.Epoch, p.Seq, 20)
			for len(q.Frames) > 0 && q.Frames[len(q.Frames)-1].Type != "message.added" {
				q = v.poll(q.Epoch, q.Seq, 20)
			}
			if len(q.Frames) == 0 || q.Frames[0].Prev > q.Frames[0].Seq {
				t.Errorf("[C-21] poll: %+v", q)
			}
		}()
		if r := c.agent("anna", "POST", "/api/conversations/"+id+"/messages", map[string]string{"clientId": "a1", "text": "Good day"}); r.status != 200 {
			t.Fatal(r.status)
		}
		<-done
		if r := c.send("GET", v.path("events?after=x"), v.header(), nil); r.status != 422 {
			t.Errorf("[X-3] after=x: %d", r.status)
		}
	})
}

func TestTypingAndMarks(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		anna := c.desk("anna")
		c.ready("anna")
		v := c.visitor()
		id := v.open("hello").Conversation.ID
		s := v.stream()
		anna.accept()
		s.until("conversation.changed", func(data []byte) bool {
			var v chat.CustomerView
			c.must(json.Unmarshal(data, &v))
			return v.State == chat.StateActive
		})
		toDesk := make(chan chat.Typing, 10)
		stop, err := c.bus.SubscribeLossy(chat.TypingToDesk(c.tenant, c.ids["anna"]), func(_ string, data []byte) {
			var n chat.Typing
			if json.Unmarshal(data, &n) == nil {
				toDesk <- n
			}
		})
		c.must(err)
		defer stop()
		s.send(map[string]any{"type": "typing", "on": true, "text": "my secret"})
		select {
		case n := <-toDesk:
			if n.ConversationID != id || !n.On || n.Text != "" {
				t.Errorf("[C-6] the agent sees %+v; the preview is off", n)
			}
		case <-time.After(20 * time.Second):
			t.Error("[C-6] the customer's typing did not reach the desk")
		}
		c.chat.AgentTyping(t.Context(), identity(c, "boris"), id, true) // takes no part: nothing goes out
		c.chat.AgentTyping(t.Context(), identity(c, "anna"), id, true)
		s.until("typing", func(data []byte) bool {
			var n chat.Typing
			c.must(json.Unmarshal(data, &n))
			if n.Who != "Anna" || !n.On {
				t.Errorf("[C-6] the customer sees %+v", n)
			}
			return true
		})
		r := c.agent("anna", "POST", "/api/conversations/"+id+"/messages", map[string]string{"clientId": "a1", "text": "read me"})
		var sent chat.Message
		c.must(json.Unmarshal(r.body, &sent))
		var view chat.View
		changed := func(is func(chat.View) bool) {
			anna.until("conversation.changed", func(data []byte) bool {
				view = chat.View{}
				c.must(json.Unmarshal(data, &view))
				return is(view)
			})
		}
		changed(func(v chat.View) bool { return v.DeliveredN == sent.N && v.CustomerReadN < sent.N })
		v.ok(v.post("read", map[string]any{"n": sent.N}), nil)
		changed(func(v chat.View) bool { return v.CustomerReadN == sent.N })
		v.ok(v.post("page", map[string]string{"url": site + "/basket", "title": "Basket"}), nil)
		changed(func(v chat.View) bool { return v.Page.URL == site+"/basket" })
		if r := v.post("page", map[string]string{"url": "javascript:alert(1)"}); r.status != 422 {
			t.Errorf("[C-6] a script as page: %d", r.status)
		}
		c.must(s.conn.CloseNow())
		changed(func(v chat.View) bool { return !v.CustomerOn })
		v.connect("", 0)
		changed(func(v chat.View) bool { return v.CustomerOn })
	})
}

// TestOneOrder lets both sides write at once, send again what was sent, drop
// their connections and come back; at the end everybody has the same
// conversation, whole, without doubles, in one order.
func TestOneOrder(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		c := newCentre(t, cfg, wide)
		anna := c.desk("anna")
		c.ready("anna")
		v := c.visitor()
		id := v.open("hello").Conversation.ID
		anna.accept()
		const each = 60
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)

		var wg sync.WaitGroup
		answers := make([]map[string]int64, 2) // number by client id
		write := func(side int, say func(clientID, text string) (chat.Message, bool)) {
			defer wg.Done()
			r := rand.New(rand.NewPCG(seed, uint64(side)))
			mine := map[string]int64{}
			for i := range each {
				clientID := fmt.Sprintf("side%d-%d", side, i)
				for range 1 + r.IntN(3) {
					m, ok := say(clientID, clientID)
					if !ok {
						t.Errorf("[C-21] %s was refused", clientID)
						continue
					}
					if was, again := mine[clientID]; again && was != m.N {
						t.Errorf("[C-21] %s is message %d and %d", clientID, was, m.N)
					}
					mine[clientID] = m.N
				}
				if r.IntN(8) == 0 && i > 0 { // something old once more
					old := fmt.Sprintf("side%d-%d", side, r.IntN(i))
					if m, ok := say(old, old); ok && mine[old] != m.N {
						t.Errorf("[C-21] %s repeated late is %d, was %d", old, m.N, mine[old])
					}
				}
			}
			answers[side] = mine
		}
		post := func(path string, header map[string]string) func(clientID, text string) (chat.Message, bool) {
			return func(clientID, text string) (m chat.Message, ok bool) {
				r, err := c.try("POST", path, header, map[string]string{"clientId": clientID, "text": text})
				return m, err == nil && r.status == 200 && json.Unmarshal(r.body, &m) == nil
			}
		}
		wg.Add(2)
		go write(0, post(v.path("messages"), v.header()))
		go write(1, post("/api/conversations/"+id+"/messages", map[string]string{"Authorization": "Bearer anna", "X-Parley": "1"}))

		got := readWithCuts(t, c, v, seed, 2*each)
		wg.Wait()

		var page chat.MessagePage
		var all []chat.Message
		for before := int64(0); ; before = all[0].N {
			page = chat.MessagePage{}
			c.must(json.Unmarshal(c.agent("anna", "GET", fmt.Sprintf("/api/conversations/%s/messages?limit=200&before=%d", id, before), nil).body, &page))
			all = append(slices.Clone(page.Items), all...)
			if !page.More {
				break
			}
		}
		for i, m := range all {
			if m.N != int64(i+1) {
				t.Fatalf("[C-21] message %d stands at place %d", m.N, i+1)
			}
		}
		count := map[string]int{}
		for _, m := range all {
			if m.Kind != chat.KindText || m.Automatic || m.Text == "hello" {
				continue
			}
			count[m.Text]++
			if n := answers[map[string]int{chat.FromCustomer: 0, chat.FromAgent: 1}[m.Author.Kind]][m.ClientID]; n != m.N {
				t.Errorf("[C-21] %s was answered as %d and is %d", m.ClientID, n, m.N)
			}
		}
		if len(count) != 2*each {
			t.Errorf("[C-21] %d messages of %d", len(count), 2*each)
		}
		for text, n := range count {
			if n != 1 {
				t.Errorf("[C-21] %s is there %d times", text, n)
			}
		}
		for _, m := range all {
			if g, ok := got[m.N]; !ok || g.ID != m.ID {
				t.Errorf("[C-21] the customer's stream has no or another message %d", m.N)
			}
		}
	})
}

// readWithCuts follows the conversation as a browser with a bad network does,
// until want texts were read: by number, as they came.
func readWithCuts(t *testing.T, c *centre, v *visitor, seed uint64, want int) map[int64]chat.Message {
	r := rand.New(rand.NewPCG(seed, 99))
	got := map[int64]chat.Message{}
	texts := 0
	last := int64(0)
	take := func(m chat.Message, live bool) {
		if _, twice := got[m.N]; twice {
			if live {
				t.Errorf("[C-21] message %d came twice on one stream", m.N)
			}
			return
		}
		if live && m.N != last+1 {
			t.Errorf("[C-21] message %d came after %d", m.N, last)
		}
		last = max(last, m.N)
		got[m.N] = m
		if m.Kind == chat.KindText && !m.Automatic && m.Text != "hello" {
			texts++
		}
	}
	var at frame
	for texts < want {
		s := v.connect(at.Epoch, at.Seq)
		s.last = at
		for n := 1 + r.IntN(20); n > 0 && texts < want; n-- {
			f, err := s.next()
			c.must(err)
			switch f.Type {
			case "snapshot":
				var snap struct{ Messages []chat.Message }
				c.must(json.Unmarshal(f.Data, &snap))
				for _, m := range snap.Messages {
					take(m, false)
				}
			case "message.added":
				var m chat.Message
				c.must(json.Unmarshal(f.Data, &m))
				take(m, true)
			}
		}
		at = s.last
		c.must(s.conn.CloseNow())
	}
	return got
}

// TestSameRequestAtOnce sends one opening many times at the same moment, as a
// browser does whose network comes back.
func TestSameRequestAtOnce(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		for range 5 {
			v := c.visitor()
			body := map[string]any{"clientId": "once", "text": "hello", "form": map[string]string{"name": "I", "email": db.NewID() + "@example.com"}}
			answers := make([]chat.Opened, 8)
			var wg sync.WaitGroup
			for i := range answers {
				wg.Go(func() {
					r, err := c.try("POST", v.path("conversations"), v.header(), body)
					if err != nil || r.status != 200 || json.Unmarshal(r.body, &answers[i]) != nil {
						t.Errorf("[C-21] %v %d %s", err, r.status, r.body)
					}
				})
			}
			wg.Wait()
			for _, a := range answers {
				if a.Conversation.ID != answers[0].Conversation.ID || a.Message.ID != answers[0].Message.ID || a.Message.N != 1 {
					t.Errorf("[C-21] one request, two answers: %+v and %+v", a, answers[0])
				}
			}
		}
	})
}
