package mail_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback/mail"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, text, own, quoted string }{
		{"nothing quoted", "一\n二", "一\n二", ""},
		{"answer above", "好的\n\n> 原文", "好的", "> 原文"},
		{"answer below", "在 2026-03-01 10:00，某人 <a@b.cn> 写道：\n> 原文\n\n好的", "好的", "在 2026-03-01 10:00，某人 <a@b.cn> 写道：\n> 原文"},
		{"answers between", "> 一\n好\n> 二\n不好", "好\n不好", "> 一\n> 二"},
		{"attribution over two lines", "ok\n\nOn Sun, Mar 1, 2026 at 10:00 AM Somebody\n<a@example.net> wrote:\n\n> old", "ok", "On Sun, Mar 1, 2026 at 10:00 AM Somebody\n<a@example.net> wrote:\n> old"},
		{"original message", "好\n\n-----原始邮件-----\n发件人: a\n旧", "好", "-----原始邮件-----\n发件人: a\n旧"},
		{"QQ", "好\n------------------ 原始邮件 ------------------\n旧", "好", "------------------ 原始邮件 ------------------\n旧"},
		{"Outlook", "好\n\n发件人: 甲 <a@b.cn>\n发送时间: 2026年3月1日\n收件人: 乙\n主题: x\n\n旧", "好", "发件人: 甲 <a@b.cn>\n发送时间: 2026年3月1日\n收件人: 乙\n主题: x\n\n旧"},
		{"sheet of QQ's web mail", "好\n-----邮件原件-----\n发件人: a\n旧", "好", "-----邮件原件-----\n发件人: a\n旧"},
		{"QQ in English", "好\n------------------ Original ------------------\n旧", "好", "------------------ Original ------------------\n旧"},
		{"a rule above a head block", "好\n________________________________\n发件人: a\n发送时间: b\n收件人: c\n旧", "好", "________________________________\n发件人: a\n发送时间: b\n收件人: c\n旧"},
		{"words between strokes above a head block", "好\n----- 来件 -----\n\nFrom: a\nSent: b\nTo: c\n旧", "好", "----- 来件 -----\n\nFrom: a\nSent: b\nTo: c\n旧"},
		{"a rule of one's own", "一\n--------\n二", "一\n--------\n二", ""},
		{"forward", "请看\n---------- Forwarded message ---------\n旧", "请看", "---------- Forwarded message ---------\n旧"},
		{"a sentence about writing", "他在2023年的信里写道：\n路灯要修。", "他在2023年的信里写道：\n路灯要修。", ""},
		{"a single line like a head", "发件人：我是老李\n路灯要修。", "发件人：我是老李\n路灯要修。", ""},
	} {
		own, quoted := mail.Fold(c.text)
		if own != c.own || quoted != c.quoted {
			t.Errorf("%s:\n own %q\nwant %q\n quoted %q\nwant %q", c.name, own, c.own, quoted, c.quoted)
		}
	}
}

// Folding loses no line and makes none.
func TestFoldLosesNothing(t *testing.T) {
	line := rapid.SampledFrom([]string{"", "> a", "好的", "在 2026-03-01 10:00，某人写道：", "-----原始邮件-----", "发件人: x", "收件人: y", "主题: z", "On Mon, 2 Mar 2026, A wrote:", ">> b"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(line).Draw(t, "lines"), "\n")
		own, quoted := mail.Fold(text)
		count := func(s string) map[string]int {
			n := map[string]int{}
			for l := range strings.SplitSeq(s, "\n") {
				if l != "" {
					n[l]++
				}
			}
			return n
		}
		all, a, b := count(text), count(own), count(quoted)
		for l, n := range all {
			if a[l]+b[l] != n {
				t.Fatalf("%q stood %d times, now %d", l, n, a[l]+b[l])
			}
		}
	})
}

