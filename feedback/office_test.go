package feedback_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// busy lets staff be first a number of times before a Replace goes through.
type busy struct {
	feedback.Store
	first int
}

func (b *busy) Replace(ctx context.Context, s feedback.Submission, rev int64) error {
	if b.first > 0 {
		b.first--
		return feedback.ErrConflict
	}
	return b.Store.Replace(ctx, s, rev)
}

// filed is an office with one submission in it.
func filed(t *testing.T) (*feedback.Office, *busy, feedback.Number) {
	t.Helper()
	in, f := intake(t)
	r, err := in.Submit(t.Context(), feedback.Incoming{Text: "屋里又滴水", Category: feedback.Opinion})
	if err != nil {
		t.Fatal(err)
	}
	b := &busy{Store: f}
	return &feedback.Office{Store: b, Clocks: clocks(), Now: at}, b, r.Number
}

// byStaff does acts one after the other, each on what is kept now.
func byStaff(t *testing.T, o *feedback.Office, n feedback.Number, who feedback.Actor, acts ...feedback.Action) feedback.Submission {
	t.Helper()
	s, err := o.Store.Get(t.Context(), n)
	for _, a := range acts {
		if err == nil {
			s, err = o.Do(t.Context(), n, s.Rev, a, who)
		}
		if err != nil {
			t.Fatalf("%s: %v", a.Act(), err)
		}
	}
	return s
}

// answer takes a submission from where it stands to an approved reply.
func answer(t *testing.T, o *feedback.Office, n feedback.Number, text string) {
	t.Helper()
	s := byStaff(t, o, n, staff("lisi", feedback.Replier), feedback.DraftReply{Text: text, Office: "公共服务科", Submit: true})
	byStaff(t, o, n, staff("zhaoliu", feedback.Approver), feedback.Approve{Digest: s.Draft.Digest})
}

// The sender saw no revision: a lost race is run again, but not for ever.
func TestSenderIsTriedAgain(t *testing.T) {
	o, b, n := filed(t)
	b.first = 4
	if s, err := o.DoBySender(t.Context(), n, feedback.AddRemark{Text: "补充"}); err != nil || len(s.Remarks) != 1 {
		t.Errorf("after four lost races: %d remarks, %v", len(s.Remarks), err)
	}
	b.first = 1000
	if _, err := o.DoBySender(t.Context(), n, feedback.AddRemark{Text: "再补充"}); !errors.Is(err, feedback.ErrConflict) || b.first < 900 {
		t.Errorf("with staff always first: %v after %d tries", err, 1000-b.first)
	}
}

// The same words sent twice are one. A matter is reopened by its sender once;
// after that there is the review, also once.
func TestSenderReopensOnce(t *testing.T) {
	o, _, n := filed(t)
	byStaff(t, o, n, staff("wangwu", feedback.Moderator), feedback.Accept{})
	sender := func(a feedback.Action) feedback.Submission {
		t.Helper()
		s, err := o.DoBySender(t.Context(), n, a)
		if err != nil {
			t.Fatalf("%s: %v", a.Act(), err)
		}
		return s
	}
	const words = "还是没有解决"
	sender(feedback.AddRemark{Text: words})
	answer(t, o, n, "正在修。")
	for range 2 { // the page is sent twice
		if s := sender(feedback.FollowUp{Text: words}); s.State != feedback.Reopened || len(s.Remarks) != 2 {
			t.Fatalf("asked again it is %s with %d remarks", s.State, len(s.Remarks))
		}
	}
	answer(t, o, n, "已修好。")
	if _, err := o.DoBySender(t.Context(), n, feedback.FollowUp{Text: words}); !errors.Is(err, feedback.ErrMove) {
		t.Fatalf("asked a third time: %v", err)
	}
	for range 2 {
		if s := sender(feedback.AskReview{Reason: words}); s.State != feedback.Reopened || s.Review == nil {
			t.Fatalf("review asked for: %s, %+v", s.State, s.Review)
		}
	}
	answer(t, o, n, "又修了一次。")
	rated := sender(feedback.Rate{Solved: 2, Word: " 还行 "})
	if again := sender(feedback.Rate{Solved: 2, Word: "还行"}); again.Rev != rated.Rev {
		t.Errorf("the same rating twice made revision %d of %d", again.Rev, rated.Rev)
	}
	if other := sender(feedback.Rate{Solved: 3}); other.Rating.Solved != 3 || other.Rev == rated.Rev {
		t.Errorf("another rating: %+v", other.Rating)
	}
	gone := sender(feedback.Withdraw{})
	if again := sender(feedback.Withdraw{}); again.Rev != gone.Rev {
		t.Error("taken back twice")
	}
}

// T98: merging into what is merged itself would make a circle.
func TestNoMergeInACircle(t *testing.T) {
	o, b, first := filed(t)
	keys, err := feedback.NewKeys(make([]byte, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	in := &feedback.Intake{Store: b, Keys: keys, Clocks: clocks(), Now: at}
	r, err := in.Submit(t.Context(), feedback.Incoming{Text: "又一件", Category: feedback.Opinion})
	if err != nil {
		t.Fatal(err)
	}
	mod := staff("wangwu", feedback.Moderator)
	byStaff(t, o, first, mod, feedback.Merge{Into: r.Number})
	var v feedback.Invalid
	if _, err := o.Do(t.Context(), r.Number, 1, feedback.Merge{Into: first}, mod); !errors.As(err, &v) || v.Field != "into" {
		t.Errorf("merged back: %v", err)
	}
}

// A letter that is keyed in without a day of receipt came today; it may have
// been posted any day until then.
func TestLetterOfToday(t *testing.T) {
	in, f := intake(t)
	x := feedback.Incoming{Text: "来信", Category: feedback.Opinion, Key: key}
	d := feedback.Deskwork{Channel: feedback.Post, By: "lisi", Posted: calendar.On(at()).Add(-3)}
	r, err := in.Enter(t.Context(), x, d)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := f.Get(t.Context(), r.Number); err != nil || !s.Received.Equal(at()) || s.Posted != d.Posted {
		t.Errorf("filed as received %v, posted %s, %v", s.Received, s.Posted, err)
	}
	in.Now = func() time.Time { return at().Add(time.Minute) }
	if again, err := in.Enter(t.Context(), x, d); err != nil || again.Number != r.Number || !again.Repeated {
		t.Errorf("sent again a minute later: %+v, %v", again, err)
	}
	d.Posted = calendar.On(at()).Add(1)
	x.Key = ""
	var v feedback.Invalid
	if _, err := in.Enter(t.Context(), x, d); !errors.As(err, &v) || v.Field != "posted" {
		t.Errorf("posted tomorrow: %v", err)
	}
}
