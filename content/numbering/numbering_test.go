package numbering_test

import (
	"testing"

	"rectify/content/numbering"
)

func TestRead(t *testing.T) {
	for _, x := range []struct {
		line    string
		kind    numbering.Kind
		ordinal int
		text    string
		rest    string
	}{
		{"一、总体情况", numbering.Han, 1, "一、", "总体情况"},
		{"九十九、其他", numbering.Han, 99, "九十九、", "其他"},
		{"十、x", numbering.Han, 10, "十、", "x"},
		{"十二、x", numbering.Han, 12, "十二、", "x"},
		{"二十、x", numbering.Han, 20, "二十、", "x"},
		{"三、\u3000全角空格", numbering.Han, 3, "三、", "全角空格"},
		{"（一）学习不深入", numbering.HanPar, 1, "（一）", "学习不深入"},
		{"(一) half", numbering.HanPar, 1, "(一)", "half"},
		{"（十二)mixed", numbering.HanPar, 12, "（十二)", "mixed"},
		{"（ 三 ）空", numbering.HanPar, 3, "（ 三 ）", "空"},
		{"1.问题", numbering.Arabic, 1, "1.", "问题"},
		{"１．全角", numbering.Arabic, 1, "１．", "全角"},
		{"1、顿号", numbering.Arabic, 1, "1、", "顿号"},
		{"  12. 空格", numbering.Arabic, 12, "12.", "空格"},
		{"①具体", numbering.Circled, 1, "①", "具体"},
		{"⑳x", numbering.Circled, 20, "⑳", "x"},
		{"㉑x", numbering.Circled, 21, "㉑", "x"},
		{"㉟x", numbering.Circled, 35, "㉟", "x"},
		{"㊱x", numbering.Circled, 36, "㊱", "x"},
		{"㊿x", numbering.Circled, 50, "㊿", "x"},
		{"（1）第四层", numbering.Par, 1, "（1）", "第四层"},
		{"(１２)全角", numbering.Par, 12, "(１２)", "全角"},
		{"二．下步安排", numbering.Han, 2, "二．", "下步安排"},
		{"（一）、财务", numbering.HanPar, 1, "（一）、", "财务"},
		{"(2).采购", numbering.Par, 2, "(2).", "采购"},
		{"①、采购", numbering.Circled, 1, "①、", "采购"},
		{"㈡队伍", numbering.HanPar, 2, "㈡", "队伍"},
		{"⒈ 责任", numbering.Arabic, 1, "⒈", "责任"},
		{"⒛责任", numbering.Arabic, 20, "⒛", "责任"},
		{"⑴考勤", numbering.Par, 1, "⑴", "考勤"},
		{"⒇考勤", numbering.Par, 20, "⒇", "考勤"},
		{"1）政策", numbering.Closed, 1, "1）", "政策"},
		{"12)政策", numbering.Closed, 12, "12)", "政策"},
		// What looks like a number and is none.
		{"1.5倍", numbering.None, 0, "", "1.5倍"},
		{"１．５倍", numbering.None, 0, "", "１．５倍"},
		{"2023）工作", numbering.None, 0, "", "2023）工作"},
		{"0)工作", numbering.None, 0, "", "0)工作"},
		{"2023年工作", numbering.None, 0, "", "2023年工作"},
		{"2023.年", numbering.None, 0, "", "2023.年"},
		{"一是加强领导", numbering.None, 0, "", "一是加强领导"},
		{"一.五倍", numbering.None, 0, "", "一.五倍"},
		{"0.零", numbering.None, 0, "", "0.零"},
		{"一十十、x", numbering.None, 0, "", "一十十、x"},
		{"一二、x", numbering.None, 0, "", "一二、x"},
		{"（见附件）x", numbering.None, 0, "", "（见附件）x"},
		{"（一", numbering.None, 0, "", "（一"},
		{"、x", numbering.None, 0, "", "、x"},
		{"问题一、二", numbering.None, 0, "", "问题一、二"},
		{"", numbering.None, 0, "", ""},
	} {
		m, rest := numbering.Read(x.line)
		if m.Kind != x.kind || m.Ordinal != x.ordinal || m.Text != x.text || rest != x.rest {
			t.Errorf("Read(%q) = %+v, %q; want kind %d, ordinal %d, text %q, rest %q", x.line, m, rest, x.kind, x.ordinal, x.text, x.rest)
		}
	}
}

// Every number up to 99 is read as it is written, and only so.
func TestHanNumberCountsToNinetyNine(t *testing.T) {
	digits := []rune("一二三四五六七八九")
	for v := 1; v <= 99; v++ {
		s := ""
		if v >= 20 {
			s = string(digits[v/10-1])
		}
		if v >= 10 {
			s += "十"
		}
		if v%10 > 0 {
			s += string(digits[v%10-1])
		}
		if got, ok := numbering.HanNumber(s); !ok || got != v {
			t.Errorf("HanNumber(%q) = %d, %v, want %d", s, got, ok, v)
		}
	}
	for _, s := range []string{"", "零", "百", "十十", "一一", "二十十", "一百", "1", "十一二"} {
		if v, ok := numbering.HanNumber(s); ok {
			t.Errorf("HanNumber(%q) = %d, want none", s, v)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"一、x", "（1）", "①", "１．５", "（\xff）"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		m, rest := numbering.Read(line)
		if (m.Kind == numbering.None) != (m.Text == "") || m.Kind != numbering.None && m.Ordinal < 1 {
			t.Errorf("Read(%q) = %+v", line, m)
		}
		if len(m.Text)+len(rest) > len(line) {
			t.Errorf("Read(%q) makes up text: %q + %q", line, m.Text, rest)
		}
	})
}
