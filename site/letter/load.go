package letter

import (
	"context"
	"errors"
	"fmt"

	"rectify/content"
	"rectify/content/shelf"
)

// Kept is a body's own words as they stand on the shelf of the notices.
type Kept struct {
	Texts Texts
	Found []content.Diagnostic // what is wrong with the file
	Was   string               // digest of the file, by which it is replaced
}

// Load reads the body's own words; there may be none.
func Load(ctx context.Context, s shelf.Shelf) (Kept, error) {
	src, err := s.Read(ctx, File)
	if errors.Is(err, shelf.ErrNotFound) {
		return Kept{Texts: Texts{}, Was: shelf.None}, nil
	}
	if err != nil {
		return Kept{}, fmt.Errorf("%s: %w", File, err)
	}
	k := Kept{Was: shelf.Digest(src)}
	k.Texts, k.Found = Parse(src)
	return k, nil
}

// Save puts words in the place of those whose file had the digest was.
// shelf.ErrConflict: somebody else changed them.
func Save(ctx context.Context, s shelf.Shelf, t Texts, was string) error {
	src, err := t.Format()
	if err == nil {
		err = s.Put(ctx, File, src, was)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", File, err)
	}
	return nil
}
