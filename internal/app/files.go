package app

import (
	"context"
	"maps"
	"time"

	"parley/internal/blob"
)

// Files are stored before the rows that name them, so one that nothing names is
// left alone for as long as any upload may take, and much longer.
const (
	sweepEvery = 6 * time.Hour
	sweepGrace = 24 * time.Hour
)

// tidyFiles removes stored files that nothing names any more, and all of a
// tenant that is removed.
func (a *App) tidyFiles() {
	a.org.OnRemoveTenant(func(ctx context.Context, tenant string) error {
		_, err := a.blobs.Sweep(ctx, tenant, 0, func(context.Context, []string) (map[string]bool, error) { return nil, nil })
		return err
	})
	a.group.Every("files.sweep", sweepEvery, a.sweepFiles)
}

func (a *App) sweepFiles(ctx context.Context) error {
	tenants, err := a.org.ActiveTenants(ctx)
	if err != nil {
		return err
	}
	for _, id := range tenants {
		n, err := a.blobs.Sweep(ctx, id, sweepGrace, a.filesInUse(id))
		if err != nil {
			return err
		}
		if n > 0 {
			a.log.Info("stored files that nothing names were removed", "tenant", id, "files", n)
		}
	}
	return nil
}

// filesInUse asks every room that stores files.
func (a *App) filesInUse(tenant string) blob.InUse {
	return func(ctx context.Context, hashes []string) (map[string]bool, error) {
		used, err := a.chats.BlobsInUse(tenant)(ctx, hashes)
		if err != nil {
			return nil, err
		}
		inMails, err := a.mails.BlobsInUse(tenant)(ctx, hashes)
		if err != nil {
			return nil, err
		}
		maps.Copy(used, inMails)
		onCards, err := a.contacts.PhotosInUse(ctx, tenant, hashes)
		if err != nil {
			return nil, err
		}
		maps.Copy(used, onCards)
		named, err := a.org.FilesNamed(ctx, tenant)
		maps.Copy(used, named)
		return used, err
	}
}
