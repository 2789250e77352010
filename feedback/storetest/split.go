package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// splits hold a store to what a letter's split asks of it: each piece is filed
// once, wherever it was cut off, and whoever finishes it at the same time; and
// everything that belongs together is found by its tie.
func splits(t *testing.T, open Open) {
	b := open(t)
	clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
	office := &feedback.Office{Store: b, Clocks: clocks, Now: noon}
	mod := feedback.Actor{Kind: feedback.Staff, ID: "mod", Roles: []feedback.Role{feedback.Moderator}}
	for cut := range 4 {
		letter := file(t, b, sample(fmt.Sprint("letter ", cut)))
		var pieces []feedback.Piece
		for i := range 2 {
			name := fmt.Sprint("piece ", cut, i)
			pieces = append(pieces, feedback.Piece{ID: name, MAC: digest(name), Blind: digest("blind " + name), Text: "第二行。", Category: feedback.Question})
		}
		_, err := office.Do(within(t), letter.Number, letter.Rev, feedback.Split{Pieces: pieces}, mod)
		check(t, "split", err)
		ties(t, b, feedback.TieUnfiled, letter.Number)
		dying := &feedback.Office{Store: &dies{Store: b, after: int32(cut)}, Clocks: clocks, Now: noon}
		if _, err := dying.Branch(within(t), letter.Number); cut < 3 && !errors.Is(err, errDied) {
			t.Errorf("cut at %d: %v", cut, err)
		}
		var c tally
		together(8, func(int) {
			_, err := office.Branch(within(t), letter.Number)
			c.add(of(err))
		})
		s := get(t, b, letter.Number)
		if s.Unfiled() || len(s.Pieces) != 2 {
			t.Fatalf("cut at %d: %+v, %v", cut, s.Pieces, c.n)
		}
		ties(t, b, feedback.TieFrom(letter.Number), s.Pieces[0].Number, s.Pieces[1].Number)
		ties(t, b, feedback.TieUnfiled)
	}
	check(t, "finish all", office.BranchAll(within(t)))
	merged(t, b, office, mod)
}

// merged: a tie comes and goes with the document that it follows from.
func merged(t *testing.T, b Backend, office *feedback.Office, mod feedback.Actor) {
	target, one := file(t, b, sample("target")), file(t, b, sample("joined"))
	one, err := office.Do(within(t), one.Number, one.Rev, feedback.Note{Text: "x", Calls: []string{"han", "li"}}, mod)
	check(t, "note", err)
	ties(t, b, feedback.TieTo("han"), one.Number)
	one, err = office.Do(within(t), one.Number, one.Rev, feedback.Heed{}, feedback.Actor{Kind: feedback.Staff, ID: "han", Roles: []feedback.Role{feedback.Replier}})
	check(t, "heed", err)
	ties(t, b, feedback.TieTo("han"))
	ties(t, b, feedback.TieTo("li"), one.Number)
	one, err = office.Do(within(t), one.Number, one.Rev, feedback.Merge{Into: target.Number}, mod)
	check(t, "merge", err)
	ties(t, b, feedback.TieInto(target.Number), one.Number)
	n, err := b.Count(within(t), feedback.Query{Tie: feedback.TieTo("li"), NoClues: true})
	if err != nil || n != 1 {
		t.Errorf("count by a tie: %d, %v", n, err)
	}
}

// ties asks what bears a tie.
func ties(t *testing.T, b Backend, tie string, want ...feedback.Number) {
	t.Helper()
	list, _, err := b.List(within(t), feedback.Query{Tie: tie, Sort: feedback.ByNumber, Limit: feedback.MaxPage})
	check(t, "list by tie", err)
	var got []feedback.Number
	for _, s := range list {
		got = append(got, s.Number)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q: %v, want %v", tie, got, want)
	}
}

var errDied = errors.New("the program died")

// dies is a store in front of which a program dies: so many writes go through,
// the next one too, but nobody hears of it.
type dies struct {
	feedback.Store
	after int32
}

func (d *dies) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	kept, fresh, err := d.Store.Insert(ctx, e)
	if atomic.AddInt32(&d.after, -1) < 0 && err == nil {
		err = errDied
	}
	return kept, fresh, err
}

func (d *dies) Replace(ctx context.Context, s feedback.Submission, rev int64) error {
	err := d.Store.Replace(ctx, s, rev)
	if atomic.AddInt32(&d.after, -1) < 0 && err == nil {
		err = errDied
	}
	return err
}
