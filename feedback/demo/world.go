package demo

import (
	"context"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"rectify/feedback"
)

// World is what is to be made up.
type World struct {
	Seed        uint64
	Submissions int
	Years       int       // that it lasts, from 1
	End         time.Time // nothing happens after it

	Published map[string]time.Time // when each notice came out; nobody writes about one before that
	Clocks    feedback.Clocks
	Keys      feedback.Keys
	Secret    io.Reader                                               // receipt codes and blinds are drawn from it; nil means crypto/rand
	Seen      func(text string, hidden []feedback.Redaction) []string // as Office
}

// Case is one submission as it stands at the end, with the code of its sender.
type Case struct {
	Submission feedback.Submission
	Code       feedback.Code // empty if it was never shown to the sender
}

// Begin is when the world begins.
func (w World) Begin() time.Time { return w.End.AddDate(-w.Years, 0, 0) }

// Cases makes the submissions up in the order of their numbers, one at a time.
// It ends with the first error.
func (w World) Cases(ctx context.Context) iter.Seq2[Case, error] {
	return func(yield func(Case, error) bool) {
		words, err := load()
		if err != nil {
			yield(Case{}, fmt.Errorf("texts of the demo: %w", err))
			return
		}
		m := &maker{turns: make(map[*topic]int), World: w, texts: words, team: newTeam(), slot: &slot{
			last: make(map[int]int64), others: make(map[feedback.Number]feedback.State), latest: make(map[*topic]feedback.Number),
		}}
		m.tide = newTide(m.chance(0), w.End, w.Years, w.Published)
		for i := range w.Submissions {
			c, err := m.one(ctx, i)
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// maker makes one submission after the other.
type maker struct {
	World
	texts *texts
	team  team
	slot  *slot
	tide  *tide
	turns map[*topic]int // how often each was written about
}

// turn is what is said next about a topic, so that nothing is said twice in a row.
func (m *maker) turn(t *topic) line {
	m.turns[t]++
	return t.said[(m.turns[t]+int(m.Seed%97))%len(t.said)]
}

// chance is the luck of one submission, whatever became of the others.
func (m *maker) chance(i int) *rand.Rand {
	return rand.New(rand.NewPCG(m.Seed, uint64(i))) //nolint:gosec // what is secret is drawn from Secret
}

func (m *maker) one(ctx context.Context, i int) (Case, error) {
	if err := ctx.Err(); err != nil {
		return Case{}, err
	}
	r := m.chance(i + 1)
	at := m.tide.at((float64(i) + r.Float64()) / float64(m.Submissions)).UTC()
	l := &life{w: m, r: r, now: at}
	l.topic = m.topicAt(r, at)
	l.intake = &feedback.Intake{Store: m.slot, Keys: m.Keys, Clocks: m.Clocks, Now: l.clock, Rand: m.Secret}
	l.office = &feedback.Office{Store: m.slot, Clocks: m.Clocks, Now: l.clock, Seen: m.Seen}
	if err := l.arrive(ctx, i); err != nil {
		return Case{}, fmt.Errorf("submission %d: %w", i+1, err)
	}
	l.live(ctx)
	if l.err != nil {
		return Case{}, fmt.Errorf("submission %s: %w", m.slot.now.Number, l.err)
	}
	m.slot.remember(l.topic)
	return Case{Submission: m.slot.now, Code: l.code}, nil
}

// topicAt is something that people write about at that time: what was published
// lately more than the rest.
func (m *maker) topicAt(r *rand.Rand, at time.Time) *topic {
	var open []*topic
	var weights []float64
	sum := 0.0
	for i := range m.texts.topics {
		t := &m.texts.topics[i]
		weight := 2.0
		if t.notice != "" {
			since, ok := m.Published[t.notice]
			if !ok || at.Before(since) {
				continue
			}
			if weight = 1; at.Sub(since) < 90*24*time.Hour {
				weight = 4
			}
		}
		sum += weight * (0.5 + float64(i*7%10)/10) // some leaves are talked about more than others
		open, weights = append(open, t), append(weights, sum)
	}
	n, _ := slices.BinarySearch(weights, r.Float64()*sum)
	return open[min(n, len(open)-1)]
}
