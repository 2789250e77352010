package feedback_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// drawnReply is an act on a published reply, most often one that fits.
func drawnReply(t *rapid.T, s *feedback.Submission, act feedback.Act) feedback.Action {
	n := rapid.IntRange(1, max(len(s.Replies), 1)).Draw(t, "of")
	text := rapid.SampledFrom([]string{"一稿", "二稿", "三稿", "还有{{number}}"}).Draw(t, "text")
	seen := ""
	switch act {
	case feedback.ActEmergency:
		if s.Draft != nil {
			seen = s.Draft.Digest
		}
		return feedback.Emergency{Text: text, Office: "办公室", Seen: seen, Reason: "有人身危险"}
	case feedback.ActConfirm:
		c := feedback.Confirm{N: n}
		if n <= len(s.Replies) {
			c.Digest = s.Replies[n-1].Digest
		}
		return c
	case feedback.ActRetract:
		return feedback.Retract{Of: n, Why: "答错了"}
	case feedback.ActAmend:
		if s.Amendment != nil {
			seen, n = s.Amendment.Digest, s.Amendment.Of
		}
		return feedback.Amend{Of: n, Text: text, Office: "办公室", Why: "更正", Hides: rapid.Bool().Draw(t, "hides"), Seen: seen, Submit: rapid.Bool().Draw(t, "submit")}
	default:
		if s.Amendment != nil {
			seen = s.Amendment.Digest
		}
		return feedback.ApproveAmend{Digest: seen}
	}
}

// hands keeps by itself who wrote a word of what, so that the rule of two people
// is not held to the record's own account of it.
type hands struct {
	draft, amendment map[string]bool
	replies          []map[string]bool
}

func (h *hands) note(before, after *feedback.Submission, a feedback.Action, who string) {
	wrote := func(m *map[string]bool, was, is string) {
		if *m == nil {
			*m = map[string]bool{}
		}
		if was != is {
			(*m)[who] = true
		}
	}
	text := func(r *feedback.Reply) string {
		if r == nil {
			return ""
		}
		return r.Office + "\x00" + r.Text
	}
	switch a := a.(type) {
	case feedback.DraftReply:
		wrote(&h.draft, text(before.Draft), text(after.Draft))
	case feedback.Emergency:
		wrote(&h.draft, "", "x")
		h.replies, h.draft = append(h.replies, h.draft), nil
	case feedback.Approve:
		h.replies, h.draft = append(h.replies, h.draft), nil
	case feedback.Amend:
		if before.Amendment == nil {
			h.amendment = map[string]bool{}
			for name := range h.replies[a.Of-1] {
				h.amendment[name] = true
			}
		}
		was := ""
		if before.Amendment != nil {
			was = before.Amendment.Digest
		}
		wrote(&h.amendment, was, after.Amendment.Digest)
	case feedback.Retract:
		h.amendment = map[string]bool{who: true}
	case feedback.ApproveAmend:
		if len(after.Replies) > len(before.Replies) {
			h.replies = append(h.replies, h.amendment)
		}
	}
	if after.Draft == nil {
		h.draft = nil
	}
}

// Whatever people with any roles do in whatever order: whoever wrote or edited a
// word of a reply, a correction or a withdrawal did not approve it; what is
// approved is what was read; and what one person published is marked until
// another one has looked at it (contract, section 5).
func TestTwoPeopleAlways(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, now, h := sample(feedback.Accepted), at(), hands{}
		acts := []feedback.Act{
			feedback.ActDraft, feedback.ActDraft, feedback.ActApprove, feedback.ActApprove, feedback.ActReturn, feedback.ActAnnotate, feedback.ActEmergency, feedback.ActConfirm,
			feedback.ActAmend, feedback.ActAmend, feedback.ActApproveAmend, feedback.ActApproveAmend, feedback.ActRetract, feedback.ActReturnAmend, feedback.ActDropAmend,
			feedback.ActAssign, feedback.ActReopen, feedback.ActClassify, feedback.ActClose, feedback.ActFollowUp,
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			act := rapid.SampledFrom(acts).Draw(t, "act")
			who := feedback.Sender()
			if act != feedback.ActFollowUp {
				who = staff(rapid.SampledFrom([]string{"lisi", "wangwu", "zhaoliu"}).Draw(t, "who"), feedback.Roles()...)
			}
			now = now.Add(time.Minute)
			a := drawn(t, &s, act)
			if act == feedback.ActAnnotate {
				a = feedback.Annotate{Text: "批注", Amend: rapid.Bool().Draw(t, "on amendment")}
			}
			next, err := clocks().Apply(s, a, who, now)
			if err != nil {
				continue
			}
			h.note(&s, &next, a, who.ID)
			h.check(t, &s, &next, a, who.ID)
			s = next
		}
	})
}

