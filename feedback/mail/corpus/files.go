package corpus

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"rectify/feedback/mail"
)

// files: what comes beside the text.
func (g *generator) files() {
	s := "您好，会议安排有误，请更正。"
	text := part("text/plain; charset=utf-8", s)
	mixed := func(parts ...string) func() []byte {
		return fixed([]byte(g.head("附件", "Content-Type: multipart/mixed; boundary=f") + "\r\n" + multi("f", parts...)))
	}
	event := "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	uu := "begin 644 说明.txt\r\n#8V%T\r\n`\r\nend\r\n"
	for _, c := range []Case{
		{Name: "calendar", Make: mixed(text, part("text/calendar; method=REQUEST", event)), Text: s, Marks: []mail.Mark{mail.Calendar}, Files: 1},
		{Name: "calendar file", Make: mixed(text, part("application/ics; name=invite.ics", event)), Text: s, Marks: []mail.Mark{mail.Calendar}, Files: 1},
		{Name: "calendar alone", Make: fixed([]byte(g.head("会议", "Content-Type: text/calendar; method=REQUEST") + "\r\n" + event)), Marks: []mail.Mark{mail.Calendar}, Files: 1},
		{Name: "tnef", Make: mixed(text, part("application/ms-tnef; name=winmail.dat", encode("base64", []byte("\x78\x9f\x3e\x22tnef")), "Content-Transfer-Encoding: base64")), Text: s, Marks: []mail.Mark{mail.TNEF}, Files: 1},
		{Name: "tnef by name", Make: mixed(text, part("application/octet-stream; name=WINMAIL.DAT", "x")), Text: s, Marks: []mail.Mark{mail.TNEF}, Files: 1},
		{Name: "uuencode", Make: fixed(g.plain("附件", s+"\n\n"+strings.ReplaceAll(uu, "\r\n", "\n"))), Text: s, NotText: "#8V%T", Marks: []mail.Mark{mail.UUEncoded}, Files: 1},
		{Name: "uuencode never ended", Make: fixed(g.plain("附件", s+"\nbegin 644 a.txt\n#8V%T\n")), Text: "#8V%T"},
		{Name: "a sentence with begin", Make: fixed(g.plain("x", "begin 644 times again\n"+s)), Text: "begin 644 times again\n" + s},
		{Name: "forward as a file", Make: mixed(text, part("message/rfc822", string(g.plain("原信", "里面的话")))), Text: s, Quoted: "里面的话", Marks: []mail.Mark{mail.Nested}, Files: 1},
		{Name: "digest", Make: fixed([]byte(g.head("汇总", "Content-Type: multipart/digest; boundary=d") + "\r\n" + multi("d", "\r\n"+string(g.plain("一", "第一封")), "\r\n"+string(g.plain("二", "第二封"))))), Text: "第二封", Marks: []mail.Mark{mail.Nested}, Files: 2},
		{Name: "two texts", Make: mixed(text, part("text/plain; charset=utf-8", "还有一句。")), Text: "还有一句。"},
		{Name: "text as a file", Make: mixed(text, part("text/plain; name=a.txt", "不是正文", "Content-Disposition: attachment; filename=a.txt")), Text: s, NotText: "不是正文", Files: 1},
		{Name: "picture alone", Make: fixed([]byte(g.head("照片", "Content-Type: image/png; name=a.png", "Content-Transfer-Encoding: base64") + "\r\n" + encode("base64", []byte("\x89PNG")))), Files: 1},
		{Name: "enriched", Make: fixed([]byte(g.head("x", "Content-Type: text/enriched; charset=utf-8") + "\r\n<bold>" + s + "</bold> <<b>\r\n\r\n<color><param>red</param>红</color>\r\n")), Text: s + " <b>\n红"},
		{Name: "plain part only points to the other", Make: fixed([]byte(g.head("x", "Content-Type: multipart/alternative; boundary=a") + "\r\n" + multi("a", part("text/plain", "see html"), part("text/html; charset=utf-8", "<p>"+strings.Repeat(s, 5)+"</p>")))), Text: s},
	} {
		g.add(c)
	}
}

