package corpus

import (
	"fmt"

	"rectify/feedback/mail"
)

// bounces: delivery reports with and without our return token, and in prose.
func (g *generator) bounces() {
	w := g.world
	back := string(w.Address.Return(w.Number, w.ID, 3))
	id := w.Address.MessageID(w.Number, w.ID, 3)
	for i, d := range []struct{ action, status string }{{"failed", "5.1.1"}, {"failed", "5.2.2"}, {"delayed", "4.4.7"}, {"failed", "5.7.1"}, {"delivered", "2.0.0"}} {
		for _, headers := range []bool{true, false} {
			g.add(Case{Name: fmt.Sprintf("report %d", i), Null: true, Rcpt: []string{back}, Kind: mail.Bounce, Outcome: mail.Bounced,
				Make: fixed(g.report(d.action, d.status, id, headers))})
		}
		g.add(Case{Name: fmt.Sprintf("report for a stranger's letter %d", i), Null: true, Kind: mail.Bounce,
			Make: fixed(g.report(d.action, d.status, "not.ours@example.net", true))})
		g.add(Case{Name: fmt.Sprintf("report with a made-up token %d", i), Null: true, Kind: mail.Bounce,
			Rcpt: []string{"yijian+b-2026000999-1-short@example.gov.cn"}, Make: fixed(g.report(d.action, d.status, "2026000999.1.short@example.gov.cn", true))})
	}
	for _, p := range []struct{ name, from, subject, body string }{
		{"qmail", "MAILER-DAEMON@example.net", "failure notice", "Hi. This is the qmail-send program at example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<gone@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <%s>\n"},
		{"exchange", "postmaster@example.com", "未送达: 关于您的意见", "无法将邮件传递给以下收件人:\ngone@example.com\n诊断信息: 550 5.1.10 RESOLVER.ADR.RecipientNotFound\n\nMessage-ID: <%s>\n"},
		{"QQ", "PostMaster@qq.example.com", "来自qq.example.com的退信", "抱歉，您的邮件被退回来了……\n收件人 gone@qq.example.com\n退信原因 收件人邮件地址（gone@qq.example.com）不存在，邮件无法送达。 host said: 550 Mailbox not found\nMessage-ID: <%s>\n"},
		{"163", "Postmaster@163.example.com", "系统退信/Systems bounce", "很抱歉，您的邮件未能送达 gone@163.example.com ，以下为退信原因： 550 User not found\nMessage-ID: <%s>\n"},
		{"exim", "Mailer-Daemon@example.org", "Mail delivery failed: returning message to sender", "A message that you sent could not be delivered to one or more of its\nrecipients.\n\n  gone@example.org\n    Unrouteable address\n\nMessage-ID: <%s>\n"},
	} {
		for _, ours := range []bool{true, false} {
			c := Case{Name: "prose " + p.name, Null: true, Kind: mail.Bounce, Outcome: mail.Drop}
			about := "other@example.net"
			if ours {
				about, c.Outcome = id, mail.Bounced
			}
			msg := "From: <" + p.from + ">\r\nTo: yijian@example.gov.cn\r\nSubject: " + word("utf-8", []byte(p.subject)) + "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + crlf(fmt.Sprintf(p.body, about))
			c.Make = fixed([]byte(msg))
			g.add(c)
		}
	}
}

// report is an RFC 3464 message.
func (g *generator) report(action, status, id string, headersOnly bool) []byte {
	g.n++
	kind := "message/rfc822"
	if headersOnly {
		kind = "text/rfc822-headers"
	}
	body := multi("dsn", part("text/plain; charset=utf-8", "This is the mail system at host mx.example.net."),
		part("message/delivery-status", fmt.Sprintf("Reporting-MTA: dns; mx.example.net\r\nArrival-Date: Mon, 2 Mar 2026 10:00:00 +0800\r\n\r\nFinal-Recipient: rfc822; citizen@example.net\r\nAction: %s\r\nStatus: %s\r\nDiagnostic-Code: smtp; 550 said so\r\n", action, status)),
		part(kind, "Message-ID: <"+id+">\r\nFrom: yijian@example.gov.cn\r\nSubject: x\r\n\r\n"))
	return []byte(fmt.Sprintf("From: MAILER-DAEMON@mx.example.net\r\nTo: yijian@example.gov.cn\r\nSubject: Undelivered Mail Returned to Sender %d\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=dsn\r\n\r\n", g.n) + body)
}

// programs: everything that answers by itself.
func (g *generator) programs() {
	for _, c := range []struct{ subject, field string }{
		{"答复", "Auto-Submitted: auto-replied"}, {"答复", "Auto-Submitted: auto-generated"}, {"答复", "Auto-Submitted: auto-replied (vacation)"},
		{"答复", "Auto-Submitted: Auto-Replied; owner-email=x@example.net"}, {"x", "X-Autoreply: yes"}, {"x", "X-Autorespond: 1"},
		{"x", "X-Auto-Response-Suppress: All"}, {"x", "X-Auto-Response-Suppress: DR, OOF, AutoReply"}, {"x", "Precedence: auto_reply"},
		{"x", "Precedence: bulk"}, {"x", "Precedence: junk"}, {"x", "X-Mail-Autoreply: x@example.net"},
		{"自动回复：您好", "X-Mailer: QQMail"}, {"自动回复: 我在休假", "X-Mailer: 163"}, {"外出自动回复", "X-Mailer: a"}, {"【自动回复】", "X-Mailer: a"},
		{"不在办公室", "X-Mailer: a"}, {"Automatic reply: hello", "X-Mailer: a"}, {"Out of Office", "X-Mailer: a"}, {"Out of Office: back soon", "X-Mailer: a"},
		{"Auto-Reply: hello", "X-Mailer: a"}, {"Autoreply", "X-Mailer: a"}, {"休假通知：", "X-Mailer: a"}, {"自動回覆: 您好", "X-Mailer: a"},
	} {
		g.add(Case{Name: "program " + c.field + " " + c.subject, Kind: mail.AutoReply, Make: fixed(g.plain(c.subject, "我目前不在，回来后处理。", c.field))})
	}
	g.add(Case{Name: "program null return path", Kind: mail.AutoReply, Null: true, Make: fixed(g.plain("您好", "收到。"))})
	g.add(Case{Name: "own letter come back", Kind: mail.Own, Make: fixed(g.plain("x", "x", mail.LoopHeader+": example.gov.cn"))})
	g.add(Case{Name: "own address", Kind: mail.Own, Make: fixed([]byte("From: " + string(g.world.Address.Plain()) + "\r\nSubject: x\r\n\r\nx\r\n"))})
	s := "自动回复系统的窗口排队时间还是太长，请核实。"
	g.add(Case{Name: "a person about automatic answers", Make: fixed(g.plain("关于自动回复系统的意见", s, "Auto-Submitted: no")), Text: s})
}

// lists: mailing lists and circulars.
func (g *generator) lists() {
	for _, f := range []string{"List-Id: <news.example.net>", "List-Unsubscribe: <mailto:off@example.net>", "List-Post: <mailto:l@example.net>", "Precedence: list", "Mailing-List: x", "List-Help: <https://example.net>"} {
		for range 2 {
			g.add(Case{Name: "list " + f, Kind: mail.List, Make: fixed(g.plain("通讯", g.sentence(), f))})
		}
	}
}
