package quality

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

const good = "您反映的三号楼一层屏幕黑屏属实。公共服务科已于11月20日更换屏幕主板，11月21日恢复开放；原因是主板进水烧坏。如再出现，请到服务台登记。"

// Each hint comes for the reply that calls for it, and for none that does not.
func TestHints(t *testing.T) {
	for name, x := range map[string]struct {
		r    Reply
		want []string
	}{
		"nothing written": {Reply{Question: "什么时候修好？"}, nil},
		"good":            {Reply{Question: "三号楼一层的屏幕一直黑屏，什么时候能修好？为什么坏的？", Text: good}, nil},
		"when, not said":  {Reply{Question: "屏幕什么时候能修好？", Text: "您反映的屏幕黑屏的问题，我们已经安排人员更换屏幕主板，请您放心等待。"}, []string{"asked.when", "date"}},
		"why, not said":   {Reply{Question: "三号楼屏幕为什么总是黑的？", Text: "三号楼屏幕总是黑的，已于11月20日更换了主板，现在可以正常使用了，欢迎来看。"}, []string{"asked.why"}},
		"who, not said":   {Reply{Question: "屏幕坏了找谁？", Text: "屏幕坏了的问题，我们已于11月20日更换了主板，现在已经可以正常使用了，谢谢。"}, []string{"asked.who"}},
		"how much, not said": {Reply{Question: "修这个屏幕花了多少钱？", Text: "修这个屏幕的钱由专项经费列支，我们已更换主板，于年底公开决算，欢迎监督，谢谢。"},
			[]string{"asked.amount"}},
		"whether, not said": {Reply{Question: "周一是否开放？", Text: "周一开放的问题：请查看官网上的公告，公告每年十二月发布一次，由办公室组织编写。"}, []string{"asked.whether"}},
		"how, not said":     {Reply{Question: "如何预约讲解？", Text: "预约讲解的工作于2026年开展以来，开放讲解三百场，增设讲解员两名，反响很好。"}, []string{"asked.how"}},
		"praise asks for nothing": {Reply{Question: "讲解员很热情，什么时候都有人！", Thanks: true, Text: "感谢您的来信，您的话已转告讲解员本人，大家都很高兴，我们会继续努力做好讲解。"},
			nil},
		"about something else": {Reply{Question: "三号楼一层的屏幕一直黑屏，希望尽早维修。", Text: "关于停车场收费标准，自2026年1月起已调整为每小时五元，特此说明，谢谢您的来信。"},
			[]string{"apart"}},
		"nothing done":      {Reply{Question: "屏幕黑屏。", Text: "屏幕黑屏的问题我们知道了，谢谢您的来信，祝您生活愉快，工作顺利，2026年一切都好。"}, []string{"measure"}},
		"a measure's words": {Reply{Question: "屏幕黑屏。", Measures: []string{"为每块屏幕配备备用主板两块"}, Text: "屏幕黑屏的问题：每块屏幕都会配备备用主板两块，今年年底前到位，谢谢您的来信。"}, nil},
		"a contact detail":  {Reply{Question: "屏幕黑屏。", Text: good, Contacts: []string{"13800001234"}}, []string{"contact"}},
		"another's number":  {Reply{Question: "屏幕黑屏。", Number: "2026-000007", Text: good + "见2026-000045。"}, []string{"number"}},
		"its own number":    {Reply{Question: "屏幕黑屏。", Number: "2026-000007", Text: good + "编号2026-000007。"}, nil},
		"short":             {Reply{Question: "屏幕黑屏。", Text: "屏幕11月20日已更换。"}, []string{"short"}},
		"long":              {Reply{Question: "屏幕黑屏。", Text: strings.Repeat(good+"\n", 20)}, []string{"long"}},
		"a long sentence":   {Reply{Question: "屏幕黑屏。", Text: good + strings.Repeat("然后又检查了屏幕", 12) + "。"}, []string{"sentence"}},
		"hollow words":      {Reply{Question: "屏幕黑屏。", Text: good + "我局高度重视，将进一步加强管理。"}, []string{"hollow"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, h := range Of(x.r) {
				got = append(got, h.Code)
			}
			if !slices.Equal(got, x.want) {
				t.Errorf("got %q, want %q", got, x.want)
			}
		})
	}
}

// What is named of a long text stays short, and nothing panics.
func TestHintsAreShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("屏幕坏了高度重视。，\n2026-000123已修")), 0, 3000, -1).Draw(t, "text")
		for _, h := range Of(Reply{Question: rapid.String().Draw(t, "question"), Text: text}) {
			for _, a := range h.Args {
				if utf8.RuneCountInString(a) > 120 {
					t.Fatalf("%s names %q", h.Code, a)
				}
			}
		}
	})
}
