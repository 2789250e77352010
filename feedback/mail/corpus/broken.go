package corpus

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"rectify/feedback/mail"
)

// broken: messages that no standard allows.
func (g *generator) broken() {
	s := "您好，青石路整改后仍有三盏不亮，请核实。"
	mixed := func(more string) string { return g.head("破", "Content-Type: multipart/mixed; "+more) + "\r\n" }
	text := part("text/plain; charset=utf-8", s)
	for _, c := range []Case{
		{Name: "no end boundary", Make: fixed([]byte(mixed("boundary=x") + "--x\r\n" + text)), Text: s, Marks: []mail.Mark{mail.NoEnd}},
		{Name: "no boundary parameter", Make: fixed([]byte(mixed("charset=utf-8") + multi("x", text))), Kind: mail.Broken, Text: s, Marks: []mail.Mark{mail.NoBoundary}},
		{Name: "wrong boundary", Make: fixed([]byte(mixed("boundary=y") + multi("x", text))), Kind: mail.Broken, Text: s, Marks: []mail.Mark{mail.NoBoundary}},
		{Name: "empty boundary", Make: fixed([]byte(mixed(`boundary=""`) + multi("", text))), Kind: mail.Broken, Text: s},
		{Name: "prefix boundary", Make: fixed([]byte(mixed("boundary=x") + "--x\r\n" + part("multipart/alternative; boundary=xx", multi("xx", text)) + "\r\n--x--\r\n")), Text: s},
		{Name: "LF only", Make: fixed([]byte(strings.ReplaceAll(mixed("boundary=x")+multi("x", text), "\r\n", "\n"))), Text: s},
		{Name: "CRLF mixed with LF", Make: fixed([]byte(mixed("boundary=x") + strings.ReplaceAll(multi("x", text, text), "--x\r\n", "--x\n"))), Text: s},
		{Name: "part header broken", Make: fixed([]byte(mixed("boundary=x") + "--x\r\nthis is no field\r\n\r\nfirst\r\n" + multi("x", text))), Text: s, Marks: []mail.Mark{mail.HeaderBroken}},
		{Name: "part without header", Make: fixed([]byte(mixed("boundary=x") + "--x\r\n\r\n" + s + "\r\n--x--\r\n")), Text: s},
		{Name: "broken base64", Make: fixed([]byte(g.head("破", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64") + "\r\n5oKo5aW9!!5oKo\r\n5aW9=%%5oKo5aW9")), Text: "您好您好您好", Marks: []mail.Mark{mail.EncodingBroken}},
		{Name: "base64 cut inside a letter", Make: fixed([]byte(g.head("破", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64") + "\r\n5oKo5aW95a")), Kind: mail.Broken, Text: "您好", Marks: []mail.Mark{mail.CharsetDamaged}},
		{Name: "broken quoted-printable", Make: fixed([]byte(g.head("破", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable") + "\r\n=E6=82=A8=E5=A5=BD =ZZ 100=\r\n%=")), Text: "您好 =ZZ 100%", Marks: []mail.Mark{mail.EncodingBroken}},
		{Name: "unknown transfer encoding", Make: fixed([]byte(g.head("破", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: rot13") + "\r\n" + s)), Text: s, Marks: []mail.Mark{mail.EncodingOdd}},
		{Name: "NUL bytes", Make: fixed(g.plain("空\x00字节", strings.ReplaceAll(s, "，", "\x00，"))), Text: s, Marks: []mail.Mark{mail.NulBytes}},
		{Name: "bare CR", Make: fixed([]byte(g.head("x", "Content-Type: text/plain; charset=utf-8") + "\r\n" + s + "\rsecond\r\n")), Text: s + "\nsecond"},
		{Name: "header injection in an encoded word", Make: fixed([]byte("From: citizen@example.net\r\nSubject: " + word("utf-8", []byte("a\r\nBcc: victim@example.org\u2028x")) + "\r\n\r\n" + s)), Text: s},
		{Name: "mbox line on top", Make: fixed([]byte("From citizen@example.net Mon Mar  2 10:00:00 2026\n" + strings.ReplaceAll(g.head("x"), "\r\n", "\n") + "\n" + s)), Text: s},
		{Name: "header only", Make: fixed([]byte(g.head("只有标题的意见"))), Text: ""},
		{Name: "no header", Make: fixed([]byte("\r\n" + s)), Kind: mail.Broken, Text: s, Marks: []mail.Mark{mail.NoHeader}},
		{Name: "no empty line before the text", Make: fixed([]byte("From: a@example.net\r\n" + s + "\r\n\r\n" + s)), Text: s + "\n\n" + s, Marks: []mail.Mark{mail.HeaderBroken}},
		{Name: "text without a header", Make: fixed([]byte(s + "\r\n" + s)), Kind: mail.Broken, Text: s + "\n" + s, Marks: []mail.Mark{mail.NoHeader}},
		{Name: "random bytes", Make: fixed(g.noise(5000)), Kind: mail.Broken, Marks: []mail.Mark{mail.NoHeader}},
		{Name: "empty", Make: fixed([]byte("From: citizen@example.net\r\nDate: Mon, 02 Mar 2026 10:00:00 +0800\r\n\r\n")), Kind: mail.Empty},
		{Name: "blank", Make: fixed([]byte("From: citizen@example.net\r\nSubject: \r\n\r\n  \r\n\r\n\t\r\n")), Kind: mail.Empty},
		{Name: "nothing at all", Make: fixed(nil), Kind: mail.Broken, Marks: []mail.Mark{mail.NoHeader}},
		{Name: "no date, no sender", Make: fixed([]byte("Subject: x\r\n\r\n" + s)), Text: s, Marks: []mail.Mark{mail.FromInvalid, mail.DateInvalid, mail.NoMessageID}},
		{Name: "two senders", Make: fixed([]byte("From: a1@example.net, b@example.net\r\nFrom: c@example.net\r\n\r\n" + s)), Text: s, Marks: []mail.Mark{mail.FromSeveral}},
		{Name: "sender in quotes", Make: fixed([]byte("From: \"a> <b@evil\"@x.example\r\n\r\n" + s)), Text: s, Marks: []mail.Mark{mail.FromInvalid}},
		{Name: "date of the year 99999", Make: fixed([]byte("From: a2@example.net\r\nDate: Mon, 02 Mar 99999 10:00:00 +0800\r\n\r\n" + s)), Text: s, Marks: []mail.Mark{mail.DateInvalid}},
	} {
		g.add(c)
	}
}

func (g *generator) noise(n int) []byte {
	b := make([]byte, 0, n+8)
	for len(b) < n {
		b = binary.BigEndian.AppendUint64(b, g.rand.Uint64()|0x8080808080808080)
	}
	return b[:n]
}

// huge: what is large, deep or many.
func (g *generator) huge() {
	s := "您好，青石路整改后仍有三盏不亮，请核实。"
	nest := func(depth int) []byte {
		body := part("text/plain; charset=utf-8", s)
		for i := range depth {
			b := fmt.Sprintf("n%d", i)
			body = part("multipart/mixed; boundary="+b, multi(b, body))
		}
		return []byte(strings.TrimSuffix(g.head("嵌套"), "\r\n") + "\r\n" + body)
	}
	forwards := func(depth int) []byte {
		body := string(g.plain("最里面", s))
		for range depth {
			body = g.head("转发", "Content-Type: message/rfc822") + "\r\n" + body
		}
		return []byte(body)
	}
	to := func(n int) string {
		var out strings.Builder
		for i := range n {
			fmt.Fprintf(&out, "\r\n r%d@example.net,", i)
		}
		return out.String()
	}
	for _, c := range []Case{
		{Name: "20 levels", Make: fixed(nest(20)), Text: s},
		{Name: "21 levels", Make: fixed(nest(21)), Kind: mail.Broken, Marks: []mail.Mark{mail.DepthCut}, Files: 1},
		{Name: "100 levels", Make: fixed(nest(100)), Kind: mail.Broken, Marks: []mail.Mark{mail.DepthCut}, Files: 1},
		{Name: "5 forwards", Make: fixed(forwards(5)), Marks: []mail.Mark{mail.Nested}, Text: s, Files: 5},
		{Name: "100 forwards", Make: fixed(forwards(100)), Kind: mail.Broken, Marks: []mail.Mark{mail.DepthCut, mail.Nested}},
		{Name: "10,000 parts", Make: func() []byte {
			return []byte(g.world.top("Content-Type: multipart/mixed; boundary=p") + multi("p", append([]string{part("text/plain; charset=utf-8", s)}, many(10000, part("image/gif", "GIF"))...)...))
		}, Kind: mail.Broken, Text: s, Marks: []mail.Mark{mail.PartsCut}},
		{Name: "10,000 recipients", Make: fixed([]byte("From: a3@example.net\r\nTo: yijian@example.gov.cn," + to(9999) + "\r\n\r\n" + s)), Text: s},
		{Name: "20,000 recipients", Make: fixed([]byte("From: a4@example.net\r\nTo:" + to(20000) + "\r\n\r\n" + s)), Text: s, Marks: []mail.Mark{mail.AddressesCut}},
		{Name: "3 MB header", Make: func() []byte {
			return []byte("From: a5@example.net\r\nX-Big: " + strings.Repeat("x", 3<<20) + "\r\nSubject: x\r\n\r\n" + s)
		}, Kind: mail.Broken, Text: s, Marks: []mail.Mark{mail.HeaderCut}},
		{Name: "100,000 fields", Make: func() []byte {
			return []byte("From: a6@example.net\r\n" + strings.Repeat("X: y\r\n", 100000) + "\r\n" + s)
		}, Kind: mail.Broken, Text: s, Marks: []mail.Mark{mail.HeaderCut}},
		{Name: "10,000 bad encoded words", Make: func() []byte {
			return []byte("From: a7@example.net\r\nSubject: " + strings.Repeat("=?utf-8?q?", 10000) + "\r\nTo: " + strings.Repeat("=?x?b?", 10000) + "\r\n\r\n" + s)
		}, Text: s},
		{Name: "10,000 nested comments", Make: func() []byte {
			return []byte("From: " + strings.Repeat("(", 10000) + "a@example.net\r\n\r\n" + s)
		}, Text: s, Marks: []mail.Mark{mail.FromInvalid}},
		{Name: "25 MB attachment", Make: func() []byte {
			big := encode("base64", bytes.Repeat([]byte("photo"), 18<<20/5))
			return []byte(g.world.top("Content-Type: multipart/mixed; boundary=p") + multi("p", part("text/plain; charset=utf-8", s), part("image/jpeg; name=a.jpg", big, "Content-Transfer-Encoding: base64")))
		}, Text: s, Files: 1},
		{Name: "25 MB of text", Make: func() []byte {
			return []byte(g.world.top("Content-Type: text/plain") + strings.Repeat("a long line of text\r\n", 24<<20/21))
		}, Kind: mail.Broken, Text: "a long line", Marks: []mail.Mark{mail.TextCut}},
		{Name: "25 MB in one line", Make: func() []byte {
			return []byte(g.world.top("Content-Type: text/html") + strings.Repeat("<b>x", 24<<20/4))
		}, Kind: mail.Broken, Text: "x", Marks: []mail.Mark{mail.TextCut}},
		{Name: "25 MB of boundaries", Make: func() []byte {
			return []byte(g.world.top("Content-Type: multipart/mixed; boundary=p") + strings.Repeat("--p\r\n", 24<<20/5))
		}, Kind: mail.Broken, Marks: []mail.Mark{mail.PartsCut}},
		{Name: "20 MB of quoted-printable", Make: func() []byte {
			return []byte(g.world.top("Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: quoted-printable") + strings.Repeat("=41=42=43\r\n", 20<<20/11))
		}, Files: 1},
		{Name: "10,000 references", Make: func() []byte {
			return []byte("From: a8@example.net\r\nReferences: " + strings.Repeat("<a@example.net> ", 10000) + "\r\n\r\n" + s)
		}, Text: s},
	} {
		g.add(c)
	}
}

// top is a short head; it takes no random numbers, so that Make can be called again.
func (w World) top(more string) string {
	return "From: citizen@example.net\r\nTo: " + string(w.Address.Plain()) + "\r\nSubject: x\r\nDate: Mon, 02 Mar 2026 10:00:00 +0800\r\n" + more + "\r\n\r\n"
}

func many(n int, s string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = s
	}
	return list
}
