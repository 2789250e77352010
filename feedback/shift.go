package feedback

import "rectify/feedback/calendar"

// shifted notes that the limit of the answer is another one than before.
func (w *work) shifted(before calendar.Day) {
	if now := w.s.Limits.Answer; now.Day != before {
		w.moved = append(w.moved, Shift{Limit: "answer", From: before, To: now.Day, Provisional: now.Provisional})
	}
}
