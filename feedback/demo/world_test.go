package demo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/demo"
	"rectify/feedback/pii"
)

func end() time.Time { return time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC) }

func world(t testing.TB, seed uint64, n, years int) demo.World {
	t.Helper()
	k, err := feedback.NewKeys(bytes.Repeat([]byte{7}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return demo.World{
		Seed: seed, Submissions: n, Years: years, End: end(),
		Published: map[string]time.Time{
			"culture-tourism-2023": time.Date(2023, 3, 15, 1, 30, 0, 0, time.UTC), "venue-safety-2026": time.Date(2026, 11, 9, 1, 30, 0, 0, time.UTC),
		},
		Clocks: feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}, Keys: k,
		Secret: rand.NewChaCha8([32]byte{byte(seed)}),
		Seen: func(text string, hidden []feedback.Redaction) (words []string) {
			for range pii.Residue(text, hidden) {
				words = append(words, text)
			}
			return words
		},
	}
}

func all(t require, w demo.World) []feedback.Submission {
	t.Helper()
	var list []feedback.Submission
	for c, err := range w.Cases(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c.Submission)
	}
	if len(list) != w.Submissions {
		t.Fatalf("%d submissions, want %d", len(list), w.Submissions)
	}
	return list
}

// require is what *testing.T and *rapid.T have in common.
type require interface {
	rapid.TB
	Context() context.Context
}

// Every submission of every world is one that could have come about.
func TestLawful(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := world(t, rapid.Uint64().Draw(r, "seed"), rapid.IntRange(1, 60).Draw(r, "n"), rapid.IntRange(1, 4).Draw(r, "years"))
		w.End = end().Add(time.Duration(rapid.IntRange(-400, 400).Draw(r, "hours")) * time.Hour)
		seen := make(map[feedback.Number]bool)
		for _, s := range all(r, w) {
			lawful(r, w, &s)
			if seen[s.Number] || (s.MergedInto != "" && !seen[s.MergedInto]) {
				r.Fatalf("%s: twice, or merged into %q, which is not there", s.Number, s.MergedInto)
			}
			seen[s.Number] = true
		}
	})
}

func lawful(t require, w demo.World, s *feedback.Submission) {
	t.Helper()
	for _, r := range s.Replies {
		if r.ApprovedBy == "" || slices.Contains(r.Drafters, r.ApprovedBy) != (r.Sole != nil) || r.Digest != feedback.ReplyDigest(r.Office, r.Text) {
			t.Fatalf("%s: a reply of one person: %+v", s.Number, r)
		}
		if strings.ContainsAny(r.Text, "{}[]") {
			t.Fatalf("%s: a gap is left: %s", s.Number, r.Text)
		}
	}
	if strings.ContainsAny(s.Current(), "{}[]") {
		t.Fatalf("%s: a gap is left: %s", s.Number, s.Current())
	}
	if s.Visibility == feedback.Published && (!s.PublishConsent || s.Category == feedback.Clue || s.Moderated.IsZero() || s.Withdrawn()) {
		t.Fatalf("%s must not be public", s.Number)
	}
	if s.Notice != "" && s.Received.Before(w.Published[s.Notice]) {
		t.Fatalf("%s is about a notice that was not there yet", s.Number)
	}
	if x := s.Extension; x != nil && x.Grant == x.By {
		t.Fatalf("%s: an extension of one person", s.Number)
	}
	if len(s.Owed) != 0 {
		t.Fatalf("%s: letters are owed to somebody who is not there", s.Number)
	}
	if feedback.NumberYear(s.Received) != calendar.On(s.Received).Year() || !strings.HasPrefix(string(s.Number), calendar.On(s.Received).Time().Format("2006-")) {
		t.Fatalf("%s was received in another year: %v", s.Number, s.Received)
	}
	last := s.Received
	for _, e := range s.Events {
		if e.At.Before(last) || e.At.After(w.End) {
			t.Fatalf("%s: %s at %v, after %v", s.Number, e.Act, e.At, last)
		}
		last = e.At
	}
}

