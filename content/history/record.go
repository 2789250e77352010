package history

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"rectify/content"
)

// Change says who changes a notice and why.
type Change struct {
	Note       string // 更正说明
	Minor      bool   // a slip of the pen: no note is owed
	By, Second string // accounts; empty where the file was changed in its folder
	FromFolder bool   // the file was changed by hand; then its own front matter may say why
}

// maxNote bounds a note, in bytes.
const maxNote = 3000

// Refused says why a change may not be recorded as it is.
type Refused struct {
	Reasons []Reason
}

func (r *Refused) Error() string {
	words := make([]string, 0, len(r.Reasons))
	for _, x := range r.Reasons {
		words = append(words, strings.TrimSpace(x.Code+" "+x.Where))
	}
	return "change refused: " + strings.Join(words, ", ")
}

// Reason is one ground. Code is note (a change note is owed), long (it is too
// long), or what a minor change may not touch: status, label, owner, date,
// number, structure, supersedes. Where names the item or head field.
type Reason struct {
	Code, Where string
}

// Record keeps n as the newest version and reports whether that was new: it is
// not where its digest equals the last one's. Of several copies of the site that
// record the same at once one does, and the others learn that it is done.
//
// A change needs a note unless it is minor, and is not minor when it touches
// what Grave names; else the error is a Refused. A file changed in its folder is
// never refused: it is recorded with what it says of itself, or without a note.
func Record(ctx context.Context, a *Archive, n *content.Notice, c Change, now time.Time) (Version, bool, error) {
	for range 8 {
		last, err := a.Last(ctx, n.Slug)
		if err != nil && !errors.Is(err, ErrNotFound) || isDamaged(err) {
			return Version{}, false, fmt.Errorf("record %s: %w", n.Slug, err)
		}
		if last.N > 0 && last.Digest == n.Digest {
			return last, false, nil
		}
		v := Version{Slug: n.Slug, N: last.N + 1, Digest: n.Digest, At: now, By: c.By, Second: c.Second, Source: n.Source}
		if err := a.reason(ctx, &v, last, n, c); err != nil {
			return Version{}, false, err
		}
		kept, err := a.Append(ctx, v)
		if errors.Is(err, ErrConflict) {
			continue // decide anew beside the version that came first
		}
		if err != nil {
			return Version{}, false, fmt.Errorf("record %s: %w", n.Slug, err)
		}
		return kept, true, nil
	}
	return Version{}, false, fmt.Errorf("record %s: %w", n.Slug, ErrConflict)
}

func isDamaged(err error) bool {
	var d *Damaged
	return errors.As(err, &d)
}

// reason sets the note of v, or refuses the change.
func (a *Archive) reason(ctx context.Context, v *Version, last Version, n *content.Notice, c Change) error {
	note, minor := strings.TrimSpace(c.Note), c.Minor
	if c.FromFolder {
		note, minor = a.said(ctx, n, last)
	}
	if len(note) > maxNote {
		return &Refused{[]Reason{{"long", ""}}}
	}
	v.Note, v.Minor = note, false
	if last.N == 0 {
		return nil
	}
	if minor {
		old, err := a.Version(ctx, last.Slug, last.N)
		if err != nil {
			return fmt.Errorf("record %s: %w", n.Slug, err)
		}
		grave := Diff(old.Notice(), n).Grave()
		if len(grave) > 0 && !c.FromFolder {
			return &Refused{grave}
		}
		v.Minor = len(grave) == 0
	}
	if note == "" && !v.Minor && !c.FromFolder {
		return &Refused{[]Reason{{"note", ""}}}
	}
	return nil
}

// said is what the front matter of a file says about its last change. A note
// that stood in the version before is left over, not said again.
func (a *Archive) said(ctx context.Context, n *content.Notice, last Version) (note string, minor bool) {
	note = strings.TrimSpace(n.Change.Note)
	if a.leftOver(ctx, note, last) {
		return "", false
	}
	return strings.ToValidUTF8(note[:min(len(note), maxNote)], ""), n.Change.Minor
}

// leftOver reports whether the last version said the note already: as its own,
// or left over itself from one before.
func (a *Archive) leftOver(ctx context.Context, note string, last Version) bool {
	if note == "" || last.N == 0 {
		return false
	}
	if note == last.Note {
		return true
	}
	old, err := a.Version(ctx, last.Slug, last.N)
	return err == nil && strings.TrimSpace(old.Notice().Change.Note) == note
}

// Warnings are what check says of a file beside the version before it: a note
// that is left over from then, and a change called minor that is not.
func Warnings(ctx context.Context, a *Archive, n *content.Notice, file string) ([]content.Diagnostic, error) {
	last, err := a.Last(ctx, n.Slug)
	if errors.Is(err, ErrNotFound) && !isDamaged(err) || err == nil && last.Digest == n.Digest {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("check %s beside its last version: %w", n.Slug, err)
	}
	warn := func(code string, args ...any) content.Diagnostic {
		return content.Diagnostic{File: file, Line: 1, Severity: content.Warning, Code: code, Args: args}
	}
	note := strings.TrimSpace(n.Change.Note)
	switch {
	case a.leftOver(ctx, note, last):
		return []content.Diagnostic{warn("change-note-old", last.N)}, nil
	case note == "" && !n.Change.Minor:
		return []content.Diagnostic{warn("change-note-none")}, nil
	case !n.Change.Minor:
		return nil, nil
	}
	old, err := a.Version(ctx, last.Slug, last.N)
	if err != nil {
		return nil, fmt.Errorf("check %s beside its last version: %w", n.Slug, err)
	}
	if grave := Diff(old.Notice(), n).Grave(); len(grave) > 0 {
		return []content.Diagnostic{warn("change-minor", grave[0].Code, grave[0].Where)}, nil
	}
	return nil, nil
}
