package content_test

import (
	"testing"

	"rectify/content"
)

// The signature is looked for at the end only, and a sentence that names the
// issuer is none.
func TestSigned(t *testing.T) {
	t.Parallel()
	blocks := func(texts ...string) (list []content.Block) {
		for _, s := range texts {
			list = append(list, content.Block{Text: s})
		}
		return list
	}
	notice := func(body ...string) *content.Notice {
		return &content.Notice{Issuer: "临水市水务局党组", Sections: []content.Section{{Body: blocks(body...)}}}
	}
	for name, x := range map[string]struct {
		n    *content.Notice
		want bool
	}{
		"in the text":       {notice("继续整改。", "临水市 水务局党组", "2025年11月6日"), true},
		"on one line":       {notice("继续整改。", "临水市水务局党组　2025年11月6日"), true},
		"in a sentence":     {notice("临水市水务局党组将继续整改。"), false},
		"far above":         {notice("临水市水务局党组", "一", "二", "三", "四"), false},
		"nowhere":           {notice("继续整改。"), false},
		"without an issuer": {&content.Notice{Intro: blocks("甲")}, false},
		"under an item": {&content.Notice{Issuer: "甲局", Sections: []content.Section{{Items: []*content.Item{
			{Children: []*content.Item{{Body: blocks("办好。", "甲局")}}},
		}}}}, true},
		"in the intro": {&content.Notice{Issuer: "甲局", Intro: blocks("甲局")}, true},
	} {
		if got := x.n.Signed(); got != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
