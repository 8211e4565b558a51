package interaction

import (
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/fail"
)

// Serve says that a part in hand is of another service from now on (E-26): its
// threshold is that service's, and a disposition that the service does not know
// is chosen anew. What the contact came in by stays.
func (s *Service) Serve(ctx context.Context, tx *db.Tx, tenant, segmentID, serviceID string) error {
	a, err := lockAround(ctx, tx, tenant, []string{segmentID})
	if err != nil {
		return err
	}
	p := a.byID[segmentID]
	if p == nil {
		return fail.NotFound("segment")
	}
	facts, err := s.directory.ServiceFacts(ctx, tenant, serviceID)
	if err != nil {
		return err
	}
	p.ServiceID, p.SLMS = serviceID, facts.SLMS
	if !slices.Contains(facts.DispositionIDs, p.DispositionID) {
		p.DispositionID = ""
	}
	p.Version++
	if _, err := tx.NewUpdate().Model(p).Column("service_id", "sl_ms", "disposition_id", "version").WherePK().Exec(ctx); err != nil {
		return err
	}
	i := a.interactions[p.InteractionID]
	s.count(ctx, tx, p, i)
	return s.show(ctx, tx, p, i, a.parts[i.ID])
}
