package chat

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// item is the last thing the floor was told.
func (k *desk) item(typ string) core.Input {
	k.Helper()
	told := k.takeTold()
	if len(told) == 0 || told[len(told)-1].Type != typ {
		k.Fatalf("the floor was told %+v, want %s last", told, typ)
	}
	return told[len(told)-1]
}

func (k *desk) has(id, line string) bool {
	return slices.ContainsFunc(k.lines(id), func(l string) bool { return strings.Contains(l, line) })
}

func TestConference(t *testing.T) {
	each(t, func(k *desk) {
		v := k.visitor()
		id, segment := k.active(v, "anna")
		k.takeTold()
		_, err := k.s.Invite(k.ctx, tenant, "anna", segment, "boris")
		k.must(err)
		asked := k.item(core.InSubmitted)
		if asked.Kind != core.Invite || asked.Target != "boris" || asked.Fallback != core.FallbackExit {
			k.Errorf("[C-12] invitation %+v", asked)
		}
		if _, err := k.s.Invite(k.ctx, tenant, "anna", segment, "boris"); fail.Code(err) != fail.CodeState {
			k.Errorf("[C-12] invited twice: %v", err)
		}
		if _, err := k.s.Invite(k.ctx, tenant, "anna", segment, "clerk"); fail.Code(err) != fail.CodeInvalid {
			k.Errorf("[C-12] invited somebody who takes no chats: %v", err)
		}
		if slices.ContainsFunc(k.lines(id, ScopeAll), func(l string) bool { return strings.Contains(l, EventInvited) }) {
			k.Error("[C-12] the customer sees the invitation")
		}
		k.decide(core.Effect{Type: core.OutAssigned, Item: asked.Item, Agent: "boris", Kind: core.Invite})
		k.now += 5
		_, err = k.s.AgentSays(k.ctx, tenant, "boris", id, "b1", "I can help")
		k.must(err)

		k.Run("[C-12] who joins has the history and greets nobody again", func(t *testing.T) {
			k := k.in(t)
			first := Message{}
			for _, f := range k.frames("u/boris") {
				if f.Type == TypeMessage {
					k.must(json.Unmarshal(f.Data, &first))
					break
				}
			}
			if first.N != 1 {
				k.Errorf("the newcomer's desk begins with %+v", first)
			}
			n := 0
			for _, l := range k.lines(id) {
				if strings.Contains(l, "Hello Ivan") {
					n++
				}
			}
			if n != 1 {
				k.Errorf("greeted %d times", n)
			}
		})
		k.Run("[C-12] only the organiser removes somebody", func(t *testing.T) {
			k := k.in(t)
			if _, err := k.s.Remove(k.ctx, tenant, "boris", asked.Item, segment); fail.Code(err) != fail.CodeForbidden {
				k.Errorf("the guest removed the organiser: %v", err)
			}
			_, err := k.s.Remove(k.ctx, tenant, "anna", segment, asked.Item)
			k.must(err)
			if over := k.item(core.InCancelled); over.Item != asked.Item {
				k.Errorf("the floor was told %+v", over)
			}
			if !k.has(id, "*left") {
				k.Errorf("no line about it: %v", k.lines(id))
			}
			if _, err := k.s.AgentSays(k.ctx, tenant, "boris", id, "b2", "wait"); fail.Code(err) != fail.CodeNotFound {
				k.Errorf("the removed one still writes: %v", err)
			}
			k.wantState(id, StateActive)
		})
		k.Run("[C-12] the organiser leaves, the customer goes on with the colleague, who is the organiser then", func(t *testing.T) {
			k := k.in(t)
			_, err := k.s.Invite(k.ctx, tenant, "anna", segment, "vera")
			k.must(err)
			second := k.item(core.InSubmitted).Item
			k.decide(core.Effect{Type: core.OutAssigned, Item: second, Agent: "vera", Kind: core.Invite})
			done, err := k.s.EndPart(k.ctx, tenant, "anna", segment)
			k.must(err)
			if done.ChangeSeq == 0 {
				k.Error("the answer carries no change number")
			}
			k.wantState(id, StateActive)
			_, err = k.s.CustomerSays(k.ctx, v, "after", "are you still there?")
			k.must(err)
			views, err := k.s.Conversations(k.ctx, k.db.Read(), tenant, "vera")
			k.must(err)
			if len(views) != 1 || len(views[0].Participants) != 1 || !views[0].Participants[0].Organiser {
				k.Errorf("vera's desk: %+v", views)
			}
			_, err = k.s.EndPart(k.ctx, tenant, "vera", second)
			k.must(err)
			k.wantState(id, StateEnded)
			if c := k.conversation(id); c.ClosedBy != ByAgent {
				k.Errorf("closed by %q", c.ClosedBy)
			}
		})
	})
}

