package imap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"rectify/feedback/mail"
)

const (
	batch       = 200     // messages looked at in one step
	maxListed   = 100000  // UIDs read out of one answer
	listBytes   = 8 << 20 // of a list of UIDs or sizes
	headBytes   = 1 << 20 // of a head taken alone
	maxFailures = 3       // in a row: then it is not the messages
)

// errSink means that the sink took nothing of several messages in a row.
var errSink = errors.New("messages are not being taken")

// pass takes every message that is waiting and may be tried now.
func (r *reader) pass(ctx context.Context, f *folder) error {
	for {
		seen, todo, err := r.waiting(f)
		if err != nil || len(todo) == 0 {
			return err
		}
		sizes, err := r.sizes(f, todo)
		if err != nil {
			return err
		}
		inRow := 0
		for _, uid := range todo {
			switch err := r.take(ctx, f, uid, sizes[uid]); {
			case err == nil:
				inRow = 0
			case ctx.Err() != nil || !errors.As(err, new(sinkError)):
				return err
			default:
				r.log.Warn("message left where it is", "err", err)
				if inRow++; inRow >= maxFailures {
					return errSink
				}
			}
		}
		if f.note {
			if err := r.advance(ctx, f, seen); err != nil {
				return err
			}
		}
	}
}

// waiting lists what is not yet taken, sorted: seen is all of it, up to a
// bound, todo at most a batch that may be tried now.
func (r *reader) waiting(f *folder) (seen, todo []imap.UID, err error) {
	want := f.want
	if f.note {
		want.UID = []imap.UIDSet{{imap.UIDRange{Start: f.last + 1, Stop: 0}}} // to *
	}
	var data *imap.SearchData
	err = f.l.timed(r.opt.Command, r.opt.Silence, listBytes, func() (err error) {
		data, err = f.l.UIDSearch(&want, nil).Wait()
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("search: %w", err)
	}
	set, _ := data.All.(imap.UIDSet)
	now := time.Now()
	for _, span := range set { // sorted; "n:*" answers the last message even below n
		for uid := uint64(max(span.Start, f.last+1)); uid <= uint64(span.Stop) && len(seen) < maxListed; uid++ {
			seen = append(seen, imap.UID(uid)) //nolint:gosec // at most span.Stop
		}
	}
	r.forget(seen)
	for _, uid := range seen {
		if len(todo) < batch && r.ready(uid, now) && (!f.note || !r.done[uid]) {
			todo = append(todo, uid)
		}
	}
	return seen, todo, nil
}

// forget drops what was noted of messages that are no longer listed.
func (r *reader) forget(seen []imap.UID) {
	if len(seen) >= maxListed {
		return
	}
	gone := func(uid imap.UID) bool {
		_, listed := slices.BinarySearch(seen, uid)
		return !listed
	}
	maps.DeleteFunc(r.done, func(uid imap.UID, _ bool) bool { return gone(uid) })
	maps.DeleteFunc(r.later, func(uid imap.UID, _ *repeat) bool { return gone(uid) })
}

// info is what is known of a message before it is fetched.
type info struct {
	size int64
	date time.Time
	here bool
}

func (r *reader) sizes(f *folder, uids []imap.UID) (map[imap.UID]info, error) {
	found := make(map[imap.UID]info, len(uids))
	err := f.l.timed(r.opt.Command, r.opt.Silence, listBytes, func() error {
		cmd := f.l.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			var uid imap.UID
			one := info{here: true}
			for item := msg.Next(); item != nil; item = msg.Next() {
				switch item := item.(type) {
				case imapclient.FetchItemDataUID:
					uid = item.UID
				case imapclient.FetchItemDataRFC822Size:
					one.size = item.Size
				case imapclient.FetchItemDataInternalDate:
					one.date = item.Time
				}
			}
			if slices.Contains(uids, uid) {
				found[uid] = one
			}
		}
		return cmd.Close()
	})
	if err != nil {
		return nil, fmt.Errorf("sizes: %w", err)
	}
	return found, nil
}

// sinkError is an error of the sink: the connection is fine.
type sinkError struct{ err error }

func (e sinkError) Error() string { return e.err.Error() }
func (e sinkError) Unwrap() error { return e.err }

