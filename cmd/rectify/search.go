package main

import (
	"errors"
	"log/slog"
	"path/filepath"

	"rectify/content/search"
	"rectify/feedback"
)

// searchIndex opens the index of this copy beside its data. Without one the
// site does everything but search. It belongs to the store that the key
// belongs to: with another one it is built anew.
func searchIndex(s stored, keys feedback.Keys, log *slog.Logger) *search.Index {
	x, err := search.Open(filepath.Join(s.Data, "search"), keys.Fingerprint())
	if err != nil {
		log.Error("no search", "err", err)
		return nil
	}
	return x
}

// close ends the use of everything that open opened.
func (s *server) close() error {
	var errs []error
	if s.config.Search != nil {
		errs = append(errs, s.config.Search.Close())
	}
	if s.place != nil {
		errs = append(errs, s.place.Close())
	}
	if s.spool != nil {
		errs = append(errs, s.spool.Close())
	}
	for _, done := range s.done {
		errs = append(errs, done())
	}
	return errors.Join(append(errs, s.store.Close())...)
}
