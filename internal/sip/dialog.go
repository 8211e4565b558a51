package sip

import (
	"encoding/json"
	"errors"
	"net/netip"
	"slices"

	"github.com/google/uuid"

	gosip "github.com/emiago/sipgo/sip"
)

// dialog is the state of RFC 3261, section 12: who talks to whom, by which way
// and how far the numbers of requests have come. As JSON it is what a leg
// stores to be ended after this process died.
type dialog struct {
	Trunk     string   `json:"trunk"`
	CallID    string   `json:"callId"`
	LocalTag  string   `json:"localTag"`
	RemoteTag string   `json:"remoteTag"`
	LocalURI  string   `json:"localUri"`
	RemoteURI string   `json:"remoteUri"`
	LocalSeq  uint32   `json:"localSeq"`
	RemoteSeq uint32   `json:"remoteSeq"` // 0: nothing came from there yet
	Target    string   `json:"target"`    // the other end's Contact
	Routes    []string `json:"routes,omitempty"`
	Transport string   `json:"transport"`      // UDP, TCP
	Flow      string   `json:"flow,omitempty"` // ip:port that requests go to in spite of Target: behind NAT, or the TCP connection of the call
}

func newTag() string { return gosip.GenerateTagN(16) }

func newCallID() string { return uuid.NewString() }

func parseURI(s string) (gosip.Uri, error) {
	var u gosip.Uri
	err := gosip.ParseUri(s, &u)
	if err == nil && (u.Wildcard || (u.Scheme == "sip" || u.Scheme == "sips") && u.Host == "") {
		err = errors.New("no host in the URI")
	}
	return u, err
}

// contactOf gives the target that a message names, or "" when it names none
// that could be used.
func contactOf(m interface{ Contact() *gosip.ContactHeader }) string {
	c := m.Contact()
	if c == nil || c.Address.Wildcard || c.Address.Scheme != "sip" && c.Address.Scheme != "sips" {
		return ""
	}
	u := c.Address.Clone()
	u.Headers = nil
	if u.Host == "" {
		return ""
	}
	return u.String()
}

func recordRoutes(m gosip.Message) []string {
	var routes []string
	for _, h := range m.GetHeaders("Record-Route") {
		if r, ok := h.(*gosip.RecordRouteHeader); ok {
			routes = append(routes, r.Address.String())
		}
	}
	return routes
}

// calledDialog is the dialog of an INVITE that came in (12.1.1). The INVITE was
// found sound by check.
func calledDialog(req *gosip.Request, localTag string) dialog {
	from, to := req.From(), req.To()
	d := dialog{
		CallID: req.CallID().Value(), LocalTag: localTag, RemoteTag: from.Params.GetOr("tag", ""),
		LocalURI: to.Address.String(), RemoteURI: from.Address.String(),
		LocalSeq: 1, RemoteSeq: req.CSeq().SeqNo,
		Target: contactOf(req), Routes: recordRoutes(req), Transport: gosip.NetworkToUpper(req.Transport()),
	}
	d.keepFlow(req.Source())
	return d
}

// answered makes the dialog of a response to our INVITE out of what the INVITE
// was sent with (12.1.2).
func (d dialog) answered(res *gosip.Response) dialog {
	d.RemoteTag = res.To().Params.GetOr("tag", "")
	d.Routes = recordRoutes(res)
	slices.Reverse(d.Routes)
	if t := contactOf(res); t != "" {
		d.Target = t
	}
	d.Flow = ""
	d.keepFlow(res.Source())
	return d
}

// keepFlow decides whether requests go back to where the message came from and
// not to the Contact it named: always over TCP, since the connection is there,
// and for a Contact of a private network that came from a public address.
func (d *dialog) keepFlow(source string) {
	from, err := netip.ParseAddrPort(source)
	if err != nil || len(d.Routes) > 0 {
		return
	}
	if gosip.IsReliable(d.Transport) {
		d.Flow = source
		return
	}
	u, err := parseURI(d.Target)
	if err != nil {
		d.Flow = source
		return
	}
	if a, err := netip.ParseAddr(bare(u.Host)); err == nil && inside(a) && !inside(from.Addr()) {
		d.Flow = source
	}
}

func inside(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified() || netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10).Contains(a)
}

// request builds a request within the dialog (12.2.1.1). The number is taken by
// the caller: ACK repeats that of its INVITE.
func (d *dialog) request(method gosip.RequestMethod, seq uint32) (*gosip.Request, error) {
	target, err := parseURI(d.Target)
	if err != nil {
		return nil, err
	}
	routes := make([]gosip.Uri, 0, len(d.Routes)+1)
	for _, r := range d.Routes {
		u, err := parseURI(r)
		if err != nil {
			return nil, err
		}
		routes = append(routes, u)
	}
	recipient := target
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") { // a strict router of RFC 2543 wants itself as the address
		recipient = routes[0]
		routes = append(routes[1:], target)
	}
	local, err := parseURI(d.LocalURI)
	if err != nil {
		return nil, err
	}
	remote, err := parseURI(d.RemoteURI)
	if err != nil {
		return nil, err
	}
	req := gosip.NewRequest(method, recipient)
	for _, r := range routes {
		req.AppendHeader(&gosip.RouteHeader{Address: r})
	}
	from := &gosip.FromHeader{Address: local}
	from.Params.Add("tag", d.LocalTag)
	to := &gosip.ToHeader{Address: remote}
	if d.RemoteTag != "" {
		to.Params.Add("tag", d.RemoteTag)
	}
	callID := gosip.CallIDHeader(d.CallID)
	forwards := gosip.MaxForwardsHeader(70)
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&callID)
	req.AppendHeader(&gosip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(&forwards)
	req.SetTransport(d.Transport)
	if d.Flow != "" {
		req.SetDestination(d.Flow)
	}
	req.SetBody(nil)
	return req, nil
}

// next takes the number of the next request of ours.
func (d *dialog) next() uint32 { d.LocalSeq++; return d.LocalSeq }

// refresh takes over the target a re-INVITE, UPDATE or their answer named.
func (d *dialog) refresh(m interface{ Contact() *gosip.ContactHeader }) (changed bool) {
	t := contactOf(m)
	if t == "" || t == d.Target {
		return false
	}
	d.Target = t
	return true
}

func (d *dialog) stored() []byte {
	b, _ := json.Marshal(d) // strings and numbers only
	return b
}
