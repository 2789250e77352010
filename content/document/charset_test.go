package document_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"rectify/content/document"
)

const (
	simple      = "中共临水市文化馆党组关于巡察整改进展情况的通报\r\n　　根据市委统一部署，2026年1月5日至3月5日，市委巡察组对文化馆开展了巡察。\r\n一、整改工作开展情况\r\n（一）统一思想，提高站位。"
	traditional = "臨水市文化館關於整改進展情況的通報\n　　根據市委統一部署，巡察組對文化館開展了巡察，現將整改情況予以公布。\n一、整改工作開展情況\n（一）統一思想，提高站位。"
)

func encodings() map[string]encoding.Encoding {
	return map[string]encoding.Encoding{
		"UTF-8": unicode.UTF8, "GB18030": simplifiedchinese.GB18030, "Big5": traditionalchinese.Big5,
		"UTF-16LE": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "UTF-16BE": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	}
}

func encode(tb testing.TB, name, text string) []byte {
	tb.Helper()
	out, err := encodings()[name].NewEncoder().Bytes([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestEncodings(t *testing.T) {
	marks := map[string]string{"UTF-8": "\xef\xbb\xbf", "UTF-16LE": "\xff\xfe", "UTF-16BE": "\xfe\xff", "GB18030": "\x84\x31\x95\x33"}
	for name := range encodings() {
		text := simple
		if name == "Big5" {
			text = traditional
		}
		src := encode(t, name, text)
		for _, mark := range []string{"", marks[name]} {
			d := mustRead(t, "x.txt", append([]byte(mark), src...))
			if d.Encoding != name || squeezed(strings.Join(texts(d), "")) != squeezed(text) {
				t.Errorf("%s: read as %s: %v", name, d.Encoding, texts(d))
			}
			if _, told := remark(d, document.RemarkBOM); told != (mark != "") {
				t.Errorf("%s, mark %q: told %v", name, mark, told)
			}
		}
	}
	if d := mustRead(t, "x.txt", encode(t, "GB18030", traditional)); d.Encoding != "GB18030" {
		t.Errorf("traditional characters in GB18030 read as %s", d.Encoding)
	}
	if d := mustRead(t, "x.txt", []byte("plain words\n")); d.Encoding != "UTF-8" {
		t.Errorf("ASCII read as %s", d.Encoding)
	}
	if d := mustRead(t, "x.txt", []byte("བོད་ཡིག")); d.Encoding != "UTF-8" {
		t.Errorf("Tibetan in UTF-8 read as %s", d.Encoding)
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// sentence draws text as officials write it.
func sentence(t *rapid.T, alphabet string) string {
	all := []rune(alphabet)
	n := rapid.IntRange(12, 120).Draw(t, "length")
	var b strings.Builder
	for range n {
		switch rapid.IntRange(0, 12).Draw(t, "kind") {
		case 0:
			b.WriteString(rapid.SampledFrom([]string{"，", "。", "、", "（", "）", "：", "\n", "2026", "a"}).Draw(t, "sign"))
		default:
			b.WriteRune(rapid.SampledFrom(all).Draw(t, "letter"))
		}
	}
	return b.String()
}

// Whatever common text is written in whatever encoding: it is read right, or
// refused; never other letters.
func TestNeverWrongLetters(t *testing.T) {
	alphabets := map[string]string{"GB18030": simple, "UTF-8": simple, "UTF-16LE": simple, "UTF-16BE": simple, "Big5": traditional}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"GB18030", "UTF-8", "UTF-16LE", "UTF-16BE", "Big5"}).Draw(t, "encoding")
		text := sentence(t, squeezed(strings.Map(func(r rune) rune {
			if r < 0x3000 {
				return -1
			}
			return r
		}, alphabets[name])))
		src, err := encodings()[name].NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		d, err := document.Read(context.Background(), "x.txt", src)
		if err != nil {
			if !errors.Is(err, document.ErrEncoding) {
				t.Fatal(err)
			}
			return
		}
		if got := squeezed(strings.Join(texts(d), "")); got != squeezed(text) {
			t.Fatalf("%s read as %s: %q, not %q", name, d.Encoding, got, text)
		}
	})
}

// T50: a page that names an encoding which it does not have is read in the one
// that it has, and that is said.
func TestFalseClaims(t *testing.T) {
	page := func(claim, text string) string {
		return `<html><head><meta http-equiv="Content-Type" content="text/html; charset=` + claim + `"><title>2026</title></head><body><p>` + text + `</p></body></html>`
	}
	for _, x := range []struct{ claim, is, text string }{{"utf-8", "GB18030", simple}, {"gb2312", "UTF-8", simple}, {"big5", "GB18030", simple}, {"gbk", "Big5", traditional}, {"utf-8", "UTF-16LE", simple}} {
		d := mustRead(t, "x.html", encode(t, x.is, page(x.claim, x.text)))
		m, ok := remark(d, document.RemarkEncoding)
		if x.is == "UTF-16LE" {
			ok, m.Args = true, []any{x.claim, x.is} // the claim itself is in UTF-16 there, so nobody can go by it
		}
		if d.Encoding != x.is || !ok || len(m.Args) != 2 || m.Args[0] != x.claim || m.Args[1] != x.is {
			t.Errorf("%s said to be %s: read as %s, %+v", x.is, x.claim, d.Encoding, d.Remarks)
		}
	}
	for _, claim := range []string{"gbk", "gb2312", "GB18030"} {
		d := mustRead(t, "x.html", encode(t, "GB18030", page(claim, simple)))
		if _, ok := remark(d, document.RemarkEncoding); ok {
			t.Errorf("%s is no false claim", claim)
		}
	}
}

func utf7(s string) string {
	var raw []byte
	for _, u := range utf16.Encode([]rune(s)) {
		raw = append(raw, byte(u>>8), byte(u))
	}
	return "+" + base64.RawStdEncoding.EncodeToString(raw) + "-"
}

func TestEncodingErrors(t *testing.T) {
	gb := encode(t, "GB18030", simple)
	for _, x := range []struct {
		name, src, mention string
		line               int
	}{
		{"nul", "整改\n情况\x00通报", "nul", 2}, {"nul in ASCII", "a\nb\nc\x00d", "nul", 3},
		{"invalid UTF-8", simple + "\n坏\xff字", "invalid UTF-8", 5}, {"cut UTF-8", simple[:len(simple)-1], "invalid UTF-8", 4},
		{"invalid GB18030", string(gb) + "\n\xff\n" + string(gb), "invalid GB18030", 5}, {"odd UTF-16", "\xff\xfe" + string(encode(t, "UTF-16LE", simple)) + "x", "invalid UTF-16LE", 4},
		{"UTF-7", "a " + utf7("整改情况的通报") + " b", "UTF-7", 0}, {"HZ", "~{VPNDNDWV~}", "HZ", 0}, {"ISO-2022", "\x1b$BABC\x1b(B", "ISO-2022", 0},
		{"UTF-32", "\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32", 0}, {"Latin", "caf\xe9 \xfc\xe4 na\xefve r\xe9sum\xe9", "undecided", 0}, {"noise", "\x81\x8d\xfe\x90\x01\xff", "undecided", 0},
	} {
		_, err := document.Read(context.Background(), "x.txt", []byte(x.src))
		var e *document.Error
		if !errors.Is(err, document.ErrEncoding) || !errors.As(err, &e) || !strings.Contains(e.Detail, x.mention) || e.Line != x.line {
			t.Errorf("%s: %v, want %s in line %d", x.name, err, x.mention, x.line)
		}
	}
	for _, fine := range []string{"call +8653512345678 or +86-535", "a+b+c/d+efgh-", "C++ +abc-"} {
		if _, err := document.Read(context.Background(), "x.txt", []byte(fine)); err != nil {
			t.Errorf("%s: %v", fine, err)
		}
	}
}

func TestText(t *testing.T) {
	d := mustRead(t, "x.txt", []byte("　　首行  \r\n\r\n断\f页\u200b零\u202e反\ufffd失\r末\x07行\n"))
	equal(t, texts(d), "　　首行", "断页零反\ufffd失", "末行")
	if d.Format != document.Text || d.Blocks[1].Line != 3 || d.Blocks[2].Line != 4 {
		t.Errorf("%+v", d.Blocks)
	}
	for _, code := range []string{document.RemarkFormFeed, document.RemarkZeroWidth, document.RemarkBidi, document.RemarkReplacement} {
		if m, ok := remark(d, code); !ok || m.Line != 3 {
			t.Errorf("%s: %+v", code, m)
		}
	}
	if m, ok := remark(d, document.RemarkControl); !ok || m.Line != 4 {
		t.Errorf("control: %+v", m)
	}
	if d := mustRead(t, "x.md", []byte("# 通报\n\n- 甲\n")); d.Format != document.Markdown || len(d.Blocks) != 2 {
		t.Errorf("%+v", d)
	}
	if d := mustRead(t, "x.txt", nil); len(d.Blocks) != 0 {
		t.Errorf("%+v", d)
	}
}
