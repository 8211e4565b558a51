package mailbox

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"parley/internal/org"
)

// folder is a folder of an IMAP server as the fetcher needs it. It hides the
// library, which is still a beta.
type folder interface {
	// Open selects the folder.
	Open(ctx context.Context, name string) (opened, error)
	// Above gives the mails with numbers above uid, in order.
	Above(ctx context.Context, uid int64) ([]listed, error)
	// Since gives the mails that came on or after a day, in order.
	Since(ctx context.Context, day time.Time) ([]listed, error)
	// Raw gives a mail; errTooBig when it turns out larger than max.
	Raw(ctx context.Context, uid, max int64) ([]byte, error)
	// Head gives sender and subject.
	Head(ctx context.Context, uid int64) (sender, subject string)
	// Seen marks a mail as read; Move takes it to another folder.
	Seen(ctx context.Context, uid int64) error
	Move(ctx context.Context, uid int64, to string) error
	// Wait returns when something has come, when poked, or after d.
	Wait(ctx context.Context, d time.Duration, poke <-chan struct{}) error
	Close()
}

type opened struct {
	UIDValidity, UIDNext int64
	Messages             uint32
	ReadOnly             bool
}

type listed struct {
	UID, Size int64
	At        time.Time
	Deleted   bool
}

var errTooBig = errors.New("the mail is larger than it may be")

// Bounds of single steps with a server.
const (
	imapStep   = time.Minute
	imapFetch  = 10 * time.Minute
	imapHello  = 30 * time.Second
	searchPart = 500 // mails whose sizes are asked for at once
)

// imapFolder is a connection by the library.
type imapFolder struct {
	c    *imapclient.Client
	conn net.Conn
	news chan struct{}
	idle bool
}

// connect opens a connection and signs in. talk, if given, hears the dialogue.
func (as *accounts) connect(ctx context.Context, a account, talk io.Writer) (*imapFolder, error) {
	conn, err := as.dial(ctx, a)
	if err != nil {
		return nil, err
	}
	f := &imapFolder{conn: conn, news: make(chan struct{}, 1)}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	timer := time.AfterFunc(imapHello, func() { _ = conn.Close() })
	defer timer.Stop()
	o := &imapclient.Options{TLSConfig: as.tls(a), UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(m *imapclient.UnilateralDataMailbox) {
			if m.NumMessages != nil {
				f.nudge()
			}
		}}}
	if talk != nil {
		o.DebugWriter = talk
	}
	if a.TLS == org.TLSStart {
		if f.c, err = imapclient.NewStartTLS(conn, o); err != nil {
			return nil, err
		}
	} else {
		f.c = imapclient.New(conn, o)
	}
	if err := f.c.WaitGreeting(); err != nil {
		f.Close()
		return nil, err
	}
	if err := f.signIn(ctx, as, a); err != nil {
		f.Close()
		return nil, err
	}
	f.idle = f.c.Caps().Has(imap.CapIdle)
	return f, nil
}

func (f *imapFolder) signIn(ctx context.Context, as *accounts, a account) error {
	caps := f.c.Caps()
	var err error
	if a.Auth == org.AuthPassword && !caps.Has(imap.CapLoginDisabled) && !caps.Has(imap.AuthCap(sasl.Plain)) {
		err = f.c.Login(a.User, a.secret.Password).Wait()
	} else {
		var m sasl.Client
		if m, err = as.mechanism(ctx, a, func(name string) bool { return caps.Has(imap.AuthCap(name)) }); err != nil {
			return err
		}
		err = f.c.Authenticate(m)
	}
	if no := new(imap.Error); errors.As(err, &no) {
		as.forgetToken(a)
		return &troubled{Trouble{TroubleSignIn, shortened(no.Text, 300)}, err}
	}
	return err
}