func (h *hands) check(t *rapid.T, before, after *feedback.Submission, a feedback.Action, who string) {
	if len(after.Replies) != len(h.replies) {
		t.Fatalf("%d replies, %d were made", len(after.Replies), len(h.replies))
	}
	if n := len(after.Replies); n > len(before.Replies) {
		r := after.Replies[n-1]
		if _, alone := a.(feedback.Emergency); !alone && (h.replies[n-1][who] || r.Sole != nil) {
			t.Fatalf("%T: %s approved what %v wrote", a, who, h.replies[n-1])
		}
		if len(feedback.Unfilled(r.Text)) > 0 {
			t.Fatalf("%T published %q", a, r.Text)
		}
	}
	for i := range after.Replies {
		r, alone := &after.Replies[i], after.Replies[i].Sole
		if x := r.Withdrawn; x != nil && x.By == x.ApprovedBy {
			t.Fatalf("%s withdrew reply %d alone", x.By, i+1)
		}
		switch {
		case alone == nil:
		case alone.ReviewedBy == "" && after.Stands(i+1) && after.Unreviewed() == 0:
			t.Fatalf("reply %d of one person is not told as unreviewed", i+1)
		case alone.ReviewedBy != "" && h.replies[i][alone.ReviewedBy]:
			t.Fatalf("%s reviewed their own reply", alone.ReviewedBy)
		}
	}
	if n := after.Unreviewed(); n > 0 && !after.Submitted() {
		t.Fatalf("reply %d waits for a second person and is in no list of it", n)
	}
}

// An approval is for the very text that was read: whatever is edited afterwards,
// by whom ever, it does not go through.
func TestEveryEditVoidsApproval(t *testing.T) {
	draft := do(t, sample(feedback.Assigned), feedback.DraftReply{Text: "已修好。", Office: "办公室", Submit: true}, staff("lisi", feedback.Replier), at())
	seen := draft.Draft.Digest
	edits := map[string]feedback.DraftReply{
		"text":   {Text: "已修好了。", Office: "办公室", Seen: seen, Submit: true},
		"office": {Text: "已修好。", Office: "公共服务科", Seen: seen, Submit: true},
		"status": {Text: "已修好。", Office: "办公室", Seen: seen, Submit: true, Progress: feedback.Progress{Status: "completed"}},
		"label":  {Text: "已修好。", Office: "办公室", Seen: seen, Submit: true, Progress: feedback.Progress{Label: "已完成"}},
	}
	for name, e := range edits {
		s := do(t, draft, e, staff("wangwu", feedback.Replier), at())
		if _, err := clocks().Apply(s, feedback.Approve{Digest: seen}, staff("zhaoliu", feedback.Approver), at()); !errors.Is(err, feedback.ErrDigest) {
			t.Errorf("%s edited: %v", name, err)
		}
	}
	s := amended(sample(feedback.Answered))
	read := s.Amendment.Digest
	for name, a := range map[string]feedback.Amend{
		"why":   {Of: 1, Text: s.Amendment.Text, Office: s.Amendment.Office, Why: "别的原因"},
		"hides": {Of: 1, Text: s.Amendment.Text, Office: s.Amendment.Office, Why: s.Amendment.Why, Hides: true},
	} {
		a.Seen, a.Submit = read, true
		edited := do(t, s, a, staff("wangwu", feedback.Replier), at())
		if _, err := clocks().Apply(edited, feedback.ApproveAmend{Digest: read}, staff("zhouba", feedback.Approver), at()); !errors.Is(err, feedback.ErrDigest) {
			t.Errorf("%s edited: %v", name, err)
		}
	}
}

