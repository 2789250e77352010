package proposal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rectify/content"
	"rectify/content/check"
	"rectify/content/history"
	"rectify/content/parse"
	"rectify/content/shelf"
)

// Press puts approved proposals where notices stand.
type Press struct {
	Notices shelf.Shelf
	Archive *history.Archive
	Book    *Book
	Now     func() time.Time
	// Seed puts the notices that are built into the program where notices
	// stand, before the first change of one of them; nil where none are.
	Seed func(ctx context.Context) error
}

// Read parses and checks a proposal as it would stand beside others. That it
// has no moment of publication is no fault: the press sets it.
func (p *Press) Read(ctx context.Context, prop *Proposal, others []*content.Notice) (*content.Notice, []content.Diagnostic, error) {
	files, err := p.Notices.List(ctx, "")
	if err != nil {
		return nil, nil, fmt.Errorf("check proposal: %w", err)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(files, func(f shelf.File) bool { return f.Name == name })
	}
	name := prop.Slug + ".md"
	source, at := stamped(prop.Source, p.Now())
	n, found := parse.Notice(name, []byte(source))
	if !content.HasErrors(found) {
		found = append(found, check.Notice(n, name, has)...)
		set := slices.DeleteFunc(slices.Clone(others), func(o *content.Notice) bool { return o.Slug == prop.Slug })
		for _, d := range check.Set(append(set, n), func(n *content.Notice) string { return n.Slug + ".md" }) {
			if d.File == name {
				found = append(found, d)
			}
		}
	}
	for i := range found {
		if at > 0 && found[i].Line > at {
			found[i].Line-- // lines as the editors see them
		}
	}
	return n, found, nil
}

// Submit hands the proposal on for approval, when nothing of it is at fault and
// its change may be recorded as it is called: ErrFaults, ErrNote, history.Refused.
func (p *Press) Submit(ctx context.Context, prop *Proposal, others []*content.Notice) error {
	n, found, err := p.Read(ctx, prop, others)
	if err != nil {
		return err
	}
	if err := prop.Submit(found, p.Now()); err != nil {
		return err
	}
	return history.Refusal(ctx, p.Archive, n, history.Change{Note: prop.Note, Minor: prop.Minor})
}

// Publish puts the proposal where notices stand, as approved by second, and
// keeps it as a version; then the proposal is gone. The version is kept first:
// a copy of the site that sees the file at once finds it known, and who
// published it with it. After an error of a shelf the same call may be made
// again.
func (p *Press) Publish(ctx context.Context, prop Proposal, rev, second string, others []*content.Notice) (history.Version, error) {
	was, err := p.standing(ctx, &prop)
	if err != nil {
		return history.Version{}, err
	}
	n, found, err := p.Read(ctx, &prop, others)
	if err != nil {
		return history.Version{}, err
	}
	if content.HasErrors(found) {
		return history.Version{}, ErrFaults
	}
	if prop.Source != string(n.Source) { // the moment is set once, also if this must be tried again
		prop.Source = string(n.Source)
		if rev, err = p.Book.Keep(ctx, prop, rev); err != nil {
			return history.Version{}, err
		}
	}
	change := history.Change{Note: prop.Note, Minor: prop.Minor, By: prop.Editors[0], Second: second}
	v, _, err := history.Record(ctx, p.Archive, n, change, p.Now())
	if err != nil {
		return history.Version{}, fmt.Errorf("publish %s: %w", prop.Slug, err)
	}
	if was != n.Digest {
		err = p.Notices.Put(ctx, prop.Slug+".md", n.Source, was)
	}
	if errors.Is(err, shelf.ErrConflict) {
		return v, ErrMoved
	}
	if err != nil {
		return v, fmt.Errorf("publish %s: %w", prop.Slug, err)
	}
	if err := p.Book.Drop(ctx, prop.ID, rev); err != nil && !errors.Is(err, shelf.ErrNotFound) && !errors.Is(err, shelf.ErrConflict) {
		return v, err
	}
	return v, nil
}

// standing answers the digest of what the proposal would replace, ErrMoved when
// that is not what its editors saw.
func (p *Press) standing(ctx context.Context, prop *Proposal) (string, error) {
	for seeded := false; ; seeded = true {
		have, err := p.Notices.Read(ctx, prop.Slug+".md")
		switch {
		case errors.Is(err, shelf.ErrNotFound) && prop.Base != "" && p.Seed != nil && !seeded:
			if err := p.Seed(ctx); err != nil {
				return "", fmt.Errorf("publish %s: %w", prop.Slug, err)
			}
			continue
		case errors.Is(err, shelf.ErrNotFound) && prop.Base == "":
			return shelf.None, nil
		case errors.Is(err, shelf.ErrNotFound):
			return "", ErrMoved
		case err != nil:
			return "", fmt.Errorf("publish %s: %w", prop.Slug, err)
		}
		if was := shelf.Digest(have); was == prop.Base || was == prop.Digest() {
			return was, nil
		}
		return "", ErrMoved
	}
}

// stamped sets the moment of publication of a notice that has none, and answers
// the line at which it stands, 0 if it had one.
func stamped(source string, now time.Time) (string, int) {
	n, _ := parse.Notice("x.md", []byte(source))
	rest, ok := strings.CutPrefix(source, "---\n")
	if !n.Published.IsZero() || !ok {
		return source, 0
	}
	beijing := time.FixedZone("", 8*60*60) // the zone in which public bodies state moments
	return "---\npublished: " + now.In(beijing).Format(time.RFC3339) + "\n" + rest, 2
}
