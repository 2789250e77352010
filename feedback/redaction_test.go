package feedback_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rectify/feedback"
)

func shown(text string, spans []feedback.Redaction) string {
	var b strings.Builder
	for _, s := range feedback.Segments(text, spans) {
		if s.Cut != "" {
			b.WriteString("█")
			continue
		}
		b.WriteString(s.Text)
	}
	return b.String()
}

func TestHiding(t *testing.T) {
	for name, x := range map[string]struct {
		text    string
		marks   []feedback.Mark
		want    string
		missing int
	}{
		"every occurrence":       {"周某说，周某走了", []feedback.Mark{{Words: "周某", Kind: feedback.HiddenName}}, "█说，█走了", 0},
		"longer first":           {"东湖路18号和东湖路", []feedback.Mark{{Words: "东湖路", Kind: feedback.HiddenAddress}, {Words: "东湖路18号", Kind: feedback.HiddenAddress}}, "█和█", 0},
		"not there":              {"没有名字", []feedback.Mark{{Words: "周某", Kind: feedback.HiddenName}}, "没有名字", 1},
		"nothing":                {"原样", nil, "原样", 0},
		"a joined family":        {"👨‍👩‍👧家的电话1", []feedback.Mark{{Words: "1", Kind: feedback.HiddenPhone}}, "👨‍👩‍👧家的电话█", 0},
		"direction is dropped":   {"甲\u202e乙", nil, "甲乙", 0},
		"side by side are two":   {"周某李某", []feedback.Mark{{Words: "周某", Kind: feedback.HiddenName}, {Words: "李某", Kind: feedback.HiddenName}}, "██", 0},
		"empty words are no one": {"原样", []feedback.Mark{{Words: "", Kind: feedback.HiddenName}}, "原样", 1},
	} {
		t.Run(name, func(t *testing.T) {
			spans, missing := feedback.FindMarks(x.text, x.marks)
			if got := shown(x.text, spans); got != x.want || len(missing) != x.missing {
				t.Errorf("shows %q, missing %v; want %q, %d", got, missing, x.want, x.missing)
			}
		})
	}
}

// Whatever is marked, no marked word that was found can be read afterwards,
// the spans fit the text, and naming the hidden words again hides the same.
func TestHidingIsWhole(t *testing.T) {
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("甲乙丙丁1２\u200b👍\n")), 0, 40, -1)
	word := rapid.StringOfN(rapid.RuneFrom([]rune("甲乙丙丁1２👍")), 1, 3, -1)
	rapid.Check(t, func(t *rapid.T) {
		text := letters.Draw(t, "text")
		var marks []feedback.Mark
		for _, w := range rapid.SliceOfN(word, 0, 4).Draw(t, "words") {
			marks = append(marks, feedback.Mark{Words: w, Kind: rapid.SampledFrom(feedback.HiddenKinds()).Draw(t, "kind")})
		}
		spans, missing := feedback.FindMarks(text, marks)
		s := sample(feedback.Accepted)
		s.Text = text
		if _, err := clocks().Apply(s, feedback.Redact{Redactions: spans}, staff("w", feedback.Moderator), at()); err != nil {
			t.Fatalf("spans %v do not fit %q: %v", spans, text, err)
		}
		for _, seg := range feedback.Segments(text, spans) {
			for _, m := range marks {
				if seg.Cut == "" && strings.Contains(seg.Text, m.Words) && !strings.Contains(strings.Join(missing, "\x00"), m.Words) {
					// Two pieces may meet only across a character that is dropped.
					if strings.Contains(text, m.Words) && !strings.ContainsRune(text, '\u200b') {
						t.Fatalf("%q can still be read in %q", m.Words, seg.Text)
					}
				}
			}
		}
		again, lost := feedback.FindMarks(text, feedback.Marks(text, spans))
		if len(lost) > 0 || shown(text, again) == "" && text != "" && shown(text, spans) != "" {
			t.Fatalf("hidden words do not find themselves: %v", lost)
		}
	})
}
