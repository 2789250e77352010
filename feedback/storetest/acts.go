package storetest

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"rectify/feedback"
)

// people are those who act: alone in a role, in several, in none, and the sender.
func people() []feedback.Actor {
	member := func(name string, roles ...feedback.Role) feedback.Actor {
		return feedback.Actor{Kind: feedback.Staff, ID: name, Roles: roles}
	}
	return []feedback.Actor{
		member("mod", feedback.Moderator), member("rep", feedback.Replier), member("app", feedback.Approver),
		member("all", feedback.Moderator, feedback.Replier, feedback.Approver, feedback.Auditor, feedback.Admin),
		member("two", feedback.Replier, feedback.Approver), member("aud", feedback.Auditor), member("nil"),
		feedback.Sender(), {Kind: feedback.System},
	}
}

// evenly picks any of a list with the same chance; rapid's own choice leans to
// the first ones.
func evenly[T any](t *rapid.T, what string, list []T) T {
	return rapid.Permutation(list).Draw(t, what)[0]
}

// once says yes one time in n.
func once(t *rapid.T, what string, n int) bool {
	odds := make([]bool, n)
	odds[n-1] = true
	return evenly(t, what, odds)
}

// draw is an act and who does it: mostly one that the table of moves knows in
// that state, by someone who may, and seldom one that ends it all, or nothing
// would ever get far.
func (w *office) draw(s *feedback.Submission) (feedback.Action, feedback.Actor) {
	rows := feedback.Moves()
	if once(w.t, "wild", 6) {
		return w.action(evenly(w.t, "act", rows).Act, s), evenly(w.t, "who", people())
	}
	if len(s.Owed) > 0 && once(w.t, "post", 2) {
		return feedback.Queued{Events: s.Owed[:1]}, feedback.Program()
	}
	end := once(w.t, "end", 12)
	rows = slices.DeleteFunc(rows, func(m feedback.Move) bool {
		ends := slices.Contains([]feedback.Act{feedback.ActReject, feedback.ActMerge, feedback.ActWithdraw, feedback.ActForward, feedback.ActErase, feedback.ActExpire}, m.Act)
		return !slices.Contains(m.From, s.State) || ends && !end
	})
	for _, m := range rows {
		switch m.Act { // the way to an answer and beyond it
		case feedback.ActAccept, feedback.ActDraft, feedback.ActApprove:
			rows = append(rows, m, m, m, m)
		case feedback.ActFollowUp, feedback.ActMerge, feedback.ActClose, feedback.ActRate, feedback.ActAmend, feedback.ActPublish:
			rows = append(rows, m, m)
		}
	}
	row := evenly(w.t, "row", rows)
	able := slices.DeleteFunc(people(), func(a feedback.Actor) bool {
		switch {
		case row.Roles == nil:
			return a.Kind != feedback.Citizen
		case !row.Roles[0].Valid():
			return a.Kind != feedback.System
		}
		return !a.Has(row.Roles...)
	})
	return w.action(row.Act, s), evenly(w.t, "who", able)
}