// A correction is a version of its own; who wrote what it corrects is a drafter
// of it, and the public sees both, what changed, and why.
func TestCorrection(t *testing.T) {
	s := sample(feedback.Answered)
	s = do(t, s, feedback.Publish{}, staff("m", feedback.Moderator), at())
	s = amended(s)
	for _, name := range []string{"lisi", "sunqi"} { // of the first version, and of this one
		if _, err := clocks().Apply(s, feedback.ApproveAmend{Digest: s.Amendment.Digest}, staff(name, feedback.Approver), at()); !errors.Is(err, feedback.ErrSamePerson) {
			t.Errorf("approved by %s: %v", name, err)
		}
	}
	later := at().Add(50 * time.Hour)
	s = do(t, s, feedback.ApproveAmend{Digest: s.Amendment.Digest}, staff("zhaoliu", feedback.Approver), later)
	pub, _ := s.Public()
	if s.State != feedback.Answered || len(pub.Replies) != 2 || !s.PublicAt.Equal(later) || s.Amendment != nil {
		t.Fatalf("%s with %d replies, public since %v", s.State, len(pub.Replies), s.PublicAt)
	}
	old, now := pub.Replies[0], pub.Replies[1]
	if old.Stands() || old.Heir != 2 || old.Text != "已修好。" || !now.Stands() || now.Corrects != 1 || now.Why != "补充日期" || s.LastReply().Text != now.Text {
		t.Errorf("versions are %+v and %+v", old, now)
	}
	if got := feedback.Standing(pub.Replies); len(got) != 1 || got[0].N != 2 {
		t.Errorf("standing: %+v", got)
	}
	if _, err := clocks().Apply(s, feedback.Amend{Of: 1, Text: "又一版", Office: "办公室", Why: "x"}, staff("lisi", feedback.Replier), later); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("an old version is corrected: %v", err)
	}
	s = do(t, s, feedback.Amend{Of: 2, Text: "已于11月21日修好。", Office: "公共服务科", Why: "日期有误", Hides: true, Submit: true}, staff("lisi", feedback.Replier), later)
	s = do(t, s, feedback.ApproveAmend{Digest: s.Amendment.Digest}, staff("zhouba", feedback.Approver), later)
	for i, r := range s.PublicReplies() {
		if hidden := i < 2; (r.Text == "") != hidden || r.Hidden != hidden {
			t.Errorf("version %d: hidden %v, text %q", r.N, r.Hidden, r.Text)
		}
	}
	if s.GivenReplies()[0].Text == "" {
		t.Error("the log cannot be held to what was given")
	}
}