// take brings one message to the sink and then marks it. A message that breaks
// the connection is postponed, so that the others come first the next time; so
// is one that was marked, in case the server only says so: until it is gone from
// the list it stays done, and is never handed over again.
func (r *reader) take(ctx context.Context, f *folder, uid imap.UID, known info) error {
	if !r.done[uid] {
		if !known.here { // gone meanwhile, or a server that lists what it does not have
			r.postpone(uid, time.Now())
			return nil
		}
		if err := r.hand(ctx, f, uid, known); err != nil {
			r.postpone(uid, time.Now())
			return err
		}
		r.done[uid] = true
	}
	if f.mark != nil {
		if err := f.mark(ctx, uid); err != nil {
			r.postpone(uid, time.Now())
			return fmt.Errorf("mark: %w", err)
		}
		r.postpone(uid, time.Now())
	}
	return nil
}

// hand fetches one message and gives it to the sink; one at a time over all
// mailboxes.
func (r *reader) hand(ctx context.Context, f *folder, uid imap.UID, known info) error {
	select {
	case r.gate <- struct{}{}:
		defer func() { <-r.gate }()
	case <-ctx.Done():
		return ctx.Err()
	}
	e := mail.Envelope{Size: known.size, Mailbox: r.box.String(), ReceivedAt: received(known.date, time.Now())}
	var err error
	if e.Cut = known.size > r.opt.MaxBytes; !e.Cut {
		var more bool
		if e.Raw, more, err = r.fetch(f, uid, imap.PartSpecifierNone, r.opt.MaxBytes); more {
			e.Cut, e.Size = true, r.opt.MaxBytes+1 // larger than it was said to be
		}
	}
	if err == nil && e.Cut {
		e.Raw, _, err = r.fetch(f, uid, imap.PartSpecifierHeader, headBytes)
	}
	if err != nil {
		return err
	}
	err = r.opt.Sink(ctx, e)
	switch {
	case err == nil:
	case mail.IsPermanent(err):
		r.log.Warn("mail put aside", "err", err) // quarantined by the sink: taken
	default:
		return sinkError{err}
	}
	return nil
}

// received is the server's own time of arrival, which day zero of every limit
// hangs on, unless it cannot be true.
func received(internal, now time.Time) time.Time {
	if internal.IsZero() || internal.After(now) || now.Sub(internal) > 366*24*time.Hour {
		return now
	}
	return internal
}

// fetch reads one section up to limit bytes; more says that there is more of
// it. What did not come whole, with its tagged OK, is an error.
func (r *reader) fetch(f *folder, uid imap.UID, what imap.PartSpecifier, limit int64) (raw []byte, more bool, err error) {
	section := &imap.FetchItemBodySection{Specifier: what, Peek: true, Partial: &imap.SectionPartial{Offset: 0, Size: limit + 1}}
	err = f.l.timed(r.opt.Fetch, r.opt.Silence, limit+betweenBytes, func() error {
		cmd := f.l.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
		found := false
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			for item := msg.Next(); item != nil; item = msg.Next() {
				body, ok := item.(imapclient.FetchItemDataBodySection)
				if !ok || body.Literal == nil || found {
					continue
				}
				found = true
				if raw, err = readLiteral(f.l, body.Literal, limit+1); err != nil {
					return err
				}
			}
		}
		if err := cmd.Close(); err != nil {
			return err
		}
		if !found {
			return errors.New("server sent no such message")
		}
		return nil
	})
	if err != nil {
		return nil, false, fmt.Errorf("fetch: %w", err)
	}
	if int64(len(raw)) > limit {
		return raw[:limit], true, nil
	}
	return raw, false, nil
}

// readLiteral reads all of a literal that is at most limit bytes. On an error
// it ends the connection at once: the library would read on beside us.
func readLiteral(l *link, lit imap.LiteralReader, limit int64) ([]byte, error) {
	size := lit.Size()
	if size > limit {
		_ = l.guard.Close()
		_, _ = io.Copy(io.Discard, lit) // ends with the connection; lets the library go on
		_ = l.Close()
		return nil, errFlood
	}
	buf := make([]byte, size)
	if _, err := io.ReadFull(lit, buf); err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("cut off: %w", err)
	}
	return buf, nil
}
