package floor_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/floor"
	"parley/internal/interaction"
	"parley/internal/org"
)

// noted is a channel that notes what it is asked to do, and tells the floor of
// an end as channels do: in its own transaction.
type noted struct {
	o    *office
	kind string
}

func (n noted) note(verb, user, segment string, to ...any) (interaction.Done, error) {
	n.o.verbs = append(n.o.verbs, fmt.Sprint(n.kind, " ", verb, " ", user == n.o.ids["anna"], " ", segment, to))
	return interaction.Done{ChangeSeq: int64(len(n.o.verbs))}, nil
}

func (n noted) EndPart(_ context.Context, _, user, segment string) (interaction.Done, error) {
	n.o.over(segment)
	return n.note("end", user, segment)
}

func (n noted) Transfer(_ context.Context, _, user, segment string, to interaction.Target) (interaction.Done, error) {
	n.o.over(segment)
	return n.note("transfer", user, segment, to.ServiceID, to.UserID, to.Note)
}

func (n noted) Invite(_ context.Context, _, user, segment, colleague string) (interaction.Done, error) {
	return n.note("invite", user, segment, colleague)
}

func (n noted) Remove(_ context.Context, _, user, segment, other string) (interaction.Done, error) {
	return n.note("remove", user, segment, other)
}

// names lists the names in a list of an answer.
func names(out map[string]any, list string) (found []string) {
	for _, x := range out[list].([]any) {
		found = append(found, x.(map[string]any)["name"].(string))
	}
	return found
}

func TestSegmentVerbs(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		o := newOffice(t, cfg)
		desk := o.hear("u/" + o.ids["anna"])
		services := map[string]string{}
		o.change(func(ctx context.Context, tx *db.Tx) error {
			for _, channel := range []string{org.ChannelVoice, org.ChannelChat, org.ChannelBlended, org.ChannelEmail} {
				s := org.NewService("only " + channel)
				s.Channel = channel
				if err := o.org.CreateService(ctx, tx, o.tenant, s); err != nil {
					return err
				}
				services[channel] = s.ID
			}
			return nil
		})
		o.ok("anna", "POST", "/api/desk/shift", nil)
		o.ok("anna", "POST", "/api/desk/state", map[string]any{"state": "ready"})
		for _, x := range []string{"voice end", "voice transfer", "chat end", "chat transfer"} {
			kind, verb, _ := strings.Cut(x, " ")
			t.Run("[C-12][C-14][V-8] a verb goes to the channel of the segment's kind, and its end is decided when it answers: "+x, func(t *testing.T) {
				p := o.openKind(kind, "Customer")
				desk.until("offer.opened", map[string]any{"segmentId": p.ID})
				path, other := "/api/segments/"+p.ID, services[kind]
				o.refused("PAR-0002", "anna", "POST", path+"/end", nil) // offered, not in hand
				o.ok("anna", "POST", "/api/offers/"+p.ID+"/accept", nil)
				o.refused("PAR-0002", "boris", "POST", path+"/end", nil)
				o.refused("PAR-0002", "anna", "POST", "/api/segments/nobody/end", nil)
				o.refused("PAR-0001", "anna", "POST", path+"/transfer", map[string]any{"serviceId": services[org.ChannelEmail]})
				o.refused("PAR-0001", "anna", "POST", path+"/transfer", map[string]any{"serviceId": "nowhere"})
				o.verbs = nil
				o.ok("anna", "POST", path+"/invite", map[string]any{"userId": "u1"})
				o.ok("anna", "POST", path+"/remove-participant", map[string]any{"segmentId": "s1"})
				want := []string{"invite true " + p.ID + "[u1]", "remove true " + p.ID + "[s1]"}
				if verb == "end" {
					want = append(want, "end true "+p.ID+"[]")
					o.ok("anna", "POST", path+"/end", nil)
				} else {
					want = append(want, "transfer true "+p.ID+"["+other+"  please]")
					o.ok("anna", "POST", path+"/transfer", map[string]any{"serviceId": other, "note": "please"})
				}
				for i, w := range want {
					if o.verbs[i] != kind+" "+w {
						t.Errorf("%q, wanted %q", o.verbs[i], kind+" "+w)
					}
				}
				o.ok("anna", "POST", path+"/finish", map[string]any{}) // at once: the end has been decided
			})
		}
		t.Run("[C-12] targets are the services and the people who take the kind", func(t *testing.T) {
			for query, want := range map[string]string{"": "[only blended only chat]", "?kind=voice": "[only blended only voice]", "?kind=email": "[only email]"} {
				out := o.ok("anna", "GET", "/api/desk/targets"+query, nil)
				var got []string
				for _, n := range names(out, "services") {
					if len(n) > 5 && n[:5] == "only " {
						got = append(got, n)
					}
				}
				if fmt.Sprint(got) != want {
					t.Errorf("%q: %v, wanted %s", query, got, want)
				}
			}
			o.refused("PAR-0001", "anna", "GET", "/api/desk/targets?kind=pigeon", nil)
		})
		t.Run("[A-6] a kind that the role no longer handles is refused", func(t *testing.T) {
			p := o.openKind("voice", "Customer")
			desk.until("offer.opened", map[string]any{"segmentId": p.ID})
			o.ok("anna", "POST", "/api/offers/"+p.ID+"/accept", nil)
			o.change(func(ctx context.Context, tx *db.Tx) error {
				u, err := o.org.User(ctx, o.tenant, o.ids["anna"])
				if err != nil {
					return err
				}
				r := &org.Role{Name: "chats only", Privileges: []string{org.HandleChat, org.HandleTransfer}}
				if err := o.org.CreateRole(ctx, tx, o.tenant, r); err != nil {
					return err
				}
				_, err = o.org.ChangeUser(ctx, tx, o.tenant, u.ID, u.Version, func(u *org.User) error {
					u.RoleIDs = []string{r.ID}
					return nil
				})
				return err
			})
			o.refused("PAR-1006", "anna", "POST", "/api/segments/"+p.ID+"/end", nil)
			o.refused("PAR-1006", "anna", "POST", "/api/segments/"+p.ID+"/invite", map[string]any{"userId": "u1"})
			for query, want := range map[string]string{"": "[anna boris chief]", "?kind=voice": "[boris chief]"} {
				if got := names(o.ok("boss", "GET", "/api/desk/targets"+query, nil), "colleagues"); fmt.Sprint(got) != want {
					t.Errorf("%q: %v, wanted %s", query, got, want)
				}
			}
		})
	})
}

// over tells the floor that the customer is gone.
func (o *office) over(segmentID string) {
	o.t.Helper()
	o.change(func(ctx context.Context, tx *db.Tx) error {
		return o.floors.Enqueue(ctx, tx, o.tenant, floor.Over(segmentID, interaction.ByCustomer, "left"))
	})
}