func TestSignature(t *testing.T) {
	for _, c := range []struct{ text, words, sig string }{
		{"话\n\n-- \n老李\n电话", "话", "--\n老李\n电话"},
		{"话\n\n发自我的iPhone", "话", "发自我的iPhone"},
		{"话\n\n发自我的 iPhone", "话", "发自我的 iPhone"},
		{"话\nSent from my iPad", "话", "Sent from my iPad"},
		{"话\n从 Windows 版邮件发送", "话", "从 Windows 版邮件发送"},
		{"话\n\n| |\n老李\n|\n|\n签名由 网易邮箱大师 定制", "话\n\n| |\n老李", "|\n|\n签名由 网易邮箱大师 定制"},
		{"话\n获取 Outlook for iOS", "话", "获取 Outlook for iOS"},
		{"话\n\n获取 Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n发件人: a\n发送时间: b\n收件人: c\n旧", "话", "获取 Outlook for iOS<https://aka.ms/o0ukef>"},
		{"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n话\n- -- \n老李\n-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----", "话", "--\n老李\n\n-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----"},
		{"他写的-----BEGIN PGP SIGNED MESSAGE-----\n是什么", "他写的-----BEGIN PGP SIGNED MESSAGE-----\n是什么", ""},
		{"我用网易邮箱大师发的信，你们一直没有收到，这是为什么？", "我用网易邮箱大师发的信，你们一直没有收到，这是为什么？", ""},
		{"一\n--\n二" + strings.Repeat("\n三", 20), "一\n--\n二" + strings.Repeat("\n三", 20), ""},
	} {
		m := parse(t, "From: a@example.net\nContent-Type: text/plain; charset=utf-8\n\n"+c.text)
		if m.Text != c.words || m.Signature != c.sig {
			t.Errorf("%q:\n words %q\n sig %q", c.text, m.Text, m.Signature)
		}
	}
}

func TestHTML(t *testing.T) {
	for _, c := range []struct{ html, want string }{
		{"<p>一<p>二<br>三", "一\n\n二\n三"},
		{"a<b>b</b> c", "ab c"},
		{"<table><tr><td>一<td>二<tr><td>三</table>", "一 二\n三"},
		{"<ul><li>一<li>二</ul>", "- 一\n- 二"},
		{"<a href='https://x.example/a'>这里</a>看", "这里 <https://x.example/a> 看"},
		{"<a href='https://x.example'>https://x.example</a>", "https://x.example"},
		{"<a href='javascript:alert(1)'>点</a>", "点"},
		{"<pre>a  b\n c</pre>", "a  b\n c"},
		{"&lt;script&gt;&amp;", "<script>&"},
		{"<div style='background:#000;color:#fff'>白字黑底</div>", "白字黑底"},
		{"x<style>p{}</style><title>t</title>y", "xy"},
	} {
		m := parse(t, "From: a@example.net\nContent-Type: text/html; charset=utf-8\n\n"+c.html)
		if m.Text != c.want {
			t.Errorf("%s: %q, want %q", c.html, m.Text, c.want)
		}
	}
}

// Of two forms the plain one counts; QQ's web mail writes entities into it.
func TestPlainForm(t *testing.T) {
	both := func(plain, rich string) *mail.Message {
		return parse(t, "From: a@example.net\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"+plain+"\n--b\nContent-Type: text/html; charset=utf-8\n\n"+rich+"\n--b--\n")
	}
	m := both("路灯不亮。\n&nbsp;\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: x\n旧", "<p>路灯不亮。</p><p>旧</p>")
	if m.Text != "路灯不亮。" || !strings.Contains(m.Quoted, "旧") || m.Marks.Has(mail.HTMLOnly) {
		t.Errorf("%q, history %q, %v", m.Text, m.Quoted, m.Marks)
	}
	if m = both("请看网页格式", "<p>"+strings.Repeat("路灯不亮。", 20)+"</p>"); !strings.HasPrefix(m.Text, "路灯") || !m.Marks.Has(mail.HTMLOnly) {
		t.Errorf("%q, %v", m.Text, m.Marks)
	}
}

// Who only forwards a message lets its words speak.
func TestForwardAlone(t *testing.T) {
	m := parse(t, "From: a@example.net\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nFrom: b@example.net\nSubject: in\nContent-Type: text/plain; charset=utf-8\n\n账目没有公开。\n--b--\n")
	if !strings.Contains(m.Text, "账目没有公开。") || m.Quoted != "" || !m.Marks.Has(mail.OnlyQuoted) {
		t.Errorf("%q, history %q, %v", m.Text, m.Quoted, m.Marks)
	}
}

