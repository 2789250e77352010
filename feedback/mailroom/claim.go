package mailroom

import (
	"context"
	"errors"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/mail"
)

// ErrNotRead means that a held message cannot become what was asked: it has no
// words that a submission can hold.
var ErrNotRead = errors.New("message has no readable words")

// again reads a held message anew from its raw form.
func (r *Room) again(ctx context.Context, h Held) (*incoming, error) {
	raw, err := r.Blobs.Get(ctx, h.Raw)
	if err != nil {
		return nil, fmt.Errorf("raw form of a mail: %w", err)
	}
	e := mail.Envelope{Raw: raw, ReceivedAt: h.At, Cut: h.Cut, Size: h.Size}
	m, err := mail.Read(e, mail.DefaultLimits())
	if err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	return &incoming{Envelope: e, m: m, digest: h.ID, raw: h.Raw}, nil
}

// AsNew makes a submission of a held message because staff say so. Text is what
// they typed in place of words that could not be read; empty: its own.
func (r *Room) AsNew(ctx context.Context, h Held, text, by string) (feedback.Number, error) {
	if !h.Waiting() {
		return "", feedback.ErrConflict
	}
	in, err := r.again(ctx, h)
	if err != nil {
		return "", err
	}
	x := r.incoming(in)
	if text != "" {
		x.Text = text
	}
	if faults := bad(x.Check()); len(faults) > 0 {
		return "", errors.Join(ErrNotRead, faults[0])
	}
	n, err := r.File(ctx, in, x)
	if err != nil {
		return "", err
	}
	return n, r.Pen.Settle(ctx, h, Filed, n, by, r.Now())
}

// AsPart adds a held message to a submission because staff say so.
func (r *Room) AsPart(ctx context.Context, h Held, n feedback.Number, by string) error {
	if !h.Waiting() {
		return feedback.ErrConflict
	}
	s, err := r.Office.Store.Get(ctx, n)
	if err != nil {
		return err
	}
	in, err := r.again(ctx, h)
	if err != nil {
		return err
	}
	if len(bad(r.incoming(in).Check())) > 0 {
		return ErrNotRead
	}
	added, err := r.add(ctx, s, in)
	if err != nil {
		return err
	}
	if !added {
		return feedback.ErrMove
	}
	return r.Pen.Settle(ctx, h, Joined, n, by, r.Now())
}

// Dismiss ends a held message that needs nothing.
func (r *Room) Dismiss(ctx context.Context, h Held, by string) error {
	return r.Pen.Settle(ctx, h, Dismissed, "", by, r.Now())
}
