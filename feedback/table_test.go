package feedback_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// at is a working Monday, ten in the morning in Beijing.
func at() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, calendar.Beijing()).UTC() }

func clocks() feedback.Clocks {
	return feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
}

func staff(name string, roles ...feedback.Role) feedback.Actor {
	return feedback.Actor{Kind: feedback.Staff, ID: name, Roles: roles}
}

// sample is a submission in a state, with what that state presupposes, so that
// every act of the table could be done to it if the table lets it.
func sample(st feedback.State) feedback.Submission {
	s := feedback.Submission{
		ID: "id", Number: "2026-000123", Rev: 3, Channel: feedback.Web, Category: feedback.Opinion, State: st, Visibility: feedback.Private,
		Text: "屋里又滴水，电话13800001234。", Contact: feedback.Contact{Name: "周女士", Phone: "13800001234"}, PublishConsent: true,
		Received: at(), CodeMAC: []byte{1}, CodeSpoken: true, Owner: "lisi", Office: "公共服务科",
		Limits: clocks().Limits(feedback.Opinion, at()),
		Events: []feedback.Event{{At: at(), Act: feedback.ActReceive, Kind: feedback.Citizen, To: feedback.Received}},
	}
	if st != feedback.Received {
		s.Moderated, s.AcceptedAt = at(), at()
	}
	switch st {
	case feedback.Drafted:
		s.Draft = draft()
	case feedback.Answered, feedback.Closed:
		s.AnsweredAt = at()
		s.Replies = []feedback.Reply{given()}
	case feedback.Rejected:
		s.Rejection = feedback.RejectSpam
	case feedback.Merged:
		s.MergedInto = "2026-000001"
	}
	return s
}

func draft() *feedback.Reply {
	return &feedback.Reply{
		Text: "已修好。", Office: "公共服务科", Drafters: []string{"lisi"}, Digest: feedback.ReplyDigest("公共服务科", "已修好。"), Submitted: true, At: at(),
	}
}

// given is an approved reply.
func given() feedback.Reply {
	r := *draft()
	r.ApprovedBy, r.ApprovedAt = "zhaoliu", at()
	return r
}

// amended is s with a correction of its first reply that waits for approval.
func amended(s feedback.Submission) feedback.Submission {
	state := s.State
	s.State = feedback.Answered
	next, err := clocks().Apply(s, feedback.Amend{Of: 1, Text: "已于11月20日修好。", Office: "公共服务科", Why: "补充日期", Submit: true}, staff("sunqi", feedback.Replier), at())
	if err != nil {
		panic(err)
	}
	s.State, s.Amendment = state, next.Amendment
	return s
}