// A withdrawn reply is gone with everything that it corrected, the fact and the
// reason stay, and what nobody answers any more is open again, under its limits.
func TestWithdrawal(t *testing.T) {
	for _, st := range []feedback.State{feedback.Answered, feedback.Closed} {
		s := sample(st)
		s.Visibility, s.PublishedAt, s.PublicAt, s.ClosedAt = feedback.Published, at(), at(), at()
		limits := s.Limits
		s = amended(s)
		s = do(t, s, feedback.ApproveAmend{Digest: s.Amendment.Digest}, staff("zhaoliu", feedback.Approver), at())
		s = do(t, s, feedback.Retract{Of: 2, Why: "答错了对象"}, staff("lisi", feedback.Replier), at())
		if _, err := clocks().Apply(s, feedback.ApproveAmend{Digest: s.Amendment.Digest}, staff("lisi", feedback.Approver), at()); !errors.Is(err, feedback.ErrSamePerson) {
			t.Errorf("withdrawn by one person: %v", err)
		}
		s = do(t, s, feedback.ApproveAmend{Digest: s.Amendment.Digest}, staff("zhaoliu", feedback.Approver), at().Add(time.Hour))
		if s.State != feedback.Reopened || s.Limits != limits || s.Due != limits.Answer.Day || !s.AnsweredAt.IsZero() || !s.ClosedAt.IsZero() || len(s.Turns) != 0 {
			t.Errorf("%s, due %s, limits %+v", s.State, s.Due, s.Limits)
		}
		pub, _ := s.Public()
		for _, r := range pub.Replies {
			if r.Text != "" || r.Stands() {
				t.Errorf("still there: %+v", r)
			}
		}
		if r := pub.Replies[1]; r.Gone != calendar.On(at()) || r.GoneWhy != "答错了对象" {
			t.Errorf("the fact is %+v", r)
		}
		if s.LastReply() != nil {
			t.Error("a withdrawn reply is the last")
		}
		s = do(t, s, feedback.Classify{Category: feedback.Question}, staff("m", feedback.Moderator), at().Add(99*time.Hour))
		if want := clocks().Limits(feedback.Question, at()).Answer; s.Limits.Answer != want {
			t.Errorf("the clock began anew: %+v", s.Limits.Answer)
		}
	}
	// An older one of two: the later answer stands, and nothing is open again.
	s := do(t, sample(feedback.Answered), feedback.Reopen{Note: "回头看"}, staff("m", feedback.Moderator), at().Add(time.Hour))
	s = do(t, s, feedback.DraftReply{Text: "又修了。", Office: "办公室", Submit: true}, staff("lisi", feedback.Replier), at().Add(2*time.Hour))
	s = do(t, s, feedback.Approve{Digest: s.Draft.Digest}, staff("zhaoliu", feedback.Approver), at().Add(3*time.Hour))
	first := do(t, s, feedback.Retract{Of: 1, Why: "有误"}, staff("lisi", feedback.Replier), at().Add(4*time.Hour))
	first = do(t, first, feedback.ApproveAmend{Digest: first.Amendment.Digest}, staff("zhaoliu", feedback.Approver), at().Add(4*time.Hour))
	if first.State != feedback.Answered {
		t.Errorf("the first of two was withdrawn: %s", first.State)
	}
	second := do(t, s, feedback.Retract{Of: 2, Why: "有误"}, staff("lisi", feedback.Replier), at().Add(4*time.Hour))
	second = do(t, second, feedback.ApproveAmend{Digest: second.Amendment.Digest}, staff("zhaoliu", feedback.Approver), at().Add(4*time.Hour))
	if second.State != feedback.Reopened || second.LastReply().Text != "已修好。" {
		t.Errorf("the second of two was withdrawn: %s, last %+v", second.State, second.LastReply())
	}
	// An earlier answer to what went to another body since: that ended it, and still does.
	sent := do(t, sample(feedback.Answered), feedback.Reopen{Note: "回头看"}, staff("m", feedback.Moderator), at().Add(time.Hour))
	sent = do(t, sent, feedback.Forward{Where: feedback.ToHotline, Name: "12345热线", Text: "请拨12345。"}, staff("m", feedback.Moderator), at().Add(2*time.Hour))
	sent = do(t, sent, feedback.Retract{Of: 1, Why: "有误"}, staff("lisi", feedback.Replier), at().Add(3*time.Hour))
	sent = do(t, sent, feedback.ApproveAmend{Digest: sent.Amendment.Digest}, staff("zhaoliu", feedback.Approver), at().Add(3*time.Hour))
	if sent.State != feedback.Closed || sent.Forwarded == nil || sent.ClosedAt.IsZero() {
		t.Errorf("an old answer to what was forwarded was withdrawn: %s", sent.State)
	}
}

// One person may answer in an emergency; another one has two working days to
// look at it, and either says that it is right or corrects it.
func TestEmergency(t *testing.T) {
	a := feedback.Emergency{Text: "已停电抢修，请勿靠近。", Office: "公共服务科", Reason: "有人身危险"}
	if _, err := clocks().Apply(sample(feedback.Assigned), feedback.Emergency{Text: a.Text, Office: a.Office}, staff("zhaoliu", feedback.Approver), at()); err == nil {
		t.Error("without a reason")
	}
	s := do(t, sample(feedback.Assigned), a, staff("zhaoliu", feedback.Approver), at())
	if s.State != feedback.Answered || s.Unreviewed() != 1 || !s.Submitted() || s.Replies[0].Sole.Due.Day != "2026-11-25" {
		t.Fatalf("%s, waits: %d, %+v", s.State, s.Unreviewed(), s.Replies[0].Sole)
	}
	if p := s.PublicReplies()[0]; !p.Unreviewed() {
		t.Errorf("everybody sees %+v", p)
	}
	confirm := feedback.Confirm{N: 1, Digest: s.Replies[0].Digest}
	if _, err := clocks().Apply(s, confirm, staff("zhaoliu", feedback.Approver), at()); !errors.Is(err, feedback.ErrSamePerson) {
		t.Errorf("reviewed by oneself: %v", err)
	}
	if _, err := clocks().Apply(s, feedback.Confirm{N: 1, Digest: "0"}, staff("zhouba", feedback.Approver), at()); !errors.Is(err, feedback.ErrDigest) {
		t.Errorf("another text reviewed: %v", err)
	}
	right := do(t, s, confirm, staff("zhouba", feedback.Approver), at().Add(time.Hour))
	if p := right.PublicReplies()[0]; right.Unreviewed() != 0 || right.Submitted() || p.Unreviewed() || p.Reviewed != calendar.On(at()) {
		t.Errorf("reviewed: %+v", p)
	}
	wrong := do(t, s, feedback.Amend{Of: 1, Text: "已停电抢修，预计两小时。", Office: "公共服务科", Why: "补充时间", Submit: true}, staff("zhouba", feedback.Replier), at())
	if wrong.Unreviewed() != 1 {
		t.Error("a correction that nobody approved is a review")
	}
	for _, name := range []string{"zhaoliu", "zhouba"} {
		if _, err := clocks().Apply(wrong, feedback.ApproveAmend{Digest: wrong.Amendment.Digest}, staff(name, feedback.Approver), at()); !errors.Is(err, feedback.ErrSamePerson) {
			t.Errorf("correction approved by %s: %v", name, err)
		}
	}
	wrong = do(t, wrong, feedback.ApproveAmend{Digest: wrong.Amendment.Digest}, staff("qianyi", feedback.Approver), at())
	if wrong.Unreviewed() != 0 || wrong.PublicReplies()[1].Alone {
		t.Errorf("corrected: %+v", wrong.PublicReplies())
	}
	taken := do(t, s, feedback.Withdraw{}, feedback.Sender(), at())
	if taken.Unreviewed() != 0 {
		t.Error("what its sender took back waits for a review for ever")
	}
}

