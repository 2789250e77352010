package screen_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/screen"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/suspect"
)

const text = "乡村记忆馆的屋顶八月才修过，国庆下雨又漏，请公布维修账目和验收单，并追究责任。"

func now() time.Time { return time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC) }

// One campaign stays one group when the program starts anew, and in a second
// copy that hears of it from the store.
func TestFollow(t *testing.T) {
	t.Parallel()
	store, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{1}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	in := &feedback.Intake{Store: store, Keys: keys, Clocks: feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}, Now: now}
	first := screen.New(now)
	file := func(s *screen.Screen, text string) feedback.Circumstances {
		t.Helper()
		c := s.Look(text, suspect.Signs{})
		if _, err := in.SubmitUnder(t.Context(), feedback.Incoming{Text: text, Category: feedback.Opinion}, c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	id := file(first, text).Likeness
	for i := range 300 {
		if c := file(first, fmt.Sprint("您好，", text, i)); c.Likeness != id || len(c.Suspect) > 0 {
			t.Fatalf("variant %d: %+v, want group %s", i, c, id)
		}
	}
	other := screen.New(now)
	ctx, cancel := context.WithCancel(t.Context())
	other.Follow(ctx, &toTheEnd{Store: store, end: cancel}, func(err error) { t.Error(err) })
	if got := other.Look("谢谢。"+text, suspect.Signs{}).Likeness; got != id {
		t.Errorf("the other copy says %s, want %s", got, id)
	}
}

// toTheEnd is a store that says when it was read to its end.
type toTheEnd struct {
	feedback.Store
	end func()
}

func (s *toTheEnd) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	page, next, err := s.Store.List(ctx, q)
	if next == "" {
		s.end()
	}
	return page, next, err
}

// broken is a store that cannot be read.
type broken struct {
	feedback.Store
	asked atomic.Int64
}

func (b *broken) List(context.Context, feedback.Query) ([]feedback.Submission, string, error) {
	b.asked.Add(1)
	return nil, "", errors.New("away")
}

func TestFollowBroken(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	b, failures := &broken{}, 0
	screen.New(now).Follow(ctx, b, func(error) { failures++; cancel() })
	if failures != 1 || b.asked.Load() != 1 {
		t.Errorf("%d failures of %d", failures, b.asked.Load())
	}
}

// Only what suffices is kept as a suspicion.
func TestLook(t *testing.T) {
	t.Parallel()
	s := screen.New(now)
	if c := s.Look(text, suspect.Signs{Asked: true}); len(c.Suspect) > 0 || c.Likeness == "" {
		t.Errorf("%+v", c)
	}
	if c := s.Look(text, suspect.Signs{Trapped: true}); fmt.Sprint(c.Suspect) != "[trap]" {
		t.Errorf("%+v", c)
	}
	for range 5 {
		s.Look(text, suspect.Signs{})
	}
	if c := s.Look(text, suspect.Signs{Asked: true}); fmt.Sprint(c.Suspect) != "[unproved copies]" {
		t.Errorf("%+v", c)
	}
}
