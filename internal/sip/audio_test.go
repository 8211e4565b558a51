package sip_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/call"
	"parley/internal/media"
	"parley/internal/run"
)

// tone writes a WAV file of 20 s.
func tone(t *testing.T, path string, hz float64) {
	t.Helper()
	const n = 8000 * 20
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
	b = binary.LittleEndian.AppendUint32(b, 2*n)
	for i := range n {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(8000*math.Sin(2*math.Pi*hz*float64(i)/8000))))
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// level is how much of a frequency there is in samples (Goertzel), 0 to 1 of their energy.
func level(pcm []int16, hz float64) float64 {
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

// phone is a baresip that calls a number and plays a tone.
type phone struct {
	dir  string
	cmd  *exec.Cmd
	done chan error
}

func startPhone(t *testing.T, to netip.AddrPort, hz float64, codec string) *phone {
	t.Helper()
	path, err := exec.LookPath("baresip")
	if err != nil {
		t.Fatal("baresip is missing: scripts/deps installs it")
	}
	p := &phone{dir: t.TempDir(), done: make(chan error, 1)}
	tone(t, filepath.Join(p.dir, "tone.wav"), hz)
	modules, err := filepath.Glob("/usr/lib/*/baresip/modules")
	if m, _ := filepath.Glob("/usr/lib/baresip/modules"); err == nil && len(m) > 0 {
		modules = m
	}
	if len(modules) == 0 {
		t.Fatal("baresip has no modules")
	}
	port := freePort(t)
	files := map[string]string{
		"config": fmt.Sprintf("sip_listen 127.0.0.1:%d\nnet_interface 127.0.0.1\nmodule_path %s\nmodule g711.so\nmodule aufile.so\nmodule aubridge.so\nmodule sndfile.so\n"+
			"module_app account.so\nmodule_app menu.so\naudio_source aufile,%s/tone.wav\naudio_player aubridge,nil\nsnd_path %s\n", port, modules[0], p.dir, p.dir),
		"accounts": fmt.Sprintf("<sip:phone@127.0.0.1:%d;transport=udp>;regint=0;audio_codecs=%s/8000/1\n", port, codec),
		"contacts": "",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.cmd = exec.Command(path, "-f", p.dir, "-e", fmt.Sprintf("/dial sip:74951234567@%s", to))
	log, err := os.Create(filepath.Join(p.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = log.Close()
		if t.Failed() {
			b, _ := os.ReadFile(log.Name())
			t.Logf("baresip: %s", b)
		}
	})
	return p
}

// heard gives what the phone recorded of us, without its first half second.
func (p *phone) heard(t *testing.T) []int16 {
	t.Helper()
	var pcm []int16
	files, _ := filepath.Glob(filepath.Join(p.dir, "dump-*-dec.wav"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for i := 44; i+1 < len(b); i += 2 {
			pcm = append(pcm, int16(binary.LittleEndian.Uint16(b[i:])))
		}
	}
	if len(pcm) > 4000 {
		pcm = pcm[4000:]
	}
	return pcm
}

func TestAudio(t *testing.T) {
	for _, codecs := range [][2]string{{"PCMA", "PCMA"}, {"PCMU", "PCMA"}} {
		t.Run("[V-48/audio] two phones hear each other, "+strings.Join(codecs[:], " and "), func(t *testing.T) {
			r := &room{}
			s, _ := edge(t, r)
			g := run.New(t.Context())
			defer func() { _ = g.Stop(0) }()
			together := media.NewRoom(g)
			defer together.Close()
			one := startPhone(t, s.Addr(), 500, codecs[0])
			until(t, "the first call", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.calls) == 1 })
			two := startPhone(t, s.Addr(), 900, codecs[1])
			until(t, "the second call", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.calls) == 2 })
			r.mu.Lock()
			calls := r.calls
			r.mu.Unlock()
			for _, c := range calls {
				c.waitFor(t, call.LegConnected)
				together.Join(c.leg.Media())
			}
			until(t, "two seconds of sound both ways", func() bool {
				for _, c := range calls {
					if c.leg.Media().Quality().Whole.Packets < 150 {
						return false
					}
				}
				return true
			})
			for _, c := range calls {
				c.leg.HangUp(call.CauseNormal)
				c.waitFor(t, call.LegConnected, "ended normal")
			}
			for _, hears := range []struct {
				p          *phone
				other, own float64
			}{{one, 900, 500}, {two, 500, 900}} {
				until(t, "a record", func() bool { return len(hears.p.heard(t)) >= 8000 })
				pcm := hears.p.heard(t)
				if l, echo := level(pcm, hears.other), level(pcm, hears.own); l < 0.8 || echo > 0.02 {
					t.Errorf("hears %.2f of %g Hz, and %.2f of its own %g Hz, in %d samples", l, hears.other, echo, hears.own, len(pcm))
				}
			}
		})
	}
}
