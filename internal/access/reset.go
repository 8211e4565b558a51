package access

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/jobs"
	"parley/internal/web"
)

// Who has forgotten the password asks for a link by mail. Asking tells
// nothing about accounts: whoever is named, the same is done and answered, and
// only the job that follows looks who that is. The link's token is made by that
// job and goes into the mail; what is stored is its hash.

// Post sends the mails of access.
type Post interface {
	// Ready tells whether a tenant's mails have a way out.
	Ready(ctx context.Context, tenant string) (bool, error)
	// Send gives a mail to the relay; an error means another try, one made by
	// jobs.GiveUp that none would help.
	Send(ctx context.Context, m Mail) error
}

// Mail is a mail to a user.
type Mail struct {
	TenantID, Address, Name, Subject, Text string
}

const (
	jobReset = "access.reset"
	resetFor = 30 * time.Minute // a link

	asksOfAccount = 3 // an hour
	asksOfAddress = 20
	resetTries    = 5
)

type resetRow struct {
	bun.BaseModel `bun:"table:password_resets"`

	TenantID  string `bun:"tenant_id,pk"`
	UserID    string `bun:"user_id,pk"`
	TokenHash string `bun:"token_hash"`
	CreatedAt int64  `bun:"created_at"`
	ExpiresAt int64  `bun:"expires_at"`
}

type askRow struct {
	bun.BaseModel `bun:"table:password_reset_asks,alias:a"`

	TenantID string `bun:"tenant_id,pk"`
	Kind     string `bun:"kind,pk"`
	Key      string `bun:"key,pk"`
	Hour     int64  `bun:"hour"`
	Count    int64  `bun:"count"`
}

// resetAsk is what the job knows.
type resetAsk struct {
	TenantID string `json:"tenantId"`
	Login    string `json:"login"`
	Base     string `json:"base"` // of the link
	Language string `json:"language"`
	Address  string `json:"address"` // who asked, for the audit log
	At       int64  `json:"at"`
}

// UsePost says by what way links go; without it none are offered.
func (s *Service) UsePost(p Post) { s.post = p }

// RegisterJobs says how links are sent.
func (s *Service) RegisterJobs(r *jobs.Runner) {
	jobs.Register(r, jobReset, jobs.KindOpts{Timeout: 2 * time.Minute}, s.sendReset)
}

func (s *Service) resetOffered(ctx context.Context, tenant string) (bool, error) {
	if s.post == nil {
		return false, nil
	}
	return s.post.Ready(ctx, tenant)
}

// askReset takes a wish for a link.
func (s *Service) askReset(ctx context.Context, tenant, login, base, address string) error {
	rules, err := s.users.Rules(ctx, tenant)
	if err != nil {
		return err
	}
	if !rules.allows(address) {
		return fail.New("PAR-1005", nil)
	}
	offered, err := s.resetOffered(ctx, tenant)
	if err != nil {
		return err
	}
	if !offered {
		return fail.State("This contact centre sends no links for new passwords: ask an administrator")
	}
	now := s.now()
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		// A refusal takes its count back: who is at the limit stays there until the hour is over.
		if err := countAsk(ctx, tx, askRow{TenantID: tenant, Kind: byAddress, Key: guessKey(address)}, now, asksOfAddress); err != nil {
			return err
		}
		if err := countAsk(ctx, tx, askRow{TenantID: tenant, Kind: byAccount, Key: guessKey(login)}, now, asksOfAccount); err != nil {
			return err
		}
		ask := resetAsk{TenantID: tenant, Login: login, Base: base, Language: web.Who(ctx).Locale, Address: address, At: now}
		return jobs.Add(ctx, tx, jobReset, ask, jobs.Opts{MaxTries: resetTries})
	})
}

const hourMS = int64(time.Hour / time.Millisecond)

