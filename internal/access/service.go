package access

import (
	"context"
	"strings"
	"unicode/utf8"

	"parley/internal/audit"
	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// Service is access for all tenants of a node.
type Service struct {
	db     *db.DB
	users  Directory
	audit  Auditor
	hasher *hasher
	seen   *seen
	post   Post         // nil: no mails
	now    func() int64 // unix ms; tests set it

	// Features are shown to the interface as they are, by name.
	Features map[string]bool
	// Version of the program, for Me.
	Version string
}

// Auditor is the audit log.
type Auditor interface {
	Record(ctx context.Context, tx *db.Tx, ev audit.Event) error
}

// New makes the service.
func New(d *db.DB, users Directory, log Auditor) *Service {
	return &Service{db: d, users: users, audit: log, hasher: newHasher(), seen: newSeen(), now: db.Now}
}

// origin is where a sign-in comes from.
type origin struct {
	address, agent string
	token          string // of the session the browser has already
}

// signIn checks a login and password and begins a session. The answer to a wrong
// login and to a wrong password is the same and costs the same.
func (s *Service) signIn(ctx context.Context, tenant, login, password string, force bool, from origin) (Account, Session, string, error) {
	fails := func(err error) (Account, Session, string, error) { return Account{}, Session{}, "", err }
	rules, err := s.users.Rules(ctx, tenant)
	if err != nil {
		return fails(err)
	}
	rules = rules.withDefaults()
	if !rules.allows(from.address) {
		return fails(fail.New("PAR-1005", nil))
	}
	if err := s.reserve(ctx, rules, tenant, login, from.address); err != nil {
		return fails(err)
	}
	account, found, err := s.users.AccountByLogin(ctx, tenant, login)
	if err != nil {
		return fails(err)
	}
	right, old, err := s.hasher.matches(ctx, password, account.PasswordHash)
	if err != nil {
		return fails(err)
	}
	if !found || !right {
		if err := s.blameAddress(ctx, tenant, from.address); err != nil {
			return fails(err)
		}
		return fails(fail.New("PAR-1001", nil))
	}
	if account.Locked { // told only to who knows the password
		return fails(fail.New("PAR-1005", nil))
	}
	fresh := ""
	if old {
		if fresh, err = s.hasher.make(ctx, password); err != nil {
			return fails(err)
		}
	}
	session, token, err := s.begin(ctx, account, login, fresh, force, from)
	return account, session, token, err
}

// begin makes the session. Where the user has one already it is ended if force
// is set or if it is this browser's own, else PAR-1002.
func (s *Service) begin(ctx context.Context, a Account, login, freshHash string, force bool, from origin) (Session, string, error) {
	token := newToken()
	now := s.now()
	session := Session{TenantID: a.TenantID, ID: db.NewID(), UserID: a.UserID, TokenHash: tokenHash(token), CreatedAt: now, LastSeenAt: now,
		Address: from.address, Agent: cut(from.agent, 300)}
	taken := false
	err := s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		taken = false
		if err := forgive(ctx, tx, a.TenantID, login); err != nil {
			return err
		}
		other, found, err := liveSession(ctx, tx, a.TenantID, a.UserID)
		if err != nil {
			return err
		}
		if found {
			own := from.token != "" && tokenHash(from.token) == other.TokenHash
			if !force && !own && !s.expired(ctx, other) {
				taken = true // the guesses are forgiven all the same
				return nil
			}
			if err := s.finish(ctx, tx, &other, Replaced, "", ""); err != nil {
				return err
			}
		}
		if freshHash != "" {
			if err := s.users.RefreshHash(ctx, tx, a.TenantID, a.UserID, freshHash); err != nil {
				return err
			}
		}
		if _, err := tx.NewInsert().Model(&session).Exec(ctx); err != nil {
			return err
		}
		return s.note(ctx, tx, a, "sign_in", session.ID)
	})
	switch {
	case db.IsUnique(err), taken: // unique: signed in twice at the same instant
		return Session{}, "", fail.New("PAR-1002", nil)
	case err != nil:
		return Session{}, "", err
	}
	return session, token, nil
}

func (s *Service) expired(ctx context.Context, session Session) bool {
	rules, err := s.users.Rules(ctx, session.TenantID)
	return err == nil && session.overdue(rules.withDefaults(), s.now())
}