// sealed: signed and encrypted mail is shown as such and never opened.
func (g *generator) sealed() {
	s := "您好，以下为签名的意见，请核实。"
	text := part("text/plain; charset=utf-8", s)
	sig := func(kind string) string {
		return part(kind, encode("base64", []byte("sig")), "Content-Transfer-Encoding: base64")
	}
	for _, c := range []Case{
		{Name: "smime signed", Make: fixed([]byte(g.head("x", `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=s`) + "\r\n" + multi("s", text, sig("application/pkcs7-signature; name=smime.p7s")))), Text: s, Marks: []mail.Mark{mail.SignedMark}, Files: 1},
		{Name: "smime signed opaque", Make: fixed([]byte(g.head("x", "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "Content-Transfer-Encoding: base64") + "\r\n" + encode("base64", []byte("opaque")))), Marks: []mail.Mark{mail.SignedMark}, Files: 1},
		{Name: "smime encrypted", Make: fixed([]byte(g.head("x", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "Content-Transfer-Encoding: base64") + "\r\n" + encode("base64", []byte("secret")))), Kind: mail.Broken, Marks: []mail.Mark{mail.EncryptedMark}, Files: 1},
		{Name: "pgp signed", Make: fixed([]byte(g.head("x", `Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=s`) + "\r\n" + multi("s", text, part("application/pgp-signature", "-----BEGIN PGP SIGNATURE-----")))), Text: s, Marks: []mail.Mark{mail.SignedMark}, Files: 1},
		{Name: "pgp encrypted", Make: fixed([]byte(g.head("x", `Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=s`) + "\r\n" + multi("s", part("application/pgp-encrypted", "Version: 1"), part("application/octet-stream", "-----BEGIN PGP MESSAGE-----")))), Kind: mail.Broken, Marks: []mail.Mark{mail.EncryptedMark}, Files: 2},
		{Name: "pgp in the text", Make: fixed(g.plain("x", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----")), Kind: mail.Broken, Marks: []mail.Mark{mail.EncryptedMark}},
		{Name: "pgp signed in the text", Make: fixed(g.plain("x", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"+s+"\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----")), Text: s, Marks: []mail.Mark{mail.SignedMark}},
	} {
		g.add(c)
	}
}

// names: file names in every way that programs write them.
func (g *generator) names() {
	s := "见附件，请核实。"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("情况说明.doc")
	if err != nil {
		panic("corpus: " + err.Error()) // the name is ours
	}
	utf := "情况说明.doc"
	for i, d := range []string{
		`attachment; filename="` + word("utf-8", []byte(utf)) + `"`,
		`attachment; filename="` + word("gb2312", []byte(gb)) + `"`,
		`attachment; filename=` + word("utf-8", []byte(utf)),
		"attachment; filename*=utf-8''%E6%83%85%E5%86%B5%E8%AF%B4%E6%98%8E.doc",
		"attachment; filename*0*=utf-8''%E6%83%85%E5%86%B5; filename*1*=%E8%AF%B4%E6%98%8E; filename*2=.doc",
		`attachment; filename="` + gb + `"`,
		`attachment; filename="` + utf + `"`,
		"attachment; filename=" + utf,
		`attachment; filename="../../` + utf + `"`,
		`attachment; filename="C:\temp\` + utf + `"`,
	} {
		raw := g.head("附件", "Content-Type: multipart/mixed; boundary=f") + "\r\n" +
			multi("f", part("text/plain; charset=utf-8", s), part("application/msword", "doc", "Content-Disposition: "+d))
		g.add(Case{Name: fmt.Sprintf("file name %d", i), Make: fixed([]byte(raw)), Text: s, Files: 1})
	}
}

// copies: the same message by two ways must be known as one.
func (g *generator) copies() {
	for i, change := range []func(string) string{
		func(m string) string { return "Received: from other.example.net by mx2.example.gov.cn; x\r\n" + m },
		func(m string) string {
			return "Delivered-To: yijian@example.gov.cn\r\nReturn-Path: <x@example.net>\r\n" + m
		},
		func(m string) string { return strings.Replace(m, "To: ", "Cc: ", 1) },
		func(m string) string { return strings.ReplaceAll(m, "\r\n", "\n") },
		func(m string) string { return m + "\r\n\r\n" },
		func(m string) string { return "Authentication-Results: mx; spf=pass\r\nX-Spam-Score: 1\r\n" + m },
	} {
		s := g.sentence()
		first := string(g.plain("两份", s))
		name := fmt.Sprintf("copy %d", i)
		g.add(Case{Name: name, Make: fixed([]byte(first)), Text: s})
		g.add(Case{Name: name + " again", Make: fixed([]byte(change(first))), Text: s, Twin: name})
	}
	s := g.sentence()
	for _, te := range []string{"8bit", "base64", "quoted-printable"} {
		raw := g.world.top("Message-ID: <same@example.net>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "+te) + encode(te, []byte(s))
		c := Case{Name: "carried as " + te, Make: fixed([]byte(raw)), Text: s}
		if te != "8bit" {
			c.Twin = "carried as 8bit"
		}
		g.add(c)
	}
}
