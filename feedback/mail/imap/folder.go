package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Keyword stands on messages that were taken and could not be moved.
const Keyword imap.Flag = "$RectifyTaken"

// folder is the selected mailbox and the way in which progress is kept there.
type folder struct {
	l    *link
	mark func(ctx context.Context, uid imap.UID) error
	want imap.SearchCriteria
	last imap.UID // of State
	note bool     // progress is in State
}

// errNoProgress means that a server lets us keep no progress and there is no State.
var errNoProgress = errors.New("server can neither move nor flag, and there is no state to note progress in")

// open selects the mailbox, forgets what belonged to other UIDs, and chooses
// how to keep progress: moving if a folder is named and the server can do it
// without expunging what others deleted, else a keyword, else State.
func (r *reader) open(ctx context.Context, l *link) (*folder, error) {
	var data *imap.SelectData
	err := l.timed(r.opt.Command, r.opt.Silence, betweenBytes, func() (err error) {
		data, err = l.Select(r.box.folder, nil).Wait()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("select: %w", err)
	}
	if data.UIDValidity == 0 {
		return nil, errors.New("select: server gives no UIDVALIDITY")
	}
	if r.validity != data.UIDValidity {
		if r.validity != 0 {
			r.log.Warn("mailbox was made anew, reading it from its start")
		}
		r.validity, r.done, r.later = data.UIDValidity, map[imap.UID]bool{}, map[imap.UID]*repeat{}
	}
	f := &folder{l: l}
	caps := l.Caps()
	switch {
	case r.box.moved != "" && (caps.Has(imap.CapMove) || caps.Has(imap.CapUIDPlus)):
		f.mark = func(_ context.Context, uid imap.UID) error { return r.move(l, uid) }
		f.want = imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted, Keyword}}
	case keepsKeyword(data.PermanentFlags):
		f.mark = func(_ context.Context, uid imap.UID) error { return r.flag(l, uid) }
		f.want = imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted, Keyword}}
	case r.opt.State != nil:
		last, err := r.opt.State.Last(ctx, r.box.account(), r.validity)
		if err != nil {
			return nil, fmt.Errorf("progress: %w", err)
		}
		f.last, f.note = imap.UID(last), true
	default:
		return nil, errNoProgress
	}
	return f, nil
}

func keepsKeyword(flags []imap.Flag) bool {
	return slices.Contains(flags, imap.FlagWildcard) || slices.Contains(flags, Keyword)
}

// move takes a message to the other folder, which is made if it is missing.
func (r *reader) move(l *link, uid imap.UID) error {
	try := func() error {
		return l.timed(r.opt.Command, r.opt.Silence, betweenBytes, func() error {
			_, err := l.Move(imap.UIDSetNum(uid), r.box.moved).Wait()
			return err
		})
	}
	err := try()
	var said *imap.Error
	if !errors.As(err, &said) {
		return err
	}
	// That the folder is there already is no reason against a second try: the
	// server may have been busy with the end of a connection before this one.
	made := l.timed(r.opt.Command, r.opt.Silence, betweenBytes, func() error { return l.Create(r.box.moved, nil).Wait() })
	if made != nil && !errors.As(made, &said) {
		return made
	}
	if err = try(); err == nil || !errors.As(err, &said) {
		return err
	}
	r.log.Warn("message cannot be moved, flagged instead", "err", plain(said))
	return r.flag(l, uid)
}

func (r *reader) flag(l *link, uid imap.UID) error {
	return l.timed(r.opt.Command, r.opt.Silence, betweenBytes, func() error {
		return l.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{Keyword}}, nil).Close()
	})
}

// advance notes in State the highest UID up to which all of seen is done.
// seen is sorted.
func (r *reader) advance(ctx context.Context, f *folder, seen []imap.UID) error {
	last := f.last
	for _, uid := range seen {
		if !r.done[uid] {
			break
		}
		last = uid
	}
	if last == f.last {
		return nil
	}
	if err := r.opt.State.Done(ctx, r.box.account(), r.validity, uint32(last)); err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	f.last = last
	for uid := range r.done {
		if uid <= last {
			delete(r.done, uid)
		}
	}
	return nil
}
