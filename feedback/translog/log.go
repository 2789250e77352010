package translog

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrFork means that what is kept does not go on from the last signed head:
// entries or hashes were changed or taken away under it. Nothing is signed then.
var ErrFork = errors.New("log does not go on from its last signed head")

// ErrDiffers means that another leaf stands under the Ref of one that was to be
// appended: what was published once is not what is to be published now.
var ErrDiffers = errors.New("another leaf stands in the log")

// appendTries bounds how often an append that met another copy's is tried again.
const appendTries = 50

// stepSize is how many entries one head takes in at most.
const stepSize = 10_000

// Log is a log that this program may extend. It is safe for concurrent use,
// also by several copies of the program on one store.
type Log struct {
	Store Store
	Key   Key
	Now   func() time.Time

	mu sync.Mutex // one writer a program is enough; between programs the store decides
}

// Add appends the entries that do not stand yet; their indexes are given here.
// What stands already, under the same Ref, is left as it is. ErrDiffers, after
// all others are appended, if it stands with another leaf.
func (l *Log) Add(ctx context.Context, entries []Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range entries {
		if _, err := ParseLeaf(e.Leaf); err != nil || e.Ref == "" {
			return fmt.Errorf("append %q: %w", e.Ref, ErrLeaf)
		}
	}
	var differ error
	for len(entries) > 0 {
		n := min(len(entries), MaxAppend)
		if err := l.add(ctx, entries[:n]); errors.Is(err, ErrDiffers) {
			differ = err
		} else if err != nil {
			return err
		}
		entries = entries[n:]
	}
	return differ
}

func (l *Log) add(ctx context.Context, entries []Entry) error {
	todo := append([]Entry(nil), entries...)
	var differ error
	for try := range appendTries {
		size, err := l.Store.Size(ctx)
		if err != nil {
			return fmt.Errorf("append to log: %w", err)
		}
		for i := range todo {
			todo[i].Index = size + int64(i)
		}
		err = l.Store.Append(ctx, todo)
		if !errors.Is(err, ErrTaken) {
			if err != nil {
				return fmt.Errorf("append to log: %w", err)
			}
			return differ
		}
		if todo, err = l.missing(ctx, todo); errors.Is(err, ErrDiffers) {
			differ = err
		} else if err != nil {
			return err
		}
		if len(todo) == 0 {
			return differ
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
	return fmt.Errorf("append to log: %w %d times", ErrTaken, appendTries)
}

// pause lets two copies that met not meet again at once.
func pause(ctx context.Context, try int) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("append to log: %w", ctx.Err())
	case <-time.After(time.Duration(rand.IntN(1+min(try, 20))) * time.Millisecond): //nolint:gosec // no secret
		return nil
	}
}

// missing are the entries whose Refs do not stand yet.
func (l *Log) missing(ctx context.Context, entries []Entry) ([]Entry, error) {
	var left []Entry
	var differ error
	for _, e := range entries {
		kept, ok, err := Find(ctx, l.Store, e.Ref)
		switch {
		case err != nil:
			return nil, err
		case !ok:
			left = append(left, e)
		case kept.Leaf != e.Leaf:
			differ = fmt.Errorf("%s: %w", e.Ref, ErrDiffers)
		}
	}
	return left, differ
}

// Find answers the entry with exactly that Ref.
func Find(ctx context.Context, s Store, ref string) (Entry, bool, error) {
	list, err := s.ByRef(ctx, Refs{From: ref, To: ref + "\x00", Limit: 1})
	if err != nil {
		return Entry{}, false, fmt.Errorf("look up %s: %w", ref, err)
	}
	if len(list) == 0 {
		return Entry{}, false, nil
	}
	return list[0], true, nil
}

// Current is the last signed head, the signed empty tree when there is none.
func (l *Log) Current(ctx context.Context) (Head, error) {
	h, err := l.Last(ctx)
	if err != nil || h.Note != nil {
		return h, err
	}
	empty, err := l.Key.sign(0, h.Root, time.Time{})
	empty.At = time.Time{} // never signed for good
	return empty, err
}

// Last is the last signed head; the empty tree's, unsigned, when there is none.
func (l *Log) Last(ctx context.Context) (Head, error) { return last(ctx, l.Store) }

func last(ctx context.Context, s Store) (Head, error) {
	h, err := s.Head(ctx, math.MaxInt64)
	if errors.Is(err, ErrNotFound) {
		root, err := tlog.TreeHash(0, tlog.HashReaderFunc(func([]int64) ([]tlog.Hash, error) { return nil, nil }))
		return Head{Root: root}, err
	}
	if err != nil {
		return Head{}, fmt.Errorf("last head: %w", err)
	}
	return h, nil
}

