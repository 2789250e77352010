package demo

import (
	"context"
	"slices"
	"time"

	"rectify/feedback"
)

// alone is a reply that one person publishes because it cannot wait. Another one
// looks at it later, and finds it right or sees to its being corrected.
func (l *life) alone(ctx context.Context, at time.Time) bool {
	a := feedback.Emergency{Text: l.reply(at), Office: l.topic.office, Seen: l.digest(), Reason: l.piece("emergency")}
	if !l.do(ctx, at, a, l.w.team.approvers[0]) {
		return false
	}
	n := len(l.s().Replies)
	if l.luck(700) {
		return l.do(ctx, l.atWork(l.now, 1), feedback.Confirm{N: n, Digest: l.s().Replies[n-1].Digest}, l.w.team.approvers[1])
	}
	return l.amended(ctx)
}

// amended is a correction of the last reply, from its draft to its approval.
func (l *life) amended(ctx context.Context) bool {
	of := l.last()
	a := feedback.Amend{Of: of, Text: l.s().Replies[of-1].Text + "\n" + l.piece("replyadd"), Office: l.topic.office, Why: l.piece("amendwhy"), Submit: true}
	if !l.do(ctx, l.atWork(l.now, 1), a, l.replier()) {
		return false
	}
	if l.luck(150) {
		if !l.do(ctx, l.atWork(l.now, 0), feedback.ReturnAmend{Note: l.piece("return")}, l.second()) {
			return false
		}
		a.Text += "\n" + l.piece("replyadd")
		a.Seen = l.s().Amendment.Digest
		if !l.do(ctx, l.atWork(l.now, 0), a, l.replier()) {
			return false
		}
	}
	return l.do(ctx, l.atWork(l.now, 1), feedback.ApproveAmend{Digest: l.s().Amendment.Digest}, l.second())
}

// retracted is a reply that is to be withdrawn: mostly it is, and the matter is
// answered anew.
func (l *life) retracted(ctx context.Context) bool {
	if !l.do(ctx, l.atWork(l.now, 2), feedback.Retract{Of: l.last(), Why: l.piece("retractwhy")}, l.replier()) {
		return false
	}
	if l.luck(300) {
		return l.do(ctx, l.atWork(l.now, 0), feedback.DropAmend{Note: l.piece("dropnote")}, l.second())
	}
	if !l.do(ctx, l.atWork(l.now, 0), feedback.ApproveAmend{Digest: l.s().Amendment.Digest}, l.second()) {
		return false
	}
	return !l.s().State.Open() || l.answered(ctx, l.atWork(l.now, 2))
}

// last is which reply, from 1, stands and came last.
func (l *life) last() int {
	n := len(l.s().Replies)
	for n > 1 && !l.s().Stands(n) {
		n--
	}
	return n
}

// second is an approver who had no part in the amendment.
func (l *life) second() feedback.Actor {
	for _, who := range l.w.team.approvers {
		if !slices.Contains(l.s().Amendment.Drafters, who.ID) {
			return who
		}
	}
	return l.approver()
}
