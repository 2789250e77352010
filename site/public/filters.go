package public

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"rectify/content"
	"rectify/feedback/calendar"
	"rectify/site/ui"
	"rectify/site/web"
)

// The filters of the list of notices, in the order in which they are shown;
// each is a field of the query.
const (
	byBody   = "body"
	byYear   = "year"
	byRound  = "round"
	byKind   = "kind"
	byStatus = "status"
)

func filterNames() []string { return []string{byBody, byYear, byRound, byKind, byStatus} }

// The statuses of a whole notice that the list can be filtered by, beside
// those that one of its leaves has.
const (
	statusOpen     = "open" // something in it is neither done nor kept up
	statusDone     = "done" // nothing is
	statusLate     = "late" // something has passed its own limit
	statusUnstated = "unstated"
)

// maxChip is how many characters of an unknown value are shown again.
const maxChip = 60

// Filter is one of the choices over a list.
type Filter struct {
	Name, Label string
	Groups      []FilterGroup
}

// FilterGroup is a run of options; only the second has a heading.
type FilterGroup struct {
	Label   string
	Options []FilterOption
}

// FilterOption is one choice with how many notices it would leave.
type FilterOption struct {
	Value, Label string
	N            int
	Chosen       bool
}

// Chip is a filter in force, with the address of the list without it.
type Chip struct{ Label, URL string }

// faceted is a notice with its values under each filter.
type faceted struct {
	notice *content.Notice
	values map[string][]string
}

func facets(n *content.Notice, today content.Day) faceted {
	v := map[string][]string{
		byYear: {itoa(calendar.On(n.Published).Year())}, byRound: set(n.Inspection.Round), byKind: set(n.Inspection.Kind),
		byBody: set(n.Issuer, n.Inspection.Body), byStatus: noticeStatuses(n, n.AsOf(today)),
	}
	if n.Published.IsZero() {
		v[byYear] = nil
	}
	return faceted{n, v}
}

// set leaves out what is empty and what stands twice.
func set(values ...string) []string {
	var list []string
	for _, v := range values {
		if v != "" && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// noticeStatuses are all the ways in which the status of a notice can be asked
// for that hold of it.
func noticeStatuses(n *content.Notice, asOf content.Day) []string {
	leaves := n.Leaves()
	pr := content.Count(leaves)
	var list []string
	if !pr.Stated() {
		list = append(list, statusUnstated)
	} else if openLeaves(pr) > 0 {
		list = append(list, statusOpen)
	} else if pr.ByStatus[content.Unstated] == 0 {
		list = append(list, statusDone)
	}
	if content.CountDue(leaves, asOf)[content.DueLate] > 0 {
		list = append(list, statusLate)
	}
	for _, s := range content.Statuses() {
		if s != content.Unstated && pr.ByStatus[s] > 0 {
			list = append(list, s.Code())
		}
	}
	return list
}

// openLeaves counts what is stated and neither completed nor kept up for good.
func openLeaves(pr content.Progress) int {
	return pr.Total - pr.Completed() - pr.ByStatus[content.Longterm] - pr.ByStatus[content.Unstated]
}

// holds reports whether a notice meets every filter but one.
func (x faceted) holds(chosen map[string]string, but string) bool {
	for name, value := range chosen {
		if name != but && value != "" && !slices.Contains(x.values[name], value) {
			return false
		}
	}
	return true
}

// filters makes the choices over a list: each option says how many notices it
// would leave beside the other filters. A value that no notice has stays
// chosen, with nothing behind it, so that the reader sees why nothing is shown.
func filters(f ui.Frame, all []faceted, chosen map[string]string) []Filter {
	var list []Filter
	for _, name := range filterNames() {
		counts := make(map[string]int)
		var order []string
		for _, x := range all {
			beside := x.holds(chosen, name)
			for _, v := range x.values[name] {
				if _, known := counts[v]; !known {
					order = append(order, v)
					counts[v] = 0
				}
				if beside {
					counts[v]++
				}
			}
		}
		list = append(list, Filter{Name: name, Label: f.T("filter." + name), Groups: groups(f, name, order, counts, chosen[name])})
	}
	return list
}

func groups(f ui.Frame, name string, order []string, counts map[string]int, chosen string) []FilterGroup {
	option := func(v string) FilterOption {
		return FilterOption{Value: v, Label: filterLabel(f, name, v), N: counts[v], Chosen: v == chosen}
	}
	var list []FilterGroup
	switch name {
	case byStatus:
		whole, leaf := FilterGroup{}, FilterGroup{Label: f.T("filter.status.leaf")}
		for _, v := range []string{statusOpen, statusLate, statusDone, statusUnstated} {
			whole.Options = append(whole.Options, option(v))
			counts[v] += 0 // known, even when nothing has it
		}
		for _, s := range content.Statuses() {
			if _, known := counts[s.Code()]; known && s != content.Unstated {
				leaf.Options = append(leaf.Options, option(s.Code()))
			}
		}
		if list = append(list, whole); len(leaf.Options) > 0 {
			list = append(list, leaf)
		}
	case byYear:
		slices.SortFunc(order, func(a, b string) int { return cmp.Compare(b, a) })
		fallthrough
	default:
		g := FilterGroup{}
		for _, v := range order {
			g.Options = append(g.Options, option(v))
		}
		list = append(list, g)
	}
	if _, known := counts[chosen]; chosen != "" && !known {
		list[0].Options = append(list[0].Options, FilterOption{Value: chosen, Label: filterLabel(f, name, chosen), Chosen: true})
	}
	return list
}

// filterLabel says a value in words; an unknown one as it was written, cut.
func filterLabel(f ui.Frame, name, value string) string {
	switch name {
	case byYear:
		if len(value) == 4 && strings.Trim(value, "0123456789") == "" {
			return f.T("year", value)
		}
	case byStatus:
		if slices.Contains([]string{statusOpen, statusLate, statusDone, statusUnstated}, value) {
			return f.T("filter.status." + value)
		}
		if s, ok := content.ParseStatus(value); ok && s != content.Unstated {
			return f.T("status." + s.Code())
		}
	}
	value = strings.ToValidUTF8(value, "\ufffd")
	if utf8.RuneCountInString(value) > maxChip {
		return string([]rune(value)[:maxChip]) + "…"
	}
	return value
}

// chips are the filters in force.
func chips(f ui.Frame, chosen map[string]string) []Chip {
	var list []Chip
	for _, name := range filterNames() {
		if chosen[name] != "" {
			label := f.T("filter.chip", f.T("filter."+name), filterLabel(f, name, chosen[name]))
			list = append(list, Chip{Label: label, URL: listURL(f, chosen, name, 0)})
		}
	}
	return list
}

// listURL is the list under the filters but one, from a page on.
func listURL(f ui.Frame, chosen map[string]string, but string, page int) string {
	v := make(web.Values)
	for name, value := range chosen {
		if value != "" && name != but {
			v[name] = []string{value}
		}
	}
	if page > 1 {
		v["page"] = []string{itoa(page)}
	}
	if len(v) == 0 {
		return f.Links.To("/notices")
	}
	return f.Links.To("/notices") + "?" + v.Encode()
}
