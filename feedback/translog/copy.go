package translog

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Copy writes everything of one log into an empty store.
func Copy(ctx context.Context, from, to Store) error {
	for at := int64(0); ; {
		list, err := from.Entries(ctx, at, MaxAppend)
		if err != nil {
			return fmt.Errorf("copy log: %w", err)
		}
		if len(list) == 0 {
			break
		}
		if err := to.Append(ctx, list); err != nil {
			return fmt.Errorf("copy log: %w", err)
		}
		at += int64(len(list))
	}
	for at := int64(0); ; {
		heads, err := from.Heads(ctx, at, MaxAppend)
		if err != nil {
			return fmt.Errorf("copy log: %w", err)
		}
		if len(heads) == 0 {
			break
		}
		for _, h := range heads {
			if err := Replay(ctx, to, h); err != nil {
				return err
			}
			at = h.Size + 1
		}
	}
	list, err := AllCosignatures(ctx, from)
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := to.Cosign(ctx, c); err != nil {
			return fmt.Errorf("copy log: %w", err)
		}
	}
	return nil
}

// AllCosignatures reads every cosignature.
func AllCosignatures(ctx context.Context, s Store) ([]Cosignature, error) {
	var all []Cosignature
	for from := int64(0); ; {
		list, err := s.Cosignatures(ctx, from, false, MaxAppend)
		if err != nil {
			return nil, fmt.Errorf("read cosignatures: %w", err)
		}
		all = append(all, list...)
		if len(list) < MaxAppend {
			return all, nil
		}
		// The last size may not be whole: it is read again with the next page.
		from = list[len(list)-1].Size
		for len(all) > 0 && all[len(all)-1].Size == from {
			all = all[:len(all)-1]
		}
	}
}

// Replay keeps a head that was signed before, over entries that stand already:
// heads are put back in the order of their sizes after the entries are. It
// works the hashes out anew, so that only a head that fits is kept; ErrFork if
// it does not.
func Replay(ctx context.Context, s Store, h Head) error {
	before, err := last(ctx, s)
	if err != nil {
		return err
	}
	if h.Size <= before.Size {
		return fmt.Errorf("replay head of %d after %d: %w", h.Size, before.Size, ErrTaken)
	}
	grown := &growth{ctx: ctx, store: s, first: tlog.StoredHashCount(before.Size)}
	for at := before.Size; at < h.Size; {
		list, err := s.Entries(ctx, at, int(min(MaxAppend, h.Size-at)))
		if err != nil {
			return fmt.Errorf("replay head of %d: %w", h.Size, err)
		}
		if len(list) == 0 {
			return fmt.Errorf("replay head of %d: %w: no entry %d", h.Size, ErrFork, at)
		}
		if err := grown.add(list, at); err != nil {
			return err
		}
		at += int64(len(list))
	}
	root, err := tlog.TreeHash(h.Size, grown)
	if err != nil {
		return fmt.Errorf("replay head of %d: %w", h.Size, err)
	}
	if root != h.Root {
		return fmt.Errorf("replay head of %d: %w", h.Size, ErrFork)
	}
	if err := s.Advance(ctx, before.Size, grown.hashes, h); err != nil {
		return fmt.Errorf("replay head of %d: %w", h.Size, err)
	}
	return nil
}
