package sip

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"parley/internal/media"
)

// Codec names as trunks list them.
const (
	PCMU = "pcmu"
	PCMA = "pcma"
	G722 = "g722"
)

var codecs = map[string]media.Codec{PCMU: media.PCMU, PCMA: media.PCMA, G722: media.G722}

// ptime is the length of a packet in milliseconds.
const ptime = 20

// eventPT is the payload type of telephone-event in our own offers.
const eventPT = 101

// Directions of RFC 3264, seen by whom the description is from.
const (
	sendrecv = "sendrecv"
	sendonly = "sendonly"
	recvonly = "recvonly"
	inactive = "inactive"
)

// mirror is the direction that answers another.
var mirror = map[string]string{sendrecv: sendrecv, sendonly: recvonly, recvonly: sendonly, inactive: inactive}

var (
	errBadSDP   = errors.New("malformed session description")
	errNoCommon = errors.New("no common codec")
)

// description is what of a session description from outside matters here.
type description struct {
	sections  []section
	audio     int // index of the audio section that is used
	addr      netip.AddrPort
	direction string
	types     []payloadType  // of known codecs, in the other end's order
	event     uint8          // payload type of telephone-event, 0: none
	mux       bool           // RTCP on the port of RTP
	rtcp      netip.AddrPort // where else, when it says so
}

// section is a media line as an answer has to repeat it.
type section struct{ kind, proto, formats string }

type payloadType struct {
	name string
	pt   uint8
}

// choice is the codec a description and a trunk agree on.
type choice struct {
	name  string
	codec media.Codec
	pt    uint8
	event uint8
}

// maxSections bounds what a malicious description can make of an answer.
const maxSections = 16

// parseSDP reads an offer or answer. A description without usable audio is
// errNoCommon, which RFC 3261 answers with 488.
func parseSDP(b []byte) (description, error) {
	var s sdp.SessionDescription
	if n := len(b); n > 0 && b[n-1] != '\n' { // many leave the last line's end away
		b = append(slices.Clip(b), "\r\n"...)
	}
	if err := s.Unmarshal(b); err != nil {
		return description{}, fmt.Errorf("%w: %w", errBadSDP, err)
	}
	if len(s.MediaDescriptions) > maxSections {
		return description{}, fmt.Errorf("%w: too many media", errBadSDP)
	}
	d := description{audio: -1, direction: sendrecv}
	for i, m := range s.MediaDescriptions {
		d.sections = append(d.sections, section{m.MediaName.Media, strings.Join(m.MediaName.Protos, "/"), strings.Join(m.MediaName.Formats, " ")})
		if d.audio >= 0 || m.MediaName.Media != "audio" || m.MediaName.Port.Value == 0 || !plainRTP(m.MediaName.Protos) {
			continue
		}
		if err := d.read(&s, m); err != nil {
			return description{}, err
		}
		d.audio = i
	}
	if d.audio < 0 || len(d.types) == 0 {
		return description{}, errNoCommon
	}
	return d, nil
}

func plainRTP(protos []string) bool {
	p := strings.Join(protos, "/")
	return p == "RTP/AVP" || p == "RTP/AVPF"
}

func (d *description) read(s *sdp.SessionDescription, m *sdp.MediaDescription) error {
	c := m.ConnectionInformation
	if c == nil {
		c = s.ConnectionInformation
	}
	if c == nil || c.Address == nil {
		return fmt.Errorf("%w: no connection address", errBadSDP)
	}
	host, _, _ := strings.Cut(c.Address.Address, "/")
	a, err := netip.ParseAddr(host)
	if err != nil || a.IsMulticast() || a.Zone() != "" {
		return fmt.Errorf("%w: connection address", errBadSDP)
	}
	if m.MediaName.Port.Value < 0 || m.MediaName.Port.Value > 65535 {
		return fmt.Errorf("%w: port", errBadSDP)
	}
	d.addr = netip.AddrPortFrom(a.Unmap(), uint16(m.MediaName.Port.Value))
	for _, attributes := range [][]sdp.Attribute{s.Attributes, m.Attributes} {
		for _, at := range attributes {
			if _, ok := mirror[at.Key]; ok {
				d.direction = at.Key
			}
		}
	}
	d.readRTCP(m)
	if a.IsUnspecified() { // hold as before RFC 3264
		d.direction = inactive
	}
	d.readTypes(m)
	return nil
}