func countAsk(ctx context.Context, tx *db.Tx, row askRow, now, atMost int64) error {
	row.Hour, row.Count = now/hourMS, 1
	_, err := tx.NewInsert().Model(&row).On("CONFLICT (tenant_id, kind, key) DO UPDATE").
		Set("count = CASE WHEN a.hour = EXCLUDED.hour THEN a.count + 1 ELSE 1 END").Set("hour = EXCLUDED.hour").
		Returning("count").Exec(ctx)
	if err != nil {
		return err
	}
	if row.Count > atMost {
		return fail.TooMany(int(((row.Hour+1)*hourMS-now)/1000) + 1)
	}
	return nil
}

// sendReset sends the link to who has the account, if anybody has and may use it.
func (s *Service) sendReset(ctx context.Context, ask resetAsk) error {
	now := s.now()
	if now > ask.At+resetFor.Milliseconds() {
		return nil // who waited so long has asked again
	}
	a, found, err := s.users.AccountByLogin(ctx, ask.TenantID, ask.Login)
	if err != nil {
		return err
	}
	if !found || a.Locked || a.Email == "" {
		return nil
	}
	token := newToken()
	row := resetRow{TenantID: a.TenantID, UserID: a.UserID, TokenHash: tokenHash(token), CreatedAt: now, ExpiresAt: now + resetFor.Milliseconds()}
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (tenant_id, user_id) DO UPDATE").
			Set("token_hash = EXCLUDED.token_hash").Set("created_at = EXCLUDED.created_at").Set("expires_at = EXCLUDED.expires_at").Exec(ctx)
		if err != nil {
			return err
		}
		return s.noteReset(ctx, tx, a, "reset_asked", map[string]string{"address": ask.Address, "to": a.Email})
	})
	if err != nil {
		return err
	}
	return s.post.Send(ctx, resetMail(a, ask, ask.Base+"/reset#"+token))
}

func (s *Service) noteReset(ctx context.Context, tx *db.Tx, a Account, action string, after any) error {
	ctx = web.WithIdentity(ctx, web.Identity{TenantID: a.TenantID, UserID: a.UserID, Login: a.Login, Name: a.Name, Locale: web.Who(ctx).Locale})
	return s.audit.Record(ctx, tx, audit.Event{TenantID: a.TenantID, Action: action, Entity: "user", EntityID: a.UserID, Name: a.Name, After: after})
}

// errLink is the answer to a link that is none (any more), whatever is wrong
// with it.
func errLink() error {
	return fail.Invalid("token", "this link was used, is older than half an hour, or was replaced by a newer one: ask for another")
}

// resetPassword gives the owner of a link a new password and ends what is open
// in their name. A password that is refused leaves the link as it is.
func (s *Service) resetPassword(ctx context.Context, tenant, token, fresh, address string) error {
	rules, err := s.users.Rules(ctx, tenant)
	if err != nil {
		return err
	}
	rules = rules.withDefaults()
	if !rules.allows(address) {
		return fail.New("PAR-1005", nil)
	}
	if err := s.addressMay(ctx, tenant, address); err != nil {
		return err
	}
	var row resetRow
	err = s.db.Read().NewSelect().Model(&row).Where("tenant_id = ? AND token_hash = ? AND expires_at > ?", tenant, tokenHash(token), s.now()).Scan(ctx)
	if db.IsNone(err) {
		if err := s.blameAddress(ctx, tenant, address); err != nil {
			return err
		}
		return errLink()
	}
	if err != nil {
		return err
	}
	a, found, err := s.users.Account(ctx, tenant, row.UserID)
	if err != nil {
		return err
	}
	if !found || a.Locked {
		return errLink()
	}
	if err := checkNewPassword(rules, "new", a.Login, fresh); err != nil {
		return err
	}
	if err := s.unused(ctx, tenant, a.UserID, "new", fresh); err != nil {
		return err
	}
	hash, err := s.hasher.make(ctx, fresh)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		gone, err := tx.NewDelete().Model(&row).WherePK().Where("token_hash = ?", row.TokenHash).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := gone.RowsAffected(); err != nil || n != 1 {
			return errLink() // used at the same instant
		}
		if err := forgive(ctx, tx, tenant, a.Login); err != nil {
			return err
		}
		if err := s.users.SetPassword(ctx, tx, tenant, a.UserID, hash, false); err != nil {
			return err
		}
		session, open, err := liveSession(ctx, tx, tenant, a.UserID)
		if err != nil {
			return err
		}
		if open {
			if err := s.finish(ctx, tx, &session, Replaced, "", ""); err != nil {
				return err
			}
		}
		return s.noteReset(ctx, tx, a, "reset_password", nil)
	})
}

