package feedback_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
)

// Whatever people do, in whatever order: nobody approves what they wrote,
// nothing is shown without consent or moderation, no clue ever, what has ended
// stays ended, and the original stays as it was written.
func TestRandomWalks(t *testing.T) {
	names := []string{"lisi", "wangwu", "zhaoliu"}
	rapid.Check(t, func(t *rapid.T) {
		s := sample(feedback.Received)
		s.PublishConsent = rapid.Bool().Draw(t, "consent")
		now := at()
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			m := rapid.SampledFrom(feedback.Moves()).Draw(t, "move")
			who := feedback.Sender()
			if m.Roles != nil && !m.Roles[0].Valid() {
				who = feedback.Program()
			} else if m.Roles != nil {
				who = staff(rapid.SampledFrom(names).Draw(t, "who"), rapid.SampledFrom(feedback.Roles()).Draw(t, "role"), m.Roles[0])
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 96).Draw(t, "hours")) * time.Hour)
			before := s
			next, err := clocks().Apply(s, drawn(t, &s, m.Act), who, now)
			if err != nil {
				continue
			}
			s = next
			held(t, &before, &s)
		}
	})
}

// drawn is an action of that kind, most often one that fits.
func drawn(t *rapid.T, s *feedback.Submission, act feedback.Act) feedback.Action {
	a := acts()[act]
	switch act {
	case feedback.ActDraft:
		d := feedback.DraftReply{Text: rapid.SampledFrom([]string{"一稿", "二稿"}).Draw(t, "text"), Office: "办公室", Submit: rapid.Bool().Draw(t, "submit")}
		if s.Draft != nil {
			d.Seen = s.Draft.Digest
		}
		return d
	case feedback.ActApprove:
		if s.Draft != nil {
			return feedback.Approve{Digest: s.Draft.Digest}
		}
	case feedback.ActEmergency, feedback.ActConfirm, feedback.ActAmend, feedback.ActRetract, feedback.ActApproveAmend:
		return drawnReply(t, s, act)
	case feedback.ActClassify:
		return feedback.Classify{Category: rapid.SampledFrom(feedback.Categories()).Draw(t, "category")}
	case feedback.ActAssign:
		return feedback.Assign{Owner: rapid.SampledFrom([]string{"lisi", "wangwu"}).Draw(t, "owner")}
	}
	return a
}

func held(t *rapid.T, before, s *feedback.Submission) {
	if (s.Text != before.Text && !s.Erased()) || len(s.Events) != len(before.Events)+1 {
		t.Fatal("the original changed, or one act did not leave one event")
	}
	for _, r := range s.Replies {
		if r.ApprovedBy == "" || len(r.Drafters) == 0 || slices.Contains(r.Drafters, r.ApprovedBy) != (r.Sole != nil) || (r.Text != "" || !s.Erased()) && r.Digest != feedback.ReplyDigest(r.Office, r.Text) {
			t.Fatalf("a reply of %v approved by %q", r.Drafters, r.ApprovedBy)
		}
	}
	if s.Visibility == feedback.Published && (!s.PublishConsent || s.Category == feedback.Clue || s.Moderated.IsZero()) {
		t.Fatal("published without consent, unmoderated, or a clue")
	}
	if x := s.Extension; x != nil && x.Grant == x.By {
		t.Fatal("an extension was granted by who asked for it")
	}
	ended := before.State == feedback.Rejected || before.State == feedback.Merged || before.Withdrawn()
	if ended && s.State != before.State && (before.State != feedback.Rejected || s.Review == nil || s.State != feedback.Reopened) {
		t.Fatalf("%s led on to %s", before.State, s.State)
	}
	if (s.Due != "") != s.State.Open() {
		t.Fatalf("state %s is due %q", s.State, s.Due)
	}
}
