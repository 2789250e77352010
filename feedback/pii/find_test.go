package pii_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/pii"
)

// shownAs writes a text with its findings marked, as the sentences are.
func shownAs(text string, found []pii.Finding) string {
	var b strings.Builder
	runes, at := []rune(text), 0
	for _, f := range found {
		b.WriteString(string(runes[at:f.From]) + "⟦" + string(f.Kind) + ":" + string(runes[f.From:f.To]) + "⟧")
		at = f.To
	}
	return b.String() + string(runes[at:])
}

// Each text says what is found in it; one without marks has nothing.
func TestFind(t *testing.T) {
	for _, want := range []string{
		// the length of each number, and its check
		"⟦id:379999199001010037⟧⟦phone:13800001234⟧", // a table's cells, copied without a gap
		"⟦phone:13800001234⟧⟦phone:13900005678⟧",
		"尾数不对的379999199001010038",
		"身份证⟦id:379999199001010038⟧写错一位也是他",
		"编号138000012345",
		"⟦bank:6222000012345678907⟧",
		"6222000012345678904",
		"卡号⟦bank:6222000012345678904⟧",
		"生日不对379999199013010038",
		"⟦id:3 7 9 9 9 9 1 9 9 0 0 1 0 1 0 0 3 7⟧",
		"3张：⟦bank:6222 0000 1234 5678 907⟧ ⟦phone:13800001234⟧",
		"数据1500 2000 3000 4500",
		// what surrounds a number
		"账单13800001234元",
		"订单号13800001234",
		"0.13800001234",
		"版本2.13800001234",
		"微信⟦phone:13800001234⟧",
		"微信20231025转账失败",
		"护照办理日期20231025",
		"⟦phone:+86（138）00001234⟧",
		"请拨⟦phone:0536-8234567-802⟧",
		"值班室0536-8234567",
		"138万2023年1234人",
		"一三五七九一三五七九一三五", // counted, too long to dial
		// names
		"我父亲⟦name:王和平⟧，七十岁",
		"联系人⟦name:张三⟧和李四",
		"业主：全体",
		"谢谢领导，农民 ⟦name:王根生⟧",
		"业主代表：⟦name:王五⟧，盼复",
		"家长：万一孩子出事怎么办",
		"我是成都来的⟦name:王女士⟧，",
		"我是王家村的村民代表，请重视",
		"本人石家庄人，在此务工",
		// homes
		"我住⟦address:3号楼1单元602⟧",
		"请到二楼201室办理",
		"家住⟦address:幸福里小区十二栋一单元九零二⟧，楼下太吵",
		"在市民之家3号楼2单元201室办理",
		"我住在⟦address:前进村二组15号⟧，姓孙",
		"3号楼电梯坏了",
		"12号线",
		"",
		"⟦",
		"\xff\xfe我的号\xff⟦phone:13800001234⟧\xff",
	} {
		text := strings.NewReplacer("⟦id:", "", "⟦phone:", "", "⟦bank:", "", "⟦name:", "", "⟦address:", "", "⟧", "").Replace(want)
		if got := shownAs(text, pii.Find(text)); got != string([]rune(want)) {
			t.Errorf("found %q\n want %q", got, want)
		}
	}
}

// What the body itself publishes is nobody's, in whatever spelling.
func TestPublic(t *testing.T) {
	f := pii.Finder{Public: []string{"0536-5550100", "zgb@example.gov.cn", "府前街1号", "", " "}}
	for _, text := range []string{"家里电话（0536）5550100", "电话：５５５０１００", "家里打0536 5550100转8", "ZGB＠example.gov.cn", "我住府前街1号"} {
		if found := f.Find(text); len(found) > 0 {
			t.Errorf("%q: %v", text, found)
		}
		if len(pii.Find(text)) != 1 {
			t.Errorf("%q has nothing that would have been found", text)
		}
	}
	if len(f.Find("家里电话0536-5550101")) != 1 {
		t.Error("another number passes for the public one")
	}
}

func anyText() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{"我叫", "本人", "联系人：", "张", "王小明", "电话", "138", "00001234", "１３８", "一", "零", " ", "-", "\u200b", "@", "＠", "example.com", "住在",
			"东湖路", "18号", "3栋", "2单元", "501室", "鲁G", "12345", "身份证", "379999199001010037", "6222000012345678907", "X", "微信", "护照E", "，", "。", "\n", "█", "＊", "\xff", "1", "6", "（", "）", "0536"}),
		rapid.StringMatching(`[0-9 -]{0,24}`),
	)
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "") })
}

// checkSpans holds findings to the text: in order, apart, inside, of a kind
// that a redaction may have.
func checkSpans(t interface{ Fatalf(string, ...any) }, text string, found []pii.Finding) {
	end := 0
	for _, f := range found {
		if f.From < end || f.To <= f.From || f.To > utf8.RuneCountInString(text) || !slices.Contains(feedback.HiddenKinds(), f.Kind) || f.Rule == "" {
			t.Fatalf("%q: finding %+v after %d", text, f, end)
		}
		end = f.To
	}
}

func TestFindingsAreSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		found := pii.Find(text)
		checkSpans(t, text, found)
		spans := make([]feedback.Redaction, len(found))
		for i, f := range found {
			spans[i] = f.Redaction()
		}
		checkSpans(t, text, pii.Residue(text, spans))
	})
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"", "我叫张某某，电话138 0000 1234", "\xff\xfe", "1\u200b3", "使1234567", "第第号", "a@b.c@d。com", "379999199001010037", "3-2-501"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkSpans(t, s, pii.Find(s))
		masked, _ := pii.MaskStrong(s)
		if again, found := pii.MaskStrong(masked); again != masked || found != nil {
			t.Errorf("%q masked is %q, masked again %q", s, masked, again)
		}
	})
}
