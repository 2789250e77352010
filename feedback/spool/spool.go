package spool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"rectify/feedback"
	"rectify/feedback/batch"
	"rectify/feedback/calendar"
	"rectify/feedback/cursor"
)

// Far is a store that may be away.
type Far interface {
	feedback.Store
	feedback.Series
}

// Sealer encrypts what lies on the disk; feedback.Keys is one.
type Sealer interface {
	Seal(purpose string, salt, plain []byte) ([]byte, error)
	Open(purpose string, salt, sealed []byte) ([]byte, error)
}

// purpose is what spooled entries are sealed for.
const purpose = "intake spool"

// Options say where a spool lies and how much it may hold; a zero bound means
// its default.
type Options struct {
	Dir    string // made if it is not there; one program at a time
	Sealer Sealer
	Now    func() time.Time
	Log    *slog.Logger

	Entries  int           // waiting for the store, default 10,000; beyond it feedback.ErrBusy
	Bytes    int64         // of them, default 256 MB
	Receipts int           // of filed entries whose key lives, default 50,000; the oldest are forgotten
	Patience time.Duration // how long the store may take for an answer, default 2 s
	Reserve  int64         // numbers reserved ahead at least, default 1,000; more where more comes in

	// Filed hears of submissions that were filed later than their number was
	// given, before they are struck out of the spool: again if it fails, or if
	// the program dies. Nil: nobody cares.
	Filed func(ctx context.Context, late []feedback.Submission) error
}

func (o Options) filled() Options {
	if o.Entries <= 0 {
		o.Entries = 10_000
	}
	if o.Bytes <= 0 {
		o.Bytes = 256 << 20
	}
	if o.Receipts <= 0 {
		o.Receipts = 50_000
	}
	if o.Patience <= 0 {
		o.Patience = 2 * time.Second
	}
	if o.Reserve <= 0 {
		o.Reserve = 1000
	}
	if o.Filed == nil {
		o.Filed = func(context.Context, []feedback.Submission) error { return nil }
	}
	return o
}

// Store is a store with a spool before it: what it does not override it hands
// on. Run must run beside it.
type Store struct {
	Far
	opts    Options
	lock    *os.File
	journal *journal
	numbers numbers
	draws   *batch.Batch[int, given] // the next number of a year, by the store
	// held from asking the series until what it gave is known here, so that
	// numbers are given in order
	reserving sync.Mutex
	wake      chan struct{}

	mu       sync.Mutex
	away     bool // the store failed and has not answered since
	queue    []*item
	waiting  int // items that are not filed
	bytes    int64
	byKey    map[string]*item
	byMAC    map[string]*item
	receipts []*item // filed ones with a key, oldest first
	late     []feedback.Submission
	rate     rate

	series  sync.Mutex // held while the store's series are held to ours
	checked atomic.Bool
}

// item is one entry in the spool, or the receipt of one. Its first fields are
// set before others can see it; place is guarded by the journal, the rest by
// Store.mu.
type item struct {
	seq      uint64
	key, mac string
	until    time.Time // of the key
	place    place

	number feedback.Number
	size   int64 // what it counts for while it waits
	late   bool  // filed when others may already have looked for its number
	filed  bool
	first  bool          // its sender still waits for the store's answer
	busy   chan struct{} // not nil: somebody works on it, until it is closed
	tries  int
	after  time.Time // of the next try
}

// Open opens the spool before far and takes in what an earlier program left.
// ErrLocked: another one works there. What was cut by a crash is moved aside and
// named in the log; everything before it is used.
func Open(far Far, o Options) (*Store, error) {
	s := &Store{Far: far, opts: o.filled(), wake: make(chan struct{}, 1), byKey: make(map[string]*item), byMAC: make(map[string]*item)}
	var err error
	if s.lock, err = lockFolder(o.Dir); err != nil {
		return nil, fmt.Errorf("open spool: %w", err)
	}
	var cut *torn
	if s.journal, cut, err = openJournal(o.Dir, &s.numbers, s.blocks); err != nil {
		return nil, fmt.Errorf("open spool %s: %w", o.Dir, errors.Join(err, s.lock.Close()))
	}
	if cut != nil {
		s.opts.Log.Error("spool was torn, by a crash at its end or by the disk in its middle; all that is whole is used", "bytes", cut.bytes, "holes", cut.holes, "kept", cut.kept)
	}
	if err := s.restore(); err != nil {
		return nil, fmt.Errorf("open spool %s: %w", o.Dir, errors.Join(err, s.journal.close(), s.lock.Close()))
	}
	s.draws = batch.New(s.draw, batch.Options{Max: 64, Queue: 4096, Timeout: s.opts.Patience})
	return s, nil
}

