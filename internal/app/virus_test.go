package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"parley/internal/virus/virustest"
)

// TestVirusCheck lets a mail with a virus come while clamd is away, kills the program, and starts both again.
func TestVirusCheck(t *testing.T) {
	t.Parallel()
	clamd := virustest.New(t)
	port, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, port.Close())
	smtpAt := port.Addr().String()

	p := newProcess(t)
	p.cfg = Config{Data: p.cfg.Data, Listen: "127.0.0.1:0", SIPListen: off, WebRTCListen: off, SMTPListen: "127.0.0.1:0", SMTPHost: "parley.test", MailMaxSize: 35}
	a, err := newApp(p.cfg, "test", slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(t, err)
	must(t, a.start(context.Background(), &progress{}))
	box, err := ownCentre(t, a).emptyBox(t.Context())
	must(t, err)
	head := http.Header{}
	sign(box.agent, head)
	a.Stop()

	p.args = []string{"--sip-listen", off, "--webrtc-listen", off, "--smtp-listen", smtpAt, "--smtp-host", "parley.test", "--virus-check", clamd.TCP}
	p.start()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	p.awaitHealth(ctx, 200)
	must(t, smtp.SendMail(smtpAt, nil, "ivan@example.com", []string{box.address}, []byte("From: Ivan <ivan@example.com>\r\nSubject: The bill\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHere it is\r\n--b\r\nContent-Disposition: attachment; filename=bill.pdf\r\n\r\nThe sum\r\n"+
		"--b\r\nContent-Disposition: attachment; filename=more.pdf\r\n\r\n"+virustest.EICAR+"\r\n--b--\r\n")))

	type file struct{ ID, Name, Check, CheckWords string }
	files := func() (mail string, list []file) {
		t.Helper()
		var queue struct{ Items []struct{ CaseID string } }
		_, b := p.call(ctx, "localhost", "GET", "/api/mail-queue?place=team", head.Clone(), nil)
		if json.Unmarshal(b, &queue) != nil || len(queue.Items) == 0 {
			return "", nil
		}
		var history []struct {
			Mail struct {
				ID, Direction string
				Files         []file
			}
		}
		_, b = p.call(ctx, "localhost", "GET", "/api/cases/"+queue.Items[0].CaseID+"/history", head.Clone(), nil)
		_ = json.Unmarshal(b, &history)
		for _, e := range history {
			if e.Mail.Direction == "in" {
				return e.Mail.ID, e.Mail.Files
			}
		}
		return "", nil
	}
	refused := func(path, code string) {
		t.Helper()
		if status, b := p.call(ctx, "localhost", "GET", path, head.Clone(), nil); status != http.StatusConflict || !bytes.Contains(b, []byte(code)) {
			t.Errorf("%s: %d %s", path, status, b)
		}
	}
	t.Run("[E-23/virus-check] [B-3/once] a mail is there at once, its files stay shut over a kill while clamd is away", func(t *testing.T) {
		var list []file
		waits := func(what string) {
			until(t, what, func() bool {
				_, list = files()
				return len(list) == 2 && list[0].Check == "waiting" && list[0].CheckWords == "away"
			})
		}
		waits("the file waits")
		p.kill()
		p.start()
		p.awaitHealth(ctx, 200)
		waits("the file waits after the kill")
		refused("/api/mail-files/"+list[0].ID, "PAR-6012")
	})
	clamd.Start()
	t.Run("[E-23/virus-check] once clamd is there the files are checked by themselves", func(t *testing.T) {
		var mail string
		var list []file
		until(t, "both files are checked", func() bool {
			mail, list = files()
			return len(list) == 2 && list[0].Check == "clean" && list[1].Check == "infected"
		})
		if status, b := p.call(ctx, "localhost", "GET", "/api/mail-files/"+list[0].ID, head.Clone(), nil); status != 200 || string(b) != "The sum" {
			t.Errorf("%d %q", status, b)
		}
		refused("/api/mail-files/"+list[1].ID, virustest.Name)
		refused("/api/mail-files/"+list[1].ID+"?download=1", "PAR-6011")
		refused("/api/mails/"+mail+"/raw", "PAR-6011")
		_, b := p.call(ctx, "127.0.0.1", "GET", "/metrics", http.Header{}, nil)
		for _, want := range []string{`parley_files_checked_total{result="clean"} 1`, `parley_files_checked_total{result="infected"} 1`, `parley_files_checked_total{result="away"} `} {
			if !strings.Contains(string(b), want) {
				t.Errorf("the figures have no %s", want)
			}
		}
	})
	t.Run("[E-23/virus-check] doctor says whether clamd answers; a wrong address is no setting", func(t *testing.T) {
		var out bytes.Buffer
		cfg := Config{Data: p.cfg.Data, LogLevel: "error", VirusCheck: clamd.TCP}
		_ = Doctor(ctx, cfg, &out)
		if !strings.Contains(out.String(), "ok    virus check "+clamd.TCP) {
			t.Error(out.String())
		}
		clamd.Stop()
		out.Reset()
		if err := Doctor(ctx, cfg, &out); err == nil || !strings.Contains(out.String(), "FAIL  virus check "+clamd.TCP) || !strings.Contains(out.String(), "start clamd") {
			t.Error(out.String())
		}
		cfg.VirusCheck = "127.0.0.1:3310"
		if err := cfg.Check(); err == nil || !strings.Contains(err.Error(), "virus-check") || !strings.Contains(err.Error(), "tcp://") {
			t.Error(fmt.Sprint(err))
		}
	})
}
