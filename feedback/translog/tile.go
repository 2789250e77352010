package translog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is the height of a tile (C2SP tlog-tiles): 256 hashes or entries.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// maxTile bounds a served tile in bytes: 256 entries of maxLeaf and their lengths.
const maxTile = tileWidth * (maxLeaf + 2)

// ErrTile means that a path names no tile, or one that the tree does not have yet.
var ErrTile = errors.New("no such tile")

// TilePath is a tile's address under the log's own (C2SP tlog-tiles). L is -1
// for entries.
func TilePath(t tlog.Tile) string {
	level := "entries"
	if t.L >= 0 {
		level = strconv.Itoa(t.L)
	}
	n := fmt.Sprintf("%03d", t.N%1000)
	for rest := t.N / 1000; rest > 0; rest /= 1000 {
		n = fmt.Sprintf("x%03d/%s", rest%1000, n)
	}
	if t.W < tileWidth {
		n += ".p/" + strconv.Itoa(t.W)
	}
	return "tile/" + level + "/" + n
}

// ParseTilePath reads exactly what TilePath writes, or answers ErrTile.
func ParseTilePath(path string) (tlog.Tile, error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || len(path) > 60 {
		return tlog.Tile{}, ErrTile
	}
	level, rest, _ := strings.Cut(rest, "/")
	t := tlog.Tile{H: tileHeight, L: -1, W: tileWidth}
	if level != "entries" {
		n, err := strconv.Atoi(level)
		if err != nil || n < 0 || n > 63/tileHeight {
			return tlog.Tile{}, ErrTile
		}
		t.L = n
	}
	if name, width, partial := strings.Cut(rest, ".p/"); partial {
		n, err := strconv.Atoi(width)
		if err != nil || n < 1 || n >= tileWidth {
			return tlog.Tile{}, ErrTile
		}
		rest, t.W = name, n
	}
	for part := range strings.SplitSeq(rest, "/") {
		n, err := strconv.ParseUint(strings.TrimPrefix(part, "x"), 10, 10)
		if err != nil || n > 999 {
			return tlog.Tile{}, ErrTile
		}
		t.N = t.N*1000 + int64(n)
	}
	if TilePath(t) != path {
		return tlog.Tile{}, ErrTile
	}
	return t, nil
}

// Tile answers the bytes of a tile of the tree of size, which must have it:
// hashes, or entries each behind its length in two bytes. What it answers for
// one path never changes.
func Tile(ctx context.Context, s Store, t tlog.Tile, size int64) ([]byte, error) {
	have := size
	if t.L > 0 {
		have = size >> (tileHeight * t.L)
	}
	if t.W < 1 || t.W > tileWidth || t.N < 0 || t.N > have>>tileHeight || t.N<<tileHeight+int64(t.W) > have {
		return nil, ErrTile
	}
	first := t.N << tileHeight
	if t.L >= 0 {
		data, err := tlog.ReadTileData(t, Reader(ctx, s))
		if err != nil {
			return nil, fmt.Errorf("tile %s: %w", TilePath(t), err)
		}
		return data, nil
	}
	list, err := s.Entries(ctx, first, t.W)
	if err != nil {
		return nil, fmt.Errorf("tile %s: %w", TilePath(t), err)
	}
	var data []byte
	for i, e := range list {
		if e.Index != first+int64(i) || len(e.Leaf) > maxLeaf {
			return nil, fmt.Errorf("tile %s: %w", TilePath(t), ErrFork)
		}
		data = binary.BigEndian.AppendUint16(data, uint16(len(e.Leaf))) //nolint:gosec // at most maxLeaf
		data = append(data, e.Leaf...)
	}
	if len(list) != t.W {
		return nil, fmt.Errorf("tile %s: %w", TilePath(t), ErrFork)
	}
	return data, nil
}

// splitEntries reads a tile of exactly want entries.
func splitEntries(data []byte, want int) ([]string, error) {
	var leaves []string
	for len(data) > 0 && len(leaves) < want {
		if len(data) < 2 {
			return nil, ErrTile
		}
		n := int(binary.BigEndian.Uint16(data))
		if data = data[2:]; n > len(data) || n > maxLeaf {
			return nil, ErrTile
		}
		leaves = append(leaves, string(data[:n]))
		data = data[n:]
	}
	if len(data) > 0 || len(leaves) != want {
		return nil, ErrTile
	}
	return leaves, nil
}

// MaxProof bounds a proof: one hash a level of the largest tree.
const MaxProof = 63

// Prove answers the proof that an entry stands in the tree of size.
func Prove(ctx context.Context, s Store, size, index int64) ([]tlog.Hash, error) {
	if index < 0 || index >= size {
		return nil, fmt.Errorf("prove entry %d of %d: %w", index, size, ErrNotFound)
	}
	p, err := tlog.ProveRecord(size, index, Reader(ctx, s))
	if err != nil {
		return nil, fmt.Errorf("prove entry %d of %d: %w", index, size, err)
	}
	return p, nil
}

// ErrProof means that a proof does not hold.
var ErrProof = errors.New("proof does not hold")

// Included holds a proof to a head: the leaf stands at index in its tree. It
// takes no time worth speaking of, whatever it is given.
func Included(h Head, index int64, leaf string, proof []tlog.Hash) error {
	if index < 0 || index >= h.Size || len(proof) > MaxProof || len(leaf) > maxLeaf {
		return fmt.Errorf("%w: entry %d of %d with %d hashes", ErrProof, index, h.Size, len(proof))
	}
	if err := tlog.CheckRecord(proof, h.Size, h.Root, index, tlog.RecordHash([]byte(leaf))); err != nil {
		return fmt.Errorf("%w: entry %d of %d: %w", ErrProof, index, h.Size, err)
	}
	return nil
}