// acts is one good action for every row of the table; prepare makes what the
// action needs beyond its state.
func acts() map[feedback.Act]feedback.Action {
	return map[feedback.Act]feedback.Action{
		feedback.ActAccept:        feedback.Accept{},
		feedback.ActClear:         feedback.Clear{},
		feedback.ActReject:        feedback.Reject{Reason: feedback.RejectPetition},
		feedback.ActRedact:        feedback.Redact{Redactions: []feedback.Redaction{{From: 0, To: 2, Kind: feedback.HiddenOther}}},
		feedback.ActClassify:      feedback.Classify{Category: feedback.Question},
		feedback.ActAssign:        feedback.Assign{Owner: "wangwu", Office: "办公室"},
		feedback.ActDraft:         feedback.DraftReply{Text: "新的答复", Office: "办公室"},
		feedback.ActReturn:        feedback.Return{Note: "写清日期"},
		feedback.ActApprove:       feedback.Approve{Digest: feedback.ReplyDigest("公共服务科", "已修好。")},
		feedback.ActAnnotate:      feedback.Annotate{Text: "日期再核一下"},
		feedback.ActEmergency:     feedback.Emergency{Text: "已停电抢修，请勿靠近。", Office: "公共服务科", Reason: "有人身危险"},
		feedback.ActConfirm:       feedback.Confirm{N: 1, Digest: feedback.ReplyDigest("公共服务科", "已修好。")},
		feedback.ActAmend:         feedback.Amend{Of: 1, Text: "已于11月20日修好。", Office: "公共服务科", Why: "补充日期"},
		feedback.ActRetract:       feedback.Retract{Of: 1, Why: "答错了对象"},
		feedback.ActReturnAmend:   feedback.ReturnAmend{Note: "写清原因"},
		feedback.ActDropAmend:     feedback.DropAmend{Note: "不改了"},
		feedback.ActApproveAmend:  feedback.ApproveAmend{},
		feedback.ActShared:        feedback.Shared{From: "2026-000001", Event: 7},
		feedback.ActRelayed:       feedback.Relayed{Events: []int{0}},
		feedback.ActPublish:       feedback.Publish{},
		feedback.ActUnpublish:     feedback.Unpublish{Note: "有误"},
		feedback.ActClose:         feedback.Close{},
		feedback.ActMerge:         feedback.Merge{Into: "2026-000001"},
		feedback.ActReopen:        feedback.Reopen{Note: "回头看"},
		feedback.ActExtend:        feedback.Extend{Days: 10, Reason: "要等雨天"},
		feedback.ActGrant:         feedback.Grant{},
		feedback.ActDecline:       feedback.Decline{Note: "理由不充分"},
		feedback.ActRedate:        feedback.Redate{Why: "放假安排公布"},
		feedback.ActRevealContact: feedback.RevealContact{Reason: "问地点"},
		feedback.ActNote:          feedback.Note{Text: "已电话联系"},
		feedback.ActCorrect:       feedback.Correct{Text: "改正"},
		feedback.ActRemark:        feedback.AddRemark{Text: "补充"},
		feedback.ActFollowUp:      feedback.FollowUp{Text: "追问"},
		feedback.ActRate:          feedback.Rate{Solved: 2},
		feedback.ActWithdraw:      feedback.Withdraw{},
		feedback.ActRenewCode:     feedback.RenewCode{MAC: []byte{2}},
		feedback.ActAsk:           feedback.Ask{Text: "哪一栋楼？"},
		feedback.ActExplain:       feedback.Explain{Text: "三号楼"},
		feedback.ActReview:        feedback.AskReview{Reason: "没有修好"},
		feedback.ActLocate:        feedback.Locate{Notice: "2025-round-2", Item: "3-2"},
		feedback.ActQueued:        feedback.Queued{Events: []int{0}},
		feedback.ActErase:         feedback.Erase{},
		feedback.ActExpire:        feedback.Expire{What: feedback.ExpireContact},
		feedback.ActAddScan:       feedback.AddScan{Files: []feedback.Attachment{file('9')}},
		feedback.ActClearFile:     feedback.ClearFile{N: 1, Title: "黑着的屏幕"},
		feedback.ActHideFile:      feedback.HideFile{N: 1},
		feedback.ActSplit:         feedback.Split{Pieces: []feedback.Piece{{ID: "p1", MAC: []byte{7}, Text: "屋里又滴水", Category: feedback.Opinion}}},
		feedback.ActBranched:      feedback.Branched{Numbers: map[string]feedback.Number{"p1": "2026-000124"}},
		feedback.ActForward:       feedback.Forward{Where: feedback.ToHotline, Name: "12345热线", Text: "已转12345热线。"},
		feedback.ActHeed:          feedback.Heed{},
		feedback.ActHandOver:      feedback.HandOver{From: "lisi", To: "wangwu", By: "guanli"},
		feedback.ActUndelivered:   feedback.Undelivered{Event: 0, Reason: "refused"},
	}
}

func prepared(st feedback.State, act feedback.Act) (feedback.Submission, feedback.Action) {
	s, a := sample(st), acts()[act]
	switch act {
	case feedback.ActClear:
		s.Suspect = []string{"trap", "haste"}
	case feedback.ActUnpublish:
		s.Visibility, s.PublishedAt = feedback.Published, at()
	case feedback.ActClearFile, feedback.ActHideFile:
		s.Attachments = []feedback.Attachment{file('1')}
		s.Attachments[0].Cleared = act == feedback.ActHideFile
	case feedback.ActBranched:
		s.Pieces = []feedback.Piece{{ID: "p1", MAC: []byte{7}, Text: "屋里又滴水", Category: feedback.Opinion, At: at()}}
	case feedback.ActHeed:
		s.Mentions = []string{"wangwu"}
	case feedback.ActExplain:
		s.Enquiries = []feedback.Enquiry{{At: at(), By: "lisi", Text: "哪一栋楼？"}}
	case feedback.ActQueued:
		s.Owed = []int{0}
	case feedback.ActHandOver:
		s.Owner = "lisi"
	case feedback.ActReview:
		if st == feedback.Rejected {
			s.ClosedAt = at()
		}
	case feedback.ActGrant:
		s.Extension = &feedback.Extension{Days: 10, Reason: "要等雨天", By: "lisi", At: at()}
	case feedback.ActAnnotate:
		if s.Draft == nil {
			s.Draft = draft()
		}
	case feedback.ActAmend, feedback.ActRetract, feedback.ActConfirm, feedback.ActReturnAmend, feedback.ActDropAmend, feedback.ActApproveAmend:
		s.Replies = []feedback.Reply{given()}
		if act == feedback.ActConfirm {
			s.Replies[0].Sole = &feedback.Sole{Reason: "有人身危险"}
		}
		if act == feedback.ActReturnAmend || act == feedback.ActDropAmend || act == feedback.ActApproveAmend {
			s = amended(s)
		}
		if act == feedback.ActApproveAmend {
			a = feedback.ApproveAmend{Digest: s.Amendment.Digest}
		}
	case feedback.ActEmergency:
		if e, ok := a.(feedback.Emergency); ok && s.Draft != nil {
			e.Seen = s.Draft.Digest
			a = e
		}
	case feedback.ActRelayed:
		s.Relay = []int{0}
	case feedback.ActDecline:
		s.Extension = &feedback.Extension{Days: 10, Reason: "要等雨天", By: "wangwu", At: at()}
	case feedback.ActRedate:
		s.Limits.Answer.Day = s.Limits.Answer.Day.Add(-1) // as another calendar had it
	case feedback.ActDraft:
		if d, ok := a.(feedback.DraftReply); ok && s.Draft != nil {
			d.Seen = s.Draft.Digest
			a = d
		}
	}
	return s, a
}