// addressMay refuses an address that has guessed too often.
func (s *Service) addressMay(ctx context.Context, tenant, address string) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		now := s.now()
		at, err := lockGuess(ctx, tx, guessRow{TenantID: tenant, Kind: byAddress, Key: guessKey(address)}, now)
		if err != nil {
			return err
		}
		return early(now, at.LastAt, addressWait(at.Count))
	})
}

var resetWords = map[string]struct{ subject, text string }{
	"ru": {"Новый пароль: %s", "Здравствуйте, %s!\n\nДля вашего имени пользователя (%s) попросили новый пароль. Чтобы задать его, откройте ссылку:\n\n%s\n\n" +
		"Она действует %d минут и только один раз. Если вы ничего не просили, ничего не делайте: прежний пароль остаётся.\n"},
	"en": {"New password: %s", "Hello %s,\n\na new password was asked for your user name (%s). To set it open this link:\n\n%s\n\n" +
		"It works once and for %d minutes. If you asked for nothing, do nothing: the present password stays.\n"},
}

func resetMail(a Account, ask resetAsk, link string) Mail {
	lang := a.Language
	if lang == "" {
		lang = ask.Language
	}
	w, ok := resetWords[lang]
	if !ok {
		w = resetWords["en"]
	}
	return Mail{TenantID: a.TenantID, Address: a.Email, Name: a.Name, Subject: fmt.Sprintf(w.subject, a.TenantName),
		Text: fmt.Sprintf(w.text, a.Name, a.Login, link, int(resetFor.Minutes()))}
}

// base is the address of the site as the client reached it. The host is one of
// the tenant's; a port is believed only when it is the one that listens here.
func base(ctx context.Context) string {
	r := web.Request(ctx)
	scheme, host := "http", r.Host
	if web.Secure(ctx) {
		scheme = "https"
	}
	if name, port, err := net.SplitHostPort(host); err == nil {
		host = name
		if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && strings.HasSuffix(local.String(), ":"+port) {
			host = net.JoinHostPort(name, port)
		}
	}
	return scheme + "://" + host
}

type resetOffer struct {
	Body struct {
		Offered bool `json:"offered" doc:"A link for a new password can be asked for"`
	}
}

type askResetInput struct {
	Body struct {
		Login string `json:"login" minLength:"1" maxLength:"100"`
	}
}

type resetInput struct {
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"200"`
		New   string `json:"new" minLength:"1" maxLength:"200"`
	}
}

func (s *Service) registerReset(srv *web.Server) {
	const tag = "session"
	web.Query(srv, web.Op{Path: "/api/session/reset", ID: "getResetOffer", Summary: "Whether a link for a new password can be asked for", Tag: tag, Public: true},
		func(ctx context.Context, _ *nothing) (*resetOffer, error) {
			out := &resetOffer{}
			var err error
			out.Body.Offered, err = s.resetOffered(ctx, web.Tenant(ctx))
			return out, err
		})
	web.Command(srv, web.Op{Path: "/api/session/reset", ID: "askReset", Summary: "Ask for a link for a new password; the answer is the same for every name", Tag: tag, Public: true, MaxBody: 4 << 10},
		func(ctx context.Context, in *askResetInput) (*nothing, error) {
			return nil, s.askReset(ctx, web.Tenant(ctx), strings.TrimSpace(in.Body.Login), base(ctx), web.ClientAddress(ctx))
		})
	web.Command(srv, web.Op{Path: "/api/session/reset/password", ID: "resetPassword", Summary: "Set a new password with a link's token", Tag: tag, Public: true, MaxBody: 4 << 10, Secret: true},
		func(ctx context.Context, in *resetInput) (*nothing, error) {
			return nil, s.resetPassword(ctx, web.Tenant(ctx), in.Body.Token, in.Body.New, web.ClientAddress(ctx))
		})
}
