package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/smtp"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"parley/internal/db"
)

// BenchmarkMailIntake sends mails to the program by SMTP, eight connections at a
// time and from as many addresses as the limits by address ask for: durable/s is
// how many were answered with 250, which is after the disk has them, threaded/s
// how many stood in their cases. Every second one answers the one before it. The
// clients are in the same process. Discarding is go-smtp's server that keeps nothing, with the same clients.
func BenchmarkMailIntake(b *testing.B) {
	for _, n := range []int{500, 2000} {
		b.Run(fmt.Sprintf("discarding/%d-mails", n), func(b *testing.B) {
			_, address := startRelay(b)
			for b.Loop() {
				took := post(b, address, "anybody@parley.test", n)
				b.ReportMetric(float64(n)/took.Seconds(), "mails/s")
				b.ReportMetric(0, "ns/op")
			}
		})
		for _, engine := range []string{db.SQLite, db.Postgres} {
			b.Run(fmt.Sprintf("%s/%d-mails", engine, n), func(b *testing.B) {
				cfg := Config{Data: filepath.Join(b.TempDir(), "data"), Listen: "127.0.0.1:0", SIPListen: off, WebRTCListen: off,
					SMTPListen: "127.0.0.1:0", SMTPHost: "parley.test", MailMaxSize: 35}
				if engine == db.Postgres {
					cfg.Database = ownPostgres(b).DSN("postgres")
				}
				a, err := newApp(cfg, "bench", slog.New(slog.NewTextHandler(io.Discard, nil)))
				must(b, err)
				b.Cleanup(a.Stop)
				must(b, a.start(context.Background(), &progress{}))
				box, err := ownCentre(b, a).emptyBox(b.Context())
				must(b, err)
				for b.Loop() { // once: further mails with the same ids are the same mails
					began := time.Now()
					took := post(b, a.smtp.Addr().String(), box.address, n)
					tick := time.NewTicker(5 * time.Millisecond)
					defer tick.Stop()
					for done := int64(0); done < int64(n); <-tick.C {
						done, err = a.db.Read().NewSelect().Table("mails").Where("direction = 'in'").Count(b.Context())
						must(b, err)
					}
					b.ReportMetric(float64(n)/took.Seconds(), "durable/s")
					b.ReportMetric(float64(n)/time.Since(began).Seconds(), "threaded/s")
					b.ReportMetric(0, "ns/op")
				}
			})
		}
	}
}

// post sends n mails and gives how long it took until all were answered.
func post(b *testing.B, address, to string, n int) time.Duration {
	b.Helper()
	const each = 25 // mails of one address: within its allowance at once
	rounds := make(chan int, n/each)
	for i := range n / each {
		rounds <- i
	}
	close(rounds)
	began := time.Now()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range rounds {
				if err := postFrom(net.IPv4(127, 1, byte(i>>8), byte(i)), address, to, i*each, each); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	if b.Failed() {
		b.FailNow()
	}
	return took
}

// postFrom sends n mails over one connection from an address of this machine.
func postFrom(from net.IP, address, to string, first, n int) error {
	conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: from}, Timeout: 10 * time.Second}).Dial("tcp", address)
	if err != nil {
		return err
	}
	c, err := smtp.NewClient(conn, "127.0.0.1")
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	for i := first; i < first+n; i++ {
		head := fmt.Sprintf("Message-ID: <bench%d@example.com>\r\n", i)
		if i%2 == 1 {
			head += fmt.Sprintf("In-Reply-To: <bench%d@example.com>\r\n", i-1)
		}
		if err := c.Mail("ivan@example.com"); err != nil {
			return err
		}
		if err := c.Rcpt(to); err != nil {
			return err
		}
		w, err := c.Data()
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "From: Customer %d <c%d@example.com>\r\nTo: %s\r\nSubject: Lost bag %d\r\n%s\r\nWhere is my bag? It was on the train to the coast.\r\n", i/2, i/2, to, i/2, head); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	return c.Quit()
}
