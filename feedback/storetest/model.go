package storetest

import (
	"cmp"
	"slices"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// model answers queries as plainly as they can be understood: it looks at
// every submission and sorts.
type model []feedback.Submission

func (m model) list(q feedback.Query) []feedback.Submission {
	found := slices.DeleteFunc(slices.Clone(m), func(s feedback.Submission) bool { return !matches(&s, q) })
	slices.SortFunc(found, func(a, b feedback.Submission) int {
		switch q.Sort {
		case feedback.ByDue:
			return cmp.Or(byDue(a.Due, b.Due), byNumber(a.Number, b.Number))
		case feedback.ByPublished:
			return cmp.Or(b.PublishedAt.Compare(a.PublishedAt), byNumber(b.Number, a.Number))
		case feedback.ByNumber:
			return byNumber(a.Number, b.Number)
		}
		return byNumber(b.Number, a.Number)
	})
	return found
}

// campaigns counts the groups by hand.
func (m model) campaigns(q feedback.Query, limit int) []feedback.Campaign {
	q.States, q.Sort = []feedback.State{feedback.Received}, feedback.ByNumber
	var found []feedback.Campaign
	for _, s := range m.list(q) {
		i := slices.IndexFunc(found, func(c feedback.Campaign) bool { return c.Likeness == s.Likeness })
		switch {
		case s.Likeness == "":
		case i < 0:
			found = append(found, feedback.Campaign{Likeness: s.Likeness, N: 1, First: s.Number})
		default:
			found[i].N++
		}
	}
	found = slices.DeleteFunc(found, func(c feedback.Campaign) bool { return c.N < feedback.CampaignFrom })
	slices.SortFunc(found, func(a, b feedback.Campaign) int { return cmp.Or(b.N-a.N, byNumber(a.First, b.First)) })
	return found[:min(limit, len(found))]
}

// byDue puts what is not due at all last.
func byDue(a, b calendar.Day) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	return cmp.Compare(a, b)
}

// byNumber: a longer number of the same year is a higher one.
func byNumber(a, b feedback.Number) int {
	return cmp.Or(cmp.Compare(a[:4], b[:4]), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

func matches(s *feedback.Submission, q feedback.Query) bool {
	or := func(wanted, is string) bool { return wanted == "" || wanted == is }
	return (len(q.States) == 0 || slices.Contains(q.States, s.State)) &&
		or(string(q.Visibility), string(s.Visibility)) &&
		or(q.Notice, s.Notice) && or(q.Item, s.Item) &&
		or(string(q.Channel), string(s.Channel)) && or(string(q.Category), string(s.Category)) &&
		or(q.Owner, s.Owner) && or(string(q.DueOn), string(s.Due)) &&
		(q.DueBefore == "" || (s.Due != "" && s.Due < q.DueBefore)) &&
		(!q.Submitted || s.Submitted()) &&
		(!q.Owed || s.Owing()) &&
		(!q.Asked || s.OpenEnquiry() != nil) &&
		(q.Suspect == feedback.Any || (q.Suspect == feedback.Yes) == s.Suspected()) &&
		or(q.Likeness, s.Likeness) && (q.Tie == "" || slices.Contains(s.Ties, q.Tie)) &&
		(s.State != feedback.Received || !slices.Contains(q.Apart, s.Likeness)) &&
		unveiled(s, q)
}

func unveiled(s *feedback.Submission, q feedback.Query) bool {
	among := func(list []string) bool { return list == nil || slices.Contains(list, s.Notice) }
	if !among(q.Within) {
		return false
	}
	return s.Category != feedback.Clue || (!q.NoClues && among(q.CluesWithin)) ||
		((q.NoClues || q.CluesWithin != nil) && q.ExceptOwner != "" && s.Owner == q.ExceptOwner && among(q.ExceptWithin))
}
