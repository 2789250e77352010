package notary

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
	"rectify/feedback/translog"
)

// A step is a revision of a submission that the log has seen: a blinded line,
// as for a receipt, over number, revision and what was done by then. With it a
// row that is put back as it was earlier is found, and one whose history was
// rewritten, also where nothing of it is public.

// maxStepped bounds what a follower remembers of steps that it logged.
const maxStepped = 20_000

// stepCommit is the commitment to a revision; false for a submission without a
// blind.
func stepCommit(s *feedback.Submission) (string, bool) {
	if len(s.Blind) != feedback.BlindSize {
		return "", false
	}
	h := hmac.New(sha256.New, s.Blind)
	fmt.Fprintf(h, "rectify/v1 step\n%s\n%d\n", s.Number, s.Rev)
	for _, e := range s.Events {
		fmt.Fprintf(h, "%d %q %q %q %q %q %q\n", e.At.UnixMilli(), e.Act, e.Kind, e.By, e.From, e.To, e.Note)
	}
	return hex.EncodeToString(h.Sum(nil)), true
}

func stepRef(serial, rev int64) string { return fmt.Sprintf("e/%s/%09d", key(serial), rev) }

// stepOf reads which revision of which submission a ref is about.
func stepOf(ref string) (serial, rev int64, ok bool) {
	if len(ref) < 10 {
		return 0, 0, false
	}
	serial, ok = serialOfKey(ref[:len(ref)-10], "e/")
	if _, err := fmt.Sscanf(ref[len(ref)-9:], "%d", &rev); err != nil {
		return 0, 0, false
	}
	return serial, rev, ok && stepRef(serial, rev) == ref
}

// steps logs the revisions that were written since the last round: of each
// submission the one that stands now. More says that more waits.
func (f *follower) steps(ctx context.Context) (more bool, err error) {
	if err := f.begin(ctx); err != nil {
		return false, err
	}
	list, err := f.Store.Changed(ctx, f.step, newsLimit)
	if err != nil {
		return false, fmt.Errorf("follow changes: %w", err)
	}
	if len(f.stepped) > maxStepped {
		clear(f.stepped)
	}
	var entries []translog.Entry
	for _, x := range list {
		if x.Rev < 2 || f.stepped[x.Number] >= x.Rev { // the first is told by the receipt
			continue
		}
		e, rev, err := f.stepEntry(ctx, x.Number)
		if err != nil {
			return false, err
		}
		if rev > 0 {
			entries = append(entries, e)
		}
		f.stepped[x.Number] = max(rev, x.Rev)
	}
	if err := f.Log.Add(ctx, entries); errors.Is(err, translog.ErrDiffers) {
		f.Warn.Error("what was done with a submission differs from the public log; run rectify verify", "err", err)
	} else if err != nil {
		return false, err
	}
	if more = len(list) == newsLimit; more {
		f.step = list[len(list)-1]
	} else if len(list) > 0 {
		f.step = feedback.Change{At: maxTime(f.step.At, list[len(list)-1].At.Add(-overlap))}
	}
	return more, nil
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// stepEntry is the leaf of a submission as it stands, and its revision; 0 where
// there is none to be told.
func (f *follower) stepEntry(ctx context.Context, n feedback.Number) (translog.Entry, int64, error) {
	s, err := f.Store.Get(ctx, n)
	if errors.Is(err, feedback.ErrNotFound) || errors.Is(err, feedback.ErrSeal) || errors.Is(err, feedback.ErrDocument) {
		return translog.Entry{}, 0, nil // verify names it
	}
	if err != nil {
		return translog.Entry{}, 0, fmt.Errorf("follow changes: %w", err)
	}
	digest, ok := stepCommit(&s)
	serial, fits := cursor.Serial(n)
	if !ok || !fits {
		return translog.Entry{}, 0, nil
	}
	leaf := translog.Leaf{Kind: translog.KindStep, Digest: digest}
	return translog.Entry{Ref: stepRef(serial, s.Rev), Leaf: leaf.String()}, s.Rev, nil
}
