package topics

import (
	"context"
	"slices"
	"sync"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/pii"
	"rectify/feedback/rounds"
)

// Book holds what was counted last. Every copy of the site counts for itself.
type Book struct {
	mu   sync.RWMutex
	kept map[bool]Topics // with clues, and without
}

// Topics is what was counted last, with or without clues; false while nothing
// was.
func (b *Book) Topics(clues bool) (Topics, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	t, known := b.kept[clues]
	return t, known
}

// every is how often a book counts.
const every = time.Hour

// Source is what a book reads.
type Source struct {
	Store  feedback.Store
	Finder func() pii.Finder
	Now    func() time.Time
	Failed func(error) // once, until a counting succeeds again
}

// Follow counts every hour until ctx ends.
func (b *Book) Follow(ctx context.Context, s Source) {
	rounds.Follow(ctx, every, func(ctx context.Context) error { return b.read(ctx, s, rounds.Rest) }, s.Failed, nil)
}

// Read counts once, without rest.
func (b *Book) Read(ctx context.Context, s Source) error {
	return b.read(ctx, s, func(context.Context, time.Duration) error { return nil })
}

func (b *Book) read(ctx context.Context, s Source, rest func(context.Context, time.Duration) error) error {
	now := s.Now()
	today := calendar.On(now)
	texts, full, err := s.texts(ctx, months(today)[0], rest)
	if err != nil {
		return err
	}
	texts = apart(texts)
	kept := map[bool]Topics{true: Count(texts, today)}
	open := slices.DeleteFunc(slices.Clone(texts), func(t Text) bool { return t.clue })
	if kept[false] = kept[true]; len(open) < len(texts) {
		kept[false] = Count(open, today)
	}
	for clues, t := range kept {
		t.AsOf, t.Full = now, full
		kept[clues] = t
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = kept
	return nil
}

// texts reads the newest of what came since a day. Numbers follow the day of
// receipt but for what was keyed in late, so it ends with the first page that
// holds nothing else than older ones.
func (s Source) texts(ctx context.Context, since calendar.Day, rest func(context.Context, time.Duration) error) (texts []Text, full bool, err error) {
	finder := s.Finder()
	q := feedback.Query{Sort: feedback.ByNewest, Limit: feedback.MaxPage}
	for {
		began := time.Now()
		page, next, err := s.Store.List(ctx, q)
		if err != nil {
			return nil, false, err //nolint:wrapcheck // says itself what it did
		}
		older := true
		for i := range page {
			if calendar.On(page[i].Received) < since {
				continue
			}
			older = false
			if t, ok := TextOf(&page[i], finder); ok {
				texts = append(texts, t)
			}
			if len(texts) == MaxTexts {
				return texts, true, nil
			}
		}
		if q.After = next; next == "" || older {
			return texts, false, nil
		}
		if err := rest(ctx, time.Since(began)); err != nil {
			return nil, false, err
		}
	}
}
