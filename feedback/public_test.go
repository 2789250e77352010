package feedback_test

import (
	"encoding/json"
	"strings"
	"testing"

	"rectify/feedback"
)

// What everybody sees holds no sender, nothing hidden, no time finer than a day.
func TestPublicHoldsNothingOfThePerson(t *testing.T) {
	s := sample(feedback.Answered)
	spans, missing := feedback.FindMarks(s.Text, []feedback.Mark{{Words: "13800001234", Kind: feedback.HiddenPhone}})
	if len(missing) > 0 {
		t.Fatal(missing)
	}
	s.Redactions, s.Visibility, s.PublishedAt = spans, feedback.Published, at()
	p, ok := s.Public()
	if !ok {
		t.Fatal("a published submission is not public")
	}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"13800001234", "周女士", "lisi", "zhaoliu", "T02:", ":00Z"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("the public view holds %q: %s", secret, data)
		}
	}
	if len(p.Replies) != 1 || p.Replies[0].Office != "公共服务科" || p.Replies[0].Accepted == "" || p.Replies[0].Answered == "" || p.Replies[0].Number != s.Number {
		t.Errorf("the reply does not show its five things: %+v", p.Replies)
	}
}

// What was public leaves a tombstone; what never was is not known at all.
func TestTombstones(t *testing.T) {
	for name, x := range map[string]struct {
		state feedback.State
		act   feedback.Action
		who   feedback.Actor
		want  feedback.Gone
	}{
		"withdrawn":   {feedback.Answered, feedback.Withdraw{}, feedback.Sender(), feedback.Taken},
		"unpublished": {feedback.Answered, feedback.Unpublish{Note: "有误"}, staff("wangwu", feedback.Moderator), feedback.Unpublished},
		"merged":      {feedback.Accepted, feedback.Merge{Into: "2026-000001"}, staff("wangwu", feedback.Moderator), feedback.Joined},
	} {
		t.Run(name, func(t *testing.T) {
			s := sample(x.state)
			if _, ok := s.Public(); ok {
				t.Error("what was never published is public")
			}
			s.Visibility, s.PublishedAt, s.PublicAt = feedback.Published, at(), at()
			s, err := clocks().Apply(s, x.act, x.who, at())
			if err != nil {
				t.Fatal(err)
			}
			p, ok := s.Public()
			if !ok || p.Gone != x.want || len(p.Text) > 0 || len(p.Replies) > 0 || p.GoneOn == "" {
				t.Errorf("tombstone is %+v, %v", p, ok)
			}
		})
	}
}

func TestWhoMaySee(t *testing.T) {
	plain, clue := sample(feedback.Assigned), sample(feedback.Assigned)
	clue.Category = feedback.Clue
	for _, x := range []struct {
		who                                 feedback.Actor
		plain, clue, contact, contactOfClue bool
	}{
		{feedback.Sender(), false, false, false, false},
		{staff("x"), false, false, false, false},
		{staff("x", feedback.Moderator), true, true, true, true},
		{staff("x", feedback.Approver), true, true, false, false},
		{staff("x", feedback.Auditor), true, false, false, false},
		{staff("x", feedback.Admin), true, false, false, false},
		{staff("x", feedback.Replier), true, false, false, false},
		{staff("lisi", feedback.Replier), true, true, true, true},
		{staff("lisi", feedback.Admin), true, false, false, false},
	} {
		got := [4]bool{x.who.MaySee(&plain), x.who.MaySee(&clue), x.who.MaySeeContact(&plain), x.who.MaySeeContact(&clue)}
		if want := [4]bool{x.plain, x.clue, x.contact, x.contactOfClue}; got != want {
			t.Errorf("%+v may see %v, want %v", x.who, got, want)
		}
	}
}
