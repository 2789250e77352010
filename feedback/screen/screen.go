// Package screen looks at what comes in, on its way to the intake: to which
// group of near-equal texts it belongs, and whether it is suspected. It makes
// feedback.Circumstances of it and decides nothing else.
//
// It must not know requests or addresses: it is handed signs. It keeps texts in
// memory only, as hashes of their bigrams.
//
// Start reading at Screen.Look, then Follow.
package screen

import (
	"context"
	"time"

	"rectify/feedback"
	"rectify/feedback/likeness"
	"rectify/feedback/suspect"
)

// maxTexts is how many texts are remembered to compare with; 2 KB each at most,
// a tenth of that for texts of ordinary length.
const maxTexts = 50_000

// How what other copies of the site took in is read.
const (
	followEvery = 2 * time.Second
	maxBehind   = 20_000 // submissions that are read at the start, the newest of those that wait
	maxRound    = 400    // that a later round reads: of more in two seconds these tell enough
)

// Screen is safe for concurrent use.
type Screen struct {
	clusters *likeness.Clusters
	now      func() time.Time
}

// New makes a screen that remembers nothing yet.
func New(now func() time.Time) *Screen {
	return &Screen{clusters: likeness.NewClusters(maxTexts), now: now}
}

// Look says how a text came. Signs hold what the caller knows of that; text and
// likeness are added here.
func (s *Screen) Look(text string, signs suspect.Signs) feedback.Circumstances {
	group := s.clusters.Add(text, s.now())
	signs.Text, signs.Alike = text, group.Lately
	found := feedback.Circumstances{Likeness: group.ID}
	if sum := suspect.Judge(signs); sum.Suspected() {
		found.Suspect = sum.Reasons
	}
	return found
}

// Follow learns from what waits in the store, and goes on with what comes in,
// until ctx ends: so that a campaign stays one group over a restart, and over
// several copies of the site. For the first seconds of a campaign two copies may
// each name a group of their own; then both use the lower name, and the few
// that bear the other one stay a second, small group.
func (s *Screen) Follow(ctx context.Context, store feedback.Store, failed func(error)) {
	last := feedback.Number("")
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		newest, err := s.learn(ctx, store, last)
		if err != nil && ctx.Err() == nil {
			failed(err)
		}
		if newest != "" {
			last = newest
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// learn reads what waits, from the newest back to the one that was the newest
// last time.
func (s *Screen) learn(ctx context.Context, store feedback.Store, last feedback.Number) (newest feedback.Number, err error) {
	q := feedback.Query{States: []feedback.State{feedback.Received}, Sort: feedback.ByNewest, Limit: 20}
	most := maxRound
	if last == "" {
		most = maxBehind
	}
	for seen := 0; seen < most; {
		page, next, err := store.List(ctx, q)
		if err != nil {
			return "", err //nolint:wrapcheck // says itself what it did
		}
		for i := range page {
			if newest == "" {
				newest = page[i].Number
			}
			if page[i].Number == last {
				return newest, nil
			}
			s.clusters.Learn(page[i].Likeness, page[i].Current())
		}
		if next == "" {
			return newest, nil
		}
		seen += len(page)
		q.After, q.Limit = next, feedback.MaxPage
	}
	return newest, nil
}