// Integrate takes every entry that stands into the tree and answers its signed
// head. ErrFork: what is kept does not go on from the last head.
func (l *Log) Integrate(ctx context.Context) (Head, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		h, err := l.Last(ctx)
		if err != nil {
			return h, err
		}
		size, err := l.Store.Size(ctx)
		if err != nil {
			return h, fmt.Errorf("integrate: %w", err)
		}
		if size < h.Size {
			return h, fmt.Errorf("%w: %d entries under a head of %d", ErrFork, size, h.Size)
		}
		if size == h.Size {
			return h, nil
		}
		err = l.step(ctx, h, min(size, h.Size+stepSize))
		if err != nil && !errors.Is(err, ErrTaken) { // taken: another copy signed; read its head
			return h, err
		}
	}
}

// step signs the tree of a larger size, after looking whether what is kept is
// still what the last head says.
func (l *Log) step(ctx context.Context, h Head, size int64) error {
	if err := l.sound(ctx, h); err != nil {
		return err
	}
	grown := &growth{ctx: ctx, store: l.Store, first: tlog.StoredHashCount(h.Size)}
	for at := h.Size; at < size; {
		list, err := l.Store.Entries(ctx, at, int(min(MaxAppend, size-at)))
		if err != nil {
			return fmt.Errorf("integrate: %w", err)
		}
		if len(list) == 0 || list[0].Index != at {
			return fmt.Errorf("%w: no entry %d", ErrFork, at)
		}
		if err := grown.add(list, at); err != nil {
			return err
		}
		at += int64(len(list))
	}
	root, err := tlog.TreeHash(size, grown)
	if err != nil {
		return fmt.Errorf("integrate: %w", err)
	}
	next, err := l.Key.sign(size, root, l.Now())
	if err != nil {
		return err
	}
	if err := l.Store.Advance(ctx, h.Size, grown.hashes, next); err != nil {
		return fmt.Errorf("integrate: %w", err)
	}
	return nil
}

// sound holds the stored hashes, and the head itself, to the key.
func (l *Log) sound(ctx context.Context, h Head) error {
	if h.Size == 0 {
		return nil
	}
	v, err := l.Key.Verifier()
	if err != nil {
		return err
	}
	if own, err := OpenCheckpoint(h.Note, v); err != nil || own.Size != h.Size || own.Root != h.Root {
		return fmt.Errorf("%w: head of %d is not ours: %w", ErrFork, h.Size, err)
	}
	root, err := tlog.TreeHash(h.Size, Reader(ctx, l.Store))
	if err != nil {
		return fmt.Errorf("integrate: %w", err)
	}
	if root != h.Root {
		return fmt.Errorf("%w: stored hashes of size %d", ErrFork, h.Size)
	}
	return nil
}

// Reader reads stored hashes.
func Reader(ctx context.Context, s Store) tlog.HashReader {
	return tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		if len(ids) == 0 {
			return nil, nil
		}
		return s.Hashes(ctx, ids)
	})
}

// growth are the hashes that entries add to a tree, before they are kept.
type growth struct {
	ctx    context.Context
	store  Store
	first  int64 // id of hashes[0]
	hashes []tlog.Hash
	edge   map[int64]tlog.Hash // what was read of the old tree's edge
}

func (g *growth) add(list []Entry, at int64) error {
	for i, e := range list {
		if e.Index != at+int64(i) {
			return fmt.Errorf("%w: no entry %d", ErrFork, at+int64(i))
		}
		more, err := tlog.StoredHashesForRecordHash(e.Index, e.Hash(), g)
		if err != nil {
			return fmt.Errorf("integrate: %w", err)
		}
		g.hashes = append(g.hashes, more...)
	}
	return nil
}

// ReadHashes implements tlog.HashReader.
func (g *growth) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		if id >= g.first {
			if id-g.first >= int64(len(g.hashes)) {
				return nil, fmt.Errorf("hash %d: %w", id, ErrNotFound)
			}
			out[i] = g.hashes[id-g.first]
			continue
		}
		h, ok := g.edge[id]
		if !ok {
			one, err := g.store.Hashes(g.ctx, []int64{id})
			if err != nil {
				return nil, err
			}
			if h = one[0]; g.edge == nil {
				g.edge = make(map[int64]tlog.Hash)
			}
			g.edge[id] = h
		}
		out[i] = h
	}
	return out, nil
}
