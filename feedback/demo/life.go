package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// life is what becomes of one submission. Each of its parts goes on for as long
// as the world lasts: at its end whatever was not done yet is left to be done.
type life struct {
	w      *maker
	r      *rand.Rand
	topic  *topic
	code   feedback.Code
	intake *feedback.Intake
	office *feedback.Office
	marks  []feedback.Mark // what is personal in its text
	kind   kind
	now    time.Time
	late   bool // the reply comes after its limit
	stalls bool // it is left lying at some point
	over   bool // the world has ended
	err    error
}

// kind is what sort of submission it is.
type kind int

const (
	honest   kind = iota
	advert        // an advert
	away          // for somebody else to answer
	vague         // nothing can be done with it
	campaign      // one of many near-equal ones
)

func (l *life) clock() time.Time { return l.now }

// luck reports whether something happens that does so often of a thousand times.
func (l *life) luck(often int) bool { return l.r.IntN(1000) < often }

func (l *life) s() *feedback.Submission { return &l.w.slot.now }

// do lets who do something at a time, and reports whether life goes on.
func (l *life) do(ctx context.Context, at time.Time, a feedback.Action, who feedback.Actor) bool {
	if l.over || l.err != nil {
		return false
	}
	if !at.After(l.now) {
		at = l.now.Add(time.Duration(1+l.r.IntN(20)) * time.Minute)
	}
	if at.After(l.w.End) {
		l.over = true
		return false
	}
	l.now = at
	if who.Kind == feedback.Citizen {
		if !l.ownCode(ctx) {
			return false
		}
		_, l.err = l.office.DoBySender(ctx, l.s().Number, a)
	} else {
		_, l.err = l.office.Do(ctx, l.s().Number, l.s().Rev, a, who)
	}
	if l.err != nil {
		l.err = fmt.Errorf("%s: %w", a.Act(), l.err)
	}
	return l.err == nil && l.post(ctx)
}

// ownCode replaces a code that staff have seen at the sender's first own use.
func (l *life) ownCode(ctx context.Context) bool {
	if !l.s().CodeSpoken {
		return true
	}
	if l.code, l.err = feedback.NewCode(l.intake.Random()); l.err == nil {
		_, l.err = l.office.DoBySender(ctx, l.s().Number, feedback.RenewCode{MAC: l.code.MAC(l.intake.CodeKey())})
	}
	return l.err == nil
}

// post says of the letters that are owed that they went out. There is nobody to
// get them.
func (l *life) post(ctx context.Context) bool {
	owed := l.s().Owed
	if len(owed) == 0 {
		return true
	}
	if l.now = l.now.Add(time.Duration(20+l.r.IntN(60)) * time.Second); l.now.After(l.w.End) {
		l.now = l.w.End
	}
	_, l.err = l.office.Do(ctx, l.s().Number, l.s().Rev, feedback.Queued{Events: owed}, feedback.Program())
	if l.err == nil && l.luck(10) {
		back := feedback.Undelivered{Event: owed[len(owed)-1], Reason: "5.1.1"}
		_, l.err = l.office.Do(ctx, l.s().Number, l.s().Rev, back, feedback.Program())
	}
	return l.err == nil
}

// live goes from what came in to where it stands at the end.
func (l *life) live(ctx context.Context) {
	if !l.post(ctx) {
		return
	}
	l.late = l.luck(40)
	l.stalls = l.s().Limits.Answer.Day.Add(25) > calendar.On(l.w.End) && l.luck(60)
	if !l.screened(ctx) || !l.takenUp(ctx) {
		return
	}
	if l.stalls && l.luck(400) {
		return
	}
	if !l.prepared(ctx) || !l.answered(ctx, l.answer()) {
		return
	}
	l.after(ctx)
}

