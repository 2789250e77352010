package history

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"rectify/content"
	"rectify/content/shelf"
)

// State is a leaf in one version. Text is the digest of its heading without the
// number and of the text under it.
type State struct {
	Here   bool // the version has the item
	Text   string
	Ledger content.Ledger
}

// Moment is a version in which something about a leaf changed.
type Moment struct {
	Version  Version
	Appeared bool  // it came with this version (the first one counts)
	Gone     bool  // it went with this version
	Reworded bool  // its heading or text changed
	Status   bool  // its status or label moved
	Ledger   bool  // its owner, due date, progress or evidence changed
	Before   State // as it was in the version before
	After    State // as it was from here on
}

// Timeline is how a leaf came to be as it is, oldest first.
type Timeline []Moment

// Leaf answers the timeline of the item with the given id over all versions.
func (a *Archive) Leaf(ctx context.Context, slug, id string) (Timeline, []Version, error) {
	versions, err := a.Versions(ctx, slug)
	if err != nil {
		return nil, versions, err
	}
	var line Timeline
	var before State
	for _, v := range versions {
		if v.Concealed != nil {
			continue // what it changed is told of the version after it
		}
		states, err := a.states(ctx, v)
		if err != nil {
			return nil, versions, fmt.Errorf("timeline of %s %s: %w", slug, id, err)
		}
		after := states[id]
		if m, ok := moment(v, before, after); ok {
			line = append(line, m)
		}
		before = after
	}
	return line, versions, nil
}

func moment(v Version, before, after State) (Moment, bool) {
	m := Moment{Version: v, Before: before, After: after}
	m.Appeared, m.Gone = after.Here && !before.Here, before.Here && !after.Here
	if before.Here && after.Here {
		a, b := before.Ledger, after.Ledger
		m.Reworded = before.Text != after.Text
		m.Status = a.Status != b.Status || a.Label != b.Label
		m.Ledger = a.Owner != b.Owner || a.Due != b.Due || a.Evidence != b.Evidence || !sameNumber(a.Progress, b.Progress)
	}
	return m, m.Appeared || m.Gone || m.Reworded || m.Status || m.Ledger
}

func sameNumber(a, b *int) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// Reworded is the newest version that changed the leaf's words, took it away or
// brought it back, after it first came; 0 if none did.
func (t Timeline) Reworded() int {
	for i, m := range slices.Backward(t) {
		if m.Reworded || m.Gone || m.Appeared && i > 0 {
			return m.Version.N
		}
	}
	return 0
}

// Current is the number of the version that was shown at the moment t: the last
// one not after it. What was there before the first record is the first.
func Current(versions []Version, t time.Time) int {
	n := 0
	for _, v := range versions {
		if n == 0 || !v.At.After(t) {
			n = max(n, v.N)
		}
	}
	return n
}

// MadeOn answers on which version something received at t was made, where the
// leaf's words have changed since; 0 where they have not.
func (t Timeline) MadeOn(versions []Version, received time.Time) int {
	if n := Current(versions, received); n < t.Reworded() {
		return n
	}
	return 0
}

// leafStates are the items of one version by id.
type leafStates map[string]State

// maxHeld bounds how many states are kept in memory, over all versions.
const maxHeld = 200_000

// states reads the items of a version, once.
func (a *Archive) states(ctx context.Context, v Version) (leafStates, error) {
	a.mu.Lock()
	known, ok := a.known[v.Digest]
	a.mu.Unlock()
	if ok {
		return known, nil
	}
	full, err := a.Version(ctx, v.Slug, v.N)
	if err != nil {
		return nil, err
	}
	found := make(leafStates)
	for _, n := range nodes(full.Notice()) {
		if n.item != nil {
			found[n.id] = State{true, shelf.Digest([]byte(n.title + "\x00" + n.text)), n.item.Ledger}
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || a.held+len(found) > maxHeld {
		a.known, a.held = make(map[string]leafStates), 0
	}
	if _, ok := a.known[v.Digest]; !ok {
		a.known[v.Digest] = found
		a.held += len(found)
	}
	return found, nil
}

// Moved is a leaf whose status a version moved.
type Moved struct {
	ID       string
	From, To content.Ledger
}

// Moves answers the leaves whose status version n moved, by id.
func (a *Archive) Moves(ctx context.Context, slug string, n int) ([]Moved, error) {
	var sides [2]leafStates
	for i := range sides {
		v, err := a.meta(ctx, slug, n-1+i)
		if err != nil {
			return nil, err
		}
		if sides[i], err = a.states(ctx, v); err != nil {
			return nil, err
		}
	}
	var list []Moved
	for id, now := range sides[1] {
		if was := sides[0][id]; was.Here && was.Ledger.Status != now.Ledger.Status {
			list = append(list, Moved{id, was.Ledger, now.Ledger})
		}
	}
	slices.SortFunc(list, func(x, y Moved) int { return cmp.Or(cmp.Compare(len(x.ID), len(y.ID)), cmp.Compare(x.ID, y.ID)) })
	return list, nil
}
