package mailbox

import (
	"bytes"
	"context"
	"io"
	"net"
	"time"

	"parley/internal/db"
	"parley/internal/org"
)

// AskBackfill is what the API does without its checks.
func (fs *Fetchers) AskBackfill(ctx context.Context, tx *db.Tx, tenant, entry string, from int64) error {
	return fs.store.askBackfill(ctx, tx, tenant, entry, from)
}

// ReadMail reads a mail as a session does, in parts of a size; held is what stays
// taken of the budget.
func ReadMail(in []byte, part int, maxSize int64, header int) (out []byte, held int64, err error) {
	const memory = 1 << 20
	s := &Server{cfg: SMTPConfig{MaxSize: maxSize, Limits: Limits{HeaderBytes: header}.withDefaults()}, memory: &budget{left: memory}}
	here, there := net.Pipe()
	defer func() { _, _ = here.Close(), there.Close() }()
	r := &mailReader{from: parts{bytes.NewReader(in), part}, server: s, conn: here, until: time.Now().Add(time.Minute), now: time.Now}
	out, err = r.all()
	r.free()
	return out, memory - s.memory.left, err
}

type parts struct {
	r io.Reader
	n int
}

func (p parts) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.n)]) }

// DialogueText shows a conversation that went so.
func DialogueText(side string, secret org.MailSecret, lines ...string) string {
	d := &dialogue{}
	for _, l := range lines {
		_, _ = io.WriteString(d, l)
	}
	return d.text(side, secret, "")
}
