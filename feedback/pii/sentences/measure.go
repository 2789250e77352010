package sentences

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"rectify/feedback"
	"rectify/feedback/pii"
)

// Slack is how many runes a finding may take in beyond the mark and still
// count as that mark's; it must always cover the whole of it.
const Slack = 2

// Figure counts, for one kind or for all.
type Figure struct {
	Marked int // marks in the sentences
	Found  int // findings
	Hits   int // findings that cover a mark of their kind
}

// Precision is the share of findings that are right; 1 if there is none.
func (f Figure) Precision() float64 { return share(f.Hits, f.Found) }

// Recall is the share of marks that were found; 1 if there is none.
func (f Figure) Recall() float64 { return share(f.Hits, f.Marked) }

func share(part, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(part) / float64(of)
}

// Figures are the figures of every kind and of all kinds together.
type Figures struct {
	All  Figure
	Kind map[feedback.Hidden]Figure
	// Wrong are the sentences with something missed or found for nothing.
	Wrong []Wrong
}

// Wrong is a sentence and what went wrong in it.
type Wrong struct {
	Text   string
	Missed []string
	Extra  []string
}

// Measure finds in every sentence and counts.
func Measure(all []Sentence, find func(string) []pii.Finding) Figures {
	out := Figures{Kind: make(map[feedback.Hidden]Figure)}
	for _, s := range all {
		found := find(s.Text)
		runes := []rune(s.Text)
		w := Wrong{Text: s.Text}
		used := make([]bool, len(found))
		for _, m := range s.Marks {
			hit := slices.IndexFunc(found, func(f pii.Finding) bool {
				return f.Kind == m.Kind && f.From <= m.From && f.To >= m.To && f.To-f.From <= m.To-m.From+Slack
			})
			out.count(m.Kind, Figure{Marked: 1})
			if hit < 0 {
				w.Missed = append(w.Missed, string(m.Kind)+":"+string(runes[m.From:m.To]))
				continue
			}
			used[hit] = true
			out.count(m.Kind, Figure{Hits: 1})
		}
		for i, f := range found {
			out.count(f.Kind, Figure{Found: 1})
			if !used[i] {
				w.Extra = append(w.Extra, string(f.Kind)+":"+string(runes[f.From:f.To])+" ("+f.Rule+")")
			}
		}
		if len(w.Missed)+len(w.Extra) > 0 {
			out.Wrong = append(out.Wrong, w)
		}
	}
	return out
}

func (f *Figures) count(kind feedback.Hidden, by Figure) {
	add := func(a Figure) Figure { return Figure{a.Marked + by.Marked, a.Found + by.Found, a.Hits + by.Hits} }
	f.All, f.Kind[kind] = add(f.All), add(f.Kind[kind])
}

// Print writes the figures as a table, a row a kind.
func (f Figures) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "kind\tmarked\tfound\thits\tprecision\trecall\t")
	row := func(name string, x Figure) {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%.3f\t%.3f\t\n", name, x.Marked, x.Found, x.Hits, x.Precision(), x.Recall())
	}
	for _, k := range feedback.HiddenKinds() {
		if x, ok := f.Kind[k]; ok {
			row(string(k), x)
		}
	}
	row("all", f.All)
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print figures: %w", err)
	}
	return nil
}
