package backup

import (
	"context"
	"errors"
	"fmt"
	"io"

	"rectify/feedback"
	"rectify/feedback/backup/archive"
)

// ErrNotBlank means that there is something where a backup was to be restored,
// and ErrUnfinished that a restore did not come to its end.
var (
	ErrNotBlank   = errors.New("a backup is restored into an empty store only")
	ErrUnfinished = errors.New("a restore into this store did not come to its end; run it again")
)

// Part is a section that someone else keeps, beside the store.
type Part struct {
	archive.Section
	Blank func(ctx context.Context) (bool, error) // nothing is there yet
}

// Restore reads a backup into an empty store. The whole of it is read and
// checked before anything is changed. When it is cut off after that, the store
// stays marked as unfinished, and Restore of the same backup goes on: what is
// there already is passed over.
func Restore(ctx context.Context, r io.ReadSeeker, k feedback.Keys, t Target, others ...Part) (archive.Manifest, error) {
	m, have, err := verified(ctx, r, k, t, others)
	if err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	if err := blank(ctx, t, others, have, m.ID()); err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	if err := keepMarks(ctx, t, []Mark{{begun, m.ID()}}); err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	again, err := archive.Read(ctx, r, Key(k), sections(t, have, others))
	if err == nil && again.ID() != m.ID() {
		err = errors.New("the file was changed while it was read")
	}
	if err == nil {
		err = keepMarks(ctx, t, []Mark{{finished, m.ID()}})
	}
	if err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	return m, nil
}

// Check reads a backup to its end and says what it holds; others are checked as
// Restore would.
func Check(ctx context.Context, r io.Reader, k feedback.Keys, others ...Part) (archive.Manifest, error) {
	return archive.Verify(ctx, r, Key(k), sections(nil, nil, others))
}

// verified reads the whole file and answers what it holds, and the marks of the store.
func verified(ctx context.Context, r io.ReadSeeker, k feedback.Keys, t Target, others []Part) (archive.Manifest, []Mark, error) {
	have, err := t.Marks(ctx)
	if err != nil {
		return archive.Manifest{}, nil, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return archive.Manifest{}, nil, err
	}
	m, err := archive.Verify(ctx, r, Key(k), sections(t, have, others))
	return m, have, err
}

func sections(t Target, have []Mark, others []Part) []archive.Section {
	list := into(t, have)
	for _, p := range others {
		list = append(list, p.Section)
	}
	return list
}

// blank refuses a store in which something stands, unless it is of the very
// backup that is to be restored and was not restored whole.
func blank(ctx context.Context, t Target, others []Part, have []Mark, id string) error {
	was, done := restores(have)
	if was == id && !done {
		return nil
	}
	if was != "" && !done {
		return fmt.Errorf("%w: one of another backup is under way: %w", ErrNotBlank, ErrUnfinished)
	}
	ok, err := t.Blank(ctx)
	if err == nil && (!ok || was != "") {
		err = ErrNotBlank
	}
	if err != nil {
		return err
	}
	for _, p := range others {
		ok, err := p.Blank(ctx)
		if err == nil && !ok {
			err = ErrNotBlank
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

// restores answers which backup a store was restored from, and whether whole.
func restores(have []Mark) (id string, done bool) {
	for _, m := range have {
		switch m.Name {
		case begun:
			id = m.Value
		case finished:
			done = true
		}
	}
	return id, done
}

// Whole answers ErrUnfinished for a store that holds half a backup: no site
// should run on it, and no number be given.
func Whole(ctx context.Context, t Target) error {
	have, err := t.Marks(ctx)
	if err != nil {
		return fmt.Errorf("marks: %w", err)
	}
	if id, done := restores(have); id != "" && !done {
		return ErrUnfinished
	}
	return nil
}
