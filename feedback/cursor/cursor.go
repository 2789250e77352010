package cursor

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// NoDue stands in a store's sort column for a submission to which nothing is
// owed: it sorts after every day.
const NoDue = "~"

// maxLen bounds what is decoded at all.
const maxLen = 128

// Place is the last row of a page in one order.
type Place struct {
	Sort   feedback.Sort
	Due    string // ByDue: a day or NoDue
	At     int64  // ByPublished: Unix milliseconds, 0 for never
	Serial int64
}

// Due is the sort column of a due day.
func Due(d calendar.Day) string {
	if d == "" {
		return NoDue
	}
	return string(d)
}

// After is the place of s in an order, from which the next page goes on.
func After(sort feedback.Sort, s *feedback.Submission) Place {
	p := Place{Sort: sort}
	p.Serial, _ = Serial(s.Number)
	switch sort {
	case feedback.ByDue:
		p.Due = Due(s.Due)
	case feedback.ByPublished:
		if !s.PublishedAt.IsZero() {
			p.At = s.PublishedAt.UnixMilli()
		}
	}
	return p
}

// String is the cursor as callers carry it.
func (p Place) String() string {
	key := "-"
	switch p.Sort {
	case feedback.ByDue:
		key = p.Due
	case feedback.ByPublished:
		key = strconv.FormatInt(p.At, 10)
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s %s %d", p.Sort, key, p.Serial))
}

// Start reads the order, limit and cursor of a query. The first page has a nil
// Place. An empty order is ByNewest. Errors are feedback.Invalid for sort,
// limit or after.
func Start(q feedback.Query) (feedback.Sort, *Place, error) {
	sort := q.Sort
	if sort == "" {
		sort = feedback.ByNewest
	}
	if sort != feedback.ByDue && sort != feedback.ByNewest && sort != feedback.ByPublished && sort != feedback.ByNumber {
		return "", nil, feedback.Invalid{Field: "sort", Rule: "unknown"}
	}
	if q.Limit < 1 || q.Limit > feedback.MaxPage {
		return "", nil, feedback.Invalid{Field: "limit", Rule: "range", Args: []any{1, feedback.MaxPage}}
	}
	if len(q.Apart) > feedback.MaxCampaigns {
		return "", nil, feedback.Invalid{Field: "apart", Rule: "too-many", Args: []any{feedback.MaxCampaigns}}
	}
	if q.After == "" {
		return sort, nil, nil
	}
	p, ok := parse(sort, q.After)
	if !ok {
		return "", nil, feedback.Invalid{Field: "after", Rule: "malformed"}
	}
	return sort, &p, nil
}

// parse takes only what String wrote for the same order, byte for byte.
func parse(sort feedback.Sort, text string) (Place, bool) {
	if len(text) > maxLen {
		return Place{}, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Place{}, false
	}
	part := strings.Split(string(raw), " ")
	if len(part) != 3 || part[0] != string(sort) {
		return Place{}, false
	}
	p := Place{Sort: sort}
	if p.Serial, err = strconv.ParseInt(part[2], 10, 64); err != nil || p.Serial <= 0 {
		return Place{}, false
	}
	switch sort {
	case feedback.ByDue:
		if _, err := calendar.Parse(part[1]); err != nil && part[1] != NoDue {
			return Place{}, false
		}
		p.Due = part[1]
	case feedback.ByPublished:
		if p.At, err = strconv.ParseInt(part[1], 10, 64); err != nil || p.At < 0 {
			return Place{}, false
		}
	}
	return p, p.String() == text
}
