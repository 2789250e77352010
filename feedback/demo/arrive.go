package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/suspect"
)

// arrive files the submission the way it came.
func (l *life) arrive(ctx context.Context, i int) error {
	channel := l.channel()
	x, around := l.incoming(channel)
	x, faults := x.Check()
	if len(faults) > 0 {
		return faults[0]
	}
	var receipt feedback.Receipt
	var err error
	switch channel {
	case feedback.Web:
		receipt, err = l.intake.SubmitUnder(ctx, x, around)
		l.code = receipt.Code
	case feedback.Email:
		_, err = l.intake.File(ctx, x, l.mail(i), l.guesses(), around)
	case feedback.Phone, feedback.Post, feedback.Visit:
		receipt, err = l.enter(ctx, x, channel, i)
		l.code = receipt.Code
	}
	return err
}

// channel is how it comes: in office hours also another way than by wire.
func (l *life) channel() feedback.Channel {
	day := calendar.On(l.now)
	working, _ := l.w.Clocks.Days.IsWorking(day)
	since := l.now.Sub(midnight(day))
	wire := !working || since < opening || since > opening+openFor
	switch n := l.r.IntN(100); {
	case n < 44 || (wire && n < 84):
		return feedback.Web
	case n < 55 || wire:
		return feedback.Email
	case n < 82:
		return feedback.Phone
	case n < 91:
		return feedback.Post
	}
	return feedback.Visit
}

// incoming is what its sender writes.
func (l *life) incoming(channel feedback.Channel) (feedback.Incoming, feedback.Circumstances) {
	x := feedback.Incoming{Notice: l.topic.notice, Item: l.topic.item, PublishConsent: l.luck(800)}
	said := l.w.turn(l.topic)
	x.Category, x.Text = said.category, said.text
	around := l.odd(&x, channel)
	x.Text, l.marks = l.opinion(x.Category, x.Text)
	if l.kind != honest {
		x.Text, l.marks = l.fill(l.plain(), l.now), nil
	}
	if x.Category == feedback.Clue {
		x.PublishConsent = false
	}
	if channel == feedback.Email {
		x.Notice, x.Item = "", "" // a letter says it in words only
	}
	l.sender(&x, channel)
	return x, around
}

// odd makes one in some an advert, a matter of somebody else, too little, or
// one of many. Some honest ones look like adverts.
func (l *life) odd(x *feedback.Incoming, channel feedback.Channel) feedback.Circumstances {
	wire := channel == feedback.Web || channel == feedback.Email
	lately := l.w.End.Sub(l.now) < 4*24*time.Hour
	if wire && lately && l.luck(350) {
		l.kind, x.Category = campaign, feedback.Opinion
		sum := sha256.Sum256([]byte(l.pick("campaign")))
		return feedback.Circumstances{Likeness: hex.EncodeToString(sum[:8])}
	}
	switch n := l.r.IntN(1000); {
	case wire && (n < 25 || lately && n > 900):
		l.kind, x.Category = advert, feedback.Opinion
		return feedback.Circumstances{Suspect: []string{suspect.Haste, suspect.Advert}}
	case n < 45:
		l.kind, x.Category = away, feedback.Opinion
	case n < 55:
		l.kind, x.Category = vague, feedback.Opinion
	case n < 63 && wire && x.Category != feedback.Clue:
		return feedback.Circumstances{Suspect: []string{suspect.Haste, suspect.Crowd}}
	}
	return feedback.Circumstances{}
}

// plain is the text of an odd one.
func (l *life) plain() string {
	head := map[kind]string{advert: "spam", away: "petition", vague: "vague", campaign: "campaign"}[l.kind]
	text := l.pick(head)
	if l.kind == campaign {
		return l.pick("open") + text + l.pick("wish opinion")
	}
	if l.kind == vague {
		return text
	}
	return text + l.pick("wish opinion")
}

// sender is what is left to be reached by.
func (l *life) sender(x *feedback.Incoming, channel feedback.Channel) {
	tail := 10 + l.r.IntN(90)
	if channel == feedback.Email || l.luck(300) {
		x.Email = fmt.Sprintf("duzhe%02d@mail.linshui.example", tail)
	}
	if channel == feedback.Phone || channel == feedback.Visit || l.luck(350) {
		x.Phone = fmt.Sprintf("0600-555-01%02d", tail)
	}
	if x.Email+x.Phone != "" && l.luck(700) {
		x.Name = l.pick("name")
	}
	x.ContactConsent = x.Email+x.Phone != "" && l.luck(850)
	x.FullText = x.Email != "" && l.luck(500)
}

// enter is staff keying in what came by phone, by post or in person.
func (l *life) enter(ctx context.Context, x feedback.Incoming, channel feedback.Channel, i int) (feedback.Receipt, error) {
	d := feedback.Deskwork{Channel: channel, By: l.w.team.moderator.ID, Received: l.now}
	if channel == feedback.Post {
		d.Posted = calendar.On(l.now).Add(-1 - l.r.IntN(4))
		d.Paper = &feedback.Paper{Addressee: "局党组整改办公室", Register: fmt.Sprintf("收〔%d〕%d号", feedback.NumberYear(l.now), i%9000+1)}
	}
	l.now = l.now.Add(time.Duration(3+l.r.IntN(25)) * time.Minute)
	if l.now.After(l.w.End) {
		l.now = l.w.End
	}
	return l.intake.Enter(ctx, x, d)
}

func (l *life) mail(i int) feedback.Mail {
	sum := sha256.Sum256(fmt.Appendf(nil, "demo %d %d", l.w.Seed, i))
	return feedback.Mail{
		Digest: hex.EncodeToString(sum[:]), MessageID: fmt.Sprintf("<%x@mail.linshui.example>", sum[:8]), At: l.now,
		Subject: "关于" + l.topic.matter + "的意见",
	}
}

// guesses is where the letter might belong, when that is a notice.
func (l *life) guesses() []feedback.Guess {
	if l.topic.notice == "" || l.kind != honest {
		return nil
	}
	return []feedback.Guess{{Notice: l.topic.notice, Item: l.topic.item, Score: 0.6 + 0.3*l.r.Float64()}}
}
