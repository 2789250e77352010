package sentences_test

import (
	"slices"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/pii"
	"rectify/feedback/pii/sentences"
)

// The figures that hold the finder, on all sentences and on those held out.
// Strong kinds, which have a check digit, a number plan or a fixed form, are
// never found for nothing.
const (
	leastAll    = 0.95
	leastKind   = 0.90
	leastStrong = 0.98
)

func strong(k feedback.Hidden) bool {
	return !slices.Contains([]feedback.Hidden{feedback.HiddenName, feedback.HiddenAddress}, k)
}

func load(t *testing.T) []sentences.Sentence {
	t.Helper()
	all, err := sentences.All()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func finder() pii.Finder { return pii.Finder{Public: sentences.Public()} }

func TestFigures(t *testing.T) {
	all := load(t)
	part := func(held bool) []sentences.Sentence {
		return slices.DeleteFunc(slices.Clone(all), func(s sentences.Sentence) bool { return s.Held != held })
	}
	tuned := sentences.Measure(part(false), finder().Find)
	report(t, "three quarters, tuned on", tuned)
	for _, w := range tuned.Wrong { // the held out ones stay unread
		t.Logf("%s: missed %q, extra %q", w.Text, w.Missed, w.Extra)
	}
	for name, some := range map[string][]sentences.Sentence{"one quarter, held out": part(true), "all": all} {
		f := sentences.Measure(some, finder().Find)
		report(t, name, f)
		if f.All.Precision() < leastAll || f.All.Recall() < leastAll {
			t.Errorf("%s: precision %.3f, recall %.3f, want %.2f of both", name, f.All.Precision(), f.All.Recall(), leastAll)
		}
	}
	for k, x := range sentences.Measure(all, finder().Find).Kind {
		precise, recalled := leastKind, leastKind
		if strong(k) {
			precise, recalled = 1, leastStrong
		}
		if x.Precision() < precise || x.Recall() < recalled {
			t.Errorf("%s: precision %.3f, recall %.3f, want %.2f and %.2f", k, x.Precision(), x.Recall(), precise, recalled)
		}
	}
}

// What was written later holds the rules from being made for their own sentences.
func TestLater(t *testing.T) {
	list, err := sentences.Later()
	if err != nil {
		t.Fatal(err)
	}
	f := sentences.Measure(list, finder().Find)
	report(t, "written later", f)
	if f.All.Precision() < 0.97 || f.All.Recall() < 0.9 {
		t.Errorf("precision %.3f, recall %.3f: %+v", f.All.Precision(), f.All.Recall(), f.Wrong)
	}
}

// Five hundred, half of them with marks, all of kinds that are known, and each
// kind in several.
func TestSentences(t *testing.T) {
	all := load(t)
	marked, kinds, seen := 0, make(map[feedback.Hidden]int), make(map[string]bool)
	for _, s := range all {
		if len(s.Marks) > 0 {
			marked++
		}
		for _, m := range s.Marks {
			kinds[m.Kind]++
		}
		if s.Text == "" || strings.ContainsAny(s.Text, "⟦⟧") || seen[s.Text] {
			t.Errorf("a sentence is empty, badly marked or there twice: %q", s.Text)
		}
		seen[s.Text] = true
	}
	if len(all) != 500 || marked != 250 {
		t.Errorf("%d sentences, %d with marks", len(all), marked)
	}
	for _, k := range feedback.HiddenKinds() {
		if none := k == feedback.HiddenOther || k == feedback.HiddenAccount; (kinds[k] < 8) != none {
			t.Errorf("%d marks of %q", kinds[k], k)
		}
	}
}

func report(t *testing.T, name string, f sentences.Figures) {
	t.Helper()
	var b strings.Builder
	if err := f.Print(&b); err != nil {
		t.Error(err)
	}
	t.Logf("%s\n%s", name, b.String())
}