// No place that was left to be filled in leaves the house, by no way.
func TestUnfilledIsNeverSent(t *testing.T) {
	for text, want := range map[string][]string{
		"依据国办发〔2017〕47号文件办理。":      nil,
		"集合｛甲｝、{乙}没有留空。":           nil,
		"编号{{number}}，{{ due }}前。": {"{{number}}", "{{ due }}"},
		"请于〔　〕前来。〔　〕":              {"〔　〕"},
		"〔请填写日期〕":                  {"〔请填写日期〕"},
		"没有合上〔完":                   {"〔完〕"},
		"没有合上{{完":                  {"{{完}}"},
		"〔20265〕号":                 {"〔20265〕"},
		"{{a\nb}}":                 {"{{a}}"},
	} {
		if got := feedback.Unfilled(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	const text = "请于〔　〕前来。"
	blank := func(err error) bool {
		var v feedback.Invalid
		return errors.As(err, &v) && v.Rule == "blank"
	}
	approver, replier := staff("zhaoliu", feedback.Approver), staff("lisi", feedback.Replier)
	draft := do(t, sample(feedback.Assigned), feedback.DraftReply{Text: text, Office: "办公室"}, replier, at()) // kept it may be
	_, err := clocks().Apply(draft, feedback.DraftReply{Text: text, Office: "办公室", Seen: draft.Draft.Digest, Submit: true}, replier, at())
	if !blank(err) {
		t.Errorf("submitted: %v", err)
	}
	draft.Draft.Submitted = true // as no act makes it
	if _, err = clocks().Apply(draft, feedback.Approve{Digest: draft.Draft.Digest}, approver, at()); !blank(err) {
		t.Errorf("approved: %v", err)
	}
	if _, err = clocks().Apply(sample(feedback.Assigned), feedback.Emergency{Text: text, Office: "办公室", Reason: "急"}, approver, at()); !blank(err) {
		t.Errorf("in an emergency: %v", err)
	}
	for _, a := range []feedback.Action{
		feedback.Amend{Of: 1, Text: text, Office: "办公室", Why: "更正", Submit: true}, feedback.Amend{Of: 1, Text: "好", Office: "办公室", Why: text, Submit: true},
		feedback.Retract{Of: 1, Why: text},
	} {
		if _, err = clocks().Apply(sample(feedback.Answered), a, replier, at()); !blank(err) {
			t.Errorf("%T: %v", a, err)
		}
	}
}

// Versions and comments are kept, and not without end.
func TestVersionsAndComments(t *testing.T) {
	s := sample(feedback.Assigned)
	lisi, boss := staff("lisi", feedback.Replier), staff("zhaoliu", feedback.Approver)
	for i := range 2 * feedback.MaxVersions {
		d := feedback.DraftReply{Text: fmt.Sprint("第", i, "稿"), Office: "办公室", Submit: true}
		if s.Draft != nil {
			d.Seen = s.Draft.Digest
		}
		s = do(t, s, d, lisi, at())
		s = do(t, s, feedback.Return{Note: fmt.Sprint("退", i)}, boss, at())
	}
	if n := len(s.Versions); n != feedback.MaxVersions || s.Versions[n-1].Text != s.Draft.Text || s.Versions[n-1].Digest != s.Draft.Digest {
		t.Errorf("%d versions, the last %+v", n, s.Versions[n-1])
	}
	same := do(t, s, feedback.DraftReply{Text: s.Draft.Text, Office: "办公室", Seen: s.Draft.Digest, Submit: true}, lisi, at())
	if !reflect.DeepEqual(same.Versions, s.Versions) {
		t.Error("the same text made a version")
	}
	for i := range feedback.MaxComments {
		s = do(t, s, feedback.Annotate{Text: fmt.Sprint("批注", i)}, boss, at())
	}
	if n := len(s.Comments); n != feedback.MaxComments || s.Comments[0].Text != "批注0" || s.Comments[0].By != "zhaoliu" || s.Comments[0].Digest != s.Draft.Digest {
		t.Errorf("%d comments, the first %+v", n, s.Comments[0])
	}
	s = do(t, s, feedback.DraftReply{Text: s.Draft.Text, Office: "办公室", Seen: s.Draft.Digest, Submit: true}, lisi, at())
	s = do(t, s, feedback.Approve{Digest: s.Draft.Digest}, boss, at())
	if len(s.Versions) == 0 || len(s.Comments) == 0 {
		t.Error("what became the reply cannot be looked up")
	}
	s = do(t, s, feedback.Reopen{Note: "回头看"}, boss, at())
	s = do(t, s, feedback.DraftReply{Text: "新的", Office: "办公室"}, lisi, at())
	if len(s.Versions) != 1 || len(s.Comments) != 0 {
		t.Errorf("a new draft begins with %d versions and %d comments", len(s.Versions), len(s.Comments))
	}
}

// Who was merged is told once of each thing, and tells on to who was merged
// before.
func TestSharedReply(t *testing.T) {
	s := sample(feedback.Merged)
	s.Contact.Email, s.ContactConsent = "zhou@mail.example", true
	told := do(t, s, feedback.Shared{From: "2026-000001", Event: 7, Joined: 2}, feedback.Program(), at())
	if len(told.Owed) != 1 || len(told.Relay) != 1 || !told.Owing() {
		t.Errorf("owes %v, relays %v", told.Owed, told.Relay)
	}
	if _, err := clocks().Apply(told, feedback.Shared{From: "2026-000001", Event: 7}, feedback.Program(), at()); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("told twice: %v", err)
	}
	if _, err := clocks().Apply(told, feedback.Shared{From: "2026-000002", Event: 7}, feedback.Program(), at()); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("of another's reply: %v", err)
	}
	done := do(t, told, feedback.Relayed{Events: told.Relay}, feedback.Program(), at())
	if len(done.Relay) != 0 {
		t.Errorf("still relays %v", done.Relay)
	}
}