// Hidden text is kept apart, so that staff see what the sender hid.
func TestHiddenText(t *testing.T) {
	m := parse(t, "From: a@example.net\nContent-Type: text/html\n\n<p>seen<div style='DISPLAY : none'>un<b>seen</b></div>again")
	if m.Text != "seen\n\nagain" && m.Text != "seen\nagain" || !strings.Contains(m.Hidden, "un\nseen") || !m.Marks.Has(mail.HiddenText) {
		t.Errorf("text %q, hidden %q, %v", m.Text, m.Hidden, m.Marks)
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		from string
		name string
		addr mail.Addr
	}{
		{"a@Example.NET", "", "a@example.net"},
		{"A B <a@example.net>", "A B", "a@example.net"},
		{`"B, A" <a@example.net>`, "B, A", "a@example.net"},
		{"a@example.net (A B)", "A B", "a@example.net"},
		{"=?utf-8?B?5ZGo5bCP56a+?= <a@example.net>", "周小禾", "a@example.net"},
		{`"real@bank.example" <evil@example.net>`, "real@bank.example", "evil@example.net"},
		{"a\u202eb <a@example.net>", "ab", "a@example.net"},
		{`"a> <b@evil"@x.cn`, "", ""},
		{"a@[127.0.0.1]", "", ""},
		{strings.Repeat("a", 400) + "@example.net", "", ""},
		{"a@b@c.example", "", ""},
		{strings.Repeat("(", 10000) + "a@example.net", "", ""},
		{"", "", ""},
	} {
		began := time.Now()
		m := parse(t, "From: "+c.from+"\n\nx\n")
		if m.From.Addr != c.addr || (c.addr != "" && m.From.Name != c.name) {
			t.Errorf("%.60s: %+v", c.from, m.From)
		}
		if took := time.Since(began); took > 50*time.Millisecond {
			t.Errorf("%.60s: took %v", c.from, took)
		}
	}
}

func TestFileNames(t *testing.T) {
	for _, c := range []struct{ field, want string }{
		{"attachment; filename*=utf-8''%E6%83%85%E5%86%B5.doc", "情况.doc"},
		{"attachment; filename*0*=utf-8''%E6%83; filename*1*=%85%E5%86%B5; filename*2=.doc", "情况.doc"},
		{`attachment; filename="=?gb2312?B?x+m/9g==?=.doc"`, "情况.doc"},
		{`attachment; filename="a;b\"c.txt"`, `a;b"c.txt`},
		{`attachment; filename="../../etc/passwd"`, "passwd"},
		{`attachment; filename="C:\x\情况.doc"`, "情况.doc"},
		{`attachment; filename=情况 说明.doc`, "情况 说明.doc"},
		{`attachment; filename="a` + "\u202e" + `gpj.exe"`, "agpj.exe"},
		{`attachment; filename=".."`, ""},
		{`attachment; filename="never closed`, "never closed"},
	} {
		m := parse(t, "From: a@example.net\nContent-Type: application/x\nContent-Disposition: "+c.field+"\n\nx")
		if len(m.Attachments) != 1 || m.Attachments[0].Name != c.want {
			t.Errorf("%s: %+v", c.field, m.Attachments)
		}
	}
}

func TestGuess(t *testing.T) {
	all := []mail.Candidate{
		{Notice: "a", Item: "3-2", Title: "路灯管护不到位", Words: []string{"青石路"}},
		{Notice: "a", Item: "4", Title: "食堂账目公开不及时"},
		{Notice: "b", Item: "1", Title: "管护责任不到位"},
		{Notice: "c", Title: "河道排污整治不彻底"},
	}
	got := mail.Guess("青石路的路灯", "晚上路灯还是不亮，管护的人没有来", "", all)
	if len(got) == 0 || got[0].Candidate.Item != "3-2" || got[0].Score <= 0.5 || got[0].Score > 1 {
		t.Fatalf("%+v", got)
	}
	for i, s := range got {
		if i > 0 && s.Score > got[i-1].Score {
			t.Error("not in order")
		}
	}
	if got := mail.Guess("hello", "nothing of the sort", "", all); len(got) != 0 {
		t.Errorf("%+v out of nothing", got)
	}
	if got := mail.Guess("路灯", "路灯", "", append(all, make([]mail.Candidate, 5000)...)); len(got) > 5 {
		t.Errorf("%d suggestions", len(got))
	}
}
