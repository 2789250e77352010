package feedback_test

import (
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// The contract's limits on both clocks, for something received on Monday,
// 23 November 2026.
func TestLimits(t *testing.T) {
	for cat, answer := range map[feedback.Category]calendar.Day{
		feedback.Opinion: "2027-01-22", feedback.Praise: "2027-01-22", feedback.Clue: "2027-01-22",
		feedback.Question: "2026-11-30", feedback.Correction: "2026-11-26",
	} {
		l := clocks().Limits(cat, at())
		if l.Moderate.Day != "2026-11-25" || l.Accept.Day != "2026-12-08" || l.Answer.Day != answer || l.Alarm != "2027-02-23" {
			t.Errorf("%s: moderate %s, accept %s, answer %s, alarm %s", cat, l.Moderate.Day, l.Accept.Day, l.Answer.Day, l.Alarm)
		}
		if l.Answer.Provisional {
			t.Errorf("%s: a date of this year, or one counted in calendar days, is called provisional", cat)
		}
	}
	late := time.Date(2026, 12, 30, 1, 0, 0, 0, time.UTC)
	if l := clocks().Limits(feedback.Question, late); !l.Answer.Provisional || !l.Moderate.Provisional || l.Accept.Provisional {
		t.Errorf("working days that reach into 2027 are not called provisional: %+v", l)
	}
}

// The day of receipt is the day in Beijing.
func TestLimitsTurnAtBeijingMidnight(t *testing.T) {
	before := time.Date(2026, 11, 23, 15, 59, 59, 0, time.UTC)
	a, b := clocks().Limits(feedback.Correction, before), clocks().Limits(feedback.Correction, before.Add(time.Second))
	if a.Answer.Day != "2026-11-26" || b.Answer.Day != "2026-11-27" {
		t.Errorf("answers are due %s and %s", a.Answer.Day, b.Answer.Day)
	}
}

// Extension, reopening and a change of category move the limit as they should.
func TestLimitsMove(t *testing.T) {
	s := sample(feedback.Assigned)
	s, err := clocks().Apply(s, feedback.Extend{Days: 30, Reason: "要等雨天"}, staff("lisi", feedback.Replier), at())
	if err != nil || s.Limits.Answer.Day != "2027-01-22" {
		t.Fatalf("asked for, an extension moves nothing yet: %s, %v", s.Limits.Answer.Day, err)
	}
	s, err = clocks().Apply(s, feedback.Grant{}, staff("zhaoliu", feedback.Approver), at())
	if err != nil || s.Limits.Answer.Day != "2027-02-21" || s.Due != "2027-02-21" {
		t.Fatalf("granted: %s, due %s, %v", s.Limits.Answer.Day, s.Due, err)
	}
	s, err = clocks().Apply(s, feedback.Classify{Category: feedback.Correction}, staff("wangwu", feedback.Moderator), at())
	if err != nil || s.Limits.Answer.Day != "2026-11-26" {
		t.Errorf("as a correction: %s, %v", s.Limits.Answer.Day, err)
	}
	answered := sample(feedback.Answered)
	again := at().Add(10 * 24 * time.Hour)
	answered, err = clocks().Apply(answered, feedback.FollowUp{Text: "还滴水"}, feedback.Sender(), again)
	if err != nil || answered.Limits.Answer.Day != calendar.On(again).Add(60) || answered.Limits.Alarm != calendar.AddMonths(calendar.On(again), 3) {
		t.Errorf("asked again: answer %s, alarm %s, %v", answered.Limits.Answer.Day, answered.Limits.Alarm, err)
	}
}
