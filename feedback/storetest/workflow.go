package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// workflow drives random acts of random people through Office over the store,
// and the same acts through Apply over a map. Both must agree after every
// step, and the rules that no act may break must hold.
func workflow(t *testing.T, open Open) {
	b := open(t)
	clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
	var acts, runs tally
	run := func(rt *rapid.T) {
		runs.add("runs")
		w := &office{t: rt, b: b, clocks: clocks, now: noon(), kept: map[feedback.Number]feedback.Submission{}, acts: &acts}
		w.door = feedback.Office{Store: b, Clocks: clocks, Now: func() time.Time { return w.now }}
		for i := range 2 {
			w.file(fmt.Sprint("case ", runs.n["runs"], i))
		}
		for range evenly(rt, "steps", []int{1, 10, 40, 60, 60}) {
			w.step()
		}
		w.compare()
	}
	far := func() bool {
		for _, act := range []feedback.Act{feedback.ActAccept, feedback.ActDraft, feedback.ActApprove, feedback.ActPublish, feedback.ActAmend, feedback.ActEmergency} {
			if acts.n[string(act)] == 0 {
				return false
			}
		}
		return true
	}
	for range 8 { // until some run got as far as everything that matters
		rapid.Check(t, run)
		if t.Failed() || testing.Short() {
			return
		}
		if far() {
			break
		}
	}
	if !far() {
		t.Error("no run got as far as all that matters: the test is blind there")
	}
	t.Logf("%d runs, acts that went through: %v", runs.n["runs"], acts.n)
}

// office is a store and the plain model of what should be in it.
type office struct {
	t      *rapid.T
	b      Backend
	clocks feedback.Clocks
	door   feedback.Office
	now    time.Time
	kept   map[feedback.Number]feedback.Submission
	order  []feedback.Number
	acts   *tally
}

func (w *office) file(name string) {
	s := sample(name)
	s.Category = evenly(w.t, "category", feedback.Categories())
	s.PublishConsent = rapid.Bool().Draw(w.t, "consent")
	if rapid.Bool().Draw(w.t, "suspected") {
		s.Suspect = []string{"haste", "copies"}
	}
	s.CodeSpoken = rapid.Bool().Draw(w.t, "code spoken")
	s.Limits = w.clocks.Limits(s.Category, s.Received)
	kept, _, err := w.b.Insert(background(), entry(s))
	if err != nil {
		w.t.Fatalf("insert: %v", err)
	}
	s.Number = kept.Submission.Number
	w.kept[s.Number] = s
	w.order = append(w.order, s.Number)
}

// step does one act by both ways.
func (w *office) step() {
	w.now = w.now.Add(time.Duration(evenly(w.t, "minutes", []int{1, 1, 1, 60, 60, 60 * 24, 60 * 24 * 20})) * time.Minute)
	n := evenly(w.t, "number", w.order)
	before := w.kept[n]
	a, who := w.draw(&before)
	rev := before.Rev
	if once(w.t, "stale", 12) {
		rev--
	}
	got, err := w.door.Do(background(), n, rev, a, who)
	if rev != before.Rev {
		var c feedback.Conflict
		if !errors.As(err, &c) || differ(c.Current, before) != "" {
			w.t.Fatalf("%T at an old revision: %v", a, err)
		}
		return
	}
	want, wantErr := w.plainly(before, a, who)
	if wantErr != nil {
		if err == nil || err.Error() != wantErr.Error() {
			w.t.Fatalf("%T from %s: %v, want %v", a, before.State, err, wantErr)
		}
		return
	}
	if err != nil {
		w.t.Fatalf("%T from %s: %v", a, before.State, err)
	}
	if diff := differ(got, want); diff != "" {
		w.t.Fatalf("%T answered (-want +got):\n%s", a, diff)
	}
	w.acts.add(string(a.Act()))
	w.kept[n] = want
	w.lawful(before, w.reread(n))
}

// plainly is what Office does, over the map.
func (w *office) plainly(s feedback.Submission, a feedback.Action, who feedback.Actor) (feedback.Submission, error) {
	if m, ok := a.(feedback.Merge); ok {
		into, there := w.kept[m.Into]
		if !there || into.State == feedback.Merged || into.Number == s.Number || !who.MaySee(&into) {
			return s, feedback.Invalid{Field: "into", Rule: "other"}
		}
		if (into.Category == feedback.Clue) != (s.Category == feedback.Clue) {
			return s, feedback.Invalid{Field: "into", Rule: "clue"}
		}
	}
	others := 0
	for _, x := range w.kept {
		if x.MergedInto == s.Number {
			others++
		}
	}
	switch x := a.(type) {
	case feedback.Approve:
		x.Joined = others
		a = x
	case feedback.Emergency:
		x.Joined = others
		a = x
	case feedback.ApproveAmend:
		x.Joined = others
		a = x
	case feedback.Shared:
		x.Joined = others
		a = x
	}
	next, err := w.clocks.Apply(s, a, who, w.now)
	next.Rev = s.Rev + 1
	return next, err
}

func (w *office) reread(n feedback.Number) feedback.Submission {
	s, err := w.b.Get(background(), n)
	if err != nil {
		w.t.Fatalf("get: %v", err)
	}
	if diff := differ(s, w.kept[n]); diff != "" {
		w.t.Fatalf("kept (-want +got):\n%s", diff)
	}
	return s
}

// lawful holds what is kept to the rules that no act may break.
func (w *office) lawful(before, s feedback.Submission) {
	for _, r := range s.Replies {
		if r.ApprovedBy == "" || len(r.Drafters) == 0 || slices.Contains(r.Drafters, r.ApprovedBy) != (r.Sole != nil) {
			w.t.Fatalf("a reply by %v approved by %q", r.Drafters, r.ApprovedBy)
		}
		if (r.Text != "" || !s.Erased()) && r.Digest != feedback.ReplyDigest(r.Office, r.Text) {
			w.t.Fatalf("approval of another text")
		}
	}
	switch {
	case s.Visibility == feedback.Published && (!s.PublishConsent || s.Category == feedback.Clue):
		w.t.Fatalf("published: consent %v, category %s", s.PublishConsent, s.Category)
	case s.Text != before.Text && !s.Erased():
		w.t.Fatalf("the original text was changed")
	case s.Rev != before.Rev+1:
		w.t.Fatalf("revision went from %d to %d", before.Rev, s.Rev)
	case len(s.Events) != len(before.Events)+1 || !s.Erased() && differ(s.Events[:len(before.Events)], before.Events) != "":
		w.t.Fatalf("events are not those before and one more")
	}
	if s.Extension != nil && s.Extension.Grant != "" && s.Extension.Grant == s.Extension.By {
		w.t.Fatalf("an extension granted by who asked for it")
	}
}

// compare reads everything at the end, and finds it in the lists where its
// last value belongs.
func (w *office) compare() {
	for _, n := range w.order {
		s := w.reread(n)
		page, _, err := w.b.List(background(), feedback.Query{
			States: []feedback.State{s.State}, Visibility: s.Visibility, Category: s.Category, Owner: s.Owner, Limit: feedback.MaxPage,
		})
		if err != nil {
			w.t.Fatalf("list: %v", err)
		}
		i := slices.IndexFunc(page, func(x feedback.Submission) bool { return x.Number == n })
		if i < 0 && len(page) < feedback.MaxPage {
			w.t.Fatalf("%s is in no list of its state", n)
		}
		if i >= 0 && differ(page[i], s) != "" {
			w.t.Fatalf("%s is listed with an old value", n)
		}
	}
}
