// Package siptest is a telephone for tests: baresip with a tone for a voice, a
// record of what it hears, and a hand on its keys.
package siptest

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Tone is a WAV file of 8,000 samples a second.
func Tone(hz float64, length time.Duration) []byte {
	n := int(length * 8000 / time.Second)
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt ")
	b = binary.LittleEndian.AppendUint32(b, 16)
	for _, v := range []uint16{1, 1} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	b = binary.LittleEndian.AppendUint32(b, 8000)
	b = binary.LittleEndian.AppendUint32(b, 16000)
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(2*n))
	for i := range n {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(8000*math.Sin(2*math.Pi*hz*float64(i)/8000))))
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// Level is how much of a frequency there is in samples (Goertzel), 0 to 1 of
// their energy.
func Level(pcm []int16, hz float64) float64 {
	c := 2 * math.Cos(2*math.Pi*hz/8000)
	var s1, s2, energy float64
	for _, v := range pcm {
		x := float64(v)
		s1, s2 = x+c*s1-s2, s1
		energy += x * x
	}
	if energy == 0 {
		return 0
	}
	return 2 * (s1*s1 + s2*s2 - c*s1*s2) / (energy * float64(len(pcm)))
}

// Event is something that happened at the phone.
type Event struct {
	Type  string `json:"type"`  // CALL_ESTABLISHED, CALL_CLOSED, CALL_DTMF_START …
	Param string `json:"param"` // the reason, the digit
}

// Phone is a baresip.
type Phone struct {
	t       *testing.T
	dir     string
	control net.Conn
	at      netip.AddrPort

	mu     sync.Mutex
	events []Event
}

// Start starts a phone that speaks a codec and whose voice is a tone.
func Start(t *testing.T, hz float64, codec string) *Phone {
	t.Helper()
	return StartAs(t, "phone", hz, codec)
}

// StartAs starts a phone that can be called by a number, see Addr.
func StartAs(t *testing.T, number string, hz float64, codec string) *Phone {
	t.Helper()
	path, err := exec.LookPath("baresip")
	if err != nil {
		t.Fatal("baresip is missing: scripts/deps installs it")
	}
	modules, err := filepath.Glob("/usr/lib/*/baresip/modules")
	if m, _ := filepath.Glob("/usr/lib/baresip/modules"); err == nil && len(m) > 0 {
		modules = m
	}
	if len(modules) == 0 {
		t.Fatal("baresip has no modules")
	}
	p := &Phone{t: t, dir: t.TempDir()}
	port, control := freePair(t), FreePort(t)
	p.at = netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port)
	for name, text := range map[string]string{
		"config": fmt.Sprintf("sip_listen 127.0.0.1:%d\nnet_interface 127.0.0.1\nmodule_path %s\nmodule g711.so\nmodule aufile.so\nmodule aubridge.so\nmodule sndfile.so\n"+
			"module_app account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\nctrl_tcp_listen 127.0.0.1:%d\n"+
			"audio_source aufile,%s/tone.wav\naudio_player aubridge,nil\nsnd_path %s\n", port, modules[0], control, p.dir, p.dir),
		"accounts": fmt.Sprintf("<sip:%s@127.0.0.1:%d;transport=udp>;regint=0;audio_codecs=%s/8000/1\n", number, port, codec),
		"contacts": "",
		"tone.wav": string(Tone(hz, 2*time.Minute)),
	} {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(path, "-f", p.dir)
	log, err := os.Create(filepath.Join(p.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() { _ = cmd.Wait(); close(over) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-over
		_ = log.Close()
		if t.Failed() {
			b, _ := os.ReadFile(log.Name())
			t.Logf("baresip: %s", b)
		}
	})
	p.Until("baresip's control", func() bool {
		p.control, err = net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", control))
		return err == nil
	})
	t.Cleanup(func() { _ = p.control.Close() })
	go p.listen()
	return p
}

// listen reads what the phone tells: netstrings of JSON.
func (p *Phone) listen() {
	in := bufio.NewReader(p.control)
	for {
		size, err := in.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSuffix(size, ":"))
		if err != nil {
			return
		}
		b := make([]byte, n+1) // and the comma
		if _, err := io.ReadFull(in, b); err != nil {
			return
		}
		var e Event
		if json.Unmarshal(b[:n], &e) == nil && e.Type != "" {
			p.mu.Lock()
			p.events = append(p.events, e)
			p.mu.Unlock()
		}
	}
}

// Do gives the phone a command: dial, hangup, hold, resume, sndcode.
func (p *Phone) Do(command, params string) {
	p.t.Helper()
	b, err := json.Marshal(map[string]string{"command": command, "params": params})
	if err == nil {
		_, err = fmt.Fprintf(p.control, "%d:%s,", len(b), b)
	}
	if err != nil {
		p.t.Fatalf("%s: %v", command, err)
	}
}

// Addr is where the phone can be called.
func (p *Phone) Addr() netip.AddrPort { return p.at }

// Dial calls a number.
func (p *Phone) Dial(number string, at netip.AddrPort) {
	p.t.Helper()
	p.Do("dial", fmt.Sprintf("sip:%s@%s", number, at))
}

// Press presses keys; the far end gets them as RFC 4733 events.
func (p *Phone) Press(digits string) {
	p.t.Helper()
	for _, d := range digits {
		p.Do("sndcode", string(d))
	}
}

// Heard gives the parameters of all events of a type so far.
func (p *Phone) Heard(kind string) (params []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.events {
		if e.Type == kind {
			params = append(params, e.Param)
		}
	}
	return params
}

// Wait waits for an event and gives its parameter.
func (p *Phone) Wait(kind string) (param string) {
	p.t.Helper()
	p.Until(kind, func() bool {
		all := p.Heard(kind)
		if len(all) > 0 {
			param = all[len(all)-1]
		}
		return len(all) > 0
	})
	return param
}

// Until waits for something that the phone brings about.
func (p *Phone) Until(what string, ok func() bool) {
	p.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(30 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			p.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// Tone is the share of a frequency in what the phone heard in the last half
// second, 0 to 1.
func (p *Phone) Tone(hz float64) float64 { return Level(p.last(), hz) }

// Loudness is the mean square root of the last half second, 0 to 32767.
func (p *Phone) Loudness() float64 {
	var sum float64
	pcm := p.last()
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / math.Max(1, float64(len(pcm))))
}

func (p *Phone) last() []int16 {
	pcm := p.Record()
	return pcm[max(0, len(pcm)-4000):]
}

// Record gives what the phone has heard so far.
func (p *Phone) Record() []int16 {
	p.t.Helper()
	var pcm []int16
	files, _ := filepath.Glob(filepath.Join(p.dir, "dump-*-dec.wav"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			p.t.Fatal(err)
		}
		for i := 44; i+1 < len(b); i += 2 {
			pcm = append(pcm, int16(binary.LittleEndian.Uint16(b[i:])))
		}
	}
	return pcm
}

// freePair finds a port that is free with the next one, which baresip takes for TLS.
func freePair(t *testing.T) uint16 {
	t.Helper()
	for range 50 {
		port := FreePort(t)
		if l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port+1)); err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no two free ports")
	return 0
}

// FreePort finds a port that is free for UDP and TCP.
func FreePort(t *testing.T) uint16 {
	t.Helper()
	for range 50 {
		u, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := u.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		_ = u.Close()
		if err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}