// able is somebody who may do m by every role there is.
func able(m feedback.Move) feedback.Actor {
	for _, who := range []feedback.Actor{feedback.Sender(), feedback.Program(), staff("wangwu", feedback.Roles()...)} {
		if done(m, who) {
			return who
		}
	}
	panic("nobody may do " + string(m.Act))
}

// done reports whether the table lets who do m; what no person does has a role
// that no account can hold.
func done(m feedback.Move, who feedback.Actor) bool {
	switch {
	case m.Roles == nil:
		return who.Kind == feedback.Citizen
	case !m.Roles[0].Valid():
		return who.Kind == feedback.System || (len(m.Roles) > 1 && who.Kind == feedback.Citizen)
	}
	return who.Has(m.Roles...)
}

// Every act from every state by every role goes exactly where the table of
// moves says, and nowhere else.
func TestEveryMoveFollowsTheTable(t *testing.T) {
	actors := map[string]feedback.Actor{"sender": feedback.Sender(), "nobody": staff("x"), "system": {Kind: feedback.System}}
	for _, r := range feedback.Roles() {
		actors[string(r)] = staff("wangwu", r)
	}
	if len(acts())+1 != len(feedback.Moves())+1 {
		t.Fatalf("%d acts are tried, the table has %d", len(acts()), len(feedback.Moves()))
	}
	for _, m := range feedback.Moves() {
		for _, st := range feedback.States() {
			for name, who := range actors {
				s, a := prepared(st, m.Act)
				next, err := clocks().Apply(s, a, who, at().Add(time.Hour))
				byTable := slices.Contains(m.From, st) && done(m, who)
				if m.Act == feedback.ActRevealContact && name == string(feedback.Replier) {
					byTable = false // only the replier in charge, who is another one here
				}
				if (err == nil) != byTable {
					t.Errorf("%s from %s by %s: %v, the table says %v", m.Act, st, name, err, byTable)
					continue
				}
				if err != nil {
					if !errors.Is(err, feedback.ErrMove) && !errors.Is(err, feedback.ErrRole) {
						t.Errorf("%s from %s by %s: %v, want ErrMove or ErrRole", m.Act, st, name, err)
					}
					continue
				}
				want := st
				if m.To != "" {
					want = m.To
				}
				if m.Act == feedback.ActErase && st.Open() {
					want = feedback.Closed
				}
				if next.State != want {
					t.Errorf("%s from %s leads to %s, want %s", m.Act, st, next.State, want)
				}
			}
		}
	}
}

// An act leaves one event, the original text, the record it was given, and a
// due day exactly while something is owed.
func TestEveryMoveLeavesOneTrace(t *testing.T) {
	for _, m := range feedback.Moves() {
		for _, st := range m.From {
			s, a := prepared(st, m.Act)
			who := able(m)
			before := deepCopy(s)
			next, err := clocks().Apply(s, a, who, at().Add(time.Hour))
			if err != nil {
				t.Errorf("%s from %s: %v", m.Act, st, err)
				continue
			}
			if !reflect.DeepEqual(s, before) {
				t.Errorf("%s from %s changed the record that it was given", m.Act, st)
			}
			if len(next.Events) != len(s.Events)+1 {
				t.Fatalf("%s from %s left %d events", m.Act, st, len(next.Events)-len(s.Events))
			}
			e := next.Events[len(next.Events)-1]
			if e.Act != m.Act || e.From != st || e.To != next.State || e.Kind != who.Kind || e.By != who.ID {
				t.Errorf("%s from %s left the event %+v", m.Act, st, e)
			}
			if (next.Text != s.Text && !next.Erased()) || next.Rev != s.Rev {
				t.Errorf("%s from %s touched the original or the revision", m.Act, st)
			}
			if (next.Due != "") != next.State.Open() {
				t.Errorf("%s from %s: state %s is due %q", m.Act, st, next.State, next.Due)
			}
		}
	}
}