// screened is moderation; it reports whether the matter was accepted.
func (l *life) screened(ctx context.Context) bool {
	if l.kind == campaign {
		return false // it waits to be looked at as one
	}
	if l.luck(25) {
		l.do(ctx, l.now.Add(time.Duration(5+l.r.IntN(90))*time.Minute), feedback.Correct{Text: l.corrected()}, feedback.Sender())
	}
	if l.luck(8) {
		l.do(ctx, l.later(l.now, 0, 1), feedback.Withdraw{}, feedback.Sender())
		return false
	}
	who := l.w.team.moderator
	at := l.atWork(l.now, l.r.IntN(2))
	if l.s().Suspected() || l.luck(30) {
		at = l.atWork(l.now, 3+l.r.IntN(3)) // later than it should be
	}
	if l.kind == away && l.luck(450) {
		return l.do(ctx, at, l.forward(), who) && l.luck(60) && l.review(ctx)
	}
	if reason, ok := l.refusal(); ok {
		note := l.piece("rejected")
		return l.do(ctx, at, feedback.Reject{Reason: reason, Note: note}, who) && l.luck(60) && l.review(ctx)
	}
	if into, ok := l.w.slot.latest[l.topic]; ok && l.luck(30) && l.s().Category == feedback.Opinion {
		l.do(ctx, at, feedback.Merge{Into: into}, who)
		return false
	}
	if l.s().Suspected() && !l.do(ctx, at, feedback.Clear{}, who) {
		return false
	}
	if l.s().Channel == feedback.Email && l.s().Notice == "" && l.topic.notice != "" {
		if !l.do(ctx, at, feedback.Locate{Notice: l.topic.notice, Item: l.topic.item}, who) {
			return false
		}
	}
	spans, _ := feedback.FindMarks(l.s().Current(), l.marks)
	return l.do(ctx, at, feedback.Accept{Redactions: spans, Category: l.filed()}, who)
}

// forward passes the submission on to the body that it is for.
func (l *life) forward() feedback.Forward {
	where := []feedback.Place{feedback.ToPetition, feedback.ToHotline, feedback.ToBody}[l.r.IntN(3)]
	name := map[feedback.Place]string{feedback.ToPetition: "市信访局", feedback.ToHotline: "12345热线", feedback.ToBody: "市交通运输局"}[where]
	return feedback.Forward{Where: where, Name: name, Text: l.piece("told " + string(where))}
}

// refusal is why the submission is not accepted, if it is not.
func (l *life) refusal() (feedback.Rejection, bool) {
	switch l.kind {
	case advert:
		return feedback.RejectSpam, true
	case away:
		list := []feedback.Rejection{feedback.RejectPetition, feedback.RejectOtherBody, feedback.RejectHotline}
		return list[l.r.IntN(len(list))], true
	case vague:
		return feedback.RejectUnclear, true
	case honest, campaign:
	}
	if l.luck(8) {
		return feedback.RejectRepeated, true
	}
	return "", false
}

// filed is the category that the moderator sees in it.
func (l *life) filed() feedback.Category {
	if c := l.s().Category; c == feedback.Question && l.luck(40) {
		return feedback.Opinion
	}
	return ""
}

// takenUp is what follows acceptance, until somebody is in charge.
func (l *life) takenUp(ctx context.Context) bool {
	team := l.w.team
	if l.s().PublishConsent && !l.s().Moderated.IsZero() && l.s().Category != feedback.Clue && l.luck(940) {
		if !l.do(ctx, l.atWork(l.now, l.r.IntN(2)), feedback.Publish{}, team.moderator) {
			return false
		}
	}
	if l.luck(35) {
		l.do(ctx, l.later(l.now, 0, 3), feedback.AddRemark{Text: l.piece("remark")}, feedback.Sender())
	}
	if l.luck(80) {
		note := feedback.Note{Text: l.piece("note")}
		if l.luck(500) {
			owner := l.replier().ID
			note.Text, note.Calls = "@"+owner+" "+note.Text, []string{owner}
		}
		l.do(ctx, l.atWork(l.now, 0), note, team.moderator)
	}
	assign := feedback.Assign{Owner: l.replier().ID, Office: l.topic.office}
	if l.luck(150) {
		assign.Note = l.piece("assign")
	}
	return l.do(ctx, l.atWork(l.now, l.r.IntN(2)), assign, l.boss())
}

// replier is who is in charge of the topic, and boss who hands it out.
func (l *life) replier() feedback.Actor {
	sum := len(l.topic.notice)
	for _, c := range l.topic.matter {
		sum += int(c)
	}
	return l.w.team.repliers[sum%len(l.w.team.repliers)]
}

func (l *life) boss() feedback.Actor {
	if l.luck(150) {
		return l.approver()
	}
	return l.w.team.moderator
}

func (l *life) approver() feedback.Actor {
	return l.w.team.approvers[l.r.IntN(len(l.w.team.approvers))]
}

// review is the sender's request for one, of what was decided last.
func (l *life) review(ctx context.Context) bool {
	return l.do(ctx, l.later(l.now, 1, 18), feedback.AskReview{Reason: l.piece("review")}, feedback.Sender())
}
