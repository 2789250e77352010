package history_test

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/content/history"
	"rectify/content/history/edits"
	"rectify/content/parse"
)

// notices are the built-in ones and the sample.
func notices(t *testing.T) []*content.Notice {
	t.Helper()
	all := []*content.Notice{read(t, sample)}
	names, err := fs.Glob(builtin.FS(), "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := fs.ReadFile(builtin.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		n, found := parse.Notice(path.Base(name), src)
		if content.HasErrors(found) {
			t.Fatal(found)
		}
		all = append(all, n)
	}
	return all
}

// told is a difference in the words of the edits.
func told(d history.Difference) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	edit := func(spans []history.Span) string {
		var gone, come string
		for _, s := range spans {
			switch s.Op {
			case history.Delete:
				gone += s.Text
			case history.Insert:
				come += s.Text
			}
		}
		return "-" + gone + " +" + come
	}
	for _, f := range d.Head {
		say("head:%s %q to %q", f.Key, f.Old, f.New)
	}
	if d.Intro != nil {
		say("intro %s", edit(d.Intro))
	}
	for _, p := range d.Parts {
		if p.Kind != history.Changed {
			say("part:%s %s", p.ID, p.Kind)
			continue
		}
		if p.Moved {
			say("part:%s moved", p.ID)
		}
		if p.ID != p.OldID && p.Level > 0 {
			say("part:%s renumbered from %s", p.ID, p.OldID)
		}
		if p.Number != p.OldNumber {
			say("part:%s number %s to %s", p.ID, p.OldNumber, p.Number)
		}
		if p.Heading != nil {
			say("part:%s heading %s", p.ID, edit(p.Heading))
		}
		if p.Text != nil {
			say("part:%s text %s", p.ID, edit(p.Text))
		}
		for _, f := range p.Ledger {
			say("part:%s %s %q to %q", p.ID, f.Key, f.Old, f.New)
		}
		for _, m := range p.Measures {
			say("part:%s measure %s %d", p.ID, m.Kind, m.Ordinal)
		}
	}
	slices.Sort(out)
	return out
}

// Of 1,000 seeded edits each difference names exactly
// what was changed.
func TestThousandEdits(t *testing.T) {
	t.Parallel()
	all := notices(t)
	for seed := range uint64(1000) {
		n := all[seed%uint64(len(all))]
		e := edits.Make(n, seed)
		after, found := parse.Notice(n.Slug+".md", e.Source)
		for _, d := range found {
			if d.Severity == content.Error {
				t.Fatalf("seed %d made no notice: %v", seed, found)
			}
		}
		d := history.Diff(n, after)
		if got := told(d); !slices.Equal(got, e.Want) {
			t.Errorf("seed %d (%s):\ngot  %s\nwant %s", seed, n.Slug, strings.Join(got, "\n     "), strings.Join(e.Want, "\n     "))
		}
		joins(t, n, after, d)
		if back := history.Diff(after, n); len(back.Head) != len(d.Head) || len(back.Parts) != len(d.Parts) {
			t.Errorf("seed %d: backwards it tells %d and %d, not %d and %d", seed, len(back.Head), len(back.Parts), len(d.Head), len(d.Parts))
		}
		if t.Failed() && seed > 50 {
			return
		}
	}
}

// joins holds the spans of a difference against the texts of both notices.
func joins(t *testing.T, old, new *content.Notice, d history.Difference) {
	t.Helper()
	text := func(n *content.Notice, id string, level content.Level) string {
		var blocks []content.Block
		if level == 0 {
			for _, s := range n.Sections {
				if s.ID == id {
					blocks = s.Body
				}
			}
		} else if it := n.Item(id); it != nil {
			blocks = it.Body
		}
		var all []string
		for _, b := range blocks {
			all = append(all, b.Text)
		}
		return strings.Join(all, "\n\n")
	}
	for _, p := range d.Parts {
		if p.Text == nil {
			continue
		}
		if p.Kind != history.Added && history.Old(p.Text) != text(old, p.OldID, p.Level) {
			t.Errorf("part %s: the old text is not joined", p.ID)
		}
		if p.Kind != history.Removed && history.New(p.Text) != text(new, p.ID, p.Level) {
			t.Errorf("part %s: the new text is not joined", p.ID)
		}
	}
}

func TestNoDifference(t *testing.T) {
	for _, n := range notices(t) {
		if d := history.Diff(n, n); !d.Empty() || len(d.Grave()) > 0 || d.Sum() != (history.Sum{}) {
			t.Errorf("%s differs from itself: %v", n.Slug, told(d))
		}
	}
}

// Two long texts that have nothing but their characters in common are told as
// replaced at last: this test would not end otherwise.
func TestTangledTextIsReplaced(t *testing.T) {
	tangle := func(seed int) string {
		var b strings.Builder
		b.WriteString(strings.TrimSuffix(sample, "一是查线。正在查。\n"))
		for i := range 100_000 {
			b.WriteRune([]rune("甲乙丙丁戊己庚辛")[(i*i*seed+i/7*seed)%8])
		}
		return b.String() + "\n"
	}
	old, new := read(t, tangle(3)), read(t, tangle(5))
	d := history.Diff(old, new)
	if d.Empty() {
		t.Error("no difference is told")
	}
	joins(t, old, new, d)
}