func TestInvitationNotTaken(t *testing.T) {
	each(t, func(k *desk) {
		id, segment := k.active(k.visitor(), "anna")
		_, err := k.s.Invite(k.ctx, tenant, "anna", segment, "boris")
		k.must(err)
		asked := k.item(core.InSubmitted)
		k.decide(core.Effect{Type: core.OutExited, Item: asked.Item, Code: core.ExitNoAnswer})
		if !k.has(id, "*not_joined") {
			k.Errorf("[C-12] the inviter is not told: %v", k.lines(id))
		}
		if slices.ContainsFunc(k.lines(id, ScopeAll), func(l string) bool { return strings.Contains(l, EventNotJoined) }) {
			k.Error("[C-12] the customer is told")
		}
		k.wantState(id, StateActive)
		_, err = k.s.Invite(k.ctx, tenant, "anna", segment, "boris")
		k.must(err)
		k.takeTold()
		views, _ := k.s.Conversations(k.ctx, k.db.Read(), tenant, "anna")
		_, err = k.s.Remove(k.ctx, tenant, "anna", segment, views[0].SegmentIDs[2])
		k.must(err)
		if over := k.item(core.InCancelled); over.Reason != "invitation_withdrawn" {
			k.Errorf("[C-12] an invitation taken back: %+v", over)
		}
	})
}

func TestTransfer(t *testing.T) {
	each(t, func(k *desk) {
		v := k.visitor()
		id, segment := k.active(v, "anna")
		k.takeTold()
		for field, to := range map[string]interaction.Target{"serviceId": {}, "userId": {UserID: "anna"}} {
			if _, err := k.s.Transfer(k.ctx, tenant, "anna", segment, to); fail.As(err) == nil || fail.As(err).Field != field {
				k.Errorf("[X-3] %+v: %v", to, err)
			}
		}
		if _, err := k.s.Transfer(k.ctx, tenant, "boris", segment, interaction.Target{ServiceID: "support"}); fail.Code(err) != fail.CodeNotFound {
			k.Errorf("[C-12] somebody else transferred it: %v", err)
		}
		_, err := k.s.Transfer(k.ctx, tenant, "anna", segment, interaction.Target{ServiceID: "support", Note: "wants a refund"})
		k.must(err)
		told := k.item(core.InTransferred)
		if told.Item != segment || told.NewItem == "" || told.Service != "support" || told.Agent != "anna" {
			k.Errorf("[C-12] the floor was told %+v", told)
		}
		k.wantState(id, StateWaiting)
		if !k.has(id, "*transferred") {
			k.Errorf("[C-12] no line about it: %v", k.lines(id))
		}
		_, err = k.s.CustomerSays(k.ctx, v, "meanwhile", "hello?")
		k.must(err)
		next, err := k.s.interactions.Segment(k.ctx, k.db.Read(), tenant, told.NewItem)
		k.must(err)
		if next.Note != "wants a refund" || next.FromUserID != "anna" || next.Purpose != interaction.PurposeTransfer {
			k.Errorf("[C-12] next segment %+v", next)
		}
		k.decide(core.Effect{Type: core.OutEnded, Item: segment, Agent: "anna", Cause: core.CauseTransferred},
			core.Effect{Type: core.OutAssigned, Item: told.NewItem, Agent: "boris", Kind: "chat"})
		k.wantState(id, StateActive)
		_, err = k.s.AgentSays(k.ctx, tenant, "boris", id, "b1", "Support here")
		k.must(err)
		if _, err := k.s.AgentSays(k.ctx, tenant, "anna", id, "a9", "me too"); fail.Code(err) != fail.CodeNotFound {
			k.Errorf("[C-12] who transferred still writes: %v", err)
		}
	})
}

func TestAgentLost(t *testing.T) {
	each(t, func(k *desk) {
		v := k.visitor()
		id, segment := k.active(v, "anna")
		k.decide(core.Effect{Type: core.OutRequeued, Item: segment, Agent: "anna", Cause: core.CauseLost, Preferred: "anna"})
		k.wantState(id, StateWaiting)
		if !k.has(id, "*returned") {
			k.Errorf("[C-21] no line about it: %v", k.lines(id))
		}
		_, err := k.s.CustomerSays(k.ctx, v, "still", "hello?")
		k.must(err)
		k.decide(core.Effect{Type: core.OutAssigned, Item: segment, Agent: "boris", Kind: "chat"})
		k.wantState(id, StateActive)
		if n := strings.Count(strings.Join(k.lines(id), "\n"), "*joined"); n != 2 {
			k.Errorf("[C-21] joined %d times: %v", n, k.lines(id))
		}
		if views, _ := k.s.Conversations(k.ctx, k.db.Read(), tenant, "anna"); len(views) != 0 {
			k.Errorf("[C-21] the lost agent still has it: %+v", views)
		}
	})
}
