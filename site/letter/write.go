package letter

import (
	"context"
	"fmt"
	"html/template"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/feedback/mail"
	"rectify/feedback/outbox"
	"rectify/feedback/staff"
	"rectify/feedback/subscribe"
	"rectify/feedback/weekly"
	"rectify/site/ui"
	"rectify/site/web"
)

// Writer writes letters for one site.
type Writer struct {
	Site      *ui.Site
	Store     feedback.Store
	Staff     staff.Store
	Subscribe *subscribe.Desk
	Clocks    feedback.Clocks
	Keys      feedback.Keys
	Now       func() time.Time
	Texts     func(ctx context.Context) (Texts, error)

	// Alarm lists the open matters whose three-month alarm lies before a day, the
	// earliest first. nil: nobody knows.
	Alarm func(until calendar.Day) []feedback.Number
	// Report is the report of a week that is over; false where there is none yet.
	Report func(ctx context.Context, w figures.Week) (weekly.Report, bool, error)

	// Topic is a topic in words, and the path of its page; false where there is none.
	Topic func(ctx context.Context, f ui.Frame, t subscribe.Topic) (about, path string, ok bool)

	Address mail.Address // of the mailbox that letters come from
	Answers bool         // whether answers to letters are read
}

// Write writes a letter as things stand now; outbox.ErrVoid when there is
// nothing to be said any more.
func (w *Writer) Write(ctx context.Context, l outbox.Letter) (outbox.Message, error) {
	var m outbox.Message
	var say func(f ui.Frame) values
	var err error
	switch l.Kind {
	case outbox.Confirm:
		m, say, err = w.confirm(ctx, l)
	case outbox.News:
		m, say, err = w.news(ctx, l)
	case outbox.Reminder:
		m, say, err = w.reminder(ctx, l)
	case outbox.Weekly:
		m, say, err = w.weekly(ctx, l)
	default:
		m, say, err = w.about(ctx, l)
	}
	if err != nil {
		return m, fmt.Errorf("letter %s: %w", l.Kind, err)
	}
	texts, err := w.Texts(ctx)
	if err != nil {
		return m, fmt.Errorf("words of letters: %w", err)
	}
	w.word(&m, l.Kind, texts, say)
	return m, nil
}

// word puts the words of a letter together: subject, and in both forms Chinese,
// English, and whose letter it is.
func (w *Writer) word(m *outbox.Message, kind outbox.Kind, texts Texts, say func(ui.Frame) values) {
	m.From = w.Site.Body.SiteName
	if w.Site.Body.Name != "" {
		m.From = w.Site.Body.Name
	}
	var html string
	for i, lang := range Langs() {
		f := ui.Frame{Site: w.Site, Mode: web.Mode{Lang: langOf(lang)}}
		v := say(f)
		v["site"], v["body"] = w.Site.Body.SiteName, w.Site.Body.Name
		text := texts.Of(w.Site.Words, kind, lang)
		foot := strings.TrimLeft(v["foot"]+"\n"+w.foot(f, kind, m.ReplyTo != ""), "\n")
		if i == 0 {
			m.Subject = v.plain(text.Subject)
		} else {
			m.Text += "\n\n————————————\n\n"
			html += "<hr>\n"
		}
		m.Text += v.plain(text.Body) + "\n\n" + foot
		html += `<div lang="` + f.Lang() + "\">\n" + v.html(text.Body) + "<p><small>" + strings.ReplaceAll(template.HTMLEscapeString(foot), "\n", "<br>\n") + "</small></p>\n</div>\n"
	}
	m.Text += "\n"
	m.HTML = htmlHead + template.HTMLEscapeString(m.Subject) + htmlBody + html + "</body></html>\n"
}

// What stands around a letter's HTML form. Styles of a mail stand in the mail;
// an address of a hundred letters must break on a narrow screen.
const (
	htmlHead = "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">" +
		"<meta name=\"color-scheme\" content=\"light dark\"><title>"
	htmlBody = "</title></head><body style=\"max-width:38em;margin:0 auto;padding:1em;font:1em/1.7 sans-serif;overflow-wrap:anywhere\">\n"
)

// foot says who writes and whether an answer is read.
func (w *Writer) foot(f ui.Frame, kind outbox.Kind, answers bool) string {
	code := "letter.foot.no-answer"
	if answers {
		code = "letter.foot.answer"
	}
	text := f.T(code)
	if kind == outbox.News || kind == outbox.Confirm || kind == outbox.Reminder || kind == outbox.Weekly {
		text = f.T("letter.foot.no-answer")
	}
	if name := w.Site.Body.Name; name != "" {
		text = name + "\n" + text
	}
	return text
}

// absolute is a whole address of the site.
func (w *Writer) absolute(path string) string { return w.Site.Links.Absolute(w.Site.Links.To(path)) }

// own names a letter that is about no submission, after its own id.
func (w *Writer) own(m *outbox.Message, l outbox.Letter) {
	_, domain, _ := strings.Cut(string(w.Address.Plain()), "@")
	m.ID = outbox.Digest(w.Keys, "message "+l.ID) + "@" + domain
}

// returns is where letters to a subscriber come back to; empty, and then the
// mailbox itself, where that is not read.
func (w *Writer) returns(who string) string {
	if !w.Answers {
		return ""
	}
	return string(w.Address.News(who))
}
