package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/emersion/go-imap/v2"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
)

// fetcher takes in what comes into one mailbox on an IMAP server. One goroutine,
// on the node that has the mailbox's lease.
type fetcher struct {
	box      org.Mailbox
	all      *Fetchers
	poke     chan struct{}
	log      *slog.Logger
	unread   map[int64]int // failed readings of a mail in a row
	warning  Trouble       // what goes wrong without keeping mail from being taken in
	shown    health        // what was noted last
	existing bool          // shown is in the table
}

// A mail that can't be read so many times stays where it is, so that the others
// are not kept waiting.
const maxUnread = 4

// renumberedBack is how far before the last mail one looks again after a server
// has given all mails new numbers.
const renumberedBack = 30 * 24 * time.Hour

func (f *fetcher) run(ctx context.Context) error {
	pause := f.all.cfg.Timers.Retry
	for {
		began := time.Now()
		err := f.owned(ctx)
		if ctx.Err() != nil {
			return nil
		}
		switch {
		case errors.Is(err, errElsewhere):
			pause = f.all.cfg.Timers.Lease
		case errors.Is(err, errAgain):
			pause = 0
		default:
			f.note(ctx, StateDown, troubleOf(err))
			if time.Since(began) > time.Minute {
				pause = 0
			}
			pause = min(max(2*pause, f.all.cfg.Timers.Retry), f.all.cfg.Timers.MaxRetry)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-f.poke:
		case <-time.After(pause):
		}
	}
}

var (
	errElsewhere = errors.New("another node fetches this mailbox")
	errAgain     = errors.New("connect again")
)

// owned runs one connection while the lease is ours.
func (f *fetcher) owned(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if f.all.cfg.Lease != nil {
		lost, release, err := f.all.cfg.Lease(ctx, "mailbox/"+f.box.Entry.ID)
		if err != nil {
			f.log.Debug("the mailbox is not fetched here", "reason", err)
			return errElsewhere
		}
		defer release()
		stop := make(chan struct{})
		defer close(stop)
		f.all.group.Go("mailbox.lease", func(context.Context) error {
			select {
			case <-lost:
				cancel()
			case <-stop:
			}
			return nil
		})
	}
	return f.connection(ctx)
}

func (f *fetcher) connection(ctx context.Context) error {
	if f.shown.State != StateDown {
		f.note(ctx, StateConnecting, Trouble{})
	}
	a, err := f.all.accounts.find(ctx, f.box.TenantID, f.box.Entry, org.MailSideIMAP)
	if err != nil {
		return err
	}
	in, err := f.all.connect(ctx, a)
	if err != nil {
		return err
	}
	defer in.Close()
	o, err := in.Open(ctx, f.box.Entry.IMAP.Folder)
	if err != nil {
		return err
	}
	st, err := f.settle(ctx, o)
	if err != nil {
		return err
	}
	for {
		if err := f.round(ctx, in, st); err != nil {
			return err
		}
		f.note(ctx, StateUp, f.warning)
		if err := in.Wait(ctx, f.all.cfg.Timers.Poll, f.poke); err != nil {
			return err
		}
		if st, err = f.all.store.read(ctx, f.box.TenantID, f.box.Entry.ID); err != nil {
			return err
		}
		if st == nil {
			return errAgain
		}
	}
}

// accountKey names what the numbers of a state belong to.
func accountKey(m org.MailIn) string { return m.User + "@" + m.Host + "/" + m.Folder }

// settle finds where to go on: at the beginning with what is new and, by setting,
// what is not too old; after the server has numbered anew with all that may not
// have been seen.
func (f *fetcher) settle(ctx context.Context, o opened) (*state, error) {
	e, now := f.box.Entry, f.all.now()
	st, err := f.all.store.read(ctx, f.box.TenantID, e.ID)
	if err != nil {
		return nil, err
	}
	key := accountKey(e.IMAP)
	switch {
	case st == nil || st.Account != key:
		st = &state{TenantID: f.box.TenantID, EntryID: e.ID, Account: key, Since: now.UnixMilli()}
		if e.IMAP.SinceDays > 0 {
			st.Since = now.AddDate(0, 0, -e.IMAP.SinceDays).UnixMilli()
			st.BackfillFrom = st.Since
		}
	case st.UIDValidity != o.UIDValidity:
		from := max(st.Since, st.LastMailAt-renumberedBack.Milliseconds())
		if st.BackfillFrom == 0 || from < st.BackfillFrom {
			st.BackfillFrom = from
		}
		st.BackfillUID = 0
		f.log.Info("the server has numbered the mailbox anew", "from", st.BackfillFrom)
	default:
		return st, nil
	}
	st.UIDValidity, st.LastUID = o.UIDValidity, o.UIDNext-1
	return st, f.all.store.begin(ctx, st)
}

// round takes in everything that waits.
func (f *fetcher) round(ctx context.Context, in folder, st *state) error {
	if st.BackfillFrom > 0 {
		// A day more: servers know days only, in their own time zone.
		mails, err := in.Since(ctx, time.UnixMilli(st.BackfillFrom).AddDate(0, 0, -1))
		if err != nil {
			return err
		}
		for _, m := range mails {
			if m.UID <= st.BackfillUID || m.UID > st.LastUID || m.At.UnixMilli() < st.BackfillFrom {
				continue
			}
			if err := f.mail(ctx, in, st, m, true); err != nil {
				return err
			}
		}
		if err := f.all.store.filled(ctx, st); err != nil {
			return err
		}
	}
	mails, err := in.Above(ctx, st.LastUID)
	if err != nil {
		return err
	}
	for _, m := range mails {
		if err := f.mail(ctx, in, st, m, false); err != nil {
			return err
		}
		st.LastUID = m.UID
	}
	return nil
}

