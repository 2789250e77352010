package figures_test

import (
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
)

// Everything that is open reaches its alarm, the suspected and those whose
// sender was asked too; what ended does not. The earliest stands first.
func TestPressing(t *testing.T) {
	each(t, func(t *testing.T, s backend) {
		w := newShop(t, s)
		if _, read := w.book.Pressing("2030-01-01"); read {
			t.Error("a book that read nothing knows")
		}
		old := w.file()
		w.now = w.now.Add(24 * time.Hour)
		answered, asked := w.file(), w.file()
		held := w.file(func(s *feedback.Submission) { s.Suspect = []string{"haste"} })
		clue := w.file(func(s *feedback.Submission) { s.Category = feedback.Clue })
		w.answer(&answered)
		w.do(&asked, feedback.Accept{}, feedback.Ask{Text: "哪一盏？"})
		must(t, w.round())
		first := old.Limits.Alarm
		want := func(until calendar.Day, want ...feedback.Submission) {
			t.Helper()
			got, read := w.book.Pressing(until)
			if !read || len(got) != len(want) {
				t.Fatalf("before %s: %+v, %v", until, got, read)
			}
			for i, p := range got {
				if p.Number != want[i].Number || p.Alarm != want[i].Limits.Alarm || p.Clue != (want[i].Category == feedback.Clue) {
					t.Errorf("before %s: %+v, want %s", until, p, want[i].Number)
				}
			}
		}
		want(first)
		want(first.Add(1), old)
		want(first.Add(2), old, asked, held, clue)
		w.answer(&old)
		w.now = w.now.Add(time.Minute)
		must(t, w.round())
		want(first.Add(2), asked, held, clue)
		p, _ := figures.ParsePeriod("", first.Add(3))
		if f, _ := w.book.Figures(p, first.Add(3)); f.Open.Alarm != 2 || f.Open.Asked != 1 { // the asked one and the clue
			t.Errorf("in the figures: %+v", f.Open)
		}
	})
}
