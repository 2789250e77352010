package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"rectify/feedback"
	"rectify/feedback/batch"
)

// mendPause is the least time between two tries to reopen a file that failed.
const mendPause = 200 * time.Millisecond

// Store is an opened database. It implements feedback.Store, feedback.Vault
// and staff.Store and is safe for concurrent use, also by several processes.
type Store struct {
	path   string
	writes *batch.Batch[job, outcome]

	mu     sync.RWMutex // held for reading while h is in use
	h      *handles
	broken error     // what happened to h; it must be reopened first
	tried  time.Time // last try to do so
	closed bool

	// fault is asked before ("begin"), after the work ("work") and after the
	// sync ("commit") of every batch; tests make it fail. Nil in a program.
	fault func(stage string) error
}

// job is one write inside a transaction that it shares with others. It must
// leave nothing behind when it answers an error.
type job func(ctx context.Context, t *tx) (any, error)

type outcome struct {
	value any
	err   error
}

func newStore(path string, h *handles) *Store {
	s := &Store{path: path, h: h}
	s.writes = batch.New(s.commit, batch.Options{Max: 256, Queue: 4096, Timeout: time.Minute})
	return s
}

// Close waits for the writes already taken, then folds the log and closes the file.
func (s *Store) Close() error {
	s.writes.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.h == nil {
		return nil
	}
	return s.h.close()
}

// write runs one job in the next shared transaction.
func write[R any](ctx context.Context, s *Store, do func(ctx context.Context, t *tx) (R, error)) (R, error) {
	var none R
	out, err := s.writes.Do(ctx, func(ctx context.Context, t *tx) (any, error) { return do(ctx, t) })
	switch {
	case errors.Is(err, batch.ErrBusy):
		return none, fmt.Errorf("%w: %w", feedback.ErrBusy, err)
	case err != nil:
		return none, err
	case out.err != nil:
		return none, out.err
	}
	value, ok := out.value.(R)
	if !ok {
		return none, fmt.Errorf("write answered %T, want %T", out.value, none)
	}
	return value, nil
}

// change is write for jobs that answer nothing.
func (s *Store) change(ctx context.Context, do func(ctx context.Context, t *tx) error) error {
	_, err := write(ctx, s, func(ctx context.Context, t *tx) (struct{}, error) { return struct{}{}, do(ctx, t) })
	return err
}

// read runs a query on the connections for reading.
func (s *Store) read(ctx context.Context, do func(db *sql.DB) error) error {
	h, done, err := s.use(ctx)
	if err != nil {
		return err
	}
	defer done()
	return do(h.readers)
}

// use answers the open handles, reopened first if they failed, and what gives
// them back.
func (s *Store) use(ctx context.Context) (*handles, func(), error) {
	for {
		s.mu.RLock()
		if s.closed {
			s.mu.RUnlock()
			return nil, nil, batch.ErrClosed
		}
		if s.broken == nil {
			return s.h, s.mu.RUnlock, nil
		}
		s.mu.RUnlock()
		if err := s.mend(ctx); err != nil {
			return nil, nil, err
		}
	}
}

// mend opens the file anew after a failure. Only what it could write out and
// sync once more is taken for kept.
func (s *Store) mend(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil || s.closed {
		return nil
	}
	if time.Since(s.tried) < mendPause {
		return fmt.Errorf("store is out of order: %w", s.broken)
	}
	if s.h != nil {
		_ = s.h.close() // it failed already
		s.h = nil
	}
	h, err := openHandles(ctx, s.path)
	if err == nil {
		if err = h.writer.prove(ctx, true); err != nil {
			_ = h.close()
		}
	}
	s.tried = time.Now()
	if err != nil {
		return fmt.Errorf("store is out of order: %w; reopening: %w", s.broken, err)
	}
	s.h, s.broken = h, nil
	return nil
}

// breakDown marks the handles as failed, unless someone has already.
func (s *Store) breakDown(h *handles, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.h == h && s.broken == nil {
		s.broken, s.tried = cause, time.Time{}
	}
}

// commit runs one batch of jobs in one transaction.
func (s *Store) commit(ctx context.Context, jobs []job) ([]outcome, error) {
	h, done, err := s.use(ctx)
	if err != nil {
		return nil, err
	}
	// The lock is given back before a failure is marked, which needs it whole.
	outcomes, err := s.transact(context.WithoutCancel(ctx), h.writer, jobs)
	done()
	if err != nil && !harmless(err) {
		s.breakDown(h, err)
	}
	if code(err) != 0 && harmless(err) {
		err = fmt.Errorf("%w: %w", feedback.ErrBusy, err)
	}
	return outcomes, err
}

func (s *Store) transact(ctx context.Context, w *writer, jobs []job) (outcomes []outcome, err error) {
	if err := w.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if err != nil {
			w.rollback()
		}
	}()
	if err := s.failing("begin"); err != nil {
		return nil, err
	}
	t := &tx{w: w, series: map[int]int64{}}
	outcomes = make([]outcome, len(jobs))
	for i, do := range jobs {
		v, err := do(ctx, t)
		if err != nil && code(err) != 0 && !local(err) {
			return nil, err
		}
		outcomes[i] = outcome{v, err}
	}
	if err := t.keepSeries(ctx); err != nil {
		return nil, err
	}
	if err := s.failing("work"); err != nil {
		return nil, err
	}
	if err := w.exec(ctx, "COMMIT"); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	return outcomes, s.failing("commit")
}

func (s *Store) failing(stage string) error {
	if s.fault == nil {
		return nil
	}
	return s.fault(stage)
}
