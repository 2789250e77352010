package translog

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"

	"golang.org/x/mod/sumdb/tlog"
)

// Problem names a kind of fault, for people and scripts alike.
type Problem string

// What can be wrong with a log that is kept.
const (
	BadEntry       Problem = "entry"       // no line of this log, or under a name that is not its own
	MissingEntry   Problem = "missing"     // an index is left out
	BadHash        Problem = "hash"        // a stored hash does not follow from the entries
	BadSignature   Problem = "signature"   // a head that the log's key did not sign
	BadRoot        Problem = "root"        // a head that does not follow from the entries
	CutTail        Problem = "cut"         // entries under a head are gone
	Forked         Problem = "fork"        // another log than the one whose head was kept elsewhere
	BadCosignature Problem = "cosignature" // about a head that never was
	Doubled        Problem = "doubled"     // the same thing stands twice
)

// Fault is one thing that is wrong.
type Fault struct {
	Problem Problem
	Index   int64  // of the entry or size of the head; -1 where it is about neither
	Detail  string // for the operator
}

// String is the fault in one line.
func (f Fault) String() string {
	if f.Index < 0 {
		return fmt.Sprintf("%s: %s", f.Problem, f.Detail)
	}
	return fmt.Sprintf("%s at %d: %s", f.Problem, f.Index, f.Detail)
}

// maxFaults bounds what a report names.
const maxFaults = 100

// Report is what a check found.
type Report struct {
	Faults []Fault
	Head   Head  // the last one
	Heads  int64 // how many there are
	Size   int64 // entries, also those that no head has taken in yet
}

// Add names a fault, up to a bound: one is enough to know.
func (r *Report) Add(f Fault) {
	if len(r.Faults) < maxFaults {
		r.Faults = append(r.Faults, f)
	}
}

func (r *Report) fault(p Problem, index int64, format string, args ...any) {
	r.Add(Fault{p, index, fmt.Sprintf(format, args...)})
}

// Check reads a kept log from its first entry to its last and works every hash
// and head out anew. It hands every entry to each, if there is one; faults that
// each answers are reported, too. An error means that it could not be read.
func Check(ctx context.Context, s Store, v Verifier, each func(Entry) *Fault) (*Report, error) {
	c := &checker{ctx: ctx, store: s, verifier: v, r: &Report{}, refs: make(map[string]int64)}
	if err := c.nextHeads(0); err != nil {
		return c.r, err
	}
	for {
		list, err := s.Entries(ctx, c.r.Size, MaxAppend)
		if err != nil {
			return c.r, fmt.Errorf("check log: %w", err)
		}
		if len(list) == 0 {
			break
		}
		for _, e := range list {
			if err := c.entry(e, each); err != nil {
				return c.r, err
			}
		}
	}
	return c.r, c.end()
}

// checker walks entries and heads side by side.
type checker struct {
	ctx      context.Context
	store    Store
	verifier Verifier
	r        *Report
	heads    []Head // the next ones, by size
	tree     edge
	kept     []tlog.Hash // stored hashes read ahead
	keptFrom int64
	hashed   int64 // size of the last head: hashes are kept up to it
	refs     map[string]int64
	sizes    []int64
}

func (c *checker) nextHeads(from int64) error {
	var err error
	if c.heads, err = c.store.Heads(c.ctx, from, MaxAppend); err != nil {
		return fmt.Errorf("check log: %w", err)
	}
	if from == 0 {
		h, err := c.store.Head(c.ctx, math.MaxInt64)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("check log: %w", err)
		}
		c.hashed = h.Size
	}
	return nil
}

func (c *checker) entry(e Entry, each func(Entry) *Fault) error {
	if e.Index != c.r.Size {
		c.r.fault(MissingEntry, c.r.Size, "next entry is %d", e.Index)
		c.r.Size = e.Index
		c.tree.broken = true
	}
	if _, err := ParseLeaf(e.Leaf); err != nil {
		c.r.fault(BadEntry, e.Index, "%.80q", e.Leaf)
	}
	if at, twice := c.refs[e.Ref]; twice {
		c.r.fault(Doubled, e.Index, "%s stands at %d, too", e.Ref, at)
	}
	c.refs[e.Ref] = e.Index
	if each != nil {
		if f := each(e); f != nil {
			c.r.fault(f.Problem, e.Index, "%s", f.Detail)
		}
	}
	added := c.tree.add(e.Index, e.Hash())
	c.r.Size++
	if e.Index < c.hashed && !c.tree.broken {
		if err := c.hashes(e.Index, added); err != nil {
			return err
		}
	}
	for len(c.heads) > 0 && c.heads[0].Size <= c.r.Size {
		if err := c.head(); err != nil {
			return err
		}
	}
	return nil
}

// hashes holds what is stored for an entry to what follows from it.
func (c *checker) hashes(index int64, added []tlog.Hash) error {
	first := tlog.StoredHashIndex(0, index)
	for i, want := range added {
		got, err := c.storedHash(first + int64(i))
		if errors.Is(err, ErrNotFound) {
			c.r.fault(BadHash, index, "stored hash %d is gone", first+int64(i))
			continue
		}
		if err != nil {
			return err
		}
		if got != want {
			c.r.fault(BadHash, index, "stored hash %d was changed", first+int64(i))
		}
	}
	return nil
}

