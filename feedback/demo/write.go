package demo

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// piece is one of the pieces under a head, with its gaps filled.
func (l *life) piece(head string) string {
	list := l.w.texts.pieces[head]
	return l.fill(list[l.r.IntN(len(list))], l.now)
}

// fill fills the gaps of a text that is written at a time.
func (l *life) fill(text string, at time.Time) string {
	for _, gap := range []struct{ mark, head string }{
		{"{馆}", "venue"}, {"{县}", "county"}, {"{时}", "when"}, {"{我}", "who"}, {"{数}", "count"}, {"{名}", "name"},
	} {
		for strings.Contains(text, gap.mark) {
			text = strings.Replace(text, gap.mark, l.pick(gap.head), 1)
		}
	}
	for strings.Contains(text, "{尾}") {
		text = strings.Replace(text, "{尾}", fmt.Sprintf("%02d", 10+l.r.IntN(90)), 1)
	}
	for mark, day := range map[string]calendar.Day{
		"{前}": calendar.On(at).Add(-1 - l.r.IntN(4)), "{后}": calendar.On(at).Add(12 + l.r.IntN(50)),
	} {
		text = strings.ReplaceAll(text, mark, spoken(day, at))
	}
	return strings.NewReplacer("{事}", l.topic.matter, "{科}", l.topic.office).Replace(text)
}

func (l *life) pick(head string) string {
	list := l.w.texts.pieces[head]
	return list[l.r.IntN(len(list))]
}

// spoken is a day as people write it, with its year when that is another.
func spoken(d calendar.Day, at time.Time) string {
	t := d.Time()
	if d.Year() != feedback.NumberYear(at) {
		return fmt.Sprintf("%d年%d月%d日", d.Year(), t.Month(), t.Day())
	}
	return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
}

// marked is a personal thing in a text: [phone:…].
var marked = regexp.MustCompile(`\[([a-z]+):([^\]]+)\]`)

// opinion is what the sender writes, with what is personal in it.
func (l *life) opinion(category feedback.Category, said string) (text string, marks []feedback.Mark) {
	var parts []string
	sometimes := func(often int, head string) {
		if l.luck(often) {
			parts = append(parts, l.piece(head))
		}
	}
	sometimes(450, "open")
	parts = append(parts, l.fill(said, l.now))
	if category == feedback.Opinion {
		sometimes(450, "detail")
		sometimes(150, "detail")
	}
	if category != feedback.Praise {
		sometimes(110, "personal")
	}
	sometimes(500, "wish "+string(category))
	text = strings.Join(parts, "")
	if l.luck(200) {
		text = strings.Join(parts, "\n")
	}
	for _, m := range marked.FindAllStringSubmatch(text, -1) {
		marks = append(marks, feedback.Mark{Words: m[2], Kind: feedback.Hidden(m[1])})
	}
	return marked.ReplaceAllString(text, "$2"), marks
}

// corrected is the text as its sender sets it right.
func (l *life) corrected() string { return l.s().Current() + "\n" + l.piece("correct") }

// reply is the body's answer at a time.
func (l *life) reply(at time.Time) string {
	say := func(head string) string {
		list := l.w.texts.pieces[head]
		return l.fill(list[l.r.IntN(len(list))], at)
	}
	if len(l.s().Replies) > 0 {
		return say("replyopen") + "\n" + say("again") + "\n" + say("replyclose")
	}
	var body string
	switch c := l.s().Category; {
	case c == feedback.Praise:
		return say("replypraise")
	case c == feedback.Correction:
		body = say("replyfix")
	case c == feedback.Opinion && l.luck(120):
		body = say("replyno")
	default:
		done := l.topic.done[l.r.IntN(len(l.topic.done))]
		body = say("replydone") + done + say("replynext")
	}
	return say("replyopen") + "\n" + body + "\n" + say("replyclose")
}