// An erased submission keeps nothing of its sender in drafts, versions, comments
// or reasons.
func TestEraseOfReplies(t *testing.T) {
	s := sample(feedback.Answered)
	s.Replies[0].Text = "周女士：已修好。"
	s = do(t, s, feedback.Amend{Of: 1, Text: "已修好。", Office: "办公室", Why: "周女士要求", Submit: true}, staff("wangwu", feedback.Replier), at())
	s = do(t, s, feedback.ApproveAmend{Digest: s.Amendment.Digest}, staff("zhaoliu", feedback.Approver), at())
	s = do(t, s, feedback.Reopen{Note: "周女士来电"}, staff("m", feedback.Moderator), at())
	s = do(t, s, feedback.DraftReply{Text: "周女士，", Office: "办公室", Submit: true}, staff("wangwu", feedback.Replier), at())
	s = do(t, s, feedback.Return{Note: "不要写周女士"}, staff("zhaoliu", feedback.Approver), at())
	s = do(t, s, feedback.Amend{Of: 2, Text: "周女士，已修好。", Office: "办公室", Why: "x"}, staff("wangwu", feedback.Replier), at())
	s = do(t, s, feedback.Erase{}, feedback.Sender(), at())
	if got := fmt.Sprintf("%+v", s); strings.Contains(got, "周女士") || s.Amendment != nil || s.Versions != nil || s.Comments != nil {
		t.Errorf("kept: %s", got)
	}
}
