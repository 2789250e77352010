package notary

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/cursor"
	"rectify/feedback/translog"
)

// Notary writes a site's public log.
type Notary struct {
	Store feedback.Store
	Log   *translog.Log
	Now   func() time.Time
	Warn  *slog.Logger
	Audit audit.Store // the audit chain whose end is said in the log; nil: none is
}

// VersionLeaf is one published version of a notice.
type VersionLeaf struct {
	Slug   string
	N      int    // from 1
	Digest string // SHA-256 of its source, 64 lower-case hexadecimal digits
	Record string // SHA-256 of what is said about it: when, by whom, why
}

// entries are the leaves of a version.
func (v VersionLeaf) entries() []translog.Entry {
	source := translog.Leaf{Kind: translog.KindNotice, Name: v.Slug, N: v.N, Digest: v.Digest}
	record := translog.Leaf{Kind: translog.KindRecord, Name: v.Slug, N: v.N, Digest: v.Record}
	return []translog.Entry{
		{Ref: versionRef(v.Slug, v.N), Leaf: source.String()},
		{Ref: recordRef(v.Slug, v.N), Leaf: record.String()},
	}
}

// Versions logs published versions of notices and signs a head over them. What
// stands in the log already is left alone, so all versions may be handed in at
// every start. translog.ErrDiffers: a version stands there with another digest.
func (n *Notary) Versions(ctx context.Context, list []VersionLeaf) error {
	var entries []translog.Entry
	for _, v := range list {
		for _, e := range v.entries() {
			kept, known, err := translog.Find(ctx, n.Log.Store, e.Ref)
			if err != nil {
				return err
			}
			if !known || kept.Leaf != e.Leaf {
				entries = append(entries, e)
			}
		}
	}
	if len(entries) == 0 {
		return nil
	}
	err := n.Log.Add(ctx, entries)
	if err != nil && !errors.Is(err, translog.ErrDiffers) {
		return fmt.Errorf("log versions: %w", err)
	}
	_, headErr := n.Log.Integrate(ctx)
	return errors.Join(err, headErr)
}

// publicTries bounds how often a change that met another copy's is looked at again.
const publicTries = 10

// public logs what the public sees of a submission now, if that is news. The
// log is read before the submission: whatever it tells, the submission is at
// least as new, so an old reading never comes after a newer one.
func (n *Notary) public(ctx context.Context, number feedback.Number) error {
	serial, ok := cursor.Serial(number)
	if !ok {
		return fmt.Errorf("log %s: %w", number, feedback.ErrNotFound)
	}
	for range publicTries {
		entries, err := n.changes(ctx, serial, number)
		if err != nil || len(entries) == 0 {
			return err
		}
		err = n.Log.Add(ctx, entries)
		if !errors.Is(err, translog.ErrDiffers) {
			return err
		}
		// Another copy said something else under the same count: look again.
	}
	return fmt.Errorf("log %s: %w", number, translog.ErrDiffers)
}

// changes are the leaves that a submission lacks in the log.
func (n *Notary) changes(ctx context.Context, serial int64, number feedback.Number) ([]translog.Entry, error) {
	last, count, err := n.said(ctx, serial)
	if err != nil {
		return nil, err
	}
	replies, err := n.Log.Store.ByRef(ctx, translog.Refs{From: replyRef(serial, 0), To: replyRef(serial, 999_999), Limit: translog.MaxAppend})
	if err != nil {
		return nil, fmt.Errorf("log %s: %w", number, err)
	}
	s, err := n.Store.Get(ctx, number)
	if err != nil {
		return nil, fmt.Errorf("log %s: %w", number, err)
	}
	pub, shown := s.Public()
	if s.PublicAt.IsZero() || (!shown && count == 0) {
		return nil, nil
	}
	var entries []translog.Entry
	known := make(map[string]bool)
	for _, e := range replies {
		known[e.Ref] = true
	}
	statement, said := StatementOf(pub)
	for _, r := range said {
		if ref := replyRef(serial, r.N); !known[ref] && statement.Shown(r.N) {
			leaf := translog.Leaf{Kind: translog.KindReply, Name: string(number), N: r.N, Digest: digestOf(r)}
			entries = append(entries, translog.Entry{Ref: ref, Leaf: leaf.String()})
		}
	}
	at := s.PublicAt.UnixMilli()
	if count > 0 && last.At == at {
		return entries, nil // nothing changed that the workflow knows of
	}
	leaf := publicLeaf(pub, shown, statement, number)
	return append(entries, translog.Entry{Ref: opinionRef(serial, count), At: at, Leaf: leaf.String()}), nil
}

// publicLeaf is the leaf of what the public sees.
func publicLeaf(pub feedback.Public, shown bool, statement Statement, number feedback.Number) translog.Leaf {
	switch {
	case !shown: // was public before, and is now of a kind that never is
		return translog.Leaf{Kind: translog.KindGone, Name: string(number), Reason: string(feedback.Unpublished)}
	case pub.Gone != feedback.NotGone:
		return translog.Leaf{Kind: translog.KindGone, Name: string(number), Reason: string(pub.Gone)}
	}
	return translog.Leaf{Kind: translog.KindOpinion, Name: string(number), Digest: digestOf(statement)}
}

// said answers the latest leaf about what the public sees of a submission, and
// how many there are.
func (n *Notary) said(ctx context.Context, serial int64) (translog.Entry, int, error) {
	list, err := n.Log.Store.ByRef(ctx, translog.Refs{From: opinionRef(serial, 0), To: opinionRef(serial, 999_999), Down: true, Limit: 1})
	if err != nil {
		return translog.Entry{}, 0, fmt.Errorf("log %s: %w", cursor.Number(serial), err)
	}
	if len(list) == 0 {
		return translog.Entry{}, 0, nil
	}
	var count int
	if _, err := fmt.Sscanf(list[0].Ref[len(list[0].Ref)-6:], "%d", &count); err != nil {
		return translog.Entry{}, 0, fmt.Errorf("log %s: ref %q: %w", cursor.Number(serial), list[0].Ref, err)
	}
	return list[0], count + 1, nil
}
