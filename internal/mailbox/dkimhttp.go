package mailbox

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"golang.org/x/net/idna"

	"parley/internal/web"
)

// Register puts the keys on the API, for those who have one of the privileges.
func (k *Keyring) Register(s *web.Server, edit []string) {
	op := func(method, path, id, summary string) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Tag: "mailboxes", Privileges: edit, Summary: summary}
	}
	web.Query(s, op(http.MethodGet, "/api/dkim", "listDKIM", "The domains of the mailboxes, with the keys that their mails are signed with (DKIM)"), k.serveList)
	web.Command(s, op(http.MethodPost, "/api/dkim-keys", "prepareDKIMKey", "Make a key for a domain; it signs nothing until it is put in use"), k.servePrepare)
	web.Command(s, op(http.MethodPost, "/api/dkim-keys/{id}/check", "checkDKIMKey", "Ask the DNS whether the record of a key is there"), k.serveCheck)
	web.Command(s, op(http.MethodPost, "/api/dkim-keys/{id}/use", "useDKIMKey", "Let a prepared key sign, in the place of the one that did"), k.serveUse)
	web.Command(s, op(http.MethodDelete, "/api/dkim-keys/{id}", "removeDKIMKey", "Forget a key; where it signed, mails go unsigned"), k.serveRemove)
}

// DKIMKey is a key of a domain, without its private half.
type DKIMKey struct {
	ID          string   `json:"id"`
	Domain      string   `json:"domain" doc:"As it goes over the wire"`
	Selector    string   `json:"selector"`
	State       string   `json:"state" enum:"prepared,signing,retired" doc:"retired: another one signs; its record can go from the DNS after some days"`
	RecordName  string   `json:"recordName" doc:"Where the TXT record is to stand"`
	RecordValue string   `json:"recordValue" doc:"What it is to say"`
	CreatedAt   int64    `json:"createdAt" doc:"Unix ms"`
	SigningAt   int64    `json:"signingAt" doc:"Unix ms; 0: it never signed"`
	RetiredAt   int64    `json:"retiredAt" doc:"Unix ms; 0: not retired"`
	CheckedAt   int64    `json:"checkedAt" doc:"Unix ms; 0: the DNS was never asked"`
	CheckResult string   `json:"checkResult" enum:",same,different,not_found,unavailable" doc:"What the DNS said then; unavailable: it could not be asked"`
	Abilities   []string `json:"abilities" doc:"Of check, use, remove: what may be done with it now"`
}

// DKIMDomain is a domain of the mailboxes.
type DKIMDomain struct {
	Domain    string    `json:"domain" doc:"As it goes over the wire"`
	Shown     string    `json:"shown" doc:"In its own letters"`
	Addresses int       `json:"addresses" doc:"Of mailboxes in use; 0: the domain is not used any more, nothing is signed for it"`
	Keys      []DKIMKey `json:"keys" doc:"Newest first"`
	Abilities []string  `json:"abilities" doc:"prepare: a key can be made"`
}

func (k *signingKey) shown(own bool) DKIMKey {
	d := DKIMKey{ID: k.ID, Domain: k.Domain, Selector: k.Selector, State: k.State, RecordName: k.name(), RecordValue: k.value(), CreatedAt: k.CreatedAt,
		SigningAt: k.SigningAt, RetiredAt: k.RetiredAt, CheckedAt: k.CheckedAt, CheckResult: k.CheckResult, Abilities: []string{"remove"}}
	if own && k.State != KeyRetired {
		d.Abilities = append(d.Abilities, "check")
	}
	if own && k.State == KeyPrepared {
		d.Abilities = append(d.Abilities, "use")
	}
	return d
}

type dkimOutput struct {
	Body struct {
		Domains []DKIMDomain `json:"domains"`
	}
}

func (k *Keyring) serveList(ctx context.Context, _ *struct{}) (*dkimOutput, error) {
	tenant := web.Who(ctx).TenantID
	own, err := k.domains(ctx, tenant)
	if err != nil {
		return nil, err
	}
	keys, err := k.all(ctx, tenant)
	if err != nil {
		return nil, err
	}
	by := map[string][]*signingKey{}
	for domain := range own {
		by[domain] = nil
	}
	for _, key := range keys {
		by[key.Domain] = append(by[key.Domain], key)
	}
	out := &dkimOutput{}
	out.Body.Domains = []DKIMDomain{}
	for _, domain := range slices.Sorted(maps.Keys(by)) {
		d := DKIMDomain{Domain: domain, Shown: domain, Addresses: own[domain], Keys: []DKIMKey{}, Abilities: []string{}}
		if letters, err := idna.Display.ToUnicode(domain); err == nil {
			d.Shown = letters
		}
		prepared := false
		for _, key := range by[domain] {
			d.Keys = append(d.Keys, key.shown(d.Addresses > 0))
			prepared = prepared || key.State == KeyPrepared
		}
		if d.Addresses > 0 && !prepared {
			d.Abilities = append(d.Abilities, "prepare")
		}
		out.Body.Domains = append(out.Body.Domains, d)
	}
	return out, nil
}

type prepareInput struct {
	Body struct {
		Domain string `json:"domain" maxLength:"253" doc:"Of a mailbox in use"`
	}
}

type keyOutput struct{ Body DKIMKey }

// kept takes the key into an answer, as it is kept for a repetition.
func (o *keyOutput) kept(key *signingKey) any {
	o.Body = key.shown(true)
	return o.Body
}

func (k *Keyring) servePrepare(ctx context.Context, in *prepareInput) (*keyOutput, error) {
	out := &keyOutput{}
	return out, k.prepare(ctx, web.Who(ctx).TenantID, in.Body.Domain, out.kept)
}

// DKIMCheck is what the DNS said of a key's record.
type DKIMCheck struct {
	Key    DKIMKey  `json:"key"`
	Found  []string `json:"found" doc:"The TXT records that stand there, at most 10"`
	Detail string   `json:"detail" doc:"Why the DNS could not be asked"`
}

type checkOutput struct{ Body DKIMCheck }

func (k *Keyring) serveCheck(ctx context.Context, in *entryInput) (*checkOutput, error) {
	key, l, err := k.check(ctx, web.Who(ctx).TenantID, in.ID)
	if err != nil {
		return nil, err
	}
	out := &checkOutput{DKIMCheck{Key: key.shown(true), Found: l.found, Detail: l.detail}}
	if out.Body.Found == nil {
		out.Body.Found = []string{}
	}
	return out, nil
}

type useInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Unchecked bool `json:"unchecked,omitempty" doc:"Even if the record is not in the DNS as far as Parley can see"`
	}
}

func (k *Keyring) serveUse(ctx context.Context, in *useInput) (*keyOutput, error) {
	out := &keyOutput{}
	return out, k.use(ctx, web.Who(ctx).TenantID, in.ID, in.Body.Unchecked, out.kept)
}

func (k *Keyring) serveRemove(ctx context.Context, in *entryInput) (*struct{}, error) {
	return nil, k.remove(ctx, web.Who(ctx).TenantID, in.ID)
}
