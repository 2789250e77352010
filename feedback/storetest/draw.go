package storetest

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// The few values that drawn submissions and queries share, so that they meet.
func notices() []string { return []string{"", "2025-round-2", "a.b", "n3"} }
func items() []string   { return []string{"", "3-2", "9", "2.3-2"} }
func kins() []string    { return []string{"", "00000000000000aa", "00000000000000bb", "$gt"} }
func bonds() []string   { return []string{"into 2026-000001", "to han", "$gt"} }
func owners() []string  { return []string{"", "li.lei", "han", "$ne"} }
func days() []calendar.Day {
	return []calendar.Day{"", "2025-12-31", "2026-03-02", "2026-03-03", "2027-01-01"}
}
func instants() []time.Time {
	return []time.Time{noon(), noon().Add(time.Millisecond), noon().AddDate(0, 1, 0)}
}
func faces() []feedback.Visibility {
	return []feedback.Visibility{feedback.Private, feedback.Published}
}

// drawn is a submission with everything that queries look at drawn freely,
// also what the workflow would never let happen.
func drawn(name string) *rapid.Generator[feedback.Submission] {
	return rapid.Custom(func(t *rapid.T) feedback.Submission {
		s := sample(name)
		s.Notice = evenly(t, "notice", notices())
		s.Item = evenly(t, "item", items())
		s.Owner = evenly(t, "owner", owners())
		s.State = evenly(t, "state", feedback.States())
		s.Visibility = evenly(t, "visibility", faces())
		s.Channel = evenly(t, "channel", feedback.Channels())
		s.Category = evenly(t, "category", feedback.Categories())
		s.Due = evenly(t, "due", days())
		s.Received = s.Received.AddDate(rapid.IntRange(-1, 1).Draw(t, "year"), 0, 0)
		if rapid.Bool().Draw(t, "suspected") {
			s.Suspect = []string{"trap"}
		}
		s.Likeness = evenly(t, "likeness", kins())
		for _, tie := range bonds() {
			if once(t, "tie "+tie, 4) {
				s.Ties = append(s.Ties, tie)
			}
		}
		if rapid.Bool().Draw(t, "draft") {
			s.Draft = &feedback.Reply{Text: "拟答复", Office: "办公室", Drafters: []string{"han"}, Submitted: rapid.Bool().Draw(t, "submitted")}
		}
		if rapid.Bool().Draw(t, "owed") {
			s.Owed = []int{0}
		}
		switch evenly(t, "second person", []string{"", "amendment", "emergency", "relay"}) {
		case "amendment":
			s.Amendment = &feedback.Amendment{Of: 1, Withdraw: true, Why: "有误", Submitted: rapid.Bool().Draw(t, "amendment submitted")}
		case "emergency":
			s.Replies = []feedback.Reply{{Text: "答复", Office: "办公室", Sole: &feedback.Sole{Reason: "急"}}}
		case "relay":
			s.Relay = []int{0}
		}
		if rapid.Bool().Draw(t, "asked") {
			s.Enquiries = []feedback.Enquiry{{At: noon(), By: "han", Text: "是哪一天？"}}
			if rapid.Bool().Draw(t, "explained") {
				s.Enquiries[0].Answer, s.Enquiries[0].Answered = "上周三。", noon().Add(time.Hour)
			}
		}
		if rapid.Bool().Draw(t, "shown") {
			s.PublishedAt = evenly(t, "published at", instants())
			s.PublicAt = s.PublishedAt.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "later")) * time.Hour)
		}
		return s
	})
}

// asked is a query; most of its fields are left open, or nothing would match.
func asked() *rapid.Generator[feedback.Query] {
	return rapid.Custom(func(t *rapid.T) feedback.Query {
		set := func(what string) bool { return once(t, "by "+what, 4) }
		var q feedback.Query
		if set("state") {
			q.States = rapid.SliceOfN(rapid.SampledFrom(append(feedback.States(), "no-such")), 1, 6).Draw(t, "states")
		}
		if set("visibility") {
			q.Visibility = evenly(t, "visibility", faces())
		}
		if set("notice") {
			q.Notice = evenly(t, "notice", notices())
		}
		if set("item") {
			q.Item = evenly(t, "item", items())
		}
		if set("channel") {
			q.Channel = evenly(t, "channel", feedback.Channels())
		}
		if set("category") {
			q.Category = evenly(t, "category", feedback.Categories())
		}
		if set("owner") {
			q.Owner = evenly(t, "owner", owners())
		}
		if set("due") {
			q.DueBefore = evenly(t, "due before", days())
			q.DueOn = evenly(t, "due on", days())
		}
		if set("suspicion") {
			q.Suspect = evenly(t, "suspect", []feedback.Tri{feedback.Yes, feedback.No})
		}
		if set("likeness") {
			q.Likeness = evenly(t, "likeness", kins())
		}
		if set("tie") {
			q.Tie = evenly(t, "tied", append(bonds(), "no such"))
		}
		if set("apart") {
			q.Apart = rapid.SliceOfN(rapid.SampledFrom(kins()[1:]), 1, 3).Draw(t, "apart")
		}
		q.Submitted = set("submitted")
		q.Owed = set("owed")
		q.Asked = set("asked")
		if q.NoClues = set("no clues"); q.NoClues || set("except") {
			q.ExceptOwner = evenly(t, "except owner", owners())
		}
		within := func(what string) []string {
			if !set(what) {
				return nil
			}
			return rapid.SliceOfN(rapid.SampledFrom(notices()), 0, 3).Draw(t, what)
		}
		q.Within, q.CluesWithin, q.ExceptWithin = within("within"), within("clues within"), within("except within")
		q.Sort = evenly(t, "sort", sorts())
		q.Limit = evenly(t, "limit", []int{1, 2, 3, 7, 50, feedback.MaxPage})
		return q
	})
}

// sorts are the orders there are, and the one that no sort means.
func sorts() []feedback.Sort {
	return []feedback.Sort{feedback.ByDue, feedback.ByNewest, feedback.ByPublished, feedback.ByNumber, ""}
}

// world fills a store with n drawn submissions, the same in every run, and
// answers what it keeps.
func world(t testing.TB, b Backend, n int) model {
	t.Helper()
	var m model
	for i := range n {
		m = append(m, file(t, b, drawn(fmt.Sprint("drawn ", i)).Example(i)))
	}
	return m
}
