package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/notary"
	"rectify/feedback/translog"
)

// notarise makes what writes the public log.
func (s *server) notarise(domain string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, text := range s.cmd.Witness {
		w, err := translog.ParseWitness(text)
		if err != nil {
			return fmt.Errorf("--witness: %w: %w", err, errUsage)
		}
		s.config.Witnesses = append(s.config.Witnesses, w)
	}
	n, err := publicLog(ctx, s.store, s.config.Keys, s.cmd.BaseURL, domain, s.log)
	s.config.Notary = n
	return err
}

// logMark notes in a store that its log was begun, and its name.
const logMark = "log origin"

// publicLog opens the log of a store for writing. Its name is drawn up at the
// first start, kept, and the same ever after: another name would be another log.
func publicLog(ctx context.Context, st store, keys feedback.Keys, baseURL, domain string, log *slog.Logger) (*notary.Notary, error) {
	origin, err := originOf(ctx, st.Log())
	if errors.Is(err, translog.ErrNotFound) {
		origin, err = st.Mark(ctx, logMark, translog.OriginOf(baseURL, domain, "rectify-"+keys.Fingerprint()))
	}
	if err != nil {
		return nil, fmt.Errorf("public log: %w", err)
	}
	key, err := logKey(keys, origin)
	if err != nil {
		return nil, err
	}
	return &notary.Notary{Store: st, Audit: st.Audit(), Now: time.Now, Warn: log, Log: &translog.Log{Store: st.Log(), Key: key, Now: time.Now}}, nil
}

// logKey is the key that signs heads: drawn from the master key, so that it
// stands outside the store and every copy of the site has the same.
func logKey(keys feedback.Keys, origin string) (translog.Key, error) {
	return translog.NewKey(origin, keys.Derive("public log", nil))
}

// originOf is the name that the kept log goes by, by its last head.
func originOf(ctx context.Context, s translog.Store) (string, error) {
	h, err := s.Head(ctx, math.MaxInt64)
	if err != nil {
		return "", err
	}
	origin, _, ok := strings.Cut(h.Text(), "\n")
	if !ok || origin == "" {
		return "", fmt.Errorf("head of %d has no text: %w", h.Size, translog.ErrCheckpoint)
	}
	return origin, nil
}
