package sip_test

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/sip/siptest"
)

// A flow is what sipp says and expects, step by step.
type flow struct {
	steps []string
	at    int    // number of the present INVITE
	kept  int    // variables so far: each check keeps what it found in one of its own
	to    string // the line To of requests; "": with the tag of the last response
}

const sdpPCMU = `v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 8 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv`

func direction(sdp, d string) string { return strings.Replace(sdp, "a=sendrecv", "a="+d, 1) }

// caller begins a flow that calls us.
func caller() *flow { return &flow{at: 1} }

func (f *flow) add(format string, args ...any) *flow {
	f.steps = append(f.steps, fmt.Sprintf(format, args...))
	return f
}

func message(first string, headers []string, body string) string {
	b := strings.Builder{}
	b.WriteString(first + "\n")
	for _, h := range headers {
		b.WriteString(h + "\n")
	}
	if body != "" && !strings.Contains(strings.Join(headers, "\n"), "Content-Type") {
		b.WriteString("Content-Type: application/sdp\n")
	}
	fmt.Fprintf(&b, "Content-Length: [len]\n\n%s", body)
	return b.String()
}

// invite sends the first INVITE.
func (f *flow) invite(body string, more ...string) *flow {
	headers := append([]string{
		"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
		`From: "Caller" <sip:79161234567@[local_ip]:[local_port]>;tag=[call_number]t`,
		"To: <sip:[service]@[remote_ip]:[remote_port]>", "Call-ID: [call_id]", "CSeq: 1 INVITE",
		"Contact: <sip:caller@[local_ip]:[local_port];transport=[transport]>", "Max-Forwards: 70",
	}, more...)
	return f.add(`<send retrans="500"><![CDATA[%s]]></send>`, message("INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0", headers, body))
}

// request sends a request within the dialog; seq 0 takes the INVITE's number.
func (f *flow) request(method string, seq int, body string, more ...string) *flow {
	to := "To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]"
	if f.to != "" {
		to = f.to
	}
	headers := append([]string{
		"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
		`From: "Caller" <sip:79161234567@[local_ip]:[local_port]>;tag=[call_number]t`,
		to, "Call-ID: [call_id]", fmt.Sprintf("CSeq: %d %s", seq, method),
		"Contact: <sip:caller@[local_ip]:[local_port];transport=[transport]>", "Max-Forwards: 70", "[routes]",
	}, more...)
	retrans := ` retrans="500"`
	if method == "ACK" {
		retrans = ""
	}
	return f.add(`<send%s><![CDATA[%s]]></send>`, retrans, message(method+" [next_url] SIP/2.0", headers, body))
}

func (f *flow) ack(seq int, body ...string) *flow {
	return f.request("ACK", seq, strings.Join(body, ""))
}

// ackFailure acknowledges a final response that is no 2xx.
func (f *flow) ackFailure(seq int) *flow {
	return f.add(`<send><![CDATA[%s]]></send>`, message("ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0", []string{
		"[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", fmt.Sprintf("CSeq: %d ACK", seq), "Max-Forwards: 70",
	}, ""))
}

// cancel sends CANCEL for the first INVITE; branch is that of sipp's first message.
func (f *flow) cancel() *flow {
	return f.add(`<send retrans="500"><![CDATA[%s]]></send>`, message("CANCEL sip:[service]@[remote_ip]:[remote_port] SIP/2.0", []string{
		fmt.Sprintf("Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-%d]", len(f.steps)),
		`From: "Caller" <sip:79161234567@[local_ip]:[local_port]>;tag=[call_number]t`,
		"To: <sip:[service]@[remote_ip]:[remote_port]>", "Call-ID: [call_id]", "CSeq: 1 CANCEL", "Max-Forwards: 70",
	}, ""))
}

// expect waits for a response; checks are header "Name: regexp" pairs, "body: …" looks into the body.
func (f *flow) expect(code int, checks ...string) *flow {
	return f.add(`<recv response="%d" rrs="true" timeout="8000">%s</recv>`, code, f.actions(checks))
}

func (f *flow) maybe(codes ...int) *flow {
	for _, c := range codes {
		f.add(`<recv response="%d" optional="true" rrs="true"></recv>`, c)
	}
	return f
}

// await waits for a request of ours.
func (f *flow) await(method string, checks ...string) *flow {
	return f.add(`<recv request="%s" rrs="true" timeout="12000">%s</recv>`, method, f.actions(checks))
}

// reply answers the last request.
func (f *flow) reply(status, body string, more ...string) *flow {
	to := "[last_To:]"
	headers := append([]string{"[last_Via:]", "[last_From:]", to, "[last_Call-ID:]", "[last_CSeq:]", "Contact: <sip:far@[local_ip]:[local_port];transport=[transport]>"}, more...)
	return f.add(`<send><![CDATA[%s]]></send>`, message("SIP/2.0 "+status, headers, body))
}

// answer answers an INVITE of ours, with a tag.
func (f *flow) answer(status, body string, more ...string) *flow {
	return f.answerAs("far", status, body, more...)
}

