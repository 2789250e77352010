package proposal

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rectify/content/shelf"
)

// maxOpen bounds how many proposals stand open at once.
const maxOpen = 200

// ErrTooMany means that too many proposals stand open.
var ErrTooMany = errors.New("too many proposals are open")

// Book keeps proposals on a shelf, a file each.
type Book struct{ Shelf shelf.Shelf }

// NewID draws an id that cannot be guessed.
func NewID() string { return strings.ToLower(rand.Text()) }

// IDOf is the id of the one proposal that some cause calls for: who makes it
// again finds that it is there.
func IDOf(cause string) string {
	sum := sha256.Sum256([]byte(cause))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:len(NewID())])
}

// List answers every open proposal, the latest change first.
func (b *Book) List(ctx context.Context) ([]Proposal, error) {
	files, err := b.Shelf.List(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	var list []Proposal
	for _, f := range files {
		id, ok := strings.CutSuffix(f.Name, ".json")
		if !ok {
			continue
		}
		p, _, err := b.Get(ctx, id)
		if errors.Is(err, shelf.ErrNotFound) {
			continue // published or dropped meanwhile
		}
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, c Proposal) int { return cmp.Or(c.Changed.Compare(a.Changed), cmp.Compare(a.ID, c.ID)) })
	return list, nil
}

// Get answers a proposal and its revision, or shelf.ErrNotFound.
func (b *Book) Get(ctx context.Context, id string) (p Proposal, rev string, err error) {
	if !validID(id) {
		return Proposal{}, "", shelf.ErrNotFound
	}
	data, err := b.Shelf.Read(ctx, id+".json")
	if err != nil {
		return Proposal{}, "", fmt.Errorf("proposal %s: %w", id, err)
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return Proposal{}, "", fmt.Errorf("proposal %s: %w", id, err)
	}
	return p, shelf.Digest(data), nil
}

// Keep writes a proposal over the revision that the caller saw, shelf.None for
// a new one, and answers the new revision. shelf.ErrConflict: someone was first.
func (b *Book) Keep(ctx context.Context, p Proposal, rev string) (string, error) {
	if rev == shelf.None {
		files, err := b.Shelf.List(ctx, "")
		if err != nil {
			return "", fmt.Errorf("keep proposal: %w", err)
		}
		if len(files) >= maxOpen {
			return "", ErrTooMany
		}
	}
	data, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("keep proposal: %w", err)
	}
	if err := b.Shelf.Put(ctx, p.ID+".json", data, rev); err != nil {
		return "", fmt.Errorf("keep proposal: %w", err)
	}
	return shelf.Digest(data), nil
}

// Drop takes a proposal away.
func (b *Book) Drop(ctx context.Context, id, rev string) error {
	if !validID(id) {
		return shelf.ErrNotFound
	}
	if err := b.Shelf.Remove(ctx, id+".json", rev); err != nil {
		return fmt.Errorf("drop proposal: %w", err)
	}
	return nil
}

func validID(id string) bool {
	return len(id) == len(NewID()) && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") == ""
}
