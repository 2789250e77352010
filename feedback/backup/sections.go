package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"rectify/feedback"
	"rectify/feedback/backup/archive"
	"rectify/feedback/cursor"
	"rectify/feedback/staff"
)

// The sections that a store fills.
const (
	submissions = "submissions"
	claims      = "claims"
	accounts    = "accounts"
	series      = "series"
	marks       = "marks"
)

// The marks of a restore: which backup it is of, and that it came to its end.
// They belong to the store that was restored, and to no backup of it.
const (
	begun    = "restore begun"
	finished = "restore finished"
)

// Names are those of the sections that a store fills.
func Names() []string { return []string{submissions, claims, accounts, series, marks} }

// outward are the sections that write what a snapshot tells.
func outward(s Snapshot) []archive.Section {
	return []archive.Section{
		{Name: submissions, Write: writing(s.Submissions)},
		{Name: claims, Write: writing(func(ctx context.Context, each func(Claim) error) error {
			return s.Claims(ctx, func(c Claim) error {
				c.Body, c.Sealed = append([]byte{}, c.Body...), append([]byte{}, c.Sealed...) // null and empty are one
				return each(c)
			})
		})},
		{Name: accounts, Write: writing(s.Accounts)},
		{Name: series, Write: writing(s.Series)},
		{Name: marks, Write: writing(func(ctx context.Context, each func(Mark) error) error {
			return s.Marks(ctx, func(m Mark) error {
				if m.Name == begun || m.Name == finished {
					return nil
				}
				return each(m)
			})
		})},
	}
}

// writing writes every value that tell tells as a line.
func writing[T any](tell func(context.Context, func(T) error) error) func(context.Context, func([]byte) error) error {
	return func(ctx context.Context, put func([]byte) error) error {
		return tell(ctx, func(v T) error {
			line, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("write record: %w", err)
			}
			return put(line)
		})
	}
}

// Bounds of what is imported at once.
const (
	stepRecords = 500
	stepBytes   = 4 << 20
)

// inward is a section that reads records into a store, some at a time. What is
// not sound is found before.
func inward[T any](name string, sound func(T) error, keep func(context.Context, []T) error) archive.Section {
	var list []T
	size := 0
	flush := func(ctx context.Context) error {
		if len(list) == 0 {
			return nil
		}
		err := keep(ctx, list)
		list, size = list[:0], 0
		return err
	}
	return archive.Section{
		Name: name,
		Check: func(record []byte) error {
			v, err := parsed[T](record)
			if err != nil {
				return err
			}
			return sound(v)
		},
		Read: func(ctx context.Context, record []byte) error {
			v, err := parsed[T](record)
			if err != nil {
				return err
			}
			list = append(list, v)
			if size += len(record); len(list) < stepRecords && size < stepBytes {
				return nil
			}
			return flush(ctx)
		},
		End: flush,
	}
}

// parsed reads a record. A field that is not known would be lost, so it is
// refused: a newer program wrote it.
func parsed[T any](record []byte) (v T, err error) {
	d := json.NewDecoder(bytes.NewReader(record))
	d.DisallowUnknownFields()
	err = d.Decode(&v)
	if err != nil && strings.HasPrefix(err.Error(), "json: unknown field") {
		return v, fmt.Errorf("%w: %w", archive.ErrFormat, err)
	}
	if err == nil && d.More() {
		err = errors.New("more than one value in a record")
	}
	return v, err
}

// into are the sections that read into a store which holds the marks have. Their
// checks do not touch it.
func into(t Target, have []Mark) []archive.Section {
	kept := make(map[string]string)
	for _, m := range have {
		kept[m.Name] = m.Value
	}
	seen := new(cursor.Set)
	return []archive.Section{
		inward(submissions, func(s feedback.Submission) error { return soundSubmission(s, seen) }, func(ctx context.Context, list []feedback.Submission) error { return t.Import(ctx, list) }),
		inward(claims, func(c Claim) error {
			if serial, ok := cursor.Serial(c.Number); !ok || !seen.Has(serial) || len(c.Key) == 0 {
				return fmt.Errorf("claim on %q, which is not there", c.Number)
			}
			return nil
		}, func(ctx context.Context, list []Claim) error { return t.ImportClaims(ctx, list) }),
		inward(accounts, func(a staff.Account) error {
			if a.Name == "" || a.Rev < 1 {
				return fmt.Errorf("account %q at revision %d", a.Name, a.Rev)
			}
			return nil
		}, func(ctx context.Context, list []staff.Account) error { return t.ImportAccounts(ctx, list) }),
		inward(series, func(s Series) error {
			if s.Year < 1 || s.Last < 0 {
				return fmt.Errorf("series of %d at %d", s.Year, s.Last)
			}
			return nil
		}, func(ctx context.Context, list []Series) error { return t.ImportSeries(ctx, list) }),
		inward(marks, func(m Mark) error {
			if old, ok := kept[m.Name]; m.Name == "" || (ok && old != m.Value) {
				return fmt.Errorf("%w: mark %q is %q here and %q in the backup", ErrNotBlank, m.Name, old, m.Value)
			}
			return nil
		}, func(ctx context.Context, list []Mark) error { return keepMarks(ctx, t, list) }),
	}
}

func soundSubmission(s feedback.Submission, seen *cursor.Set) error {
	serial, ok := cursor.Serial(s.Number)
	if !ok || s.Rev < 1 || s.ID == "" {
		return fmt.Errorf("submission %q at revision %d", s.Number, s.Rev)
	}
	if !seen.Add(serial) {
		return fmt.Errorf("submission %s stands twice", s.Number)
	}
	return nil
}

func keepMarks(ctx context.Context, t Target, list []Mark) error {
	for _, m := range list {
		kept, err := t.Mark(ctx, m.Name, m.Value)
		if err != nil {
			return err
		}
		if kept != m.Value {
			return fmt.Errorf("mark %s: %w", m.Name, feedback.ErrConflict)
		}
	}
	return nil
}
