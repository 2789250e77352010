package demo

import (
	"context"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// prepared is what the one in charge does before writing: looks, asks, takes
// more time.
func (l *life) prepared(ctx context.Context) bool {
	owner := l.replier()
	if l.s().CalledOn(owner.ID) && !l.do(ctx, l.atWork(l.now, 0), feedback.Heed{}, owner) {
		return false
	}
	if !l.s().Contact.Empty() && l.luck(90) {
		l.do(ctx, l.atWork(l.now, 0), feedback.RevealContact{Reason: l.piece("reveal")}, owner)
	}
	if l.luck(60) && !l.asked(ctx, owner) {
		return false
	}
	if l.s().Category != feedback.Opinion || !l.luck(50) {
		return !l.over
	}
	limit := l.s().Limits.Answer.Day
	if !l.do(ctx, l.atWork(midnight(limit.Add(-6)), 0), feedback.Extend{Days: 10 + 5*l.r.IntN(4), Reason: l.piece("extend")}, owner) {
		return false
	}
	if l.luck(60) {
		return true // nobody has decided
	}
	if l.luck(150) {
		return l.do(ctx, l.atWork(l.now, 1), feedback.Decline{Note: l.piece("decline")}, l.approver())
	}
	return l.do(ctx, l.atWork(l.now, 1), feedback.Grant{}, l.approver())
}

// asked is a question to the sender, who mostly answers it.
func (l *life) asked(ctx context.Context, owner feedback.Actor) bool {
	if !l.do(ctx, l.atWork(l.now, l.r.IntN(2)), feedback.Ask{Text: l.piece("ask")}, owner) {
		return false
	}
	if l.luck(850) {
		return l.do(ctx, l.later(l.now, 0, 6), feedback.Explain{Text: l.piece("explain")}, feedback.Sender())
	}
	return l.w.End.Sub(l.now) > 30*24*time.Hour // a question that nobody answers is not waited for
}

// answer is when the reply is to be there.
func (l *life) answer() time.Time {
	limit := l.s().Limits.Answer
	if l.late {
		return l.atWork(midnight(limit.Day.Add(2+l.r.IntN(18))), 0)
	}
	left := calendar.On(l.now).DaysUntil(limit.Day)
	if l.s().Category == feedback.Praise {
		return l.atWork(l.now, 1+l.r.IntN(3))
	}
	if limit.Term.Clock == feedback.Working || l.s().Extension != nil {
		return l.atWork(l.now, min(1, max(left-2, 0)))
	}
	share := l.r.Float64() * l.r.Float64() // most come early
	return l.atWork(midnight(calendar.On(l.now).Add(2+int(share*float64(max(left-6, 1))))), 0)
}

// answered is a reply from its draft to its approval by somebody else.
func (l *life) answered(ctx context.Context, at time.Time) bool {
	if l.luck(5) || l.w.End.Sub(at) < 36*time.Hour && l.luck(150) { // one of them waits at the end
		return l.alone(ctx, at)
	}
	text := l.reply(at)
	if l.stalls {
		l.do(ctx, at, feedback.DraftReply{Text: text, Office: l.topic.office, Submit: l.luck(500)}, l.replier())
		return false
	}
	if l.luck(300) { // somebody else writes it first
		first := feedback.DraftReply{Text: l.reply(at), Office: l.topic.office}
		if !l.draft(ctx, l.atWork(at.AddDate(0, 0, -1), 0), first, l.colleague()) {
			return false
		}
	}
	if !l.draft(ctx, at, feedback.DraftReply{Text: text, Office: l.topic.office, Submit: true}, l.replier()) {
		return false
	}
	boss := l.approver()
	if l.luck(60) && !l.do(ctx, l.atWork(l.now, 0), feedback.Annotate{Text: l.piece("annotate")}, boss) {
		return false
	}
	if l.luck(80) {
		if !l.do(ctx, l.atWork(l.now, 0), feedback.Return{Note: l.piece("return")}, boss) {
			return false
		}
		head, last, _ := strings.Cut(text, "\n")
		again := feedback.DraftReply{Text: head + "\n" + l.piece("replyadd") + "\n" + last, Office: l.topic.office, Submit: true}
		if !l.draft(ctx, l.atWork(l.now, 0), again, l.replier()) {
			return false
		}
	}
	return l.do(ctx, l.atWork(l.now, 0), feedback.Approve{Digest: l.digest()}, boss)
}

func (l *life) draft(ctx context.Context, at time.Time, d feedback.DraftReply, who feedback.Actor) bool {
	d.Seen = l.digest()
	return l.do(ctx, at, d, who)
}

// digest is that of the draft as it stands, empty when there is none.
func (l *life) digest() string {
	if l.s().Draft == nil {
		return ""
	}
	return l.s().Draft.Digest
}

// colleague may write about it as well as the one in charge. Of a clue nobody
// else knows.
func (l *life) colleague() feedback.Actor {
	if l.s().Category == feedback.Clue {
		return l.replier()
	}
	return l.w.team.repliers[l.r.IntN(len(l.w.team.repliers))]
}

// after is what follows a reply.
func (l *life) after(ctx context.Context) {
	if l.luck(330) && !l.rated(ctx) {
		return
	}
	if l.luck(15) && !l.amended(ctx) || l.luck(6) && !l.retracted(ctx) {
		return
	}
	if l.again(ctx) {
		l.late = false
		if !l.answered(ctx, l.atWork(l.now, 2+l.r.IntN(6))) {
			return
		}
		if l.luck(300) && !l.rated(ctx) {
			return
		}
	}
	if !l.luck(60) && l.s().State == feedback.Answered {
		l.do(ctx, l.atWork(l.now, 3+l.r.IntN(8)), feedback.Close{}, l.replier())
	}
	switch {
	case l.luck(6):
		l.do(ctx, l.later(l.now, 1, 60), feedback.Withdraw{}, feedback.Sender())
	case l.luck(5):
		l.do(ctx, l.later(l.now, 5, 90), feedback.Erase{}, feedback.Sender())
	case l.s().Visibility == feedback.Published && l.luck(6):
		l.do(ctx, l.atWork(l.now, 2+l.r.IntN(20)), feedback.Unpublish{Note: l.piece("unpublish")}, l.w.team.moderator)
	}
}

// again is what takes an answered matter up again, if something does.
func (l *life) again(ctx context.Context) bool {
	switch {
	case l.luck(55):
		return l.do(ctx, l.later(l.now, 1, 20), feedback.FollowUp{Text: l.piece("follow")}, feedback.Sender())
	case l.s().Review == nil && l.luck(15):
		return l.review(ctx)
	case l.luck(12):
		return l.do(ctx, l.atWork(l.now, 10+l.r.IntN(40)), feedback.Reopen{Note: l.piece("reopen")}, l.boss())
	}
	return false
}

// rated is the sender's judgement: better of what came in time.
func (l *life) rated(ctx context.Context) bool {
	mark := func() int { return 3 - min(l.r.IntN(4), l.r.IntN(4))%3 }
	a := feedback.Rate{Solved: mark(), Attitude: mark(), Speed: mark()}
	if l.late {
		a.Speed = 1
	}
	if l.luck(350) {
		a.Word = l.piece("rated")
	}
	return l.do(ctx, l.later(l.now, 0, 9), a, feedback.Sender())
}
