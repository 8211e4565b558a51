package contact

import "parley/internal/db"

// TypeChanged is the frame that carries a whole card to everybody signed in.
const TypeChanged = "contact.changed"

func (s *Service) changed(tx *db.Tx, tenant string, c Contact) error {
	return s.change(tx, tenant, "all", TypeChanged, c)
}
