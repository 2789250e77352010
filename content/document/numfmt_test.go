package document

import "testing"

func TestFormatNumber(t *testing.T) {
	for _, x := range []struct {
		n            int
		format, want string
	}{
		{1, "decimal", "1"}, {12, "decimalFullWidth", "１２"}, {7, "decimalZero", "07"}, {12, "decimalZero", "12"},
		{1, "chineseCounting", "一"}, {10, "chineseCounting", "十"}, {11, "chineseCounting", "十一"}, {20, "chineseCounting", "二十"}, {99, "chineseCounting", "九十九"},
		{100, "chineseCounting", "一○○"}, {10, "chineseCountingThousand", "十"}, {100, "chineseCountingThousand", "一百"}, {101, "chineseCountingThousand", "一百零一"},
		{110, "chineseCountingThousand", "一百一十"}, {111, "chineseCountingThousand", "一百一十一"}, {1001, "chineseCountingThousand", "一千零一"},
		{10010, "chineseCountingThousand", "一万零一十"}, {0, "chineseCountingThousand", "零"}, {10, "ideographDigital", "一〇"}, {21, "ideographDigital", "二一"},
		{10, "japaneseCounting", "十"}, {101, "japaneseCounting", "百一"}, {110, "japaneseCounting", "百十"}, {10000, "japaneseCounting", "一万"},
		{10, "chineseLegalSimplified", "壹拾"}, {25, "chineseLegalSimplified", "贰拾伍"},
		{1, "decimalEnclosedCircle", "①"}, {20, "decimalEnclosedCircleChinese", "⑳"}, {21, "decimalEnclosedCircleChinese", "㉑"}, {51, "decimalEnclosedCircleChinese", "51"},
		{3, "decimalEnclosedParen", "⑶"}, {2, "ideographTraditional", "乙"}, {12, "ideographZodiac", "亥"},
		{1, "upperLetter", "A"}, {26, "lowerLetter", "z"}, {27, "lowerLetter", "aa"}, {54, "upperLetter", "BBB"},
		{4, "upperRoman", "IV"}, {1994, "lowerRoman", "mcmxciv"}, {0, "upperRoman", "0"}, {5, "none", ""}, {3, "numberInDash", "- 3 -"},
	} {
		if got, known := formatNumber(x.n, x.format); got != x.want || !known {
			t.Errorf("%d as %s: %q, want %q", x.n, x.format, got, x.want)
		}
	}
	if got, known := formatNumber(5, "hebrew1"); got != "5" || known {
		t.Errorf("an unknown format: %q, %v", got, known)
	}
}

func TestJoin(t *testing.T) {
	for _, x := range []struct{ number, suffix, text, want string }{
		{"一、", "tab", "总体情况", "一、总体情况"}, {"1.", "tab", "重视不够", "1.重视不够"}, {"1.", "tab", "PPP项目", "1. PPP项目"}, {"1", "tab", "重视", "1 重视"},
		{"（一）", "space", "甲", "（一） 甲"}, {"1", "nothing", "甲", "1甲"}, {"①", "tab", "甲", "①甲"}, {"", "tab", "甲", "甲"}, {"1.", "tab", "", "1."},
	} {
		if got := join(x.number, x.suffix, x.text); got != x.want {
			t.Errorf("%q + %q: %q, want %q", x.number, x.text, got, x.want)
		}
	}
}
