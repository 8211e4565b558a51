package webrtc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	pion "github.com/pion/webrtc/v4"

	"parley/internal/call"
	"parley/internal/fail"
	"parley/internal/media"
	"parley/internal/run"
)

// Config is what an Edge works with.
type Config struct {
	Listen        string        // UDP host:port of all browsers' media
	TCP           string        // TCP host:port for browsers without UDP; "": as Listen, Off: none
	PublicAddress netip.Addr    // where browsers reach us when that is another address; zero: the listening one
	Codecs        []media.Codec // in order of preference; nil: DefaultCodecs
	Max           int           // connections open at a time; 0: 2,000
	Connect       time.Duration // a browser that has not connected by then is given up; 0: 15 s
	Group         *run.Group
	Log           *slog.Logger
}

// Off, for Config.TCP: no TCP.
const Off = "off"

// DefaultCodecs puts G.711 first: calls between browsers and the telephone
// network then pass through without being coded anew.
var DefaultCodecs = []media.Codec{media.PCMU, media.PCMA, media.G722}

// Times after which a connection without any packet is told to be disturbed,
// and after that to have failed.
const (
	disturbed = 5 * time.Second
	failed    = 10 * time.Second
	keepalive = 2 * time.Second
)

// Edge is the one port, UDP and TCP, and everybody connected to it.
type Edge struct {
	cfg     Config
	mux     *ice.UDPMuxDefault
	tcp     ice.TCPMux // nil: none
	address netip.AddrPort
	setting pion.SettingEngine
	cert    pion.Certificate
	open    atomic.Int64
	closing sync.Once
}

// New opens the port.
func New(cfg Config) (*Edge, error) {
	if cfg.Codecs == nil {
		cfg.Codecs = DefaultCodecs
	}
	if cfg.Max == 0 {
		cfg.Max = 2000
	}
	if cfg.Connect == 0 {
		cfg.Connect = 15 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	_, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("webrtc-listen %q: %w", cfg.Listen, err)
	}
	if port == "5060" || port == "5061" {
		return nil, fmt.Errorf("webrtc-listen %q: browsers send no media to the ports of SIP, 5060 and 5061; name another, such as 40000", cfg.Listen)
	}
	cert, err := certificate()
	if err != nil {
		return nil, err
	}
	conn, listener, err := ports(cfg)
	if err != nil {
		return nil, fmt.Errorf("webrtc-listen %q, webrtc-tcp-listen %q: %w", cfg.Listen, cfg.TCP, err)
	}
	// As much as the system gives: a hundred browsers send 5,000 packets a second.
	_ = conn.SetReadBuffer(4 << 20)
	_ = conn.SetWriteBuffer(4 << 20)
	e := &Edge{cfg: cfg, cert: cert, address: conn.LocalAddr().(*net.UDPAddr).AddrPort()}
	logs := loggers{cfg.Log}
	e.mux = ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: conn, Logger: logs.NewLogger("ice")})
	s := &e.setting
	s.LoggerFactory = logs
	s.SetLite(true)
	s.SetICEUDPMux(e.mux)
	if listener != nil {
		e.tcp = overTCP(listener, cfg, logs)
		s.SetICETCPMux(e.tcp)
		s.SetNetworkTypes([]pion.NetworkType{pion.NetworkTypeUDP4, pion.NetworkTypeUDP6, pion.NetworkTypeTCP4, pion.NetworkTypeTCP6})
		s.DisableActiveTCP(true) // it is browsers who come
	}
	s.SetIncludeLoopbackCandidate(true)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetICETimeouts(disturbed, failed, keepalive)
	s.SetFireOnTrackBeforeFirstRTP(true)
	if cfg.PublicAddress.IsValid() {
		err = s.SetICEAddressRewriteRules(pion.ICEAddressRewriteRule{External: []string{cfg.PublicAddress.String()},
			AsCandidateType: pion.ICECandidateTypeHost, Mode: pion.ICEAddressRewriteReplace})
	}
	return e, errors.Join(err)
}