// finish ends a session inside a transaction and tells its desk.
func (s *Service) finish(ctx context.Context, tx *db.Tx, session *Session, reason, by, byName string) error {
	session.EndedAt, session.EndReason, session.EndedBy, session.EndedByName = s.now(), reason, by, byName
	ended, err := session.end(ctx, tx)
	if err != nil || !ended {
		return err
	}
	bus.Record(tx, session.TenantID, "u/"+session.UserID, EventEnded, session.ended())
	return nil
}

// EndSession ends a live session of a user: Forced with the name of who wants it,
// Closed when the desk stayed away, SignedOut. An empty sessionID means whichever
// the user has; another one than that has ended already. It may be called inside
// a transaction, with its context.
func (s *Service) EndSession(ctx context.Context, tenant, userID, sessionID, reason, by, byName string) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		session, found, err := liveSession(ctx, tx, tenant, userID)
		if err != nil || !found || sessionID != "" && sessionID != session.ID {
			return err
		}
		return s.finish(ctx, tx, &session, reason, by, byName)
	})
}

// signOut ends the caller's own session.
func (s *Service) signOut(ctx context.Context, who web.Identity) error {
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		session := Session{TenantID: who.TenantID, ID: who.SessionID, UserID: who.UserID}
		if err := s.finish(ctx, tx, &session, SignedOut, who.UserID, who.Name); err != nil {
			return err
		}
		return s.note(ctx, tx, Account{TenantID: who.TenantID, UserID: who.UserID, Name: who.Name}, "sign_out", who.SessionID)
	})
}

// changePassword is the user's own doing; guesses at the old one are throttled
// like those at sign-in.
func (s *Service) changePassword(ctx context.Context, who web.Identity, old, fresh, address string) error {
	rules, account, err := s.rulesAndAccount(ctx, who.TenantID, who.UserID)
	if err != nil {
		return err
	}
	if err := s.reserve(ctx, rules, who.TenantID, account.Login, address); err != nil {
		return err
	}
	hash, err := s.users.PasswordHash(ctx, who.TenantID, who.UserID)
	if err != nil {
		return err
	}
	right, _, err := s.hasher.matches(ctx, old, hash)
	if err != nil {
		return err
	}
	if !right {
		return fail.Invalid("old", "is not the present password")
	}
	if old == fresh {
		return fail.Invalid("new", "is the present password")
	}
	if err := checkNewPassword(rules, "new", account.Login, fresh); err != nil {
		return err
	}
	if err := s.unused(ctx, who.TenantID, who.UserID, "new", fresh); err != nil {
		return err
	}
	if hash, err = s.hasher.make(ctx, fresh); err != nil {
		return err
	}
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		if err := forgive(ctx, tx, who.TenantID, account.Login); err != nil {
			return err
		}
		return s.users.SetPassword(ctx, tx, who.TenantID, who.UserID, hash, false)
	})
}

// Shut ends the session of a user who is locked, removed, or given a new password
// by somebody else; the organisation calls it in the transaction of that.
func (s *Service) Shut(ctx context.Context, tx *db.Tx, tenant, userID string) error {
	session, found, err := liveSession(ctx, tx, tenant, userID)
	if err != nil || !found {
		return err
	}
	reason, who := Forced, web.Who(ctx)
	if who.Name == "" {
		reason = Closed
	}
	return s.finish(ctx, tx, &session, reason, who.UserID, who.Name)
}

func (s *Service) rulesAndAccount(ctx context.Context, tenant, userID string) (Rules, Account, error) {
	rules, err := s.users.Rules(ctx, tenant)
	if err != nil {
		return rules, Account{}, err
	}
	account, found, err := s.users.Account(ctx, tenant, userID)
	if err == nil && !found {
		err = fail.NotFound("user")
	}
	return rules.withDefaults(), account, err
}

// note writes the audit log.
func (s *Service) note(ctx context.Context, tx *db.Tx, a Account, action, id string) error {
	if web.Who(ctx).UserID == "" { // signing in: nobody is known yet
		who := web.Who(ctx)
		who.TenantID, who.UserID, who.Login, who.Name = a.TenantID, a.UserID, a.Login, a.Name
		ctx = web.WithIdentity(ctx, who)
	}
	return s.audit.Record(ctx, tx, audit.Event{TenantID: a.TenantID, Action: action, Entity: "session", EntityID: id, Name: a.Name})
}

// cut shortens a text to at most n characters of clean UTF-8.
func cut(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
