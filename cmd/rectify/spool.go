package main

import (
	"context"
	"path/filepath"
	"time"

	"rectify/feedback"
	"rectify/feedback/spool"
)

// openSpool opens the spool for a store that may be away; the embedded store,
// on the same disk, needs none.
func (s *server) openSpool() (*spool.Store, error) {
	if s.cmd.Mongo == "" {
		return nil, nil
	}
	return spool.Open(s.store, spool.Options{
		Dir: filepath.Join(s.cmd.Data, "spool"), Sealer: s.config.Keys, Now: time.Now, Log: s.log,
		// The public log is opened after the spool and before anything is filed from it.
		Filed: func(ctx context.Context, late []feedback.Submission) error { return s.config.Notary.Late(ctx, late) },
	})
}
