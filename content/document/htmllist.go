package document

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// list reads an <ol>, whose numbers stand nowhere in the source.
func (f *flow) list(n *node) {
	next, step := 1, 1
	if n.has("reversed") {
		step = -1
		next = 0
		for _, k := range n.kids {
			if k.tag == atom.Li {
				next++
			}
		}
	}
	next = whole(n.attr("start"), next)
	outer := f.page
	f.page = f.page.of(n)
	for _, k := range n.kids {
		if k.tag != atom.Li || k.reason != "" {
			f.walk(k)
			continue
		}
		next = whole(k.attr("value"), next)
		f.number = listNumber(next, listType(n, k))
		next += step
		f.block(k)
		f.number = ""
	}
	f.flush()
	f.page = outer
}

// whole reads a number of at most five digits.
func whole(s string, otherwise int) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < -99999 || n > 99999 {
		return otherwise
	}
	return n
}

// listType answers how an item is numbered: by its style, its type, or those of
// its list.
func listType(list, item *node) string {
	for _, n := range []*node{item, list} {
		for _, p := range []string{"list-style-type", "list-style"} {
			if s := css(n, p); s != "" {
				first, _, _ := strings.Cut(s, " ")
				return first
			}
		}
		if t := n.attr("type"); t != "" {
			return t
		}
	}
	return ""
}

func listNumber(n int, kind string) string {
	format, end := "decimal", "."
	switch kind {
	case "none", "disc", "circle", "square":
		return ""
	case "a", "lower-alpha", "lower-latin":
		format = "lowerLetter"
	case "A", "upper-alpha", "upper-latin":
		format = "upperLetter"
	case "i", "lower-roman":
		format = "lowerRoman"
	case "I", "upper-roman":
		format = "upperRoman"
	case "decimal-leading-zero":
		format = "decimalZero"
	case "cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal", "cjk-decimal":
		format, end = "chineseCountingThousand", "、"
	case "cjk-heavenly-stem":
		format, end = "ideographTraditional", "、"
	case "cjk-earthly-branch":
		format, end = "ideographZodiac", "、"
	}
	text, _ := formatNumber(n, format)
	return text + end
}
