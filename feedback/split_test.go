package feedback_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
)

func piece(t *testing.T, text string, cat feedback.Category) feedback.Piece {
	t.Helper()
	p, err := feedback.NewPiece(rand.Reader, feedback.Piece{Text: text, Category: cat})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A piece holds words of the letter only, and there is an end to them.
func TestSplitTakesOnlyPassages(t *testing.T) {
	s := sample(feedback.Received)
	s.Text = "第一，屋里又滴水。\n第二，\u200b电话没人接。"
	mod := staff("wangwu", feedback.Moderator)
	for name, x := range map[string]struct {
		text string
		cat  feedback.Category
		rule string
	}{
		"a line":             {"屋里又滴水。", feedback.Question, ""},
		"two lines":          {"屋里又滴水\n电话没人接。", feedback.Opinion, ""},
		"over a hidden rune": {"第二，电话", feedback.Opinion, ""},
		"another's words":    {"屋里总是滴水", feedback.Opinion, "words"},
		"one line of two":    {"屋里又滴水\n我要投诉", feedback.Opinion, "words"},
		"nothing":            {" \u200b ", feedback.Opinion, "text-required"},
		"no category":        {"屋里又滴水", "", "category"},
		"a clue":             {"屋里又滴水", feedback.Clue, "clue"},
	} {
		next, err := clocks().Apply(s, feedback.Split{Pieces: []feedback.Piece{piece(t, x.text, x.cat)}}, mod, at())
		var v feedback.Invalid
		if errors.As(err, &v); v.Rule != x.rule || (err == nil) != (x.rule == "") {
			t.Errorf("%s: %v, want %q", name, err, x.rule)
		}
		if err == nil && (next.Text != s.Text || !next.Unfiled() || !slices.Contains(next.Ties, feedback.TieUnfiled)) {
			t.Errorf("%s: %+v", name, next)
		}
	}
	s.Category = feedback.Clue
	do(t, s, feedback.Split{Pieces: []feedback.Piece{piece(t, "屋里又滴水", feedback.Clue)}}, mod, at())
	s.Category = feedback.Opinion
	for range feedback.MaxPieces {
		s = do(t, s, feedback.Split{Pieces: []feedback.Piece{piece(t, "滴水", feedback.Opinion)}}, mod, at())
	}
	var v feedback.Invalid
	if _, err := clocks().Apply(s, feedback.Split{Pieces: []feedback.Piece{piece(t, "滴水", feedback.Opinion)}}, mod, at()); !errors.As(err, &v) || v.Rule != "too-many" {
		t.Errorf("one too many: %v", err)
	}
}

// cutOff fails the nth write of a store, before or after it is done.
type cutOff struct {
	feedback.Store
	mu    sync.Mutex
	n     int
	after bool
}

var errCut = errors.New("the program died")

func (c *cutOff) write(do func() error) error {
	c.mu.Lock()
	c.n--
	dies := c.n == 0
	c.mu.Unlock()
	if dies && !c.after {
		return errCut
	}
	if err := do(); err != nil {
		return err
	}
	if dies {
		return errCut
	}
	return nil
}

func (c *cutOff) Insert(ctx context.Context, e feedback.Entry) (kept feedback.Entry, fresh bool, err error) {
	err = c.write(func() error {
		kept, fresh, err = c.Store.Insert(ctx, e)
		return err
	})
	return kept, fresh, err
}

func (c *cutOff) Replace(ctx context.Context, s feedback.Submission, rev int64) error {
	return c.write(func() error { return c.Store.Replace(ctx, s, rev) })
}

// Cut off at any write, a split is finished by whoever looks for what is unfiled:
// each piece once, with the sender's contact, the letter's day and a limit of its
// own category; and the letter names their numbers.
func TestSplitSurvivesTheProgram(t *testing.T) {
	for n := range 5 {
		for _, after := range []bool{false, true} {
			o, _, number := filed(t)
			whole := o.Store
			s, err := whole.Get(t.Context(), number)
			if err != nil {
				t.Fatal(err)
			}
			split := feedback.Split{Pieces: []feedback.Piece{piece(t, "屋里", feedback.Question), piece(t, "又滴水", feedback.Opinion)}}
			if s, err = o.Do(t.Context(), number, s.Rev, split, staff("wangwu", feedback.Moderator)); err != nil {
				t.Fatal(err)
			}
			o.Store = &cutOff{Store: whole, n: n, after: after}
			if _, err := o.Branch(t.Context(), number); (err != nil) != (n >= 1 && n <= 3) {
				t.Errorf("cut at %d: %v", n, err)
			}
			o.Store = whole
			for range 2 {
				if err := o.BranchAll(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if s, err = whole.Get(t.Context(), number); err != nil || s.Unfiled() || len(s.Pieces) != 2 || s.Pieces[0].Number == s.Pieces[1].Number || s.Pieces[0].Text != "" {
				t.Fatalf("cut at %d: %+v, %v", n, s.Pieces, err)
			}
			parts, _, err := whole.List(t.Context(), feedback.Query{Tie: feedback.TieFrom(number), Sort: feedback.ByNumber, Limit: 10})
			if err != nil || len(parts) != 2 {
				t.Fatalf("cut at %d, after %v: %d parts, %v", n, after, len(parts), err)
			}
			p := parts[0]
			if p.Number != s.Pieces[0].Number || p.Text != "屋里" || p.Contact != s.Contact || !p.Received.Equal(s.Received) || p.State != feedback.Received ||
				p.Limits.Answer != o.Clocks.Limits(feedback.Question, s.Received).Answer || p.Limits.Alarm != s.Limits.Alarm || p.Due == "" || p.SplitFrom != number {
				t.Errorf("the part is %+v", p)
			}
		}
	}
}

// What was split off and is not filed goes with the sender's data.
func TestEraseLeavesNoPiece(t *testing.T) {
	s := do(t, sample(feedback.Accepted), feedback.Split{Pieces: []feedback.Piece{piece(t, "屋里又滴水", feedback.Opinion)}}, staff("wangwu", feedback.Moderator), at())
	s = do(t, s, feedback.Erase{}, feedback.Sender(), at())
	if len(s.Pieces) != 0 || len(s.Ties) != 0 {
		t.Errorf("left: %+v, %v", s.Pieces, s.Ties)
	}
}

// The same sender is known by any way of writing the number, and by nobody
// without the key.
func TestSenderMarks(t *testing.T) {
	k, other := keysOf(t, 1), keysOf(t, 2)
	mark := func(k feedback.Keys, c feedback.Contact) string {
		t.Helper()
		list := k.SenderMarks(c)
		if len(list) != 1 || len(list[0]) != 24 {
			t.Fatalf("marks %v", list)
		}
		return list[0]
	}
	phone := mark(k, feedback.Contact{Phone: "13800001234"})
	if phone != mark(k, feedback.Contact{Phone: "+8613800001234", Name: "周"}) || phone == mark(k, feedback.Contact{Phone: "13800001235"}) || phone == mark(other, feedback.Contact{Phone: "13800001234"}) {
		t.Error("marks do not tell senders apart")
	}
	if mark(k, feedback.Contact{Email: "A@x.cn"}) != mark(k, feedback.Contact{Email: "a@x.cn"}) || k.SenderMarks(feedback.Contact{Name: "周"}) != nil {
		t.Error("marks of mailboxes")
	}
	rapid.Check(t, func(t *rapid.T) {
		phone := rapid.StringMatching(`1[0-9]{10}`).Draw(t, "phone")
		for _, m := range k.SenderMarks(feedback.Contact{Phone: phone, Email: phone + "@x.cn"}) {
			if len(m) != 24 {
				t.Fatal(m)
			}
		}
	})
}

func keysOf(t *testing.T, b byte) feedback.Keys {
	t.Helper()
	master := make([]byte, feedback.KeySize)
	master[0] = b
	k, err := feedback.NewKeys(master)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A matter that went elsewhere owes no answer here; its sender may ask for a
// review within the days, staff may take it up again, and it is then as before.
func TestForward(t *testing.T) {
	s := sample(feedback.Drafted)
	s.Visibility, s.PublishedAt, s.PublicAt = feedback.Published, at(), at()
	mod := staff("wangwu", feedback.Moderator)
	sent := do(t, s, feedback.Forward{Where: feedback.ToHotline, Name: "12345热线", Text: "请拨12345。"}, mod, at().Add(time.Hour))
	if sent.State != feedback.Closed || sent.Due != "" || sent.Draft != nil || sent.ClosedAt.IsZero() {
		t.Errorf("forwarded: %+v", sent)
	}
	p, ok := sent.Public()
	if !ok || p.Sent == nil || p.Sent.Name != "12345热线" || p.Sent.On != "2026-11-23" || sent.PublicAt.Equal(s.PublicAt) {
		t.Errorf("the public sees %+v", p.Sent)
	}
	if _, err := clocks().Apply(sent, feedback.Rate{Solved: 1}, feedback.Sender(), at()); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("rated without an answer: %v", err)
	}
	for name, back := range map[string]feedback.Submission{
		"reopened": do(t, sent, feedback.Reopen{Note: "退回"}, mod, at().Add(48*time.Hour)),
		"reviewed": do(t, sent, feedback.AskReview{Reason: "应由你们办"}, feedback.Sender(), at().Add(48*time.Hour)),
	} {
		if back.State != feedback.Reopened || back.Forwarded != nil || back.Due == "" {
			t.Errorf("%s: %+v", name, back)
		}
	}
	if _, err := clocks().Apply(sent, feedback.AskReview{Reason: "太晚"}, feedback.Sender(), at().AddDate(0, 0, 31)); !errors.Is(err, feedback.ErrTooLate) {
		t.Errorf("a review a month later: %v", err)
	}
	for name, bad := range map[string]feedback.Forward{
		"no place": {Name: "x", Text: "x"}, "no name": {Where: feedback.ToBody, Text: "x"}, "no text": {Where: feedback.ToBody, Name: "x"},
	} {
		var v feedback.Invalid
		if _, err := clocks().Apply(s, bad, mod, at()); !errors.As(err, &v) || v.Rule != "required" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A note calls on colleagues until each of them has answered or said that they
// saw it; whoever writes is not called by their own note.
func TestMentions(t *testing.T) {
	s := do(t, sample(feedback.Accepted), feedback.Note{Text: "请看", Calls: []string{"zhaoliu", "sunqi", "zhaoliu", "wangwu"}}, staff("wangwu", feedback.Moderator), at())
	if !slices.Equal(s.Mentions, []string{"zhaoliu", "sunqi"}) || !slices.Contains(s.Ties, feedback.TieTo("sunqi")) {
		t.Fatalf("called on: %v, ties %v", s.Mentions, s.Ties)
	}
	s = do(t, s, feedback.Heed{}, staff("zhaoliu", feedback.Approver), at())
	s = do(t, s, feedback.Note{Text: "看了", Calls: []string{"wangwu"}}, staff("sunqi", feedback.Replier), at())
	if !slices.Equal(s.Mentions, []string{"wangwu"}) {
		t.Errorf("left: %v", s.Mentions)
	}
	if _, err := clocks().Apply(s, feedback.Heed{}, staff("sunqi", feedback.Replier), at()); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("seen by one who was not called: %v", err)
	}
	many := make([]string, feedback.MaxMentions+1)
	for i := range many {
		many[i] = string(rune('a' + i))
	}
	var v feedback.Invalid
	if _, err := clocks().Apply(s, feedback.Note{Text: "x", Calls: many}, staff("sunqi", feedback.Replier), at()); !errors.As(err, &v) {
		t.Errorf("too many: %v", err)
	}
	if s = do(t, s, feedback.Erase{}, feedback.Sender(), at()); s.Mentions != nil {
		t.Errorf("after the data went: %v", s.Mentions)
	}
}

// Changing the category tells which limit stood and which stands now.
func TestClassifyTellsTheDates(t *testing.T) {
	s := sample(feedback.Accepted)
	next := do(t, s, feedback.Classify{Category: feedback.Correction}, staff("wangwu", feedback.Moderator), at())
	e := next.Events[len(next.Events)-1]
	if len(e.Moved) != 1 || e.Moved[0].From != s.Limits.Answer.Day || e.Moved[0].To != next.Limits.Answer.Day || e.Moved[0].To >= e.Moved[0].From {
		t.Errorf("moved: %+v", e.Moved)
	}
	same := do(t, s, feedback.Classify{Category: feedback.Praise}, staff("wangwu", feedback.Moderator), at())
	if e := same.Events[len(same.Events)-1]; len(e.Moved) != 0 {
		t.Errorf("the same limit moved: %+v", e.Moved)
	}
}
