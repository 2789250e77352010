package feedback_test

import (
	"errors"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// While the office waits for the sender the clock of the answer stands still,
// on the clock that the limit is counted by.
func TestQuestionStopsTheClock(t *testing.T) {
	for _, c := range []struct {
		category feedback.Category
		wait     time.Duration
		later    calendar.Day
	}{
		{feedback.Opinion, 4 * 24 * time.Hour, "2027-01-26"},  // 60 calendar days and 4 more
		{feedback.Question, 4 * 24 * time.Hour, "2026-12-04"}, // 5 working days and 4 more: Tuesday to Friday
		{feedback.Question, 6 * 24 * time.Hour, "2026-12-04"}, // the weekend was not waited
		{feedback.Question, time.Hour, "2026-11-30"},
	} {
		s := sample(feedback.Accepted)
		s.Category, s.Limits = c.category, clocks().Limits(c.category, at())
		s = do(t, s, feedback.Ask{Text: "哪一栋楼？"}, staff("lisi", feedback.Replier), at())
		if _, err := clocks().Apply(s, feedback.Ask{Text: "哪一层？"}, staff("lisi", feedback.Replier), at()); !errors.Is(err, feedback.ErrMove) {
			t.Errorf("a second question while one is open: %v", err)
		}
		s = do(t, s, feedback.Explain{Text: "三号楼"}, feedback.Sender(), at().Add(c.wait))
		if s.Limits.Answer.Day != c.later || s.OpenEnquiry() != nil || s.Enquiries[0].Answer != "三号楼" {
			t.Errorf("%s after %s: due %s, want %s; %+v", c.category, c.wait, s.Limits.Answer.Day, c.later, s.Enquiries)
		}
	}
}

// A letter is owed only where the sender may be written to, and until it was
// handed to the post.
func TestLettersOwed(t *testing.T) {
	mod := staff("wangwu", feedback.Moderator)
	silent := do(t, sample(feedback.Received), feedback.Accept{}, mod, at())
	if len(silent.Owed) > 0 {
		t.Errorf("a letter is owed to nobody: %v", silent.Owed)
	}
	s := sample(feedback.Received)
	s.Contact.Email = "zhou@example.com"
	if s := do(t, s, feedback.Accept{}, mod, at()); len(s.Owed) > 0 {
		t.Error("a letter is owed without consent")
	}
	s.ContactConsent = true
	s = do(t, s, feedback.Note{Text: "内部"}, mod, at())
	s = do(t, s, feedback.Accept{}, mod, at())
	if len(s.Owed) != 1 || s.Events[s.Owed[0]].Act != feedback.ActAccept {
		t.Fatalf("owed %v", s.Owed)
	}
	s = do(t, s, feedback.Queued{Events: s.Owed}, feedback.Program(), at())
	if s.Owed != nil {
		t.Errorf("still owed: %v", s.Owed)
	}
	if _, err := clocks().Apply(s, feedback.Queued{Events: []int{2}}, feedback.Program(), at()); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("queued twice: %v", err)
	}
}

// The same message changes nothing the second time, however it came.
func TestOneMailOnce(t *testing.T) {
	m := &feedback.Mail{Digest: "d1", At: at()}
	s := do(t, sample(feedback.Assigned), feedback.AddRemark{Text: "补充", Mail: m}, feedback.Sender(), at())
	if _, err := clocks().Apply(s, feedback.AddRemark{Text: "补充", Mail: m}, feedback.Sender(), at()); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("the second copy: %v", err)
	}
	if len(s.Mails) != 1 || len(s.Remarks) != 1 {
		t.Errorf("%d mails, %d remarks", len(s.Mails), len(s.Remarks))
	}
}

// A review may be asked for once, within its days, also of a refusal.
func TestReview(t *testing.T) {
	s := sample(feedback.Rejected)
	s.ClosedAt, s.Suspect = at(), []string{"haste"}
	next := do(t, s, feedback.AskReview{Reason: "应当受理"}, feedback.Sender(), at().AddDate(0, 0, 30))
	if next.Suspected() {
		t.Error("it waits among the suspected, where nobody looks for what is open")
	}
	if next.State != feedback.Reopened || next.Rejection != "" || next.Due == "" {
		t.Errorf("%s, rejected for %q, due %q", next.State, next.Rejection, next.Due)
	}
	if _, err := clocks().Apply(s, feedback.AskReview{Reason: "应当受理"}, feedback.Sender(), at().AddDate(0, 0, 31)); !errors.Is(err, feedback.ErrTooLate) {
		t.Errorf("after 31 days: %v", err)
	}
}
