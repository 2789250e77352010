package corpus

import (
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
)

// The pool from which letters are put together.
func streets() []string {
	return []string{"青石路", "河西大街", "柳荫巷", "镕铸路", "东湖北岸", "老粮站", "第三小学门口", "清水塘社区"}
}

func matters() []string {
	return []string{"路灯整改后仍有三盏不亮", "垃圾清运车每天早上五点扰民", "公示栏内容半年没有更新", "食堂账目希望按月公开", "河道排口夜间仍有异味", "窗口排队时间还是太长", "公车使用登记没有上墙", "项目招投标资料查不到"}
}

func asks() []string {
	return []string{"请核实后答复。", "盼望尽快解决，谢谢。", "希望公布整改时限。", "请告知责任单位。", "建议回头看一次。"}
}

func people() []string {
	return []string{"周小禾", "吴望山", "郑一诺", "冯如海", "陈知秋", "褚行舟"}
}

func (g *generator) pick(from []string) string { return from[g.rand.IntN(len(from))] }

func (g *generator) sentence() string {
	return fmt.Sprintf("您好，%s%s。%s", g.pick(streets()), g.pick(matters()), g.pick(asks()))
}

// head is the usual top of a letter; more are further fields, each a line.
func (g *generator) head(subject string, more ...string) string {
	g.n++
	who := g.pick(people())
	lines := append([]string{
		fmt.Sprintf("Received: from relay.example.net by mx.example.gov.cn; Mon, 02 Mar 2026 10:%02d:%02d +0800", g.n/60%60, g.n%60),
		fmt.Sprintf("From: %s <citizen%d@example.net>", word("utf-8", []byte(who)), g.n),
		"To: " + string(g.world.Address.Plain()),
		"Subject: " + word("utf-8", []byte(subject)),
		fmt.Sprintf("Date: Mon, 02 Mar 2026 09:%02d:%02d +0800", g.n/60%60, g.n%60),
		fmt.Sprintf("Message-ID: <m%d.%x@example.net>", g.n, g.rand.Uint64()),
		"MIME-Version: 1.0",
	}, more...)
	return strings.Join(lines, "\r\n") + "\r\n"
}

// word is an encoded word of RFC 2047.
func word(charset string, b []byte) string {
	return "=?" + charset + "?B?" + base64.StdEncoding.EncodeToString(b) + "?="
}

// plain is a letter in UTF-8.
func (g *generator) plain(subject, text string, more ...string) []byte {
	more = append(more, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")
	return []byte(g.head(subject, more...) + "\r\n" + crlf(text) + "\r\n")
}

func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// encode writes a body in a transfer encoding.
func encode(encoding string, b []byte) string {
	switch encoding {
	case "base64":
		var out strings.Builder
		text := base64.StdEncoding.EncodeToString(b)
		for len(text) > 76 {
			out.WriteString(text[:76] + "\r\n")
			text = text[76:]
		}
		return out.String() + text + "\r\n"
	case "quoted-printable":
		var out strings.Builder
		w := quotedprintable.NewWriter(&out)
		w.Binary = true
		_, _ = w.Write(b) // a Builder takes all
		_ = w.Close()
		return out.String() + "\r\n"
	}
	return string(b) + "\r\n"
}

// multi joins parts, each with its own header, into a multipart body.
func multi(boundary string, parts ...string) string {
	var out strings.Builder
	for _, p := range parts {
		out.WriteString("--" + boundary + "\r\n" + p + "\r\n")
	}
	return out.String() + "--" + boundary + "--\r\n"
}

func part(kind, body string, more ...string) string {
	return strings.Join(append([]string{"Content-Type: " + kind}, more...), "\r\n") + "\r\n\r\n" + body
}

// letter is an ordinary one, of one of five shapes.
func (g *generator) letter(i int) {
	s := g.sentence()
	switch i % 5 {
	case 0:
		g.add(Case{Name: "letter plain", Make: fixed(g.plain("意见建议", s)), Text: s})
	case 1:
		body := multi("b1", part("text/plain; charset=utf-8", s), part("text/html; charset=utf-8", "<p>"+s+"</p>"))
		g.add(Case{Name: "letter in two forms", Make: fixed([]byte(g.head("意见", `Content-Type: multipart/alternative; boundary="b1"`) + "\r\n" + body)), Text: s})
	case 2:
		g.add(Case{Name: "letter signed off", Make: fixed(g.plain("反映问题", s+"\n\n-- \n周小禾\n示例市某社区")), Text: s, NotText: "示例市某社区"})
	case 3:
		g.add(Case{Name: "letter from a phone", Make: fixed(g.plain("建议", s+"\n\n发自我的iPhone")), Text: s, NotText: "iPhone"})
	default:
		body := multi("b2", part("text/plain; charset=utf-8", s),
			part(`image/jpeg; name="p.jpg"`, encode("base64", []byte("\xff\xd8\xff not a real picture")), "Content-Transfer-Encoding: base64", `Content-Disposition: attachment; filename="p.jpg"`))
		g.add(Case{Name: "letter with a picture", Make: fixed([]byte(g.head("附照片", `Content-Type: multipart/mixed; boundary=b2`) + "\r\n" + body)), Text: s, Files: 1})
	}
}