// restore makes the indexes of what the journal holds.
func (s *Store) restore() error {
	seqs := make([]uint64, 0, len(s.journal.live))
	for seq := range s.journal.live {
		seqs = append(seqs, seq)
	}
	slices.Sort(seqs)
	for _, seq := range seqs {
		it := s.journal.live[seq]
		e, kind, err := s.load(it)
		if err != nil {
			return err
		}
		it.describe(e, it.place.size)
		it.filed = kind == kindKey
		if it.filed {
			s.receipts = append(s.receipts, it)
		} else {
			s.enter(it)
		}
		s.index(it)
	}
	if s.waiting > 0 {
		s.opts.Log.Info("submissions wait in the spool for the store", "waiting", s.waiting)
	}
	return nil
}

// describe copies what is looked up by out of an entry.
func (it *item) describe(e feedback.Entry, size int) {
	it.key, it.mac, it.until, it.number = string(e.Key), string(e.Submission.CodeMAC), e.KeyUntil, e.Number
	it.size = int64(size)
}

// enter counts an item that waits.
func (s *Store) enter(it *item) {
	s.queue = append(s.queue, it)
	s.waiting++
	s.bytes += it.size
}

func (s *Store) index(it *item) {
	if it.key != "" {
		s.byKey[it.key] = it
	}
	if !it.filed && it.mac != "" {
		s.byMAC[it.mac] = it
	}
}

// load reads an item's entry.
func (s *Store) load(it *item) (e feedback.Entry, kind byte, err error) {
	payload, kind, err := s.journal.read(it)
	if err != nil {
		return e, 0, err
	}
	_, sealed, _ := cutNumber(payload)
	plain, err := s.opts.Sealer.Open(purpose, nil, sealed)
	if err != nil {
		return e, 0, fmt.Errorf("spooled entry %s: %w; is it the right key file?", it.number, err)
	}
	if err := json.Unmarshal(plain, &e); err != nil {
		return e, 0, fmt.Errorf("spooled entry %s: %w", it.number, err)
	}
	e.Submission.Number = e.Number
	return e, kind, nil
}

// sealed is the payload of an entry's frame.
func (s *Store) sealed(e feedback.Entry) ([]byte, error) {
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("spool entry: %w", err)
	}
	sealed, err := s.opts.Sealer.Seal(purpose, nil, plain)
	if err != nil {
		return nil, fmt.Errorf("spool entry: %w", err)
	}
	serial, _ := cursor.Serial(e.Number)
	return withNumber(serial, sealed), nil
}

// blocks are those worth keeping: letters of last year may still come in.
func (s *Store) blocks() []block { return s.numbers.all(feedback.NumberYear(s.opts.Now()) - 1) }

// Waiting is how many submissions wait to be filed.
func (s *Store) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, it := range s.queue {
		if !it.filed && !it.first {
			n++
		}
	}
	return n
}

// Ping implements feedback.Store: it reports whether a submission would be kept
// just now, in the store or in the spool. It writes to the journal, which even a
// store that is there does not do without.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.journal.append(ctx, &item{}, kindTold, nil); err != nil { // about nothing, but synced
		return fmt.Errorf("spool: %w", err)
	}
	if !s.isAway() {
		ask, cancel := context.WithTimeout(ctx, s.opts.Patience)
		defer cancel()
		err := s.Far.Ping(ask)
		if err == nil {
			return nil
		}
		s.fail(err)
	}
	s.mu.Lock()
	full := s.waiting >= s.opts.Entries || s.bytes >= s.opts.Bytes
	s.mu.Unlock()
	left := s.numbers.left(feedback.NumberYear(s.opts.Now()))
	switch {
	case full:
		return fmt.Errorf("store is away and spool is full: %w", feedback.ErrBusy)
	case left == 0:
		return fmt.Errorf("store is away and no number is left: %w", feedback.ErrBusy)
	}
	return nil
}

// ByCode implements feedback.Store. A submission that still waits is answered
// with revision 0.
func (s *Store) ByCode(ctx context.Context, mac []byte) (feedback.Submission, error) {
	s.mu.Lock()
	it := s.byMAC[string(mac)]
	away := s.away
	s.mu.Unlock()
	if it != nil {
		if e, kind, err := s.load(it); err == nil && kind != kindKey {
			e.Submission.Rev = 0
			return e.Submission, nil
		}
	}
	if away {
		return feedback.Submission{}, fmt.Errorf("store is away: %w", feedback.ErrBusy)
	}
	return s.Far.ByCode(ctx, mac)
}

// Sweep implements feedback.Store.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	s.forget(now)
	return s.Far.Sweep(ctx, now)
}

// Close ends the spool; the store behind it is not closed.
func (s *Store) Close() error {
	s.draws.Close()
	return errors.Join(s.journal.close(), s.lock.Close())
}

func (s *Store) isAway() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.away
}

// fail notes that the store did not answer: until it does nobody waits for it.
func (s *Store) fail(err error) {
	s.mu.Lock()
	before := s.away
	s.away = true
	s.mu.Unlock()
	if !before {
		s.opts.Log.Warn("store is away; submissions go to the spool", "err", err)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// rate counts what came in on this day and the one before.
type rate struct {
	day         calendar.Day
	now, before int64
}

func (r *rate) count(t time.Time) {
	if day := calendar.On(t); day != r.day {
		r.day, r.before, r.now = day, r.now, 0
	}
	r.now++
}
