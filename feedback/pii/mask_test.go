package pii_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/pii"
)

func TestMaskStrong(t *testing.T) {
	for text, want := range map[string]string{
		"身份证379999199001010037，电话13800001234": "身份证379＊＊＊＊＊＊＊＊＊＊＊0037，电话13800001234",
		"379999 19900101 0037":                "379＊＊＊ ＊＊＊＊＊＊＊＊ 0037",
		"卡６２２２0000 1234 5678 907":             "卡６２２２＊＊＊＊ ＊＊＊＊ ＊＊＊8 907",
		"37\u200b9999199001010037":            "37\u200b9＊＊＊＊＊＊＊＊＊＊＊0037",
		"我叫张三，住东湖路18号3栋2单元501室":               "我叫张三，住东湖路18号3栋2单元501室",
		"379999199001010038 的末位不对":            "379999199001010038 的末位不对",
	} {
		got, found := pii.MaskStrong(text)
		if got != want || (len(found) > 0) != (got != text) {
			t.Errorf("%q masked is %q with %v, want %q", text, got, found, want)
		}
	}
}

// Masking again changes nothing, and every rune but the hidden ones stays.
func TestMaskKeepsPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		masked, found := pii.MaskStrong(text)
		if again, more := pii.MaskStrong(masked); again != masked || more != nil {
			t.Fatalf("%q is %q, then %q with %v", text, masked, again, more)
		}
		before, after := []rune(text), []rune(masked)
		if len(before) != len(after) {
			t.Fatalf("%d runes, then %d", len(before), len(after))
		}
		for i := range before {
			inside := slices.ContainsFunc(found, func(f pii.Finding) bool { return f.From <= i && i < f.To })
			if before[i] != after[i] && !inside {
				t.Fatalf("rune %d of %q changed outside %v", i, text, found)
			}
		}
	})
}

func TestResidue(t *testing.T) {
	const text = "我叫张三，电话13800001234，卡6222000012345678907"
	phone := feedback.Redaction{From: 7, To: 18, Kind: feedback.HiddenPhone}
	card := feedback.Redaction{From: 20, To: 39, Kind: feedback.HiddenBank}
	for name, c := range map[string]struct {
		spans []feedback.Redaction
		want  string
	}{
		"nothing hidden":       {nil, "我叫张三，电话⟦phone:13800001234⟧，卡⟦bank:6222000012345678907⟧"},
		"one hidden":           {[]feedback.Redaction{phone}, "我叫张三，电话13800001234，卡⟦bank:6222000012345678907⟧"},
		"both hidden":          {[]feedback.Redaction{phone, card}, text},
		"inner figures hidden": {[]feedback.Redaction{{From: 10, To: 14, Kind: feedback.HiddenPhone}, card}, text},
		"beyond the text":      {[]feedback.Redaction{phone, card, {From: 90, To: 99}}, text},
		"only what is between": {[]feedback.Redaction{phone, {From: 19, To: 20}}, "我叫张三，电话13800001234，卡⟦bank:6222000012345678907⟧"},
	} {
		if got := shownAs(text, pii.Residue(text, c.spans)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	public := pii.Finder{Public: []string{"138 0000 1234"}}
	if got := public.Residue("请打13800001234", nil); len(got) != 0 {
		t.Errorf("a public number holds up publishing: %v", got)
	}
}

// Cutting a punctuation mark between figures leaves them as readable as ever.
func TestResidueSeesThroughCuts(t *testing.T) {
	const text = "电话138，0000，1234"
	spans := []feedback.Redaction{{From: 5, To: 6, Kind: feedback.HiddenOther}, {From: 10, To: 11, Kind: feedback.HiddenOther}}
	if got := pii.Residue(text, spans); len(got) != 1 || got[0].From != 2 || got[0].To != utf8.RuneCountInString(text) {
		t.Errorf("residue is %v", got)
	}
}

func TestMasked(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "身份证11010519491231002X，卡6222 0212 3456 7890 128": 2, "＊＊＊": 0, "打了＊＊＊＊＊＊的人": 1,
	} {
		hidden, _ := pii.MaskStrong(text)
		if got := pii.Masked(hidden); got != want {
			t.Errorf("%s: %d, want %d", hidden, got, want)
		}
	}
}

func TestLeaks(t *testing.T) {
	hidden := []string{"138 0000 1234", "张三丰", "a<b>&c", "𠮷野家", "李"}
	for name, c := range map[string]struct {
		published string
		want      []string
	}{
		"as it was":            {"电话138 0000 1234。", hidden[:1]},
		"other spelling":       {"１３８-００００\u200b1234", hidden[:1]},
		"brackets":             {"(138)00001234", hidden[:1]},
		"marked up":            {"<p>138<mark>0000</mark><wbr>1234</p>", hidden[:1]},
		"in an attribute":      {`<input value="张三丰">`, hidden[1:2]},
		"entities":             {"&#x5f20;三&#20016; a&lt;b&gt;&amp;c", hidden[1:3]},
		"JSON":                 {`{"text":"\u5f20\u4e09\u4e30 a\u003cb\u003e\u0026c \ud842\udfb7野家"}`, hidden[1:4]},
		"a line end within":    {`{"text":"138\n00001234"}`, hidden[:1]},
		"nothing":              {"<p>电话【已遮盖：电话】，李先生</p>", nil},
		"a part is no leak":    {"138 0000", nil},
		"nothing to go out":    {"", nil},
		"broken tags and text": {"<<<张三丰", hidden[1:2]},
	} {
		if got := pii.Leaks([]byte(c.published), hidden); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := pii.Leaks([]byte("任何"), []string{"", " ", "任"}); got != nil {
		t.Errorf("too little to seek is found: %q", got)
	}
}
