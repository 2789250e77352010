package pii

import (
	"cmp"
	"slices"
	"strings"

	"rectify/feedback"
)

// Finding is a span of a text that looks like personal data. From and To
// count runes of the text. Sure says that the shape speaks for itself (a check
// digit, a number plan, a word that says what follows), so that publishing it
// needs somebody's word; names and addresses are never sure. Rule names what
// led to the finding, for tests and for those who ask why.
type Finding struct {
	From, To int
	Kind     feedback.Hidden
	Sure     bool
	Rule     string
}

// Redaction is the finding as the moderator may take it over.
func (f Finding) Redaction() feedback.Redaction {
	return feedback.Redaction{From: f.From, To: f.To, Kind: f.Kind}
}

// Finder finds personal data. Public are the phones, e-mails and addresses
// that the body itself publishes, in any spelling: they are not proposed.
// The zero Finder knows none.
type Finder struct{ Public []string }

// Find is Find of the zero Finder.
func Find(text string) []Finding { return Finder{}.Find(text) }

// Find answers the findings in a text in order; they do not overlap. It takes
// time linear in the text and never fails.
func (f Finder) Find(text string) []Finding {
	v := look(text)
	found := v.all()
	public := make([]string, 0, len(f.Public))
	for _, p := range f.Public {
		if p = squeeze(p); p != "" {
			public = append(public, p)
		}
	}
	out := found[:0]
	for _, x := range found {
		if !isPublic(squeezeView(v.r[x.From:x.To]), public) {
			x.From, x.To = v.at[x.From], v.at[x.To-1]+1
			out = append(out, x)
		}
	}
	return out
}

// isPublic reports whether something found is one of the public contacts or a
// part of one (a number without its area code), or adds to one (an extension).
func isPublic(found string, public []string) bool {
	return slices.ContainsFunc(public, func(p string) bool {
		return strings.Contains(p, found) || (len(p) > 6 && strings.HasPrefix(found, p))
	})
}

// all answers what every rule finds, in places of the view. Where two overlap
// the surer rule has the span.
func (v view) all() []Finding {
	taken := make([]bool, len(v.r))
	var kept []Finding
	keep := func(fs []Finding) {
		for _, f := range fs {
			if !slices.Contains(taken[f.From:f.To], true) {
				for i := f.From; i < f.To; i++ {
					taken[i] = true
				}
				kept = append(kept, f)
			}
		}
	}
	keep(v.emails())
	keep(v.longNumbers())
	keep(v.socials())
	keep(v.mobiles())
	keep(v.landlines())
	keep(v.plates())
	keep(v.passes())
	keep(v.addresses())
	keep(v.names())
	slices.SortFunc(kept, func(a, b Finding) int { return cmp.Compare(a.From, b.From) })
	return kept
}

// squeeze leaves of a text what its reader would dictate: in one width and
// case, without spaces, line ends, hyphens, brackets and what has no shape.
func squeeze(s string) string { return squeezeView(look(s).r) }

func squeezeView(r []rune) string {
	var b strings.Builder
	for _, x := range r {
		switch x {
		case ' ', '\n', '-', '(', ')', '（', '）':
		default:
			b.WriteRune(x)
		}
	}
	return b.String()
}
