package feedback_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"rectify/feedback"
)

// T12, T79: words are hidden as readers see them. What cannot be seen inside a
// name must not keep it from being found, and shown, again.
func TestHidingSeesWhatReadersSee(t *testing.T) {
	for name, x := range map[string]struct{ text, words, want string }{
		"zero width within":    {"张\u200b三说，张三走了", "张三", "█说，█走了"},
		"direction within":     {"电话138\u202d0000\u202c1234。", "13800001234", "电话█。"},
		"zero width in words":  {"张三", "张\u2060三", "█"},
		"it overlaps itself":   {"131313元", "1313", "█元"},
		"tags within":          {"张\U000e0041三", "张三", "█"},
		"several bytes a rune": {"𠮷野家在吉野", "𠮷野", "█家在吉野"},
		"across a line end":    {"张\n三", "张\n三", "█"},
	} {
		t.Run(name, func(t *testing.T) {
			spans, missing := feedback.FindMarks(x.text, []feedback.Mark{{Words: x.words, Kind: feedback.HiddenName}})
			if got := shown(x.text, spans); got != x.want || len(missing) > 0 {
				t.Errorf("shows %q, missing %q; want %q", got, missing, x.want)
			}
		})
	}
	if _, missing := feedback.FindMarks("原样", []feedback.Mark{{Words: "\u200b"}}); len(missing) != 1 {
		t.Error("words that nobody can see are believed hidden")
	}
}

// Overlapping words become one span, and the form that edits it brings back
// the same: a rest of a word is never hidden in places that nobody meant.
func TestOverlapsAreJoined(t *testing.T) {
	const text = "东湖路18号院，号院之外"
	spans, _ := feedback.FindMarks(text, []feedback.Mark{{Words: "东湖路18号", Kind: feedback.HiddenAddress}, {Words: "8号院", Kind: feedback.HiddenOther}})
	if len(spans) != 1 || spans[0].Kind != feedback.HiddenAddress || shown(text, spans) != "█，号院之外" {
		t.Fatalf("spans are %+v: %s", spans, shown(text, spans))
	}
	again, _ := feedback.FindMarks(text, feedback.Marks(text, spans))
	if shown(text, again) != "█，号院之外" {
		t.Errorf("edited without a change it shows %s", shown(text, again))
	}
}

// Whatever is in text and words: no word that was found can be read in any
// piece that is shown, the rest is shown whole and in order, and nothing that
// was hidden comes back when the form is saved unchanged.
func TestHidingForAnyText(t *testing.T) {
	runes := rapid.RuneFrom([]rune("甲乙12\u200b\u202e👍\u200d\n𠮷"))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(runes, 0, 30, -1).Draw(t, "text")
		var marks []feedback.Mark
		for _, w := range rapid.SliceOfN(rapid.StringOfN(runes, 1, 3, -1), 0, 4).Draw(t, "words") {
			marks = append(marks, feedback.Mark{Words: w, Kind: rapid.SampledFrom(feedback.HiddenKinds()).Draw(t, "kind")})
		}
		spans, _ := feedback.FindMarks(text, marks)
		rest, at := "", 0
		all := []rune(text)
		for _, s := range spans {
			if s.From < at || s.To <= s.From || s.To > len(all) {
				t.Fatalf("spans %v do not fit %q", spans, text)
			}
			rest += string(all[at:s.From])
			at = s.To
		}
		rest += string(all[at:])
		seen := ""
		for _, seg := range feedback.Segments(text, spans) {
			if (seg.Text == "") == (seg.Cut == "") {
				t.Fatalf("a piece is both or neither: %+v", seg)
			}
			for _, m := range marks {
				if w := feedback.Visible(m.Words); w != "" && strings.Contains(seg.Text, w) {
					t.Fatalf("%q can still be read in %q", w, seg.Text)
				}
			}
			seen += seg.Text
		}
		if seen != feedback.Visible(rest) {
			t.Fatalf("shown is %q, not hidden was %q", seen, rest)
		}
		again, missing := feedback.FindMarks(text, feedback.Marks(text, spans))
		if len(missing) > 0 || !covers(again, spans) {
			t.Fatalf("saved unchanged, %v became %v; missing %q", spans, again, missing)
		}
	})
}