func (f *flow) answerAs(tag, status, body string, more ...string) *flow {
	return f.answerTo("[last_Via:]", "[last_CSeq:]", tag, status, body, more...)
}

// answerTo answers an INVITE that is not the last request: with the Via and
// CSeq it had, whole lines.
func (f *flow) answerTo(via, seq, tag, status, body string, more ...string) *flow {
	headers := append([]string{via, "[last_From:]", "[last_To:];tag=" + tag, "[last_Call-ID:]", seq, "[last_Record-Route:]", "Contact: <sip:far@[local_ip]:[local_port];transport=[transport]>"}, more...)
	return f.add(`<send><![CDATA[%s]]></send>`, message("SIP/2.0 "+status, headers, body))
}

func (f *flow) pause(ms int) *flow { return f.add(`<pause milliseconds="%d"/>`, ms) }

func (f *flow) actions(checks []string) string {
	if len(checks) == 0 {
		return ""
	}
	b := strings.Builder{}
	b.WriteString("<action>")
	for _, c := range checks {
		f.kept++
		name, re, _ := strings.Cut(c, ": ")
		where := fmt.Sprintf(`search_in="hdr" header="%s:"`, name)
		if name == "body" {
			where = `search_in="body"`
		}
		check := "check_it"
		if rest, ok := strings.CutPrefix(re, "!"); ok {
			re, check = rest, "check_it_inverse"
		}
		fmt.Fprintf(&b, `<ereg regexp="%s" %s %s="true" assign_to="%d"/>`, re, where, check, f.kept)
	}
	b.WriteString("</action>")
	return b.String()
}

func (f *flow) xml() string {
	all := strings.Join(f.steps, "\n")
	refs := ""
	for i := range f.kept {
		refs += fmt.Sprintf(",%d", i+1)
	}
	if refs != "" {
		all += fmt.Sprintf("\n<Reference variables=%q/>", refs[1:])
	}
	return "<?xml version=\"1.0\" encoding=\"ISO-8859-1\" ?>\n<!DOCTYPE scenario SYSTEM \"sipp.dtd\">\n<scenario name=\"flow\">\n" + all + "\n</scenario>\n"
}

// sipp is a running sipp.
type sipp struct {
	t    *testing.T
	cmd  *exec.Cmd
	addr netip.AddrPort
	out  bytes.Buffer
	dir  string
	done chan error
}

// play starts sipp with a flow. Peers that are called give no remote address.
func play(t *testing.T, f *flow, to netip.AddrPort, args ...string) *sipp {
	t.Helper()
	path, err := exec.LookPath("sipp")
	if err != nil {
		t.Fatal("sipp is missing: scripts/deps installs it")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "flow.xml")
	if err := os.WriteFile(file, []byte(f.xml()), 0o600); err != nil {
		t.Fatal(err)
	}
	port := siptest.FreePort(t)
	s := &sipp{t: t, dir: dir, addr: netip.AddrPortFrom(loopback, port), done: make(chan error, 1)}
	all := []string{"-sf", file, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-mp", fmt.Sprint(siptest.FreePort(t)), "-p", fmt.Sprint(port), "-m", "1", "-nostdin", "-timeout", "60s", "-trace_err", "-error_file", filepath.Join(dir, "errors"), "-s", "74951234567"}
	all = append(all, args...)
	if to.IsValid() {
		all = append(all, to.String())
	}
	ctx, cancel := context.WithTimeout(context.Background(), 70*time.Second)
	s.cmd = exec.CommandContext(ctx, path, all...)
	s.cmd.Dir = dir
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	if err := s.cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	go func() { s.done <- s.cmd.Wait(); cancel() }()
	t.Cleanup(func() { cancel() })
	return s
}

// ready waits until a called sipp listens.
func (s *sipp) ready(transport string) *sipp {
	s.t.Helper()
	until(s.t, "sipp listens", func() bool { return taken(transport, s.addr) })
	return s
}

// got tells whether a request of a method has come, by the messages that sipp
// was told to write.
func (s *sipp) got(method string) bool {
	b, err := os.ReadFile(filepath.Join(s.dir, "messages"))
	return err == nil && bytes.Contains(b, []byte("\n"+method+" sip:"))
}

// wait ends the flow: it fails the test when anything was not as expected.
func (s *sipp) wait() {
	s.t.Helper()
	if err := <-s.done; err != nil {
		said, _ := os.ReadFile(filepath.Join(s.dir, "errors"))
		screen := s.out.String()
		if len(screen) > 3000 {
			screen = screen[len(screen)-3000:]
		}
		s.t.Fatalf("sipp: %v\n%s\n%s", err, said, screen)
	}
}

var loopback = netip.MustParseAddr("127.0.0.1")

// netipNone: sipp is called and calls nobody.
var netipNone netip.AddrPort

// taken asks the system whether somebody listens, without taking the port itself.
func taken(transport string, a netip.AddrPort) bool {
	b, err := os.ReadFile("/proc/net/" + transport)
	return err == nil && bytes.Contains(b, fmt.Appendf(nil, ": 0100007F:%04X ", a.Port()))
}

// until waits for a condition that something else brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
