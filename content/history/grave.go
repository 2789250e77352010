package history

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// Grave lists what keeps a change from being minor: something came, went, moved
// or was renumbered; a status, its word, an owner or a date changed; or any
// number did, in the head, a heading or the text.
func (d Difference) Grave() []Reason {
	var found []Reason
	add := func(code, where string) {
		if r := (Reason{code, where}); !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	for _, f := range d.Head {
		switch {
		case graveHead(f.Key) != "":
			add(graveHead(f.Key), f.Key)
		case otherNumbers(f.Old, f.New):
			add("number", f.Key)
		}
	}
	if otherNumbers(Old(d.Intro), New(d.Intro)) {
		add("number", "intro")
	}
	for _, p := range d.Parts {
		if p.Kind != Changed || p.Moved || p.Renumbered {
			add("structure", p.ID)
			continue
		}
		for _, f := range p.Ledger {
			switch f.Key {
			case "status", "label", "owner":
				add(f.Key, p.ID)
			case "due":
				add("date", p.ID)
			case "progress":
				add("number", p.ID)
			default:
				if otherNumbers(f.Old, f.New) {
					add("number", p.ID)
				}
			}
		}
		if otherNumbers(Old(p.Heading), New(p.Heading)) || otherNumbers(Old(p.Text), New(p.Text)) {
			add("number", p.ID)
		}
	}
	return found
}

// graveHead is the reason that a head field is by itself, or empty.
func graveHead(key string) string {
	switch key {
	case "inspection.from", "inspection.to", "inspection.handed_over", "inspection.rectify_from", "inspection.rectify_to", "inspection.looked_back",
		"date", "published", "supervision.from", "supervision.to", "archived":
		return "date"
	case "stated.aspects", "stated.problems", "stated.findings", "number", "index":
		return "number"
	case "issuer":
		return "owner"
	case "supersedes":
		return key
	}
	return ""
}

// figure is a number as documents write it: digits, or Chinese numerals before
// what they count; 一 in 统一 is none.
var figure = regexp.MustCompile(`[0-9]+(?:[.,:][0-9]+)*|第?[零〇一二三四五六七八九十百千万亿两]+(?:个|项|条|人|次|件|名|年|月|日|号|元|成|倍|户|家|座|处|轮|天|周|级|所|份|期|批|场|分|%|％)|[①-⑳㉑-㉟㊱-㊿]|百分之[零〇一二三四五六七八九十百]+|[零〇一二三四五六七八九十]{2,}`)

// otherNumbers reports whether two texts name other numbers, or in another order.
func otherNumbers(a, b string) bool {
	return a != b && !slices.Equal(figures(a), figures(b))
}

func figures(s string) []string {
	return figure.FindAllString(strings.ToLower(width.Narrow.String(s)), -1)
}