// covers reports whether everything in less is hidden by more.
func covers(more, less []feedback.Redaction) bool {
	hidden := map[int]bool{}
	for _, s := range more {
		for i := s.From; i < s.To; i++ {
			hidden[i] = true
		}
	}
	for _, s := range less {
		for i := s.From; i < s.To; i++ {
			if !hidden[i] {
				return false
			}
		}
	}
	return true
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"甲\u202a\u202b\u202c\u202d\u202e乙": "甲乙", "甲\u2066\u2067\u2068\u2069乙": "甲乙", "\u200e\u200f\u061c": "",
		"零\u200b宽\u2060\ufeff": "零宽", "软\u00ad连\u180e字": "软连字", "注\ufff9\ufffa\ufffb": "注", "标\U000e0041\U000e007f": "标",
		"控\x07\x1b[2J\u0085": "控[2J", "\u3164\uffa0": "", "\u206a\u2063": "",
		"行\n列\t": "行\n列\t", "👨‍👩‍👧 ❤️ é": "👨‍👩‍👧 ❤️ é", "ＡＢ　": "ＡＢ　",
	} {
		if got := feedback.Visible(in); got != want {
			t.Errorf("of %+q is left %+q, want %+q", in, got, want)
		}
		if n := feedback.HiddenRunes(in); n != utf8.RuneCountInString(in)-utf8.RuneCountInString(want) {
			t.Errorf("of %+q are hidden %d", in, n)
		}
	}
}

// Text in which nothing can be seen is no text, and such a name is no name.
func TestNothingToSee(t *testing.T) {
	for _, text := range []string{"\u200d", "\u200c\u200d", "\u3164", "\u2800", "\u0301\u0301", "\ufe0f", "\U000e0100", "\u2028", "\u034f"} {
		if _, faults := (feedback.Incoming{Text: text}).Check(); rule(faults, "text") != "required" {
			t.Errorf("text %+q: %v", text, faults)
		}
		if strings.ContainsRune(text, 0x2028) {
			continue // not on one line
		}
		in, faults := feedback.Incoming{Text: "x", Contact: feedback.Contact{Name: text, Email: text}}.Check()
		if len(faults) > 0 || !in.Empty() {
			t.Errorf("name and mailbox %+q: %+q, %v", text, in.Contact, faults)
		}
	}
}

// On a fault everything comes back as it was typed, also in the fields that
// are right: people go on from their own words.
func TestFaultChangesNothing(t *testing.T) {
	for name, typed := range map[string]feedback.Incoming{
		"no text":      {Text: " \r\n\u200b", Contact: feedback.Contact{Phone: "（０６００）５５５０１４２"}},
		"a bad name":   {Text: " 甲\r\n", Contact: feedback.Contact{Name: " \u200b周\n士 "}},
		"a long name":  {Text: " 甲\r\n", Contact: feedback.Contact{Name: strings.Repeat("\u200b周", 61)}},
		"a bad phone":  {Text: " 甲\r\n", Contact: feedback.Contact{Phone: " １２ ", Email: " A@X.CN "}},
		"a bad mail":   {Text: " 甲\r\n", Contact: feedback.Contact{Email: " ａ＠ "}},
		"a bad number": {Text: "甲", Notice: " n ", Item: strings.Repeat("9", 21)},
	} {
		if got, faults := typed.Check(); len(faults) == 0 || !reflect.DeepEqual(got, typed) {
			t.Errorf("%s: %v; %+v came back as %+v", name, faults, typed, got)
		}
	}
}

// Numbers as people write and paste them, an extension kept apart, and the
// same again when checked again.
func TestPhonesAreTidiedOnce(t *testing.T) {
	for typed, want := range map[string]string{
		"(+86) 138 0000 1234":                 "+8613800001234",
		"\u202d138\u00a00000\u20111234\u202c": "13800001234", // from an address book
		"0600–5550142":                        "06005550142",
		"0600.555.0142":                       "06005550142",
		"0600-5550142转801":                    "06005550142转801",
		"0600-5550142 # 801":                  "06005550142转801",
		"0600-5550142轉801":                    "06005550142转801",
		"＋86 0600 5550142":                    "+8606005550142",
		"400-810-1234":                        "4008101234",
		"13800001234转":                        "13800001234",
	} {
		once, faults := feedback.Incoming{Text: "x", Contact: feedback.Contact{Phone: typed}}.Check()
		twice, more := once.Check()
		if once.Phone != want || len(faults)+len(more) > 0 || !reflect.DeepEqual(twice, once) {
			t.Errorf("%+q is %q and %q, %v; want %q", typed, once.Phone, twice.Phone, faults, want)
		}
	}
	for _, typed := range []string{"1380000123转4", "转801", "06005550142转8转9", "86+13800001234", "138\x000000 1234", "1380000\u20281234", "０６００ー５５５"} {
		if in, faults := (feedback.Incoming{Text: "x", Contact: feedback.Contact{Phone: typed}}).Check(); rule(faults, "phone") == "" {
			t.Errorf("%+q passes as %q", typed, in.Phone)
		}
	}
}
