package desk

import (
	"context"
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// How many are shown beside a submission of what belongs to it.
const (
	sameShow   = 8
	joinedShow = 20
)

// Beside is what belongs to a submission: each part holds only what the asker
// may see.
type Beside struct {
	Into    *Row  // what it was merged into
	Letter  *Row  // the letter that it was split off
	Joined  []Row // what was merged into it
	NJoined int
	Parts   []Row // what was split off it; without an address where the asker may not see it
	Same    []Row // by the same sender
	NSame   int
	Similar []Row // of any sender, in like words
	Channel []ChannelFact
}

// ChannelFact is one thing that is known of how a submission came.
type ChannelFact struct{ Label, Value string }

// beside looks for what belongs to s.
func (d *Desk) beside(c *fiber.Ctx, f ui.Frame, s *feedback.Submission) (b Beside, err error) {
	ctx, who, today := web.Context(c), auth.Of(c).Actor(), calendar.On(d.Now())
	if b.Into, err = d.other(ctx, f, who, s.MergedInto); err != nil {
		return b, err
	}
	if b.Letter, err = d.other(ctx, f, who, s.SplitFrom); err != nil {
		return b, err
	}
	for _, p := range s.Pieces {
		row, err := d.other(ctx, f, who, p.Number)
		if err != nil {
			return b, err
		}
		if row == nil {
			row = &Row{Number: p.Number}
		}
		b.Parts = append(b.Parts, *row)
	}
	joined := veil(feedback.Query{Tie: feedback.TieInto(s.Number), Sort: feedback.ByNumber, Limit: joinedShow}, who)
	if b.Joined, b.NJoined, err = d.rows(ctx, f, joined, today); err != nil {
		return b, err
	}
	if b.Same, b.NSame, err = d.same(ctx, f, s, who, today); err != nil {
		return b, err
	}
	if b.Similar, err = d.like(c, f, s.Notice, s.Current()); err != nil {
		return b, err
	}
	b.Similar = slices.DeleteFunc(b.Similar, func(r Row) bool {
		return r.Number == s.Number || b.has(r.Number)
	})
	b.Channel = d.channelFacts(f, s)
	return b, nil
}

// has reports whether a submission is shown already.
func (b *Beside) has(n feedback.Number) bool {
	for _, rows := range [][]Row{b.Joined, b.Parts, b.Same} {
		if slices.ContainsFunc(rows, func(x Row) bool { return x.Number == n }) {
			return true
		}
	}
	return b.Into != nil && b.Into.Number == n || b.Letter != nil && b.Letter.Number == n
}

// other is the row of another submission; nil for none, and for one that the
// asker may not see.
func (d *Desk) other(ctx context.Context, f ui.Frame, who feedback.Actor, n feedback.Number) (*Row, error) {
	if n == "" {
		return nil, nil //nolint:nilnil // none is no fault
	}
	s, err := d.Store.Get(ctx, n)
	if errors.Is(err, feedback.ErrNotFound) || err == nil && !who.MaySee(&s) {
		return nil, nil //nolint:nilnil // likewise
	}
	if err != nil {
		return nil, err
	}
	row := d.row(f, &s, calendar.On(d.Now()))
	return &row, nil
}

// rows is a page of a list with its count.
func (d *Desk) rows(ctx context.Context, f ui.Frame, q feedback.Query, today calendar.Day) ([]Row, int, error) {
	list, next, err := d.Store.List(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	var rows []Row
	for i := range list {
		rows = append(rows, d.row(f, &list[i], today))
	}
	if next == "" {
		return rows, len(rows), nil
	}
	n, err := d.Store.Count(ctx, q)
	return rows, n, err
}

// same lists what came from the same phone number or mailbox, newest first.
func (d *Desk) same(ctx context.Context, f ui.Frame, s *feedback.Submission, who feedback.Actor, today calendar.Day) ([]Row, int, error) {
	var all []Row
	count := 0
	for _, mark := range s.Senders {
		q := veil(feedback.Query{Tie: feedback.TieSender(mark), Sort: feedback.ByNewest, Limit: sameShow + 1}, who)
		rows, n, err := d.rows(ctx, f, q, today)
		if err != nil {
			return nil, 0, err
		}
		count = max(count, n-1) // it is among them itself
		for _, r := range rows {
			if r.Number != s.Number && !slices.ContainsFunc(all, func(x Row) bool { return x.Number == r.Number }) {
				all = append(all, r)
			}
		}
	}
	return all[:min(len(all), sameShow)], max(count, len(all)), nil
}

// channelFacts are what is known of how s came.
func (d *Desk) channelFacts(f ui.Frame, s *feedback.Submission) (list []ChannelFact) {
	add := func(code, value string) {
		if value != "" {
			list = append(list, ChannelFact{f.T("channelfact." + code), value})
		}
	}
	add("came."+string(s.Channel), f.DateTime(s.Received))
	if len(s.Events) > 0 && s.EnteredBy != "" {
		add("entered", f.DateTime(s.Events[0].At)+f.T("sep")+s.EnteredBy)
	}
	add("posted", f.Date(s.Posted))
	if p := s.Paper; p != nil {
		add("register", p.Register)
		add("addressee", p.Addressee)
	}
	for _, m := range s.Mails {
		add("mail", f.DateTime(m.At)+f.T("sep")+m.Digest[:min(len(m.Digest), mailDigest)])
	}
	code := "own"
	if s.SplitFrom != "" {
		code = "letter"
	} else if s.CodeSpoken {
		code = "spoken"
	}
	add("code", f.T("channelfact.code."+code))
	add("told", s.Told)
	return list
}

// mailDigest is how much of a message's digest is shown: enough to find it by.
const mailDigest = 16
