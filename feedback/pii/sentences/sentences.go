// Package sentences holds five hundred made-up sentences of the kind that
// citizens write, half of them with personal data marked as ⟦kind:words⟧ and
// half without but with much that looks like it, and measures a finder of
// personal data on them. Nobody in them exists, and the numbers belong to
// ranges that are not given out.
//
// It must not know how anything is found.
//
// Start reading at All, then Measure.
package sentences

import (
	"embed"
	"fmt"
	"strings"
	"unicode/utf8"

	"rectify/feedback"
)

//go:embed with.txt without.txt later.txt
var files embed.FS

// Mark is a marked stretch of a sentence, in runes of its text.
type Mark struct {
	From, To int
	Kind     feedback.Hidden
}

// Sentence is a sentence without its marks, and where they were. Held says
// that it belongs to the quarter that was kept out of sight while the rules
// were made.
type Sentence struct {
	Text  string
	Marks []Mark
	Held  bool
}

// Public are the contacts of the body in the sentences, which are not personal.
func Public() []string {
	return []string{"0536-5550100", "zhenggai@example.gov.cn", "府前街1号市委大院"}
}

// All answers the sentences in the order of the files; it fails only if a mark
// is written wrongly.
func All() ([]Sentence, error) { return read("with.txt", "without.txt") }

// Later answers a hundred and fifty sentences of another hand, written when the
// rules had stood for long. Of the first hundred of them 74 marks in a hundred
// were found at first sight; then the rules were mended with them in view, and
// of the next fifty 88 in a hundred were.
func Later() ([]Sentence, error) { return read("later.txt") }

func read(names ...string) ([]Sentence, error) {
	var out []Sentence
	for _, name := range names {
		src, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("sentences: %w", err)
		}
		n := 0
		for line := range strings.Lines(string(src)) {
			n++
			s, err := parse(strings.TrimRight(line, "\n"))
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, n, err)
			}
			s.Held = n%4 == 0
			out = append(out, s)
		}
	}
	return out, nil
}

func parse(line string) (Sentence, error) {
	var s Sentence
	var b strings.Builder
	for {
		before, rest, more := strings.Cut(line, "⟦")
		b.WriteString(before)
		if !more {
			s.Text = b.String()
			return s, nil
		}
		inner, after, closed := strings.Cut(rest, "⟧")
		kind, words, named := strings.Cut(inner, ":")
		if !closed || !named || words == "" {
			return s, fmt.Errorf("a mark is not ⟦kind:words⟧: %q", inner)
		}
		from := utf8.RuneCountInString(b.String())
		b.WriteString(words)
		s.Marks = append(s.Marks, Mark{from, from + utf8.RuneCountInString(words), feedback.Hidden(kind)})
		line = after
	}
}