func deepCopy(s feedback.Submission) feedback.Submission {
	s.Events = slices.Clone(s.Events)
	s.Replies = slices.Clone(s.Replies)
	s.CodeMAC = slices.Clone(s.CodeMAC)
	s.Suspect = slices.Clone(s.Suspect)
	if s.Draft != nil {
		d := *s.Draft
		d.Drafters = slices.Clone(d.Drafters)
		s.Draft = &d
	}
	if s.Extension != nil {
		x := *s.Extension
		s.Extension = &x
	}
	return s
}

// What an act demands beyond the table.
func TestWhatMoreAnActDemands(t *testing.T) {
	all := feedback.Roles()
	digest := feedback.ReplyDigest("公共服务科", "已修好。")
	for name, x := range map[string]struct {
		state feedback.State
		edit  func(*feedback.Submission)
		act   feedback.Action
		who   feedback.Actor
		after time.Duration
		want  error
	}{
		"approval by its drafter":        {feedback.Drafted, nil, feedback.Approve{Digest: digest}, staff("lisi", all...), 0, feedback.ErrSamePerson},
		"approval of another text":       {feedback.Drafted, nil, feedback.Approve{Digest: "0"}, staff("zhaoliu", all...), 0, feedback.ErrDigest},
		"approval before it was sent":    {feedback.Drafted, func(s *feedback.Submission) { s.Draft.Submitted = false }, feedback.Approve{Digest: digest}, staff("zhaoliu", all...), 0, feedback.ErrMove},
		"edit of a draft not seen":       {feedback.Drafted, nil, feedback.DraftReply{Text: "别的", Office: "办公室", Seen: "0"}, staff("zhaoliu", all...), 0, feedback.ErrDigest},
		"publication without consent":    {feedback.Answered, func(s *feedback.Submission) { s.PublishConsent = false }, feedback.Publish{}, staff("wangwu", all...), 0, feedback.ErrConsent},
		"publication of a clue":          {feedback.Answered, func(s *feedback.Submission) { s.Category = feedback.Clue }, feedback.Publish{}, staff("wangwu", all...), 0, feedback.ErrClue},
		"publication unmoderated":        {feedback.Answered, func(s *feedback.Submission) { s.Moderated = time.Time{} }, feedback.Publish{}, staff("wangwu", all...), 0, feedback.ErrMove},
		"a published one made a clue":    {feedback.Accepted, func(s *feedback.Submission) { s.Visibility = feedback.Published }, feedback.Classify{Category: feedback.Clue}, staff("wangwu", all...), 0, feedback.ErrClue},
		"extension granted by oneself":   {feedback.Accepted, func(s *feedback.Submission) { s.Extension = &feedback.Extension{Days: 5, By: "wangwu"} }, feedback.Grant{}, staff("wangwu", all...), 0, feedback.ErrSamePerson},
		"a second extension":             {feedback.Accepted, func(s *feedback.Submission) { s.Extension = &feedback.Extension{Days: 5, By: "x", Grant: "y"} }, feedback.Extend{Days: 5, Reason: "再等"}, staff("wangwu", all...), 0, feedback.ErrMove},
		"too long an extension":          {feedback.Accepted, nil, feedback.Extend{Days: 31, Reason: "再等"}, staff("wangwu", all...), 0, feedback.Invalid{Field: "days", Rule: "range", Args: []any{1, 30}}},
		"follow-up on the last day":      {feedback.Answered, nil, feedback.FollowUp{Text: "还滴水"}, feedback.Sender(), 30 * 24 * time.Hour, nil},
		"follow-up a day too late":       {feedback.Answered, nil, feedback.FollowUp{Text: "还滴水"}, feedback.Sender(), 31 * 24 * time.Hour, feedback.ErrTooLate},
		"anything after withdrawal":      {feedback.Closed, func(s *feedback.Submission) { s.WithdrawnAt = at() }, feedback.Reopen{Note: "x"}, staff("wangwu", all...), 0, feedback.ErrMove},
		"the sender after withdrawal":    {feedback.Closed, func(s *feedback.Submission) { s.WithdrawnAt = at() }, feedback.Rate{Solved: 1}, feedback.Sender(), 0, feedback.ErrMove},
		"a clue for a mere replier":      {feedback.Accepted, func(s *feedback.Submission) { s.Category = feedback.Clue }, feedback.DraftReply{Text: "a", Office: "b"}, staff("sunqi", feedback.Replier), 0, feedback.ErrRole},
		"correction once moderated":      {feedback.Received, func(s *feedback.Submission) { s.Moderated = at() }, feedback.Correct{Text: "改"}, feedback.Sender(), 0, feedback.ErrTooLate},
		"clearing what is not suspected": {feedback.Received, nil, feedback.Clear{}, staff("wangwu", all...), 0, feedback.ErrMove},
		"a code nobody spoke":            {feedback.Received, func(s *feedback.Submission) { s.CodeSpoken = false }, feedback.RenewCode{MAC: []byte{9}}, feedback.Sender(), 0, feedback.ErrMove},
		"redaction beyond the text":      {feedback.Accepted, nil, feedback.Redact{Redactions: []feedback.Redaction{{From: 0, To: 99, Kind: feedback.HiddenName}}}, staff("wangwu", all...), 0, feedback.Invalid{Field: "redactions", Rule: "span"}},
		"redactions that overlap":        {feedback.Accepted, nil, feedback.Redact{Redactions: []feedback.Redaction{{From: 0, To: 3, Kind: feedback.HiddenName}, {From: 2, To: 4, Kind: feedback.HiddenName}}}, staff("wangwu", all...), 0, feedback.Invalid{Field: "redactions", Rule: "span"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := sample(x.state)
			if x.edit != nil {
				x.edit(&s)
			}
			_, err := clocks().Apply(s, x.act, x.who, at().Add(x.after))
			var invalid feedback.Invalid
			if errors.As(err, &invalid) {
				if !reflect.DeepEqual(x.want, invalid) {
					t.Errorf("got %+v, want %+v", invalid, x.want)
				}
				return
			}
			if !errors.Is(err, x.want) {
				t.Errorf("got %v, want %v", err, x.want)
			}
		})
	}
}

