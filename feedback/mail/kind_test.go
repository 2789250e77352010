package mail_test

import (
	"strings"
	"testing"

	"rectify/feedback/mail"
)

func parse(t testing.TB, raw string) *mail.Message {
	t.Helper()
	m, err := mail.Parse([]byte(raw), mail.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Each filter by itself: the field that it looks for, and the like of it that
// people send.
func TestClassify(t *testing.T) {
	own := []mail.Addr{"yijian@example.gov.cn"}
	for _, c := range []struct {
		head string
		want mail.Kind
	}{
		{"Subject: 意见\n", mail.Human},
		{"Auto-Submitted: no\n", mail.Human},
		{"Auto-Submitted: NO\n", mail.Human},
		{"Auto-Submitted: auto-replied\n", mail.AutoReply},
		{"Auto-Submitted: auto-generated; x=y\n", mail.AutoReply},
		{"Precedence: bulk\n", mail.AutoReply},
		{"Precedence: first-class\n", mail.Human},
		{"Precedence: list\n", mail.List},
		{"Precedence: bulk\nList-Id: <x>\n", mail.List},
		{"X-Auto-Response-Suppress: None\n", mail.Human},
		{"X-Auto-Response-Suppress: OOF\n", mail.AutoReply},
		{"X-Autoreply: no\n", mail.Human},
		{"Return-Path: <>\n", mail.AutoReply},
		{"Return-Path: <a@example.net>\n", mail.Human},
		{"Subject: 自动回复: x\n", mail.AutoReply},
		{"Subject: 自动回复功能坏了\n", mail.Human},
		{"Subject: 已读: 您的留言\n", mail.AutoReply},
		{"Subject: 已读通报，有话说\n", mail.Human},
		{"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n", mail.AutoReply},
		{"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n", mail.AutoReply},
		{"Subject: 外出务工人员补贴的意见\n", mail.Human},
		{"Subject: out of office hours nobody answers\n", mail.Human},
		{"Subject: 退信窗口无人办理\n", mail.Human},
		{"X-Rectify-Loop: x\n", mail.Own},
		{"From: YIJIAN@example.gov.cn\n", mail.Own},
		{"From: MAILER-DAEMON@example.net\nSubject: failure notice\n", mail.Bounce},
		{"Return-Path: <>\nSubject: 退信\n", mail.Bounce},
	} {
		from := "From: a@example.net\n"
		if len(c.head) > 5 && c.head[:5] == "From:" {
			from = ""
		}
		m := parse(t, from+c.head+"\nwords\n")
		if got := mail.Classify(m, own); got != c.want {
			t.Errorf("%q: %s, want %s", c.head, got, c.want)
		}
	}
}

// What answers in the words of a program waits for a person, and is no opinion.
func TestReadsLikeAutomatic(t *testing.T) {
	for text, like := range map[string]bool{
		"这是来自QQ邮箱的自动回复邮件。\n\n您好，我最近正在休假中，无法亲自回复您的邮件。":        true,
		"您好，这是自动回复：邮件已收到。":                                   true,
		"您好！您的邮件我已收到，会尽快回复您。谢谢！":                             true,
		"本人正在出差，不便及时回复。":                                     true,
		"This is an automated response.":                     true,
		"I am out of the office until Monday.":               true,
		"这是二楼的路灯，不是三楼的。":                                     false,
		"你们的自动回复写得太官样。":                                      false,
		"我出差回来看，路灯还是不亮。":                                     false,
		"您的答复我已收到，路灯还是不亮。":                                   false,
		"这是我收到的自动回复，请问何时处理？" + strings.Repeat("路灯一直不亮。", 80): false,
	} {
		for subject, want := range map[string]bool{"Re: x": like, "路灯": false} {
			m := parse(t, "From: a@example.net\nSubject: "+subject+"\nContent-Type: text/plain; charset=utf-8\n\n"+text+"\n")
			if got := mail.Classify(m, nil) == mail.AutoLike; got != want {
				t.Errorf("%s, %.60q: %v, want %v", subject, text, got, want)
			}
			if v := mail.Sort(m); (v.Outcome == mail.Hold) != want {
				t.Errorf("%s, %.60q: %s", subject, text, v.Outcome)
			}
		}
	}
}

// A person who only says something in the subject, or sends only a picture, is heard.
func TestSubjectAlone(t *testing.T) {
	if got := mail.Classify(parse(t, "From: a@example.net\nSubject: 路灯不亮\n\n"), nil); got != mail.Human {
		t.Errorf("subject alone: %s", got)
	}
	if got := mail.Classify(parse(t, "From: a@example.net\n\n"), nil); got != mail.Empty {
		t.Errorf("nothing: %s", got)
	}
}

func TestReport(t *testing.T) {
	raw := "From: MAILER-DAEMON@x.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" +
		"--b\n\nwords\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n" +
		"Original-Recipient: rfc822;Real@example.net\nFinal-Recipient: rfc822; forwarded@example.org\nAction: Failed\nStatus: 5.1.1 (bad)\nDiagnostic-Code: smtp; 550 no\n  such user\n\n" +
		"Final-Recipient: rfc822; slow@example.net\nAction: delayed\nStatus: 4.4.1\n\n" +
		"--b\nContent-Type: message/rfc822\n\nMessage-ID: <our.id@example.gov.cn>\nSubject: x\n\nwords\n--b--\n"
	m := parse(t, raw)
	r := m.Report
	if r == nil || !r.Standard || r.OriginalID != "our.id@example.gov.cn" || len(r.Recipients) != 2 {
		t.Fatalf("report %+v", r)
	}
	want := mail.Failure{Addr: "Real@example.net", Action: "failed", Status: "5.1.1", Diagnostic: "smtp; 550 no such user"}
	if r.Recipients[0] != want || !r.Failed() {
		t.Errorf("first %+v, want %+v", r.Recipients[0], want)
	}
	r.Recipients = r.Recipients[1:]
	if r.Failed() {
		t.Error("a delay is called a failure")
	}
}

// Prose says by its words whether a letter is lost, where it holds no code and
// perhaps not even the address.
func TestProseWithoutCode(t *testing.T) {
	for text, failed := range map[string]bool{
		"A message that you sent could not be delivered to one or more of its recipients.\nUnrouteable address": true,
		"很抱歉，您发送的邮件被对方服务器拒收。554 5.7.1 rejected":                                                                 true,
		"很抱歉，您的邮件暂时无法送达，系统将继续尝试。":                                                                               false,
		"451 4.7.1 greylisted, will be retried":                                                                 false,
	} {
		m := parse(t, "From: MAILER-DAEMON@mx.example\nSubject: =?utf-8?b?6YCA5L+h?=\nContent-Type: text/plain; charset=utf-8\n\n"+text+"\n")
		if m.Report == nil || m.Report.Failed() != failed {
			t.Errorf("%q: %+v", text, m.Report)
		}
	}
}

func TestProseRecipient(t *testing.T) {
	m := parse(t, "From: postmaster@qq.example\nSubject: =?utf-8?b?6YCA5L+h?=\n\n收件人 <gone@qq.example> 550 5.1.1 不存在\n")
	if m.Report == nil || len(m.Report.Recipients) != 1 || m.Report.Recipients[0].Addr != "gone@qq.example" || m.Report.Recipients[0].Status != "5.1.1" {
		t.Fatalf("report %+v", m.Report)
	}
	if m.Report.Standard || !m.Report.Failed() {
		t.Errorf("report %+v", m.Report)
	}
}
