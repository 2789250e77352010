package translog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"

	"golang.org/x/mod/sumdb/tlog"
)

// Remote is a log as a stranger sees it: files under an address or in a folder.
// Nothing that it answers is believed before it was worked out anew.
type Remote struct {
	// Fetch answers the file under a path relative to the log, or an error. A
	// file longer than most bytes is an error, too.
	Fetch    func(ctx context.Context, path string, most int) ([]byte, error)
	Verifier Verifier
}

// What is wrong with a log that a stranger looks at.
const (
	Smaller Problem = "smaller" // a tree that is smaller than one seen before
	BadTile Problem = "tile"    // a file that does not follow from the entries
)

// Bad is a fault as an error.
type Bad struct{ Fault }

// Error is the fault in one line.
func (b Bad) Error() string { return b.String() }

func bad(p Problem, index int64, format string, args ...any) error {
	return Bad{Fault{p, index, fmt.Sprintf(format, args...)}}
}

// Latest fetches the head that the log shows now.
func (r *Remote) Latest(ctx context.Context) (Head, error) {
	msg, err := r.Fetch(ctx, "checkpoint", maxNote)
	if err != nil {
		return Head{}, fmt.Errorf("fetch checkpoint: %w", err)
	}
	h, err := OpenCheckpoint(msg, r.Verifier)
	if err != nil {
		return Head{}, bad(BadSignature, -1, "%v", err)
	}
	return h, nil
}

// Continues makes sure that one head goes on from another, older one. It reads
// few files however large the log is. Bad: Smaller or Forked.
func (r *Remote) Continues(ctx context.Context, from, to Head) error {
	switch {
	case to.Size < from.Size:
		return bad(Smaller, to.Size, "a head of %d was seen before", from.Size)
	case to.Size == from.Size && to.Root != from.Root:
		return bad(Forked, to.Size, "another tree of this size was seen before")
	case to.Size == from.Size || from.Size == 0:
		return nil
	}
	hashes := tlog.TileHashReader(tlog.Tree{N: to.Size, Hash: to.Root}, &tileReader{ctx, r})
	proof, err := tlog.ProveTree(to.Size, from.Size, hashes)
	var lost fetchError
	if errors.As(err, &lost) {
		return fmt.Errorf("fetch proof: %w", err)
	}
	if err != nil {
		return bad(BadTile, to.Size, "%v", err)
	}
	if err := tlog.CheckTree(proof, to.Size, to.Root, from.Size, from.Root); err != nil {
		return bad(Forked, from.Size, "the head of %d does not go on from the one of %d", to.Size, from.Size)
	}
	return nil
}

// ProveRemote answers the proof that an entry stands in the tree of a head.
func (r *Remote) ProveRemote(ctx context.Context, h Head, index int64) ([]tlog.Hash, error) {
	if index < 0 || index >= h.Size {
		return nil, fmt.Errorf("prove entry %d of %d: %w", index, h.Size, ErrNotFound)
	}
	p, err := tlog.ProveRecord(h.Size, index, tlog.TileHashReader(tlog.Tree{N: h.Size, Hash: h.Root}, &tileReader{ctx, r}))
	if err != nil {
		return nil, fmt.Errorf("prove entry %d of %d: %w", index, h.Size, err)
	}
	return p, nil
}

// fetchError tells a file that could not be had from one that is wrong.
type fetchError struct{ error }

func (e fetchError) Unwrap() error { return e.error }

// tileReader lets tlog read tiles, which it holds to the head.
type tileReader struct {
	ctx    context.Context
	remote *Remote
}

// Height implements tlog.TileReader.
func (t *tileReader) Height() int { return tileHeight }

// SaveTiles implements tlog.TileReader: nothing is kept.
func (t *tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles implements tlog.TileReader.
func (t *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, x := range tiles {
		data, err := t.remote.Fetch(t.ctx, TilePath(x), maxTile)
		if err != nil {
			return nil, fetchError{err}
		}
		if len(data) != x.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %s has %d bytes", TilePath(x), len(data))
		}
		all = append(all, data)
	}
	return all, nil
}

// Walk reads every entry up to a head, holds the head and every tile to them,
// and hands each entry to each. Bad names the first fault.
func (r *Remote) Walk(ctx context.Context, h Head, each func(index int64, leaf Leaf) error) error {
	w := &walker{ctx: ctx, r: r}
	if h.Size > math.MaxInt32 {
		return bad(BadRoot, h.Size, "a log of this size is not read whole")
	}
	for at := int64(0); at < h.Size; {
		t := tlog.Tile{H: tileHeight, L: -1, N: at >> tileHeight, W: int(min(tileWidth, h.Size-at))}
		data, err := r.Fetch(ctx, TilePath(t), maxTile)
		if err != nil {
			return fmt.Errorf("fetch entries: %w", err)
		}
		leaves, err := splitEntries(data, t.W)
		if err != nil {
			return bad(BadTile, at, "%s is not %d entries", TilePath(t), t.W)
		}
		for _, line := range leaves {
			leaf, err := ParseLeaf(line)
			if err != nil {
				return bad(BadEntry, at, "%.80q", line)
			}
			if err := w.add(tlog.RecordHash([]byte(line))); err != nil {
				return err
			}
			if each != nil {
				if err := each(at, leaf); err != nil {
					return err
				}
			}
			at++
		}
	}
	if w.tree.root() != h.Root {
		return bad(BadRoot, h.Size, "the entries make another tree than the signed one")
	}
	return w.rest()
}

// walker grows the tree and its tiles from the entries alone.
type walker struct {
	ctx    context.Context
	r      *Remote
	tree   edge
	levels []level
}

// level is the last, unfinished tile of one level.
type level struct {
	n    int64
	data []byte
}

func (w *walker) add(leaf tlog.Hash) error {
	w.tree.add(w.tree.size, leaf)
	for l, node := 0, leaf; ; l++ {
		if l == len(w.levels) {
			w.levels = append(w.levels, level{})
		}
		v := &w.levels[l]
		v.data = append(v.data, node[:]...)
		if len(v.data) < tileWidth*tlog.HashSize {
			return nil
		}
		if err := w.tile(l, v); err != nil {
			return err
		}
		node = subtree(v.data)
		v.n, v.data = v.n+1, nil
	}
}

// subtree is the root over the hashes of a full tile.
func subtree(data []byte) tlog.Hash {
	var e edge
	for at := 0; at < len(data); at += tlog.HashSize {
		e.add(e.size, tlog.Hash(data[at:at+tlog.HashSize]))
	}
	return e.root()
}

// tile holds the served tile to what follows from the entries.
func (w *walker) tile(l int, v *level) error {
	t := tlog.Tile{H: tileHeight, L: l, N: v.n, W: len(v.data) / tlog.HashSize}
	data, err := w.r.Fetch(w.ctx, TilePath(t), maxTile)
	if err != nil {
		return fmt.Errorf("fetch tile: %w", err)
	}
	if !bytes.Equal(data, v.data) {
		return bad(BadTile, w.tree.size, "%s does not follow from the entries", TilePath(t))
	}
	return nil
}

// rest looks at the unfinished tiles.
func (w *walker) rest() error {
	for l := range w.levels {
		if v := &w.levels[l]; len(v.data) > 0 {
			if err := w.tile(l, v); err != nil {
				return err
			}
		}
	}
	return nil
}
