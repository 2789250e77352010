package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"rectify/content/shelf"
)

// Errors of concealing. ErrConcealed: the text of the version was taken out.
// ErrShown: it is the newest version; what it must not say is corrected by a
// new one first, or the notice taken down. ErrReason: no reason, or one that is too long.
var (
	ErrConcealed = errors.New("text was taken out")
	ErrShown     = errors.New("the newest version cannot be concealed")
	ErrReason    = errors.New("a reason is needed")
)

// Conceal takes the text of an earlier version out of the archive for good; of
// the newest only where the caller knows that the notice was taken down. What was
// backed up before still holds it.
func (a *Archive) Conceal(ctx context.Context, slug string, n int, reason string, down bool, now time.Time) error {
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxNote {
		return ErrReason
	}
	last, err := a.count(ctx, slug)
	if err != nil {
		return err
	}
	if n == last && !down {
		return fmt.Errorf("version %d of %s: %w", n, slug, ErrShown)
	}
	v, err := a.meta(ctx, slug, n)
	if err != nil {
		return err
	}
	if v.Concealed == nil {
		v.Concealed = &Concealed{At: now.UTC().Truncate(time.Millisecond), Reason: reason}
		meta, err := json.MarshalIndent(v, "", "  ")
		if err == nil {
			err = a.Shelf.Put(ctx, metaName(slug, n), append(meta, '\n'), shelf.Any)
		}
		if err != nil {
			return fmt.Errorf("conceal version %d of %s: %w", n, slug, err)
		}
	}
	// Told first, taken out second: what a crash leaves between the two is done
	// by the same call.
	err = a.Shelf.Remove(ctx, sourceName(slug, n, v.Digest), shelf.Any)
	if err != nil && !errors.Is(err, shelf.ErrNotFound) {
		return fmt.Errorf("conceal version %d of %s: %w", n, slug, err)
	}
	return nil
}
