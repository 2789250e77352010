package feedback_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rectify/feedback"
)

// Places count what readers see; whatever lies unseen inside one goes with it,
// and what is hidden comes back as the same places.
func TestHidePlaces(t *testing.T) {
	const text = "我叫张\u200b三，电话1380。"
	for name, x := range map[string]struct {
		places []feedback.Redaction
		want   string
	}{
		"one":             {[]feedback.Redaction{{From: 2, To: 4, Kind: feedback.HiddenName}}, "我叫█，电话1380。"},
		"two, any order":  {[]feedback.Redaction{{From: 7, To: 11, Kind: feedback.HiddenPhone}, {From: 2, To: 4, Kind: feedback.HiddenName}}, "我叫█，电话█。"},
		"overlapping":     {[]feedback.Redaction{{From: 2, To: 4, Kind: feedback.HiddenName}, {From: 3, To: 5, Kind: feedback.HiddenOther}}, "我叫█电话1380。"},
		"beyond the text": {[]feedback.Redaction{{From: 7, To: 900, Kind: feedback.HiddenPhone}, {From: 500, To: 600, Kind: feedback.HiddenPhone}}, "我叫张三，电话█"},
		"before it":       {[]feedback.Redaction{{From: -5, To: 1, Kind: feedback.HiddenPhone}, {From: 3, To: 3, Kind: feedback.HiddenName}}, "█叫张三，电话1380。"},
	} {
		spans, missing := feedback.HidePlaces(text, x.places, nil)
		if got := shown(text, spans); got != x.want || len(missing) > 0 {
			t.Errorf("%s shows %q, want %q", name, got, x.want)
		}
	}
}

func TestPlacesComeBack(t *testing.T) {
	runes := rapid.RuneFrom([]rune("甲乙12\u200b\u202e👍\n𠮷"))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(runes, 0, 30, -1).Draw(t, "text")
		var places []feedback.Redaction
		for range rapid.IntRange(0, 4).Draw(t, "n") {
			from := rapid.IntRange(-2, 30).Draw(t, "from")
			places = append(places, feedback.Redaction{From: from, To: from + rapid.IntRange(0, 5).Draw(t, "length"), Kind: rapid.SampledFrom(feedback.HiddenKinds()).Draw(t, "kind")})
		}
		spans, _ := feedback.HidePlaces(text, places, nil)
		again, _ := feedback.HidePlaces(text, feedback.SeenSpans(text, spans), nil)
		if !slices.Equal(spans, again) {
			t.Fatalf("%v came back as %v", spans, again)
		}
		hidden := 0
		for _, s := range spans {
			hidden += s.To - s.From
		}
		if len([]rune(text)) < hidden {
			t.Fatalf("more is hidden than there is: %v", spans)
		}
	})
}
