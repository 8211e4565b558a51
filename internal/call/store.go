package call

import (
	"context"
	"regexp"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
)

// idForm is what an id of ours can look like; anything else is nobody's.
var idForm = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

func get(ctx context.Context, from bun.IDB, tenant, id string) (*Call, error) {
	k := new(Call)
	if !idForm.MatchString(id) {
		return nil, fail.NotFound("call")
	}
	err := from.NewSelect().Model(k).Where("k.tenant_id = ? AND k.id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return nil, fail.NotFound("call")
	}
	return k, err
}

// lock gives a call for changing, after its interaction, as the floor does.
func (s *Service) lock(ctx context.Context, tx *db.Tx, tenant, id string) (*Call, error) {
	k, err := get(ctx, tx, tenant, id)
	if err != nil || tx.Engine() != db.Postgres {
		return k, err // SQLite has one writer
	}
	if err := s.interactions.Lock(ctx, tx, tenant, k.InteractionID); err != nil {
		return nil, err
	}
	k = new(Call)
	err = tx.NewSelect().Model(k).Where("k.tenant_id = ? AND k.id = ?", tenant, id).For("UPDATE").Scan(ctx)
	return k, err
}

func partsOf(ctx context.Context, from bun.IDB, tenant string, callIDs ...string) ([]*Part, error) {
	var ps []*Part
	if len(callIDs) == 0 {
		return ps, nil
	}
	err := from.NewSelect().Model(&ps).Where("p.tenant_id = ? AND p.call_id IN (?)", tenant, bun.List(callIDs)).Order("p.segment_id").Scan(ctx)
	return ps, err
}

// openOf gives the calls in which a user takes part now.
func openOf(ctx context.Context, from bun.IDB, tenant, userID string) ([]*Call, error) {
	var ks []*Call
	err := from.NewSelect().Model(&ks).Join("JOIN call_parts AS p ON p.tenant_id = k.tenant_id AND p.call_id = k.id").
		Where("p.tenant_id = ? AND p.user_id = ? AND p.state = ?", tenant, userID, PartJoined).Order("k.opened_at").Scan(ctx)
	return ks, err
}

// lastAgent is who talked to the customer last, "" for nobody.
func lastAgent(ctx context.Context, from bun.IDB, tenant, contactID string) (userID string, err error) {
	var p Part
	err = from.NewSelect().Model(&p).Column("user_id").Join("JOIN calls AS k ON k.tenant_id = p.tenant_id AND k.id = p.call_id").
		Where("k.tenant_id = ? AND k.contact_id = ? AND p.joined_at > 0", tenant, contactID).Order("p.joined_at DESC").Limit(1).Scan(ctx)
	if db.IsNone(err) {
		return "", nil
	}
	return p.UserID, err
}

// countOpen is how many calls of a tenant go on.
func countOpen(ctx context.Context, from bun.IDB, tenant string) (int64, error) {
	return from.NewSelect().Model((*Call)(nil)).Where("k.tenant_id = ? AND k.state <> ?", tenant, StateEnded).Count(ctx)
}

// putLeg stores a leg's record as it is now.
func putLeg(ctx context.Context, tx *db.Tx, l *LegRow) error {
	q := tx.NewInsert().Model(l).On("CONFLICT (tenant_id, id) DO UPDATE")
	for _, c := range []string{"stored", "codec", "connected_at", "ended_at", "cause", "quality"} {
		q = q.Set("? = EXCLUDED.?", bun.Ident(c), bun.Ident(c))
	}
	_, err := q.Exec(ctx)
	return err
}

// openLegs are the legs of a call that have not ended.
func openLegs(ctx context.Context, from bun.IDB, tenant, callID string) ([]*LegRow, error) {
	var ls []*LegRow
	err := from.NewSelect().Model(&ls).Where("l.tenant_id = ? AND l.call_id = ? AND l.ended_at = 0", tenant, callID).Order("l.id").Scan(ctx)
	return ls, err
}
