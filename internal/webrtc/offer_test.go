package webrtc

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"parley/internal/call"
	"parley/internal/fail"
	"parley/internal/media"
	"parley/internal/run"
)

// What Chromium and Firefox offer for a microphone, shortened by extensions
// and candidates of no interest here.
const chromium = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS s1\r\n" +
	"m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n" +
	"a=candidate:1 1 udp 2113937151 3d0b5ab3-6f2d-4a3d-8a57-6c2d0b3e9c11.local 51234 typ host generation 0\r\n" +
	"a=ice-ufrag:Xy3Q\r\na=ice-pwd:asd88fgpdd777uzjYhagZg12\r\na=ice-options:trickle\r\n" +
	"a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F\r\n" +
	"a=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\na=msid:s1 t1\r\na=rtcp-mux\r\na=rtcp-rsize\r\n" +
	"a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n" +
	"a=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\na=ssrc:3735928559 cname:abc\r\na=ssrc:3735928559 msid:s1 t1\r\n"

const firefox = "v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 1234 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" +
	"a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F\r\n" +
	"a=group:BUNDLE 0\r\na=ice-options:trickle\r\na=msid-semantic:WMS *\r\nm=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101\r\nc=IN IP4 0.0.0.0\r\na=sendrecv\r\n" +
	"a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1\r\na=fmtp:101 0-15\r\na=ice-pwd:1234567890abcdef1234567890abcdef\r\na=ice-ufrag:0a1b2c3d\r\na=mid:0\r\n" +
	"a=msid:{s} {t}\r\na=rtcp-mux\r\na=rtpmap:109 opus/48000/2\r\na=rtpmap:9 G722/8000/1\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000/1\r\n" +
	"a=setup:actpass\r\na=ssrc:99 cname:{c}\r\n"

func TestReadOffer(t *testing.T) {
	t.Run("what browsers send is taken, the codec by our preference, candidates left out", func(t *testing.T) {
		for _, c := range []struct {
			sdp            string
			prefer         []media.Codec
			codec          string
			payload, event uint8
		}{
			{chromium, DefaultCodecs, "PCMU", 0, 126},
			{chromium, []media.Codec{media.G722, media.PCMU}, "G722", 9, 126},
			{firefox, DefaultCodecs, "PCMU", 0, 101},
			{firefox, []media.Codec{media.G722}, "G722", 9, 101},
			{strings.NewReplacer("a=rtpmap:0 PCMU/8000\r\n", "", "110 126", "110").Replace(chromium), DefaultCodecs, "PCMU", 0, 0},
			{strings.ReplaceAll(chromium, "PCMU", "other"), DefaultCodecs, "PCMA", 8, 126},
		} {
			o, err := readOffer(c.sdp, c.prefer)
			if err != nil {
				t.Fatal(err)
			}
			if o.codec.Name != c.codec || o.payload != c.payload || o.event != c.event {
				t.Errorf("got %s %d %d, want %+v", o.codec.Name, o.payload, o.event, c)
			}
			if strings.Contains(o.sdp, "candidate") || strings.Contains(o.sdp, "opus") || strings.Contains(o.sdp, "extmap") {
				t.Errorf("kept too much:\n%s", o.sdp)
			}
		}
	})
	t.Run("what does not fit is refused with the reason", func(t *testing.T) {
		change := func(old, new string) string { return strings.ReplaceAll(chromium, old, new) }
		for name, sdp := range map[string]string{
			"empty":             "",
			"no description":    "hello",
			"no media":          "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n",
			"video":             change("m=audio", "m=video"),
			"two sections":      chromium + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n",
			"not encrypted":     change("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
			"no ufrag":          change("a=ice-ufrag:Xy3Q\r\n", ""),
			"endless ufrag":     change("Xy3Q", strings.Repeat("x", 301)),
			"no password":       change("a=ice-pwd:asd88fgpdd777uzjYhagZg12\r\n", ""),
			"no fingerprint":    change("a=fingerprint:", "a=print:"),
			"role taken":        change("actpass", "passive"),
			"no rtcp-mux":       change("a=rtcp-mux\r\n", ""),
			"listens only":      change("sendrecv", "recvonly"),
			"Opus only":         change(" 9 0 8", ""),
			"payloads of RTCP":  strings.NewReplacer("111 63 9 0 8", "72", "a=rtpmap:0 ", "a=rtpmap:72 ").Replace(chromium),
			"payload beyond 7b": strings.NewReplacer("111 63 9 0 8", "200", "a=rtpmap:0 ", "a=rtpmap:200 ").Replace(chromium),
		} {
			_, err := readOffer(sdp, DefaultCodecs)
			if e := fail.As(err); e == nil || e.Code != fail.CodeInvalid || e.Field != "sdp" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := readOffer(chromium+strings.Repeat("a=x:y\r\n", 10000), DefaultCodecs); fail.As(err).Status != 413 {
			t.Errorf("too large: %v", err)
		}
	})
}

// FuzzOffer gives anything to the edge, as a browser may.
func FuzzOffer(f *testing.F) {
	f.Add(chromium)
	f.Add(firefox)
	f.Add(strings.ReplaceAll(chromium, "\r\n", "\n"))
	f.Add(strings.ReplaceAll(chromium, "3735928559", "0"))
	f.Add(strings.ReplaceAll(chromium, "sha-256", "sha-999"))
	f.Add(strings.ReplaceAll(chromium, "mid:0", "mid:a b\x00c"))
	g := run.New(context.Background())
	e, err := New(Config{Listen: "127.0.0.1:0", Group: g, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = g.Stop(10 * time.Second); _ = e.Close() })
	f.Fuzz(func(t *testing.T, text string) {
		ended := make(chan struct{})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		l, answer, err := e.Answer(ctx, text, func(v call.LegEvent) {
			if v.Kind == call.LegEnded {
				close(ended)
			}
		})
		if err != nil {
			if s := fail.As(err).Status; s >= 500 {
				t.Fatalf("status %d for %q: %v", s, text, err)
			}
			return
		}
		if !strings.Contains(answer, "a=ice-lite") {
			t.Fatalf("answer %q", answer)
		}
		l.HangUp(call.CauseNormal)
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			t.Fatalf("the leg of %q does not end", text)
		}
	})
}
