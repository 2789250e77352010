package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/seal"
	"rectify/feedback/sealedstore"
)

// keysetPath is the file of the keys that seal personal data.
func (s stored) keysetPath() string {
	if s.KeysetFile != "" {
		return s.KeysetFile
	}
	return filepath.Join(filepath.Dir(s.keyPath()), "keyset.json")
}

// sealed is an opened store with its keys.
type sealed struct {
	*sealedstore.Store
	ring *seal.Ring // nil where nothing was ever sealed
}

// openSealed opens the store as the site uses it. With make a keyset file is
// made for a store that has none yet, and for no other.
func (s stored) openSealed(ctx context.Context, makeKeys bool) (*sealed, error) {
	st, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	out, err := s.sealIn(ctx, st, makeKeys)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return out, nil
}

func (s stored) sealIn(ctx context.Context, st store, makeKeys bool) (*sealed, error) {
	if err := backup.Whole(ctx, st); err != nil {
		return nil, err
	}
	open := sealedstore.FindRing
	if makeKeys {
		open = sealedstore.OpenRing
	}
	ring, err := open(ctx, s.keysetPath(), st)
	if errors.Is(err, fs.ErrNotExist) && !makeKeys {
		return &sealed{Store: sealedstore.New(st, noKeys{}, false)}, nil
	}
	if err != nil {
		return nil, err
	}
	strict, err := sealedstore.Strict(ctx, st)
	if err != nil {
		return nil, err
	}
	out := &sealed{Store: sealedstore.New(st, ring, strict), ring: ring}
	if makeKeys { // the site itself; what only reads leaves all as it is
		err = out.Restate(ctx)
	}
	return out, err
}

// noKeys stands where nothing was sealed yet.
type noKeys struct{}

// Seal implements feedback.Sealer.
func (noKeys) Seal([]byte, []byte) ([]byte, error) { return nil, seal.ErrNoKey }

// Open implements feedback.Sealer.
func (noKeys) Open([]byte, []byte) ([]byte, error) { return nil, seal.ErrNoKey }

var _ feedback.Sealer = noKeys{}

// ready reports whether this copy has every key that is in use.
func (s *sealed) ready(ctx context.Context) error {
	if err := sealedstore.CheckRing(ctx, s.ring, s); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// lacking is ready, except that a store which cannot be asked is no lack of this
// copy's: whether it takes in meanwhile is for the spool to say.
func (s *sealed) lacking(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := s.ready(ctx)
	var missing sealedstore.Missing
	if errors.As(err, &missing) {
		return err
	}
	return nil
}

// keysEvery is how often a copy looks whether it still has all keys.
const keysEvery = 10 * time.Second

// watchKeys keeps a copy with an old keyset file from sealing anything more.
func (s *server) watchKeys(ctx context.Context) {
	tick := time.NewTicker(keysEvery)
	defer tick.Stop()
	for down := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := s.kept.ready(ctx)
		var missing sealedstore.Missing
		switch {
		case errors.As(err, &missing) && !down:
			s.log.Error("this copy is not ready", "err", err)
			down = true
		case err == nil && down:
			s.log.Info("this copy has all keys again")
			down = false
		}
	}
}

// marked lists the marks of a store.
func marked(st store) func(ctx context.Context) (map[string]string, error) {
	return func(ctx context.Context) (map[string]string, error) {
		list, err := st.Marks(ctx)
		all := make(map[string]string, len(list))
		for _, m := range list {
			all[m.Name] = m.Value
		}
		return all, err
	}
}
