package feedback_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// do applies an act that must succeed.
func do(t testing.TB, s feedback.Submission, a feedback.Action, who feedback.Actor, now time.Time) feedback.Submission {
	t.Helper()
	next, err := clocks().Apply(s, a, who, now)
	if err != nil {
		t.Fatalf("%s from %s: %v", a.Act(), s.State, err)
	}
	return next
}

// Whenever the public sees something else than before, and never otherwise,
// the time of that is kept: pages that were made earlier are thrown away by it.
func TestPublicAtFollowsWhatIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, now := sample(feedback.Accepted), at()
		if rapid.Bool().Draw(t, "published") {
			s.Visibility, s.PublishedAt, s.PublicAt = feedback.Published, at(), at()
		}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			m := rapid.SampledFrom(feedback.Moves()).Draw(t, "move")
			who := feedback.Sender()
			if m.Roles != nil {
				who = staff(rapid.SampledFrom([]string{"lisi", "wangwu"}).Draw(t, "who"), feedback.Roles()...)
			}
			now = now.Add(time.Duration(rapid.IntRange(1, 48).Draw(t, "hours")) * time.Hour)
			next, err := clocks().Apply(s, drawn(t, &s, m.Act), who, now)
			if err != nil {
				continue
			}
			was, wasThere := s.Public()
			is, isThere := next.Public()
			is.GoneOn = was.GoneOn // follows from PublicAt itself
			changed := wasThere != isThere || !reflect.DeepEqual(was, is)
			if moved := !next.PublicAt.Equal(s.PublicAt); moved != changed {
				t.Fatalf("%s: what is seen changed: %v, the time of it: %v\n%+v\n%+v", m.Act, changed, moved, was, is)
			}
			s = next
		}
	})
}

// What is done with a submission after it left the site is private: its
// tombstone says when it went and nothing of what came later.
func TestTombstoneStandsStill(t *testing.T) {
	s := sample(feedback.Accepted)
	mod := staff("wangwu", feedback.Moderator)
	s = do(t, s, feedback.Publish{}, mod, at())
	s = do(t, s, feedback.Unpublish{Note: "有误"}, mod, at().Add(time.Hour))
	before, _ := s.Public()
	later := at().Add(72 * time.Hour)
	s = do(t, s, feedback.Classify{Category: feedback.Question}, mod, later)
	s = do(t, s, feedback.Assign{Owner: "lisi"}, mod, later)
	if after, _ := s.Public(); !reflect.DeepEqual(before, after) {
		t.Errorf("the tombstone turned from %+v to %+v", before, after)
	}
	s = do(t, s, feedback.Withdraw{}, feedback.Sender(), later)
	if p, _ := s.Public(); p.Gone != feedback.Taken || p.GoneOn != calendar.On(later) {
		t.Errorf("taken back afterwards: %+v", p)
	}
}

// Values that came from one record share its slices; what happens to one must
// not be seen in another.
func TestApplyNeverWritesIntoSharedSlices(t *testing.T) {
	s := sample(feedback.Assigned)
	s.Events = append(make([]feedback.Event, 0, 9), s.Events...) // room that an append would write into
	s.Remarks = append(make([]feedback.Remark, 0, 9), feedback.Remark{At: at(), Text: "一"})
	a := do(t, s, feedback.AddRemark{Text: "甲"}, feedback.Sender(), at())
	b := do(t, s, feedback.AddRemark{Text: "乙"}, feedback.Sender(), at().Add(time.Hour))
	if a.Remarks[1].Text != "甲" || b.Remarks[1].Text != "乙" || a.Events[1].At.Equal(b.Events[1].At) {
		t.Errorf("two values of one record hold %v and %v", a.Remarks, b.Remarks)
	}
	spans := []feedback.Redaction{{From: 0, To: 1, Kind: feedback.HiddenOther}}
	hidden := do(t, s, feedback.Redact{Redactions: spans}, staff("w", feedback.Moderator), at())
	spans[0].To = 5
	if hidden.Redactions[0].To != 1 {
		t.Error("the record follows what its caller does to the action afterwards")
	}
	d := sample(feedback.Drafted)
	old := d.Draft.Digest
	do(t, d, feedback.DraftReply{Text: "别的", Office: "办公室", Seen: old}, staff("wangwu", feedback.Replier), at())
	do(t, d, feedback.Return{Note: "改"}, staff("zhaoliu", feedback.Approver), at())
	if d.Draft.Digest != old || !d.Draft.Submitted || len(d.Draft.Drafters) != 1 {
		t.Errorf("the draft that was edited is now %+v", d.Draft)
	}
}