// action fills the fields of an act, sometimes wrongly.
func (w *office) action(act feedback.Act, s *feedback.Submission) feedback.Action {
	text := evenly(w.t, "text", []string{"情况属实。", "请补充材料", "x\r\ny", "{$gt: ''}", "", "答复如下：\n一、已整改。"})
	desk := evenly(w.t, "office", []string{"办公室", "人事科", "财务科", "信息科", "纪检组", ""})
	switch act {
	case feedback.ActAccept:
		return feedback.Accept{Redactions: w.spans(s), Category: w.category()}
	case feedback.ActClear:
		return feedback.Clear{}
	case feedback.ActReject:
		return feedback.Reject{Reason: evenly(w.t, "reason", append(feedback.Rejections(), "")), Note: text}
	case feedback.ActRedact:
		return feedback.Redact{Redactions: w.spans(s)}
	case feedback.ActClassify:
		return feedback.Classify{Category: w.category()}
	case feedback.ActAssign:
		return feedback.Assign{Owner: evenly(w.t, "owner", []string{"rep", "two", "all", ""}), Office: desk, Note: text}
	case feedback.ActDraft:
		return feedback.DraftReply{Text: text, Office: desk, Seen: w.seen(s), Submit: !once(w.t, "not yet", 3)}
	case feedback.ActReturn:
		return feedback.Return{Note: text}
	case feedback.ActApprove:
		return feedback.Approve{Digest: w.seen(s)}
	case feedback.ActAnnotate:
		return feedback.Annotate{Text: text, Amend: rapid.Bool().Draw(w.t, "of amendment")}
	case feedback.ActEmergency:
		return feedback.Emergency{Text: text, Office: desk, Reason: text, Seen: w.seen(s)}
	case feedback.ActConfirm:
		n := rapid.IntRange(0, 2).Draw(w.t, "reply")
		if n > 0 && n <= len(s.Replies) {
			return feedback.Confirm{N: n, Digest: s.Replies[n-1].Digest}
		}
		return feedback.Confirm{N: n}
	case feedback.ActAmend:
		return feedback.Amend{Of: w.of(s), Text: text + "（更正）", Office: desk, Why: text, Seen: w.amendment(s), Submit: !once(w.t, "not yet", 3)}
	case feedback.ActRetract:
		return feedback.Retract{Of: w.of(s), Why: text}
	case feedback.ActReturnAmend:
		return feedback.ReturnAmend{Note: text}
	case feedback.ActDropAmend:
		return feedback.DropAmend{Note: text}
	case feedback.ActApproveAmend:
		return feedback.ApproveAmend{Digest: w.amendment(s)}
	case feedback.ActShared:
		return feedback.Shared{From: s.MergedInto, Event: rapid.IntRange(0, 2).Draw(w.t, "event")}
	case feedback.ActRelayed:
		return feedback.Relayed{Events: s.Relay}
	case feedback.ActPublish:
		return feedback.Publish{}
	case feedback.ActUnpublish:
		return feedback.Unpublish{Note: text}
	case feedback.ActClose:
		return feedback.Close{}
	case feedback.ActMerge:
		return feedback.Merge{Into: evenly(w.t, "into", append(slices.Clone(w.order), "2026-999999"))}
	case feedback.ActReopen:
		return feedback.Reopen{Note: text}
	case feedback.ActExtend:
		return feedback.Extend{Days: rapid.IntRange(0, 31).Draw(w.t, "days"), Reason: text}
	case feedback.ActGrant:
		return feedback.Grant{}
	case feedback.ActDecline:
		return feedback.Decline{Note: text}
	case feedback.ActRedate:
		return feedback.Redate{Why: text}
	case feedback.ActRevealContact:
		return feedback.RevealContact{Reason: text}
	case feedback.ActNote:
		return feedback.Note{Text: text, Calls: []string{evenly(w.t, "calls", []string{"rep", "two", ""})}}
	case feedback.ActCorrect:
		return feedback.Correct{Text: text}
	case feedback.ActRemark:
		return feedback.AddRemark{Text: text}
	case feedback.ActFollowUp:
		return feedback.FollowUp{Text: text}
	case feedback.ActRate:
		return feedback.Rate{Solved: rapid.IntRange(0, 4).Draw(w.t, "solved"), Speed: rapid.IntRange(-1, 3).Draw(w.t, "speed"), Word: text}
	case feedback.ActAsk:
		return feedback.Ask{Text: text}
	case feedback.ActExplain:
		return feedback.Explain{Text: text}
	case feedback.ActReview:
		return feedback.AskReview{Reason: text}
	case feedback.ActLocate:
		return feedback.Locate{Notice: evenly(w.t, "notice", notices()), Item: evenly(w.t, "item", items())}
	case feedback.ActQueued:
		return feedback.Queued{Events: s.Owed}
	case feedback.ActUndelivered:
		return feedback.Undelivered{Event: rapid.IntRange(-1, 3).Draw(w.t, "event"), Reason: "refused"}
	case feedback.ActErase:
		return feedback.Erase{}
	case feedback.ActExpire:
		return feedback.Expire{What: evenly(w.t, "what", []feedback.Expiring{feedback.ExpireContact, feedback.ExpireMails, feedback.ExpireFiles, ""})}
	case feedback.ActAddScan:
		return feedback.AddScan{Files: sampleFiles(fmt.Sprint("scan ", s.Number, s.Rev))}
	case feedback.ActClearFile:
		return feedback.ClearFile{N: rapid.IntRange(0, 3).Draw(w.t, "file"), Title: "图"}
	case feedback.ActHideFile:
		return feedback.HideFile{N: rapid.IntRange(0, 3).Draw(w.t, "file")}
	case feedback.ActSplit:
		id := fmt.Sprint(s.Number, s.Rev)
		return feedback.Split{Pieces: []feedback.Piece{{
			ID: id, MAC: digest("piece " + id), Blind: digest("blind " + id), Text: evenly(w.t, "passage", []string{"第二行。", "的意见", "不是原文"}), Category: w.category(),
		}}}
	case feedback.ActBranched:
		numbers := map[string]feedback.Number{}
		for i, p := range s.Pieces {
			numbers[p.ID] = feedback.MakeNumber(2026, int64(900000+i))
		}
		return feedback.Branched{Numbers: numbers}
	case feedback.ActForward:
		return feedback.Forward{Where: evenly(w.t, "where", append(feedback.Places(), "")), Name: desk, Text: text}
	case feedback.ActHeed:
		return feedback.Heed{}
	case feedback.ActHandOver:
		return feedback.HandOver{From: evenly(w.t, "from", []string{s.Owner, "rep"}), To: evenly(w.t, "to", []string{"two", "all", ""}), By: "aud"}
	case feedback.ActWithdraw:
		return feedback.Withdraw{}
	case feedback.ActRenewCode:
		return feedback.RenewCode{MAC: digest(fmt.Sprint("renewed ", s.Number, s.Rev))}
	}
	w.t.Fatalf("act %q is not known to the test", act)
	return nil
}

// seen is the digest that somebody read: mostly that of the draft.
func (w *office) seen(s *feedback.Submission) string {
	if s.Draft == nil || once(w.t, "seen another", 8) {
		return rapid.SampledFrom([]string{"", "no such"}).Draw(w.t, "seen")
	}
	return s.Draft.Digest
}

// of is a reply to be changed, mostly one that there is.
func (w *office) of(s *feedback.Submission) int {
	return rapid.IntRange(0, len(s.Replies)).Draw(w.t, "of")
}

// amendment is the digest of the amendment that somebody read.
func (w *office) amendment(s *feedback.Submission) string {
	if s.Amendment == nil {
		return ""
	}
	return s.Amendment.Digest
}

func (w *office) category() feedback.Category {
	return evenly(w.t, "category", append(feedback.Categories(), "", "no-such"))
}

func (w *office) spans(s *feedback.Submission) []feedback.Redaction {
	n := len([]rune(s.Current()))
	from := rapid.IntRange(0, n).Draw(w.t, "from")
	switch evenly(w.t, "spans", []int{0, 1, 2, 3}) {
	case 0:
		return []feedback.Redaction{{From: from, To: from + 2, Kind: feedback.HiddenName}} // may end beyond the text
	case 1:
		return []feedback.Redaction{{From: 0, To: 1, Kind: feedback.HiddenPhone}, {From: 1, To: min(2, n), Kind: feedback.HiddenOther}}
	}
	return nil
}