func (d *description) readRTCP(m *sdp.MediaDescription) {
	for _, at := range m.Attributes {
		switch at.Key {
		case "rtcp-mux":
			d.mux = true
		case "rtcp": // RFC 3605: port, or port IN IP4 address
			f := strings.Fields(at.Value)
			if len(f) == 0 {
				continue
			}
			port, err := strconv.ParseUint(f[0], 10, 16)
			if err != nil || port == 0 {
				continue
			}
			a := d.addr.Addr()
			if len(f) == 4 {
				if other, err := netip.ParseAddr(f[3]); err == nil && !other.IsMulticast() {
					a = other.Unmap()
				}
			}
			d.rtcp = netip.AddrPortFrom(a, uint16(port))
		}
	}
}

func (d *description) readTypes(m *sdp.MediaDescription) {
	names := map[string]string{"0": "PCMU/8000", "8": "PCMA/8000", "9": "G722/8000"}
	for _, at := range m.Attributes {
		if at.Key == "rtpmap" {
			if pt, name, ok := strings.Cut(at.Value, " "); ok {
				names[pt] = strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(name)), "/1")
			}
		}
	}
	for _, f := range m.MediaName.Formats {
		pt, err := strconv.ParseUint(f, 10, 7)
		if err != nil {
			continue
		}
		switch name := names[f]; name {
		case "PCMU/8000", "PCMA/8000", "G722/8000":
			codec, _, _ := strings.Cut(strings.ToLower(name), "/")
			d.types = append(d.types, payloadType{codec, uint8(pt)})
		case "TELEPHONE-EVENT/8000":
			if d.event == 0 {
				d.event = uint8(pt)
			}
		}
	}
}

// held says that the other end does not want to hear us.
func (d *description) held() bool { return d.direction == sendonly || d.direction == inactive }

// sends says that sound comes from the other end.
func (d *description) sends() bool { return d.direction == sendrecv || d.direction == sendonly }

// choose takes the first codec of ours that the other end has.
func (d *description) choose(ours []string) (choice, error) {
	for _, name := range ours {
		i := slices.IndexFunc(d.types, func(t payloadType) bool { return t.name == name })
		if i >= 0 {
			return choice{name, codecs[name], d.types[i].pt, d.event}, nil
		}
	}
	return choice{}, errNoCommon
}

// local is our side of a session.
type local struct {
	addr    netip.AddrPort // where we hear
	id      uint64         // of the o= line: the same for the whole dialog
	version uint64         // one more for each description that differs
}

// offer describes what we can do: all codecs of the trunk, the best first.
func (l local) offer(ours []string, direction string) []byte {
	var formats, maps []string
	for _, name := range ours {
		c := codecs[name]
		formats = append(formats, strconv.Itoa(int(c.PayloadType)))
		maps = append(maps, rtpmap(c.PayloadType, name))
	}
	formats = append(formats, strconv.Itoa(eventPT))
	maps = append(maps, events(eventPT)...)
	return l.description([]string{l.media("RTP/AVP", formats, maps, direction)})
}

// answer repeats the media lines of the offer and refuses all but the one that
// is used (RFC 3264, section 6).
func (l local) answer(d description, c choice) []byte {
	lines := make([]string, len(d.sections))
	for i, s := range d.sections {
		if i != d.audio {
			lines[i] = fmt.Sprintf("m=%s 0 %s %s\r\n", s.kind, s.proto, s.formats)
			continue
		}
		formats, maps := []string{strconv.Itoa(int(c.pt))}, []string{rtpmap(c.pt, c.name)}
		if c.event != 0 {
			formats = append(formats, strconv.Itoa(int(c.event)))
			maps = append(maps, events(c.event)...)
		}
		if d.mux {
			maps = append(maps, "a=rtcp-mux\r\n")
		}
		lines[i] = l.media(s.proto, formats, maps, mirror[d.direction])
	}
	return l.description(lines)
}

func rtpmap(pt uint8, name string) string {
	return fmt.Sprintf("a=rtpmap:%d %s/8000\r\n", pt, strings.ToUpper(name))
}

func events(pt uint8) []string {
	return []string{fmt.Sprintf("a=rtpmap:%d telephone-event/8000\r\n", pt), fmt.Sprintf("a=fmtp:%d 0-15\r\n", pt)}
}

func (l local) media(proto string, formats, maps []string, direction string) string {
	return fmt.Sprintf("m=audio %d %s %s\r\n%sa=ptime:%d\r\na=%s\r\n", l.addr.Port(), proto, strings.Join(formats, " "), strings.Join(maps, ""), ptime, direction)
}

func (l local) description(media []string) []byte {
	family := "IP4"
	if l.addr.Addr().Is6() {
		family = "IP6"
	}
	at := family + " " + l.addr.Addr().String()
	return fmt.Appendf(nil, "v=0\r\no=parley %d %d IN %s\r\ns=-\r\nc=IN %s\r\nt=0 0\r\n%s", l.id, l.version, at, at, strings.Join(media, ""))
}