// An extension moves a limit by days of the clock that the limit is counted
// on: the two are never mixed.
func TestExtensionKeepsTheClock(t *testing.T) {
	for cat, want := range map[feedback.Category]struct {
		day   calendar.Day
		clock feedback.Clock
		guess bool
	}{
		feedback.Opinion:    {"2027-02-01", feedback.Calendar, false},
		feedback.Question:   {"2026-12-14", feedback.Working, false},
		feedback.Correction: {"2026-12-10", feedback.Working, false},
	} {
		s := sample(feedback.Assigned)
		s.Category, s.Limits = cat, clocks().Limits(cat, at())
		s = do(t, s, feedback.Extend{Days: 10, Reason: "要等雨天"}, staff("lisi", feedback.Replier), at())
		s = do(t, s, feedback.Grant{}, staff("zhaoliu", feedback.Approver), at())
		got := s.Limits.Answer
		if got.Day != want.day || got.Term.Clock != want.clock || got.Provisional != want.guess || s.Due != want.day {
			t.Errorf("%s: %+v, due %s; want %+v", cat, got, s.Due, want)
		}
	}
	s := sample(feedback.Assigned)
	s.Category, s.Limits = feedback.Question, clocks().Limits(feedback.Question, at())
	s = do(t, s, feedback.Extend{Days: 30, Reason: "要等雨天"}, staff("lisi", feedback.Replier), at())
	if s = do(t, s, feedback.Grant{}, staff("zhaoliu", feedback.Approver), at()); !s.Limits.Answer.Provisional {
		t.Errorf("working days that reach into 2027 are passed off as certain: %+v", s.Limits.Answer)
	}
}

// A matter that was taken up again has its clock from then, also when it is
// moved to another category.
func TestClassifyAfterReopening(t *testing.T) {
	again := at().Add(20 * 24 * time.Hour)
	s := do(t, sample(feedback.Answered), feedback.FollowUp{Text: "还滴水"}, feedback.Sender(), again)
	s = do(t, s, feedback.Classify{Category: feedback.Question}, staff("w", feedback.Moderator), again)
	if want := clocks().Limits(feedback.Question, again).Answer; s.Limits.Answer != want {
		t.Errorf("due %+v, want %+v", s.Limits.Answer, want)
	}
}

// A draft that waits for approval goes back when the matter is given to
// someone else: from there nobody could approve it, yet it would wait on the desk.
func TestAssignTakesDraftBack(t *testing.T) {
	s := do(t, sample(feedback.Drafted), feedback.Assign{Owner: "sunqi"}, staff("w", feedback.Moderator), at())
	if s.Draft == nil || s.Draft.Submitted {
		t.Fatalf("the draft is %+v", s.Draft)
	}
	s = do(t, s, feedback.DraftReply{Text: s.Draft.Text, Office: s.Draft.Office, Seen: s.Draft.Digest, Submit: true}, staff("sunqi", feedback.Replier), at())
	if _, err := clocks().Apply(s, feedback.Approve{Digest: s.Draft.Digest}, staff("lisi", feedback.Approver), at()); !errors.Is(err, feedback.ErrSamePerson) {
		t.Errorf("its first writer approves it: %v", err)
	}
}

// T113: a sender fills a part of the record only, and staff can go on.
func TestSenderFillsAPartOnly(t *testing.T) {
	s := sample(feedback.Answered)
	n := 0
	for ; n < 20_000; n++ {
		next, err := clocks().Apply(s, feedback.Rate{Solved: 1 + n%3}, feedback.Sender(), at())
		if errors.Is(err, feedback.ErrFull) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		s = next
	}
	if n >= feedback.MaxSenderEvents || len(s.Events) > feedback.MaxSenderEvents {
		t.Fatalf("%d ratings were kept", n)
	}
	do(t, s, feedback.Reopen{Note: "回头看"}, staff("w", feedback.Approver), at())
	do(t, s, feedback.RenewCode{MAC: []byte{9}}, feedback.Sender(), at())
	do(t, s, feedback.Withdraw{}, feedback.Sender(), at())
}

// On a full record stays possible what ends the matter, takes it off the site,
// keeps its code secret, takes data out or keeps its limits true; nothing else, so that it stays
// bounded.
func TestWhatAFullRecordAllows(t *testing.T) {
	for _, m := range feedback.Moves() {
		still := map[feedback.Act]bool{
			feedback.ActReject: true, feedback.ActApprove: true, feedback.ActUnpublish: true, feedback.ActClose: true, feedback.ActMerge: true,
			feedback.ActWithdraw: true, feedback.ActRenewCode: true, feedback.ActQueued: true, feedback.ActEmergency: true, feedback.ActRelayed: true,
			feedback.ActErase: true, feedback.ActExpire: true, feedback.ActHideFile: true, feedback.ActHandOver: true,
			feedback.ActForward: true, feedback.ActBranched: true, feedback.ActHeed: true, feedback.ActRedate: true,
		}[m.Act]
		s, a := prepared(m.From[0], m.Act)
		for len(s.Events) < feedback.MaxEvents {
			s.Events = append(s.Events, feedback.Event{At: at(), Act: feedback.ActNote, Kind: feedback.Staff})
		}
		_, err := clocks().Apply(s, a, able(m), at().Add(time.Hour))
		if (err == nil) != still || (err != nil && !errors.Is(err, feedback.ErrFull)) {
			t.Errorf("%s on a full record: %v, possible: %v", m.Act, err, still)
		}
	}
}

// Words that staff must give are words that can be read.
func TestUnseenWordsAreNone(t *testing.T) {
	for _, text := range []string{"", " \n", "\u200b\u2060", "\u200d", "\u3164", "\u202e \u202c"} {
		_, err := clocks().Apply(sample(feedback.Assigned), feedback.DraftReply{Text: text, Office: "办公室"}, staff("lisi", feedback.Replier), at())
		var v feedback.Invalid
		if !errors.As(err, &v) || v.Rule != "required" {
			t.Errorf("a reply of %q: %v", text, err)
		}
	}
}
