package letter

import (
	"context"
	"errors"
	"strings"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/outbox"
	"rectify/site/ui"
)

// confirm asks whether somebody wants to hear of a topic.
func (w *Writer) confirm(ctx context.Context, l outbox.Letter) (outbox.Message, func(ui.Frame) values, error) {
	s, err := w.Subscribe.Store.Subscription(ctx, l.Whom)
	if errors.Is(err, feedback.ErrNotFound) || err == nil && s.Active {
		return outbox.Message{}, nil, outbox.ErrVoid
	}
	if err != nil {
		return outbox.Message{}, nil, err
	}
	to, err := w.Subscribe.Address(s)
	if err != nil {
		return outbox.Message{}, nil, err
	}
	token, err := w.Subscribe.ConfirmToken(s)
	if err != nil {
		return outbox.Message{}, nil, err
	}
	m := outbox.Message{To: to, Return: w.returns(s.Who)}
	w.own(&m, l)
	return m, func(f ui.Frame) values {
		title, _, _ := w.Topic(ctx, f, s.Topic)
		return values{"topic": title, "link": w.absolute("/subscribe/confirm") + "?t=" + token}
	}, nil
}

// news says where there is something new, and no more than that.
func (w *Writer) news(ctx context.Context, l outbox.Letter) (outbox.Message, func(ui.Frame) values, error) {
	list, err := w.Subscribe.News(ctx, l)
	if err != nil {
		return outbox.Message{}, nil, err
	}
	to, err := w.Subscribe.Address(list[0])
	if err != nil {
		return outbox.Message{}, nil, err
	}
	token, err := w.Subscribe.OutToken(l.Whom)
	if err != nil {
		return outbox.Message{}, nil, err
	}
	out := w.absolute("/subscribe/out") + "?t=" + token
	m := outbox.Message{To: to, Bulk: true, UnsubscribeAt: out, Return: w.returns(l.Whom)}
	w.own(&m, l)
	say := func(f ui.Frame) values {
		var b strings.Builder
		for _, s := range list {
			if title, path, ok := w.Topic(ctx, f, s.Topic); ok {
				b.WriteString(title + "\n" + w.Site.Links.Absolute(path) + "\n")
			}
		}
		return values{"list": strings.TrimRight(b.String(), "\n"), "out": out}
	}
	if say(ui.Frame{Site: w.Site})["list"] == "" {
		return m, nil, outbox.ErrVoid // all of it was taken off the site meanwhile
	}
	return m, say, nil
}

// reminder says to a member of staff what is due: numbers, dates and addresses.
func (w *Writer) reminder(ctx context.Context, l outbox.Letter) (outbox.Message, func(ui.Frame) values, error) {
	a, err := w.Staff.Account(ctx, l.Whom)
	if errors.Is(err, feedback.ErrNotFound) || err == nil && (a.Disabled || a.Email == "") {
		return outbox.Message{}, nil, outbox.ErrVoid
	}
	if err != nil {
		return outbox.Message{}, nil, err
	}
	today := calendar.On(w.Now())
	if calendar.On(l.Queued) != today {
		return outbox.Message{}, nil, outbox.ErrVoid // that day is over
	}
	groups, err := w.Duties(ctx, a, today)
	if err != nil {
		return outbox.Message{}, nil, err
	}
	if len(groups) == 0 {
		return outbox.Message{}, nil, outbox.ErrVoid
	}
	m := outbox.Message{To: a.Email}
	w.own(&m, l)
	return m, func(f ui.Frame) values {
		var b strings.Builder
		for _, g := range groups {
			b.WriteString(f.T("letter.duty."+g.Key, g.Total, g.Share, AlarmAhead) + "\n")
			for _, s := range g.List {
				due := f.Date(g.Day(&s))
				if due == "" {
					due = f.T("letter.duty.no-day")
				}
				b.WriteString(f.T("letter.duty.row", s.Number, due) + "\n" + w.Site.Links.Absolute(f.Links.Case(string(s.Number))) + "\n")
			}
			b.WriteString("\n")
		}
		return values{"list": strings.TrimSpace(b.String()), "day": f.DateWeek(today), "link": w.absolute("/desk")}
	}, nil
}
