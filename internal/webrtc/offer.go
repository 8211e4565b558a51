package webrtc

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"parley/internal/fail"
	"parley/internal/media"
)

// maxSDP is the largest offer looked at, bytes. A browser's audio offer has
// about 3,000, with candidates.
const maxSDP = 32 << 10

// offer is what a browser's session description comes to.
type offer struct {
	sdp     string // only what is needed of it
	codec   media.Codec
	payload uint8 // of the codec
	event   uint8 // of telephone-event at the codec's clock; 0: not offered
}

// readOffer checks a browser's offer and chooses the codec, the first of prefer
// that is offered. Candidates are left out: with ICE-lite nobody is sent
// anything before he has shown that he is the one who offered.
func readOffer(text string, prefer []media.Codec) (offer, error) {
	var o offer
	if len(text) > maxSDP {
		return o, fail.TooLarge("sdp, bytes", maxSDP)
	}
	var in sdp.SessionDescription
	if err := in.UnmarshalString(text); err != nil {
		return o, refuse("is no session description that can be read")
	}
	if len(in.MediaDescriptions) != 1 || in.MediaDescriptions[0].MediaName.Media != "audio" {
		return o, refuse("must offer sound and nothing else: one section, of audio")
	}
	audio := in.MediaDescriptions[0]
	if proto := strings.Join(audio.MediaName.Protos, "/"); proto != "UDP/TLS/RTP/SAVPF" {
		return o, refuse("must offer UDP/TLS/RTP/SAVPF")
	}
	get := func(key string) string {
		if v, ok := audio.Attribute(key); ok {
			return v
		}
		v, _ := in.Attribute(key)
		return v
	}
	for _, key := range []string{"ice-ufrag", "ice-pwd", "fingerprint", "setup", "mid"} {
		if get(key) == "" || len(get(key)) > 300 {
			return o, refuse("has no usable " + key)
		}
	}
	if setup := get("setup"); setup != "actpass" {
		return o, refuse("must leave the DTLS role to the answer (setup:actpass)")
	}
	if _, ok := audio.Attribute("rtcp-mux"); !ok {
		return o, refuse("must offer rtcp-mux")
	}
	for _, one := range []string{"sendonly", "recvonly", "inactive"} {
		if _, ok := audio.Attribute(one); ok {
			return o, refuse("must both send and receive")
		}
	}
	if !o.choose(audio, prefer) {
		return o, refuse("offers none of the codecs " + names(prefer))
	}
	out, err := o.rebuild(&in, audio, get)
	o.sdp = out
	return o, err
}

func refuse(why string) error { return fail.Invalid("sdp", why) }

func names(codecs []media.Codec) string {
	var out []string
	for _, c := range codecs {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

// choose finds codec and payload types; the static ones (RFC 3551) need no rtpmap.
func (o *offer) choose(audio *sdp.MediaDescription, prefer []media.Codec) bool {
	static := map[string]string{"0": "PCMU/8000", "8": "PCMA/8000", "9": "G722/8000"}
	mapped := map[string]string{}
	for _, a := range audio.Attributes {
		if a.Key == "rtpmap" {
			pt, name, _ := strings.Cut(a.Value, " ")
			mapped[pt] = strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(name)), "/1")
		}
	}
	payload := map[string]uint8{} // by NAME/clock
	for _, f := range audio.MediaName.Formats {
		pt, err := strconv.ParseUint(f, 10, 7)
		name := cmp.Or(mapped[f], static[f])
		if _, have := payload[name]; err != nil || name == "" || have || pt >= 64 && pt < 96 { // 64-95 would look like RTCP (RFC 5761)
			continue
		}
		payload[name] = uint8(pt)
	}
	for _, c := range prefer {
		clock := strconv.Itoa(c.ClockRate)
		pt, ok := payload[strings.ToUpper(c.Name)+"/"+clock]
		if !ok {
			continue
		}
		o.codec, o.payload, o.event = c, pt, payload["TELEPHONE-EVENT/"+clock]
		return true
	}
	return false
}

// rebuild writes the offer again with the chosen codec alone.
func (o *offer) rebuild(in *sdp.SessionDescription, audio *sdp.MediaDescription, get func(string) string) (string, error) {
	clock := strconv.Itoa(o.codec.ClockRate)
	m := &sdp.MediaDescription{
		MediaName:             sdp.MediaName{Media: "audio", Port: sdp.RangedPort{Value: 9}, Protos: audio.MediaName.Protos, Formats: []string{strconv.Itoa(int(o.payload))}},
		ConnectionInformation: &sdp.ConnectionInformation{NetworkType: "IN", AddressType: "IP4", Address: &sdp.Address{Address: "0.0.0.0"}},
	}
	m.WithValueAttribute("rtpmap", strconv.Itoa(int(o.payload))+" "+o.codec.Name+"/"+clock)
	if o.event != 0 {
		m.MediaName.Formats = append(m.MediaName.Formats, strconv.Itoa(int(o.event)))
		m.WithValueAttribute("rtpmap", strconv.Itoa(int(o.event))+" telephone-event/"+clock)
	}
	for _, key := range []string{"ice-ufrag", "ice-pwd", "fingerprint", "setup", "mid"} {
		m.WithValueAttribute(key, get(key))
	}
	m.WithPropertyAttribute("rtcp-mux").WithPropertyAttribute("sendrecv")
	if id, ok := ssrc(audio); ok {
		m.WithValueAttribute("ssrc", id+" cname:browser").WithValueAttribute("ssrc", id+" msid:browser voice")
	}
	m.WithValueAttribute("msid", "browser voice")
	s := sdp.SessionDescription{
		Origin:           sdp.Origin{Username: "-", SessionID: in.Origin.SessionID, SessionVersion: in.Origin.SessionVersion, NetworkType: "IN", AddressType: "IP4", UnicastAddress: "127.0.0.1"},
		SessionName:      "-",
		TimeDescriptions: []sdp.TimeDescription{{}},
	}
	s.WithValueAttribute("group", "BUNDLE "+get("mid"))
	s.MediaDescriptions = []*sdp.MediaDescription{m}
	out, err := s.Marshal()
	return string(out), err
}

// ssrc is the first source the browser announces, if it announces any.
func ssrc(audio *sdp.MediaDescription) (string, bool) {
	i := slices.IndexFunc(audio.Attributes, func(a sdp.Attribute) bool { return a.Key == "ssrc" })
	if i < 0 {
		return "", false
	}
	id, _, _ := strings.Cut(audio.Attributes[i].Value, " ")
	_, err := strconv.ParseUint(id, 10, 32)
	return id, err == nil
}