func (f *imapFolder) nudge() {
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// bounded runs one exchange; when it takes too long or ctx ends the connection is
// closed, which ends it.
func (f *imapFolder) bounded(ctx context.Context, d time.Duration, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	stop := context.AfterFunc(ctx, f.Close)
	defer stop()
	err := do()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// Close does not wait for the library's reader, which may be waiting for us.
func (f *imapFolder) Close() { _ = f.conn.Close() }

func (f *imapFolder) Open(ctx context.Context, name string) (out opened, err error) {
	err = f.bounded(ctx, imapStep, func() error {
		s, err := f.c.Select(name, nil).Wait()
		if no := new(imap.Error); errors.As(err, &no) {
			return &troubled{Trouble{TroubleFolder, name + ": " + shortened(no.Text, 300)}, err}
		}
		if err != nil {
			return err
		}
		out = opened{UIDValidity: int64(s.UIDValidity), UIDNext: int64(s.UIDNext), Messages: s.NumMessages}
		if out.UIDNext == 0 { // a server need not say
			all, err := f.search(&imap.SearchCriteria{})
			if err != nil {
				return err
			}
			out.UIDNext = 1
			if len(all) > 0 {
				out.UIDNext = int64(all[len(all)-1]) + 1
			}
		}
		return nil
	})
	return out, err
}

func (f *imapFolder) search(what *imap.SearchCriteria) ([]imap.UID, error) {
	found, err := f.c.UIDSearch(what, nil).Wait()
	if err != nil {
		return nil, err
	}
	uids := found.AllUIDs()
	slices.Sort(uids)
	return uids, nil
}

func (f *imapFolder) Above(ctx context.Context, uid int64) ([]listed, error) {
	var set imap.UIDSet
	set.AddRange(imap.UID(uid+1), 0)
	return f.list(ctx, &imap.SearchCriteria{UID: []imap.UIDSet{set}}, uid)
}

func (f *imapFolder) Since(ctx context.Context, day time.Time) ([]listed, error) {
	return f.list(ctx, &imap.SearchCriteria{Since: day}, 0)
}

func (f *imapFolder) list(ctx context.Context, what *imap.SearchCriteria, above int64) (out []listed, err error) {
	var uids []imap.UID
	err = f.bounded(ctx, imapStep, func() error {
		uids, err = f.search(what)
		return err
	})
	if err != nil {
		return nil, err
	}
	uids = slices.DeleteFunc(uids, func(u imap.UID) bool { return int64(u) <= above }) // n:* always gives the last one
	for part := range slices.Chunk(uids, searchPart) {
		err := f.bounded(ctx, imapStep, func() error {
			rows, err := f.c.Fetch(imap.UIDSetNum(part...), &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true, Flags: true}).Collect()
			for _, r := range rows {
				out = append(out, listed{UID: int64(r.UID), Size: r.RFC822Size, At: r.InternalDate, Deleted: slices.Contains(r.Flags, imap.FlagDeleted)})
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b listed) int { return int(a.UID - b.UID) })
	return out, nil
}

func (f *imapFolder) Raw(ctx context.Context, uid, max int64) (raw []byte, err error) {
	err = f.bounded(ctx, imapFetch, func() error {
		raw, err = f.section(uid, &imap.FetchItemBodySection{Peek: true}, max)
		return err
	})
	return raw, err
}

// section reads one part of a mail, never more than max of it whatever the server
// says.
func (f *imapFolder) section(uid int64, what *imap.FetchItemBodySection, max int64) (raw []byte, err error) {
	cmd := f.c.Fetch(imap.UIDSetNum(imap.UID(uid)), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{what}})
	found, big := false, false
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for item := msg.Next(); item != nil; item = msg.Next() {
			body, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || body.Literal == nil || found {
				continue
			}
			found = true
			raw, err = io.ReadAll(io.LimitReader(body.Literal, max+1))
			if big = int64(len(raw)) > max; big {
				f.Close() // the rest of it is not worth the wait
			}
		}
	}
	switch closed := cmd.Close(); {
	case big:
		return nil, errTooBig
	case err != nil || closed != nil:
		return nil, errors.Join(err, closed)
	}
	if !found {
		return nil, errGone
	}
	return raw, nil
}

// errGone says that a mail was deleted meanwhile.
var errGone = errors.New("the mail is no longer there")

const headBytes = 16 << 10

func (f *imapFolder) Head(ctx context.Context, uid int64) (sender, subject string) {
	_ = f.bounded(ctx, imapStep, func() error {
		raw, err := f.section(uid, &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"From", "Subject"},
			Partial: &imap.SectionPartial{Offset: 0, Size: headBytes}}, headBytes)
		if err != nil {
			return err
		}
		h, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw))).ReadMIMEHeader() // as far as it goes
		d := &mime.WordDecoder{}
		word := func(s string) string {
			if out, err := d.DecodeHeader(s); err == nil {
				s = out
			}
			return shortened(strings.ToValidUTF8(s, "�"), 200)
		}
		sender, subject = word(h.Get("From")), word(h.Get("Subject"))
		return nil
	})
	return sender, subject
}

func (f *imapFolder) Seen(ctx context.Context, uid int64) error {
	return f.bounded(ctx, imapStep, func() error {
		return f.c.Store(imap.UIDSetNum(imap.UID(uid)), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close()
	})
}

func (f *imapFolder) Move(ctx context.Context, uid int64, to string) error {
	return f.bounded(ctx, imapStep, func() error {
		_, err := f.c.Move(imap.UIDSetNum(imap.UID(uid)), to).Wait()
		return err
	})
}

// Wait lets the server tell (IDLE); one that can't is asked after d.
func (f *imapFolder) Wait(ctx context.Context, d time.Duration, poke <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	wait := func() {
		select {
		case <-f.news:
		case <-poke:
		case <-timer.C:
		case <-ctx.Done():
		case <-f.c.Closed():
		}
	}
	if !f.idle {
		wait()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return f.bounded(ctx, imapStep, func() error { return f.c.Noop().Wait() })
	}
	var idle *imapclient.IdleCommand
	err := f.bounded(ctx, imapStep, func() (err error) {
		idle, err = f.c.Idle()
		return err
	})
	if err != nil {
		return err
	}
	wait()
	err = f.bounded(context.WithoutCancel(ctx), imapHello, func() error { return errors.Join(idle.Close(), idle.Wait()) })
	return errors.Join(ctx.Err(), err)
}