// storedHash reads ahead, because there are millions.
func (c *checker) storedHash(id int64) (tlog.Hash, error) {
	if at := id - c.keptFrom; at >= 0 && at < int64(len(c.kept)) {
		return c.kept[at], nil
	}
	most := tlog.StoredHashCount(c.hashed)
	var ids []int64
	for next := id; next < min(most, id+MaxAppend); next++ {
		ids = append(ids, next)
	}
	list, err := c.store.Hashes(c.ctx, ids)
	if errors.Is(err, ErrNotFound) { // one of them is gone: ask for this one alone
		if list, err = c.store.Hashes(c.ctx, []int64{id}); err == nil {
			return list[0], nil
		}
	}
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("check log: %w", err)
	}
	c.kept, c.keptFrom = list, id
	return list[0], nil
}

// head holds the next head to the tree, which has just its size.
func (c *checker) head() error {
	h := c.heads[0]
	c.heads = c.heads[1:]
	c.r.Heads++
	c.sizes = append(c.sizes, h.Size)
	own, err := OpenCheckpoint(h.Note, c.verifier)
	switch {
	case err != nil:
		c.r.fault(BadSignature, h.Size, "%v", err)
	case own.Size != h.Size || own.Root != h.Root:
		c.r.fault(BadRoot, h.Size, "the signed text says another tree")
	}
	if h.Size == c.r.Size && !c.tree.broken && c.tree.root() != h.Root {
		c.r.fault(BadRoot, h.Size, "the entries make another tree")
	}
	c.r.Head = h
	if len(c.heads) == 0 {
		return c.nextHeads(h.Size + 1)
	}
	return nil
}

func (c *checker) end() error {
	for len(c.heads) > 0 {
		size := c.heads[0].Size
		c.r.fault(CutTail, size, "head of %d entries, only %d are there", size, c.r.Size)
		if err := c.head(); err != nil {
			return err
		}
	}
	marks, err := AllCosignatures(c.ctx, c.store)
	if err != nil {
		return err
	}
	had := make(map[int64]bool, len(c.sizes))
	for _, n := range c.sizes {
		had[n] = true
	}
	for _, m := range marks {
		if !had[m.Size] {
			c.r.fault(BadCosignature, m.Size, "%s signed a head that is not there", m.Witness)
		}
	}
	return nil
}

// Against holds a kept log to a head that was kept elsewhere, which the log's
// key must have signed: Forked or CutTail if the log does not go on from it.
func Against(ctx context.Context, s Store, saved Head) (*Fault, error) {
	size, err := s.Size(ctx)
	if err != nil {
		return nil, fmt.Errorf("compare heads: %w", err)
	}
	if size < saved.Size {
		return &Fault{CutTail, saved.Size, fmt.Sprintf("the saved head has %d entries, only %d are there", saved.Size, size)}, nil
	}
	var tree edge
	for at := int64(0); at < saved.Size; {
		list, err := s.Entries(ctx, at, int(min(MaxAppend, saved.Size-at)))
		if err != nil {
			return nil, fmt.Errorf("compare heads: %w", err)
		}
		if len(list) == 0 || list[0].Index != at {
			return &Fault{MissingEntry, at, "an entry of the saved head is gone"}, nil
		}
		for _, e := range list {
			tree.add(e.Index, e.Hash())
		}
		at += int64(len(list))
	}
	if tree.root() != saved.Root {
		return &Fault{Forked, saved.Size, "the saved head is of another log"}, nil
	}
	return nil, nil
}

// edge is the right edge of a tree that grows leaf by leaf: the roots of its
// whole subtrees from the largest to the smallest. It needs no stored hash.
type edge struct {
	nodes  []tlog.Hash
	size   int64
	broken bool // an entry is missing: nothing more can be said
}

// add answers the hashes that the leaf completes, as they are stored.
func (e *edge) add(index int64, leaf tlog.Hash) []tlog.Hash {
	if index != e.size {
		e.broken = true
	}
	e.nodes = append(e.nodes, leaf)
	e.size++
	added := []tlog.Hash{leaf}
	for n := e.size; n%2 == 0 && len(e.nodes) > 1; n /= 2 {
		k := len(e.nodes)
		node := tlog.NodeHash(e.nodes[k-2], e.nodes[k-1])
		e.nodes = append(e.nodes[:k-2], node)
		added = append(added, node)
	}
	return added
}

// root is the hash of the tree (RFC 6962, 2.1).
func (e *edge) root() tlog.Hash {
	if len(e.nodes) == 0 {
		return sha256.Sum256(nil)
	}
	root := e.nodes[len(e.nodes)-1]
	for i := len(e.nodes) - 2; i >= 0; i-- {
		root = tlog.NodeHash(e.nodes[i], root)
	}
	return root
}
