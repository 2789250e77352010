package feedback

import "rectify/feedback/calendar"

// Shift is one limit that was counted anew. From and To are equal where only
// its being provisional ended or began.
type Shift struct {
	Limit       string       `json:"limit"` // moderate, accept, answer
	From        calendar.Day `json:"from"`
	To          calendar.Day `json:"to"`
	Provisional bool         `json:"provisional,omitempty"`
}

// shifted notes that the limit of the answer is another one than before.
func (w *work) shifted(before calendar.Day) {
	if now := w.s.Limits.Answer; now.Day != before {
		w.moved = append(w.moved, Shift{Limit: "answer", From: before, To: now.Day, Provisional: now.Provisional})
	}
}
