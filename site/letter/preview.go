package letter

import (
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/outbox"
	"rectify/site/ui"
)

// Preview is a letter as it would look with these words, about nothing real.
func (w *Writer) Preview(kind outbox.Kind, texts Texts) outbox.Message {
	var m outbox.Message
	if w.Answers {
		m.ReplyTo = "-"
	}
	now := w.Now()
	w.word(&m, kind, texts, func(f ui.Frame) values {
		sample := f.T("letters.sample")
		link := w.absolute("/track")
		return values{
			"number": string(feedback.MakeNumber(feedback.NumberYear(now), 123)), "into": string(feedback.MakeNumber(feedback.NumberYear(now), 45)),
			"due": ui.LimitText(f, w.Clocks.Limits(feedback.Opinion, now).Accept), "link": link, "out": w.absolute("/subscribe/out"),
			"question": sample, "reply": sample, "office": w.Site.Body.Name, "reason": f.T("reject." + string(feedback.RejectOtherBody)),
			"topic": sample, "told": sample, "numbers": string(feedback.MakeNumber(feedback.NumberYear(now), 124)), "list": sample + "\n" + link, "day": f.DateWeek(calendar.On(now)),
		}
	})
	return m
}
