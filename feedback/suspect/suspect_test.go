package suspect_test

import (
	"strings"
	"testing"
	"time"

	"rectify/feedback/suspect"
)

// What an honest sender may show is not enough, alone or by the way; what only
// floods show together is.
func TestWeights(t *testing.T) {
	t.Parallel()
	const text = "记忆馆的屋顶又漏水了，请派人来看看。"
	quick, slow := time.Second, time.Minute
	for name, c := range map[string]struct {
		signs suspect.Signs
		want  string
		yes   bool
	}{
		"an ordinary one":                {suspect.Signs{Open: slow, Dated: true}, "", false},
		"from a machine, nothing known":  {suspect.Signs{}, "", false},
		"no scripts while busy":          {suspect.Signs{Open: slow, Dated: true, Asked: true}, "unproved", false},
		"pasted and sent":                {suspect.Signs{Open: quick, Dated: true}, "haste", false},
		"from a shared address":          {suspect.Signs{Crowded: true}, "crowd", false},
		"one of a petition":              {suspect.Signs{Alike: 5000}, "copies", false},
		"petition, no scripts, not busy": {suspect.Signs{Alike: 5000, Open: slow, Dated: true}, "copies", false},
		"proved while busy":              {suspect.Signs{Asked: true, Proved: true, Alike: 4}, "", false},
		"the trap":                       {suspect.Signs{Trapped: true}, "trap", true},
		"never opened":                   {suspect.Signs{Unseen: true}, "unseen", true},
		"gone back and corrected a lot":  {suspect.Signs{Reused: true}, "reuse", false},
		"one form in a flood":            {suspect.Signs{Reused: true, Asked: true}, "reuse unproved", true},
		"copies without proof":           {suspect.Signs{Alike: 5, Asked: true}, "unproved copies", true},
		"quick and unproved":             {suspect.Signs{Open: quick, Dated: true, Asked: true}, "haste unproved", true},
		"a busy network, unproved":       {suspect.Signs{Crowded: true, Asked: true}, "unproved crowd", true},
		"everything": {suspect.Signs{Trapped: true, Unseen: true, Reused: true, Open: 0, Dated: true, Asked: true, Crowded: true, Alike: 9},
			"trap unseen haste reuse unproved crowd copies", true},
	} {
		c.signs.Text = text
		got := suspect.Judge(c.signs)
		if strings.Join(got.Reasons, " ") != c.want || got.Suspected() != c.yes {
			t.Errorf("%s: %d %q, suspected %v; want %q, %v", name, got.Score, got.Reasons, got.Suspected(), c.want, c.yes)
		}
	}
	if got := suspect.Judge(suspect.Signs{Open: 3 * time.Second, Dated: true}); len(got.Reasons) > 0 {
		t.Errorf("three seconds: %q", got.Reasons)
	}
}

// By its words alone: adverts against what citizens write, also about adverts.
func TestWords(t *testing.T) {
	t.Parallel()
	caught := 0
	for _, text := range adverts() {
		if suspect.Judge(suspect.Signs{Text: text, Asked: true}).Suspected() {
			caught++
		} else {
			t.Logf("not caught: %s", text)
		}
	}
	wrong := 0
	for _, text := range citizens() {
		if s := suspect.Judge(suspect.Signs{Text: text, Open: time.Minute, Dated: true}); s.Suspected() {
			wrong++
			t.Errorf("an honest text is suspected for %q: %s", s.Reasons, text)
		}
	}
	t.Logf("adverts sent without proof in a flood: %d of %d suspected; honest texts by their words: %d of %d", caught, len(adverts()), wrong, len(citizens()))
	if caught*100 < len(adverts())*90 {
		t.Errorf("only %d of %d adverts are suspected", caught, len(adverts()))
	}
}

func TestReasonsAreListed(t *testing.T) {
	t.Parallel()
	all := suspect.Judge(suspect.Signs{
		Text: strings.Repeat("cheap viagra casino http://a.com www.b.com http://c.top ", 5), Trapped: true, Unseen: true, Reused: true, Dated: true, Asked: true, Crowded: true, Alike: 100,
	})
	if strings.Join(all.Reasons, " ") != strings.Join(suspect.Reasons(), " ") {
		t.Errorf("%q, want %q", all.Reasons, suspect.Reasons())
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("加 V 信 abc12345 代开发票")
	f.Add("\xff\x00")
	f.Fuzz(func(t *testing.T, text string) {
		if s := suspect.Judge(suspect.Signs{Text: text}); s.Score < 0 || s.Score > 6 {
			t.Errorf("score %d", s.Score)
		}
	})
}