// mail takes one in: first it is durable here, then it is marked there, then it is
// done with. A crash in between makes it come again.
func (f *fetcher) mail(ctx context.Context, in folder, st *state, m listed, again bool) error {
	if m.Deleted {
		return f.all.store.passed(ctx, st, m.UID, again, 0, nil)
	}
	if m.Size > f.all.cfg.MaxSize {
		return f.skip(ctx, in, st, m, again, SkippedTooLarge, f.tooLarge())
	}
	raw, err := in.Raw(ctx, m.UID, f.all.cfg.MaxSize)
	switch {
	case errors.Is(err, errGone):
		return f.all.store.passed(ctx, st, m.UID, again, 0, nil)
	case errors.Is(err, errTooBig): // larger than the server said; the connection is closed
		return errors.Join(f.skip(ctx, nil, st, m, again, SkippedTooLarge, f.tooLarge()), errAgain)
	case err != nil:
		return f.unreadable(ctx, in, st, m, again, err)
	}
	delete(f.unread, m.UID)
	e := f.box.Entry
	err = f.all.cfg.Intake.Take(ctx, Arrival{TenantID: f.box.TenantID, EntryID: e.ID, Recipient: org.MailKey(e.Address), Source: SourceIMAP, Peer: e.IMAP.Host,
		ReceivedAt: receivedAt(m.At, f.all.now()), Raw: raw})
	if err != nil {
		return &troubled{Trouble{TroubleStore, shortened(err.Error(), 300)}, err}
	}
	taken.WithLabelValues(SourceIMAP).Inc()
	if err := f.mark(ctx, in, m.UID); err != nil {
		return err
	}
	return f.all.store.passed(ctx, st, m.UID, again, f.all.now().UnixMilli(), nil)
}

// receivedAt believes the server's time of arrival within reason.
func receivedAt(at, now time.Time) int64 {
	if at.IsZero() || at.After(now) {
		at = now
	}
	return at.UnixMilli()
}

func (f *fetcher) tooLarge() string {
	return fmt.Sprintf("larger than %d MiB (mail-max-size)", f.all.cfg.MaxSize>>20)
}

// mark tells the server that a mail was taken in. One that doesn't let us is a
// nuisance, not a reason to stop.
func (f *fetcher) mark(ctx context.Context, in folder, uid int64) error {
	do := in.Seen
	if to := f.box.Entry.IMAP.MoveTo; to != "" {
		do = func(ctx context.Context, uid int64) error { return in.Move(ctx, uid, to) }
	}
	err := do(ctx, uid)
	if no := new(imap.Error); errors.As(err, &no) {
		f.warning = Trouble{TroubleMark, shortened(no.Text, 200)}
		return nil
	}
	if err == nil {
		f.warning = Trouble{}
	}
	return err
}

func (f *fetcher) unreadable(ctx context.Context, in folder, st *state, m listed, again bool, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if f.unread[m.UID]++; f.unread[m.UID] < maxUnread {
		return err
	}
	delete(f.unread, m.UID)
	return errors.Join(f.skip(ctx, nil, st, m, again, SkippedUnreadable, troubleOf(err).String()), errAgain)
}

// skip leaves a mail where it is and puts it on the list that administrators see.
func (f *fetcher) skip(ctx context.Context, in folder, st *state, m listed, again bool, why, detail string) error {
	row := &Skipped{TenantID: st.TenantID, ID: db.NewID(), EntryID: st.EntryID, Account: st.Account, UIDValidity: st.UIDValidity, UID: m.UID,
		Size: m.Size, Reason: why, Detail: detail, At: f.all.now().UnixMilli()}
	if in != nil {
		row.Sender, row.Subject = in.Head(ctx, m.UID)
	}
	skipped.Inc()
	f.log.Warn("a mail stays on its server", "uid", m.UID, "size", m.Size, "reason", detail)
	return f.all.store.passed(ctx, st, m.UID, again, 0, row)
}

// note keeps how it goes, when that has changed.
func (f *fetcher) note(ctx context.Context, to string, why Trouble) {
	if to == StateConnecting && f.shown.State == StateUp {
		return // a reconnection that works need not be seen
	}
	if f.existing && f.shown.State == to && f.shown.Reason == why.Reason && f.shown.Detail == why.Detail {
		return
	}
	h := health{TenantID: f.box.TenantID, EntryID: f.box.Entry.ID, State: to, Since: f.all.now().UnixMilli(), Reason: why.Reason, Detail: why.Detail}
	if err := f.all.store.note(ctx, h); err != nil {
		if fail.Code(err) != fail.CodeUnavailable && !errors.Is(err, io.ErrClosedPipe) {
			f.log.Warn("the mailbox's state could not be noted", "error", err)
		}
		return
	}
	if to == StateDown {
		f.log.Warn("a mailbox cannot be fetched; it is tried again", "reason", why.String())
	} else if to == StateUp && f.shown.State == StateDown {
		f.log.Info("the mailbox is fetched again")
	}
	f.shown, f.existing = h, true
}
