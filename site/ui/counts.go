package ui

import "rectify/content"

// Counts says how many aspects, problems and findings a notice has, without the
// levels that it lacks or that are the same in number.
func (f Frame) Counts(t content.Stated) string {
	switch {
	case t.Problems == 0 || t.Findings == 0: // the leaves are all the problems there are
		return f.T("counts.problems", max(t.Problems, t.Findings))
	case t.Aspects == 0 && t.Findings == t.Problems:
		return f.T("counts.problems", t.Problems)
	case t.Aspects == 0:
		return f.T("counts.problems-findings", t.Problems, t.Findings)
	case t.Findings == t.Problems:
		return f.T("counts.aspects-problems", t.Aspects, t.Problems)
	}
	return f.T("home.counts", t.Aspects, t.Problems, t.Findings)
}
