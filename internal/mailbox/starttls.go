package mailbox

import (
	"crypto/tls"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
)

// startTLS goes through the plain beginning of an SMTP conversation and encrypts
// the connection. The library can't do it with our name and our ear; it is given
// a greeting that no server sent, since it waits for one.
func startTLS(conn net.Conn, host string, cfg *tls.Config, talk io.Writer) (net.Conn, error) {
	var both io.ReadWriteCloser = conn
	if talk != nil {
		both = overheard{Reader: io.TeeReader(conn, talk), Writer: io.MultiWriter(conn, talk), Closer: conn}
	}
	text := textproto.NewConn(both)
	if _, _, err := text.ReadResponse(220); err != nil {
		return nil, err
	}
	said, err := exchange(text, 250, "EHLO "+host)
	if err != nil {
		return nil, err
	}
	offered := false
	for _, line := range strings.Split(said, "\n") {
		offered = offered || strings.EqualFold(strings.TrimSpace(line), "STARTTLS")
	}
	if !offered {
		return nil, &troubled{Trouble{Reason: TroubleNoTLS}, nil}
	}
	if _, err := exchange(text, 220, "STARTTLS"); err != nil {
		return nil, err
	}
	if n := text.R.Buffered(); n > 0 {
		return nil, &troubled{Trouble{TroubleEarly, strconv.Itoa(n)}, nil}
	}
	t := tls.Client(conn, cfg)
	if err := t.Handshake(); err != nil {
		return nil, err
	}
	return &greeted{Conn: t, greeting: strings.NewReader("220 encrypted from here on\r\n")}, nil
}

func exchange(text *textproto.Conn, want int, line string) (string, error) {
	if err := text.PrintfLine("%s", line); err != nil {
		return "", err
	}
	_, said, err := text.ReadResponse(want)
	return said, err
}

type overheard struct {
	io.Reader
	io.Writer
	io.Closer
}

// greeted is a connection with a greeting before what is read from it.
type greeted struct {
	net.Conn
	greeting *strings.Reader
}

func (g *greeted) Read(b []byte) (int, error) {
	if g.greeting.Len() > 0 {
		return g.greeting.Read(b)
	}
	return g.Conn.Read(b)
}
