package figures_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
)

func TestWeeks(t *testing.T) {
	t.Parallel()
	for day, want := range map[calendar.Day]string{
		"2026-11-30": "2026-W49", "2026-12-31": "2026-W53", "2027-01-03": "2026-W53", "2027-01-04": "2027-W01", "2024-12-30": "2025-W01", "2023-01-01": "2022-W52",
	} {
		w := figures.WeekOf(day)
		back, ok := figures.ParseWeek(want)
		if w.String() != want || !ok || back != w {
			t.Errorf("%s is in %s, want %s, read back as %v %v", day, w, want, back, ok)
		}
	}
	for _, s := range []string{"", "2026-W00", "2026-W54", "2025-W53", "2026-w48", "2026W48", "2026-W4", "2026-W+1", "1999-W10", "２０２６-W1", "2026-W048"} {
		if w, ok := figures.ParseWeek(s); ok {
			t.Errorf("%q is taken for %s", s, w)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.Day("2000-01-03").Add(rapid.IntRange(0, 40000).Draw(t, "day"))
		w := figures.WeekOf(d)
		if w.From() > d || w.To() < d || w.From().DaysUntil(w.To()) != 6 || w.From().Weekday() != time.Monday || w.Before().After() != w || w.After().From() != w.To().Add(1) {
			t.Fatalf("%s: %s from %s to %s", d, w, w.From(), w.To())
		}
		if back, ok := figures.ParseWeek(w.String()); !ok || back != w {
			t.Fatalf("%s is read as %s", w, back)
		}
	})
}

// What a week came to is what somebody counts who looked at its end: what was
// done later has not happened yet. So submissions are stopped there and counted.
func TestRecountWeekly(t *testing.T) {
	turned, stood := 0, 0
	walks := func(t *rapid.T) {
		var lives []*life
		var all []feedback.Submission
		for i := range rapid.IntRange(0, 8).Draw(t, "submissions") {
			l := lived(t, i+1)
			lives, all = append(lives, l), append(all, l.s)
		}
		day := calendar.On(noon()).Add(rapid.IntRange(0, 250).Draw(t, "week"))
		if len(all) > 0 && rapid.Bool().Draw(t, "eventful") { // a week in which something happened
			events := rapid.SampledFrom(all).Draw(t, "whose").Events
			day = calendar.On(events[rapid.IntRange(0, len(events)-1).Draw(t, "event")].At)
		}
		w := figures.WeekOf(day)
		today := w.To().Add(rapid.IntRange(1, 300).Draw(t, "later"))
		got := figures.RecountWeekly(slices.Values(all), w, clocks(), today)
		period := figures.Period{Key: w.String(), From: w.From(), To: w.To()}
		want := counted(lives, period, w.To().Add(1))
		same(t, "received", got.Received, want.Received)
		same(t, "channels", got.Channels, want.Channels)
		same(t, "kept", got.Kept, want.Kept)
		same(t, "rating", got.Rating, want.Rating)
		spread(t, "answer", got.Answer, want.Answer)
		total, ahead := 0, 0
		came := make(map[figures.Place]int)
		for _, l := range lives {
			s := &l.s
			if s.State == feedback.Merged || s.State == feedback.Rejected && s.Rejection == feedback.RejectSpam || s.State == feedback.Received && len(s.Suspect) > 0 {
				continue
			}
			for i, d := range l.duties {
				if i == len(l.duties)-1 && s.State.Open() {
					d = l.now(time.Time{})
				}
				if calendar.On(d.begun) <= w.To() && (d.end == "" || d.end > w.To()) && (i+1 == len(l.duties) || calendar.On(l.duties[i+1].begun) > w.To()) {
					total++
					if d.due >= w.After().From() && d.due <= w.After().To() {
						ahead++
					}
				}
			}
			for _, a := range backs(s) {
				if s.Category != feedback.Clue && a.day >= w.From() && a.day <= w.To() {
					came[figures.Place{Notice: s.Notice, Item: s.Item}]++
				}
			}
		}
		same(t, "open at its end", []int{got.Open.Total, got.Open.InTime + got.Open.Asked + got.Open.Overdue, got.Ahead}, []int{total, total, ahead})
		sum := make(map[figures.Place]int)
		for _, x := range got.Came {
			sum[x.Place] = x.Sum()
		}
		same(t, "came back", sum, came)
		turned, stood = turned+len(came), stood+total
	}
	untilSeen(t, walks, func() (blind []string) {
		if turned == 0 {
			blind = append(blind, "came back")
		}
		if stood == 0 {
			blind = append(blind, "stood open")
		}
		return blind
	})
}
