package backup

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"

	"rectify/feedback/backup/archive"
	"rectify/feedback/translog"
)

// log is the section of the public log.
const log = "log"

// line is one record of it: one of the three is set.
type line struct {
	Entry  *translog.Entry       `json:"entry,omitempty"`
	Head   *translog.Head        `json:"head,omitempty"`
	Cosign *translog.Cosignature `json:"cosign,omitempty"`
}

// Log is the section that writes the public log as it is now. It is to be asked
// for before the backup is begun: the log tells what happened after it did, so
// a log that is a little older than the store is one that has a little to catch
// up with; a younger one would tell of what the store has lost.
func Log(ctx context.Context, from translog.Store) (archive.Section, error) {
	size, err := from.Size(ctx)
	if err != nil {
		return archive.Section{}, fmt.Errorf("backup: log: %w", err)
	}
	return archive.Section{Name: log, Write: func(ctx context.Context, put func([]byte) error) error {
		return writing(func(ctx context.Context, each func(line) error) error { return tellLog(ctx, from, size, each) })(ctx, put)
	}}, nil
}

// tellLog tells the entries up to size, and the heads and cosignatures on them.
func tellLog(ctx context.Context, from translog.Store, size int64, each func(line) error) error {
	for at := int64(0); at < size; {
		list, err := from.Entries(ctx, at, int(min(translog.MaxAppend, size-at)))
		if err == nil && len(list) == 0 {
			err = fmt.Errorf("entry %d: %w", at, translog.ErrNotFound)
		}
		if err != nil {
			return err
		}
		for i := range list {
			if err := each(line{Entry: &list[i]}); err != nil {
				return err
			}
		}
		at += int64(len(list))
	}
	for at := int64(0); ; {
		heads, err := from.Heads(ctx, at, translog.MaxAppend)
		if err != nil {
			return err
		}
		for i := range heads {
			if heads[i].Size > size {
				heads = nil
				break
			}
			if err := each(line{Head: &heads[i]}); err != nil {
				return err
			}
		}
		if len(heads) == 0 {
			break
		}
		at = heads[len(heads)-1].Size + 1
	}
	words, err := translog.AllCosignatures(ctx, from)
	for i := range words {
		if err == nil && words[i].Size <= size {
			err = each(line{Cosign: &words[i]})
		}
	}
	return err
}

// LogPart reads the log into an empty one. Heads are kept only if they fit the
// entries, so a log that was restored proves what it proved before.
func LogPart(to translog.Store) Part {
	next := int64(0)
	in := &logReader{to: to}
	return Part{
		Section: archive.Section{
			Name: log,
			Check: func(record []byte) error {
				l, err := parsed[line](record)
				switch {
				case err != nil:
					return err
				case l.Entry != nil && l.Head == nil && l.Cosign == nil && l.Entry.Index == next:
					next++
				case l.Entry == nil && l.Head != nil && l.Cosign == nil && l.Head.Size <= next:
				case l.Entry == nil && l.Head == nil && l.Cosign != nil && l.Cosign.Size <= next:
				default:
					return errors.New("log is out of order")
				}
				return nil
			},
			Read: in.read,
			End:  in.flush,
		},
		Blank: func(ctx context.Context) (bool, error) {
			n, err := to.Size(ctx)
			return n == 0, err
		},
	}
}

// logReader keeps what it reads, entries some at a time; what is there already
// must be the same.
type logReader struct {
	to   translog.Store
	list []translog.Entry
}

func (r *logReader) read(ctx context.Context, record []byte) error {
	l, err := parsed[line](record)
	if err != nil {
		return err
	}
	if l.Entry != nil {
		r.list = append(r.list, *l.Entry)
		if len(r.list) < translog.MaxAppend {
			return nil
		}
		return r.flush(ctx)
	}
	if err := r.flush(ctx); err != nil {
		return err
	}
	if l.Head != nil {
		return r.head(ctx, *l.Head)
	}
	return r.to.Cosign(ctx, *l.Cosign)
}

func (r *logReader) flush(ctx context.Context) error {
	if len(r.list) == 0 {
		return nil
	}
	size, err := r.to.Size(ctx)
	if err != nil {
		return err
	}
	there := min(max(0, size-r.list[0].Index), int64(len(r.list)))
	if there > 0 {
		have, err := r.to.Entries(ctx, r.list[0].Index, int(there))
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(have, r.list[:there]) {
			return fmt.Errorf("entry %d: %w", r.list[0].Index, translog.ErrTaken)
		}
	}
	rest := r.list[there:]
	r.list = nil
	if len(rest) == 0 {
		return nil
	}
	return r.to.Append(ctx, rest)
}

func (r *logReader) head(ctx context.Context, h translog.Head) error {
	last, err := r.to.Head(ctx, math.MaxInt64)
	if err != nil && !errors.Is(err, translog.ErrNotFound) {
		return err
	}
	if err != nil || h.Size > last.Size {
		return translog.Replay(ctx, r.to, h)
	}
	have, err := r.to.Head(ctx, h.Size)
	if err == nil && (have.Size != h.Size || have.Root != h.Root || string(have.Note) != string(h.Note)) {
		err = fmt.Errorf("head of %d: %w", h.Size, translog.ErrTaken)
	}
	return err
}