func TestSameSeedSameWorld(t *testing.T) {
	told := func(seed uint64) []byte {
		src, err := json.Marshal(all(t, world(t, seed, 300, 2)))
		if err != nil {
			t.Fatal(err)
		}
		return src
	}
	if !bytes.Equal(told(3), told(3)) {
		t.Error("the same seed made two worlds")
	}
	if bytes.Equal(told(3), told(4)) {
		t.Error("two seeds made the same world")
	}
	a, b := world(t, 3, 100, 2), world(t, 3, 100, 2)
	b.Secret = nil
	x, y := all(t, a), all(t, b)
	for i := range x {
		if x[i].Text != y[i].Text || x[i].State != y[i].State || len(x[i].Events) != len(y[i].Events) {
			t.Fatalf("%s hangs on a secret", x[i].Number)
		}
		if bytes.Equal(x[i].CodeMAC, y[i].CodeMAC) || bytes.Equal(x[i].Blind, y[i].Blind) && x[i].Blind != nil {
			t.Fatalf("%s: a secret hangs on the seed", x[i].Number)
		}
	}
}

// A newcomer sees every page full: nothing that can be does not occur.
func TestEverythingOccurs(t *testing.T) {
	there := make(map[string]int)
	for _, s := range all(t, world(t, 1, 5000, 2)) {
		for _, e := range s.Events {
			there["act "+string(e.Act)]++
		}
		there["state "+string(s.State)]++
		there["channel "+string(s.Channel)]++
		there["category "+string(s.Category)]++
		there["refused "+string(s.Rejection)]++
		note := func(name string, is bool) {
			if is {
				there[name]++
			}
		}
		note("public", s.Visibility == feedback.Published)
		note("redacted", len(s.Redactions) > 0)
		note("suspected", s.Suspected())
		note("campaign", s.Likeness != "")
		note("overdue", s.Due != "" && s.Due < calendar.On(end()))
		note("late", len(s.Replies) > 0 && calendar.On(s.Replies[0].ApprovedAt) > s.Limits.Answer.Day)
		note("waits for approval", s.Draft != nil && s.Draft.Submitted)
		note("waits for the sender", s.OpenEnquiry() != nil && s.State.Open())
		note("corrected", slices.ContainsFunc(s.Replies, func(r feedback.Reply) bool { return r.Corrects > 0 }))
		note("withdrawn", slices.ContainsFunc(s.Replies, func(r feedback.Reply) bool { return r.Withdrawn != nil }))
		note("two replies", len(s.Replies) > 1)
		note("rated", s.Rating != nil)
		note("answered", !s.AnsweredAt.IsZero())
		if s.Item != "" {
			note("item "+s.Notice+" "+s.Item, s.Visibility == feedback.Published)
		}
	}
	acts := []feedback.Act{}
	for _, m := range feedback.Moves() {
		switch m.Act {
		case feedback.ActRedact, feedback.ActClassify, feedback.ActExpire: // by the moderator's second thought, or the time for keeping
		case feedback.ActShared, feedback.ActRelayed: // the post does them, of what was merged before the reply
		case feedback.ActRedate: // when the calendar changes
		case feedback.ActSplit, feedback.ActBranched: // each submission is made up by itself
		case feedback.ActAddScan, feedback.ActClearFile, feedback.ActHideFile: // the demonstration fills a store; it makes no files
		default:
			acts = append(acts, m.Act)
		}
	}
	for _, a := range acts {
		wanted(t, there, "act "+string(a), 1)
	}
	for _, s := range feedback.States() {
		wanted(t, there, "state "+string(s), 1)
	}
	for _, c := range feedback.Channels() {
		wanted(t, there, "channel "+string(c), 100)
	}
	for _, c := range feedback.Categories() {
		wanted(t, there, "category "+string(c), 20)
	}
	for name, least := range map[string]int{"public": 2500, "redacted": 200, "suspected": 2, "campaign": 5, "overdue": 5, "late": 30, "waits for approval": 2, "waits for the sender": 2, "two replies": 100, "rated": 800, "answered": 3500} {
		wanted(t, there, name, least)
	}
	items := 0
	for name := range there {
		if strings.HasPrefix(name, "item ") {
			items++
		}
	}
	if items != 33 {
		t.Errorf("published opinions on %d leaves, want all 33", items)
	}
}

func wanted(t *testing.T, there map[string]int, name string, least int) {
	t.Helper()
	if there[name] < least {
		t.Errorf("%s: %d, want %d or more", name, there[name], least)
	}
	t.Log(name, there[name])
}

func BenchmarkWorld(b *testing.B) {
	for b.Loop() {
		for _, err := range world(b, 1, 1000, 2).Cases(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
