package corpus

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"rectify/feedback/mail"
)

// charsets: right, wrong, missing and unknown labels over every transfer encoding.
func (g *generator) charsets() {
	gb := simplifiedchinese.GB18030
	for _, c := range []struct {
		name, label, text string
		enc               encoding.Encoding
		marks             []mail.Mark
	}{
		{"GB18030 called gb2312", "gb2312", "朱镕喆反映：镕铸路整改后仍有路灯不亮，请核实。", gb, nil},
		{"gbk", "gbk", "喆喆：路灯整改后仍然不亮，请核实答复。", gb, nil},
		{"gb18030 beyond two bytes", "gb18030", "㐀字头的地名写错了，请更正㐀巷。", gb, nil},
		{"big5", "big5", "您好，青石路路燈整改後仍有三盞不亮，請核實後答覆。", traditionalchinese.Big5, nil},
		{"utf-8", "UTF-8", "您好，青石路整改后仍有三盏不亮。", unicode.UTF8, nil},
		{"hz", "hz-gb-2312", "青石路整改后仍然不亮，请核实。", simplifiedchinese.HZGB2312, nil},
		{"utf-16", "utf-16", "青石路整改后仍然不亮，请核实。", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil},
		{"no label, utf-8", "", "青石路整改后仍然不亮，请核实。", unicode.UTF8, []mail.Mark{mail.CharsetGuessed}},
		{"no label, gbk", "", "您好，青石路整改后仍然不亮，请核实后答复，谢谢。", gb, []mail.Mark{mail.CharsetGuessed}},
		{"no label, big5", "", "您好，青石路路燈整改後仍有三盞不亮，請核實後答覆，謝謝您。", traditionalchinese.Big5, []mail.Mark{mail.CharsetGuessed}},
		{"gbk called utf-8", "utf-8", "您好，青石路整改后仍然不亮，请核实后答复。", gb, []mail.Mark{mail.CharsetGuessed}},
		{"gbk called latin", "iso-8859-1", "您好，青石路整改后仍然不亮，请核实后答复。", gb, []mail.Mark{mail.CharsetGuessed}},
		{"utf-8 called ascii", "us-ascii", "您好，青石路整改后仍然不亮。", unicode.UTF8, []mail.Mark{mail.CharsetGuessed}},
		{"unknown label", "x-no-such-charset", "您好，青石路整改后仍然不亮，请核实后答复。", gb, []mail.Mark{mail.CharsetGuessed}},
	} {
		raw, err := c.enc.NewEncoder().Bytes([]byte(c.text))
		if err != nil {
			panic("corpus: " + c.name + ": " + err.Error()) // the pool is ours
		}
		if c.name == "hz" {
			raw = append(raw, "~}"...) // the encoder leaves its letters open
		}
		kind := "text/plain"
		if c.label != "" {
			kind += "; charset=" + c.label
		}
		for _, te := range []string{"base64", "quoted-printable", "8bit"} {
			if te == "8bit" && c.name == "utf-16" {
				continue // line breaks would be cut in two on the way
			}
			subject := "Subject: " + word(labelOr(c.label), raw)
			msg := g.head("", "Content-Type: "+kind, "Content-Transfer-Encoding: "+te, "X-"+subject)
			g.add(Case{Name: "charset " + c.name + " " + te, Make: fixed([]byte(msg + "\r\n" + encode(te, raw))), Text: c.text, Marks: c.marks})
		}
	}
	g.add(Case{Name: "utf-7", Make: fixed([]byte(g.head("utf-7", "Content-Type: text/plain; charset=utf-7") + "\r\n+YKhZfQ- +/ww- +APE-\r\n")), Kind: mail.Broken, Marks: []mail.Mark{mail.UTF7}, Text: "+YKhZfQ-"})
	g.add(Case{Name: "damaged gb18030", Make: fixed([]byte(g.head("x", "Content-Type: text/plain; charset=gb18030") + "\r\n\xc4\xfa\xba\xc3 \xff\xff \x81\r\n")), Kind: mail.Broken, Marks: []mail.Mark{mail.CharsetDamaged}, Text: "您好"})
	g.add(Case{Name: "one wrong byte in utf-8", Make: fixed([]byte(g.head("x", "Content-Type: text/plain; charset=utf-8") + "\r\n您好\x80，路灯不亮，请核实。\r\n")), Kind: mail.Broken, Marks: []mail.Mark{mail.CharsetDamaged}, Text: "路灯不亮"})
	g.add(Case{Name: "raw gbk in the subject", Make: fixed(append([]byte("From: citizen@example.net\r\nSubject: \xc4\xfa\xba\xc3\xa3\xac\xc2\xb7\xb5\xc6\xb2\xbb\xc1\xc1\r\n\r\n"), "正文里说路灯不亮。\r\n"...)), Text: "路灯不亮"})
}

func labelOr(label string) string {
	if label == "" {
		return "utf-8"
	}
	return label
}
