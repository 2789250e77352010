package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

func races(t *testing.T, open Open) {
	t.Run("one wins", func(t *testing.T) { oneWins(t, open(t)) })
	t.Run("merges form no circle", func(t *testing.T) { noCircle(t, open(t)) })
	t.Run("nothing is lost", func(t *testing.T) { nothingLost(t, open(t)) })
}

// oneWins: of many who replace at one revision one succeeds, and what it wrote
// is what is kept.
func oneWins(t *testing.T, b Backend) {
	s := file(t, b, sample("prize"))
	for rev := int64(1); rev <= 8; rev++ {
		var c, winner tally
		together(16, func(i int) {
			mine := s
			mine.Text = fmt.Sprintf("round %d by %d", rev, i)
			err := b.Replace(within(t), mine, rev)
			c.add(of(err))
			if err == nil {
				winner.add(mine.Text)
			}
		})
		same(t, "outcomes", c.n, map[string]int{"kept": 1, "conflict": 15})
		got := get(t, b, s.Number)
		if got.Rev != rev+1 || winner.n[got.Text] != 1 {
			t.Fatalf("round %d: rev %d, text %q; winner %v", rev, got.Rev, got.Text, winner.n)
		}
	}
}

// noCircle: of submissions that are merged into each other at the same moment,
// by offices that know of each other by the store alone, one at least stays.
func noCircle(t *testing.T, b Backend) {
	clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
	mod := feedback.Actor{Kind: feedback.Staff, ID: "mo", Roles: []feedback.Role{feedback.Moderator}}
	for round := range 20 {
		ring := make([]feedback.Submission, 2+round%2)
		for i := range ring {
			ring[i] = file(t, b, sample(fmt.Sprint("ring ", round, i)))
		}
		together(len(ring), func(i int) {
			office := feedback.Office{Store: b, Clocks: clocks, Now: time.Now, Briefs: b}
			_, err := office.Do(within(t), ring[i].Number, ring[i].Rev, feedback.Merge{Into: ring[(i+1)%len(ring)].Number}, mod)
			var refused feedback.Invalid
			if err != nil && !errors.As(err, &refused) {
				t.Errorf("merge: %v", err)
			}
		})
		stays := 0
		for i := range ring {
			if get(t, b, ring[i].Number).State != feedback.Merged {
				stays++
			}
		}
		if stays == 0 {
			t.Fatalf("round %d: %d submissions ended in each other", round, len(ring))
		}
	}
}

// nothingLost: writers who read, add a remark and try again until they win
// leave every remark behind, while others file and read.
func nothingLost(t *testing.T, b Backend) {
	const writers, each = 8, 5
	s := file(t, b, sample("board"))
	together(2*writers, func(i int) {
		for k := range each {
			if i >= writers {
				if _, _, err := b.Insert(within(t), entry(sample(fmt.Sprint("by ", i, k)))); err != nil {
					t.Errorf("insert: %v", err)
				}
				continue
			}
			remark(t, b, s.Number, fmt.Sprint(i, " ", k))
		}
	})
	got := get(t, b, s.Number)
	said := map[string]int{}
	for _, r := range got.Remarks {
		said[r.Text]++
	}
	if len(said) != writers*each || len(got.Remarks) != writers*each || got.Rev != 1+writers*each {
		t.Errorf("%d remarks (%d different), rev %d; want %d", len(got.Remarks), len(said), got.Rev, writers*each)
	}
	counts(t, b, feedback.Query{}, 1+writers*each)
}

func remark(t *testing.T, b Backend, n feedback.Number, text string) {
	for range 1000 {
		s, err := b.Get(within(t), n)
		if err != nil {
			t.Errorf("get: %v", err)
			return
		}
		s.Remarks = append(s.Remarks, feedback.Remark{At: noon(), Text: text})
		switch err := b.Replace(within(t), s, s.Rev); of(err) {
		case "kept":
			return
		case "conflict":
		default:
			t.Errorf("replace: %v", err)
			return
		}
	}
	t.Error("never won")
}