// Address is where the edge listens.
func (e *Edge) Address() netip.AddrPort { return e.address }

// Open is the number of connections there are, coming up or up.
func (e *Edge) Open() int { return int(e.open.Load()) }

// Close gives the ports back. Legs end with the group, before it.
func (e *Edge) Close() error {
	var err error
	e.closing.Do(func() {
		err = e.mux.Close()
		if e.tcp != nil {
			err = errors.Join(err, e.tcp.Close())
		}
	})
	return err
}

// Answer implements call.Browsers.
func (e *Edge) Answer(ctx context.Context, text string, events func(call.LegEvent)) (call.Leg, string, error) {
	o, err := readOffer(text, e.cfg.Codecs)
	if err != nil {
		return nil, "", err
	}
	if e.open.Add(1) > int64(e.cfg.Max) {
		e.open.Add(-1)
		return nil, "", fail.Unavailable(fmt.Errorf("%d browsers are connected, which is the limit", e.cfg.Max))
	}
	l, answer, err := e.connect(ctx, o, events)
	if err != nil {
		e.open.Add(-1)
		return nil, "", err
	}
	e.cfg.Group.Go("webrtc.leg", l.live)
	return l, answer, nil
}

// connect makes the connection's near end; the far end comes when it has the answer.
func (e *Edge) connect(ctx context.Context, o offer, events func(call.LegEvent)) (l *leg, answer string, err error) {
	api, err := e.api(o)
	if err != nil {
		return nil, "", err
	}
	pc, err := api.NewPeerConnection(pion.Configuration{Certificates: []pion.Certificate{e.cert}})
	if err != nil {
		return nil, "", err
	}
	defer func() {
		if err != nil {
			_ = pc.Close()
		}
	}()
	l = newLeg(e, pc, o, events)
	if l.sender, err = pc.AddTrack(l.stream.out); err != nil {
		return nil, "", err
	}
	if err := pc.SetRemoteDescription(pion.SessionDescription{Type: pion.SDPTypeOffer, SDP: o.sdp}); err != nil {
		e.cfg.Log.Debug("an offer was refused", "error", err)
		return nil, "", refuse("cannot be answered")
	}
	gathered := pion.GatheringCompletePromise(pc)
	local, err := pc.CreateAnswer(nil)
	if err != nil {
		e.cfg.Log.Debug("an offer was refused", "error", err)
		return nil, "", refuse("cannot be answered")
	}
	if err := pc.SetLocalDescription(local); err != nil {
		return nil, "", err
	}
	select {
	case <-gathered:
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
	answer = pc.LocalDescription().SDP
	if !strings.Contains(answer, "a=candidate:") {
		return nil, "", fail.Unavailable(errors.New("no address to give to the browser: webrtc-listen and public-address must be of one family"))
	}
	return l, answer, nil
}

// api is a stack that knows the chosen codec and nothing else.
func (e *Edge) api(o offer) (*pion.API, error) {
	var codecs pion.MediaEngine
	clock := uint32(o.codec.ClockRate)
	known := []pion.RTPCodecParameters{{RTPCodecCapability: pion.RTPCodecCapability{MimeType: "audio/" + o.codec.Name, ClockRate: clock}, PayloadType: pion.PayloadType(o.payload)}}
	if o.event != 0 {
		known = append(known, pion.RTPCodecParameters{RTPCodecCapability: pion.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: clock}, PayloadType: pion.PayloadType(o.event)})
	}
	for _, c := range known {
		if err := codecs.RegisterCodec(c, pion.RTPCodecTypeAudio); err != nil {
			return nil, err
		}
	}
	var interceptors interceptor.Registry
	if err := pion.ConfigureRTCPReports(&interceptors); err != nil {
		return nil, err
	}
	return pion.NewAPI(pion.WithMediaEngine(&codecs), pion.WithInterceptorRegistry(&interceptors), pion.WithSettingEngine(e.setting)), nil
}

var _ call.Browsers = (*Edge)(nil)
