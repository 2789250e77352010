package corpus

import (
	"strings"

	"rectify/feedback/mail"
)

// clients: what the mail programs of China and elsewhere make of an answer.
func (g *generator) clients() {
	old := "您的意见已收到，我们将在规定时限内答复。"
	for _, c := range []struct{ name, html string }{
		{"QQ", `<div>{S}</div><div><br></div><div style="font-size: 12px;">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="background:#efefef"><div><b>发件人:</b>&nbsp;"整改公开"&lt;yijian@example.gov.cn&gt;;</div><div><b>发送时间:</b>&nbsp;2026年3月1日(星期天) 上午10:00</div><div><b>收件人:</b>&nbsp;"小禾"&lt;xh@example.net&gt;;</div><div><b>主题:</b>&nbsp;回复</div></div><div>{Q}</div>`},
		{"163", `<div>{S}</div><p>在 2026-03-01 10:00:00，"整改公开" &lt;yijian@example.gov.cn&gt; 写道：</p><blockquote id="isReplyContent"><div>{Q}</div></blockquote>`},
		{"163 app", `<div>{S}</div><div>---- 回复的原邮件 ----</div><table><tr><td>发件人</td><td>整改公开</td></tr></table><blockquote>{Q}</blockquote>`},
		{"Foxmail", `<div>{S}</div><hr><div><b>发件人：</b><a href="mailto:yijian@example.gov.cn">yijian</a></div><div><b>发送时间：</b>2026-03-01 10:00</div><div><b>收件人：</b>xh</div><div><b>主题：</b>回复</div><div>{Q}</div>`},
		{"Gmail", `<div dir="ltr">{S}</div><br><div class="gmail_quote"><div class="gmail_attr">On Sun, Mar 1, 2026 at 10:00 AM Rectify &lt;<a href="mailto:yijian@example.gov.cn">yijian@example.gov.cn</a>&gt; wrote:<br></div><blockquote class="gmail_quote">{Q}</blockquote></div>`},
		{"Gmail zh", `<div dir="ltr">{S}</div><br><div class="gmail_quote"><div>整改公开 &lt;yijian@example.gov.cn&gt; 于2026年3月1日周日 10:00写道：<br></div><blockquote>{Q}</blockquote></div>`},
		{"Outlook", `<p class=MsoNormal>{S}<o:p></o:p></p><div style='border-top:solid #E1E1E1 1.0pt'><p><b>发件人:</b> 整改公开 &lt;yijian@example.gov.cn&gt;<br><b>发送时间:</b> 2026年3月1日 10:00<br><b>收件人:</b> xh<br><b>主题:</b> 回复</p></div><p>{Q}</p>`},
		{"Outlook en", `<p>{S}</p><div><p><b>From:</b> Rectify<br><b>Sent:</b> Sunday, March 1, 2026 10:00 AM<br><b>To:</b> xh<br><b>Subject:</b> Re</p></div><p>{Q}</p>`},
		{"iOS", `<div>{S}</div><div><br></div><div>发自我的iPhone</div><blockquote type="cite"><div>在 2026年3月1日，10:00，整改公开 &lt;yijian@example.gov.cn&gt; 写道：</div></blockquote><blockquote type="cite">{Q}</blockquote>`},
	} {
		for range 2 {
			s := g.sentence()
			body := strings.NewReplacer("{S}", s, "{Q}", old).Replace("<html><body>" + c.html + "</body></html>")
			msg := g.head("回复", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64") + "\r\n" + encode("base64", []byte(body))
			g.add(Case{Name: "client " + c.name, Make: fixed([]byte(msg)), Text: s, NotText: old, Quoted: old, Marks: []mail.Mark{mail.HTMLOnly}})
		}
	}
	g.hidden()
}

// hidden: what HTML hides, fetches and runs.
func (g *generator) hidden() {
	for _, c := range []struct {
		name, html string
		mark       mail.Mark
	}{
		{"display none", `<p>{S}</p><div style="display:none">隐藏的话</div>`, mail.HiddenText},
		{"tiny letters", `<p>{S}</p><span style="font-size:0px">隐藏的话</span>`, mail.HiddenText},
		{"white letters", `<p>{S}</p><font style="color:#ffffff">隐藏的话</font>`, mail.HiddenText},
		{"hidden attribute", `<p>{S}</p><p hidden>隐藏的话</p>`, mail.HiddenText},
		{"remote picture", `<p>{S}</p><img src="https://tracker.example.org/p.gif" width=1>`, mail.RemoteContent},
		{"remote style", `<link rel=stylesheet href="https://tracker.example.org/a.css"><p>{S}</p>`, mail.RemoteContent},
		{"style url", `<p style="background:url(https://tracker.example.org/b)">{S}</p>`, mail.RemoteContent},
		{"form", `<p>{S}</p><form action="https://phish.example.org"><input name=p></form>`, mail.HTMLForm},
		{"script", `<script>var x="隐藏的话"</script><p>{S}</p>`, mail.HTMLForm},
		{"cid loop", `<p>{S}</p><img src="cid:a"><iframe src="cid:b"></iframe>`, mail.HTMLForm},
	} {
		s := g.sentence()
		msg := g.head("网页信", "Content-Type: text/html; charset=utf-8") + "\r\n" + strings.ReplaceAll(c.html, "{S}", s) + "\r\n"
		g.add(Case{Name: "html " + c.name, Make: fixed([]byte(msg)), Text: s, NotText: "隐藏的话", Marks: []mail.Mark{c.mark}})
	}
	deep := strings.Repeat("<div>", 20000) + "深处的话" + strings.Repeat("</div>", 20000)
	g.add(Case{Name: "html 20,000 deep", Make: fixed([]byte(g.head("深", "Content-Type: text/html; charset=utf-8") + "\r\n" + deep)), Text: "深处的话"})
}

// followUps: answers by token, by reference, and a stranger's quoted number.
func (g *generator) followUps() {
	w := g.world
	reply := string(w.Address.Reply(w.Number, w.ID))
	ref := "<" + w.Address.MessageID(w.Number, w.ID, 3) + ">"
	quote := "\n\n在 2026-03-01 10:00，整改公开 <yijian@example.gov.cn> 写道：\n> 您的意见已收到。\n> 编号 " + string(w.Number)
	for _, c := range []struct {
		name string
		rcpt string
		more []string
	}{
		{"token in the envelope", reply, nil},
		{"token in capitals", strings.ToUpper(reply), nil},
		{"token misread", strings.NewReplacer("0", "o", "1", "l").Replace(reply[:strings.Index(reply, "@")]) + reply[strings.Index(reply, "@"):], nil},
		{"token in Delivered-To", "", []string{"Delivered-To: " + reply}},
		{"token in Cc", "", []string{"Cc: someone@example.net, " + reply}},
		{"reference", "", []string{"References: <a@example.net> " + ref + " <b@example.net>"}},
		{"in reply to", "", []string{"In-Reply-To: " + ref}},
	} {
		for range 3 {
			s := g.sentence()
			var rcpt []string
			if c.rcpt != "" {
				rcpt = []string{c.rcpt}
			}
			g.add(Case{Name: "follow-up by " + c.name, Rcpt: rcpt, Make: fixed(g.plain("回复：["+string(w.Number)+"]", s+quote, c.more...)), Outcome: mail.FollowUp, Text: s, Quoted: "您的意见已收到"})
		}
	}
	for range 4 {
		s := g.sentence()
		g.add(Case{Name: "a stranger names the number", Make: fixed(g.plain("回复：["+string(w.Number)+"]", s)), Text: s})
	}
}