// Any edit voids an approval's subject, and everybody who touched the text is
// kept from approving it.
func TestEditVoidsApproval(t *testing.T) {
	s := sample(feedback.Drafted)
	seen := s.Draft.Digest
	s, err := clocks().Apply(s, feedback.DraftReply{Text: "已修好，请来看。", Office: "公共服务科", Seen: seen, Submit: true}, staff("wangwu", feedback.Replier), at())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := clocks().Apply(s, feedback.Approve{Digest: seen}, staff("zhaoliu", feedback.Approver), at()); !errors.Is(err, feedback.ErrDigest) {
		t.Errorf("approval of the text before the edit: %v", err)
	}
	for _, name := range []string{"lisi", "wangwu"} {
		if _, err := clocks().Apply(s, feedback.Approve{Digest: s.Draft.Digest}, staff(name, feedback.Approver), at()); !errors.Is(err, feedback.ErrSamePerson) {
			t.Errorf("approval by %s, who wrote in it: %v", name, err)
		}
	}
	s, err = clocks().Apply(s, feedback.Approve{Digest: s.Draft.Digest}, staff("zhaoliu", feedback.Approver), at())
	if err != nil || s.LastReply().ApprovedBy != "zhaoliu" || s.Draft != nil {
		t.Errorf("approval by another: %v", err)
	}
}

// A full record can still be ended, and by its sender withdrawn.
func TestFullRecord(t *testing.T) {
	s := sample(feedback.Drafted)
	for len(s.Events) < feedback.MaxEvents {
		s.Events = append(s.Events, s.Events[0])
	}
	if _, err := clocks().Apply(s, feedback.Note{Text: "x"}, staff("wangwu", feedback.Moderator), at()); !errors.Is(err, feedback.ErrFull) {
		t.Errorf("a note on a full record: %v", err)
	}
	if _, err := clocks().Apply(s, feedback.Approve{Digest: s.Draft.Digest}, staff("zhaoliu", feedback.Approver), at()); err != nil {
		t.Errorf("approval on a full record: %v", err)
	}
	if _, err := clocks().Apply(s, feedback.Withdraw{}, feedback.Sender(), at()); err != nil {
		t.Errorf("withdrawal of a full record: %v", err)
	}
}
