package mail

import (
	"regexp"
	"strings"
)

// Bounces that are no delivery report: qmail, old Exchange, QQ, 163 and others
// write prose. Only what comes from a mail system's own address, or with the
// null return path, is read as one.
var (
	bounceSender  = regexp.MustCompile(`(?i)^(mailer-daemon|postmaster|mail-daemon|mailerdaemon|bounce|bounces|maildelivery|microsoftexchange[0-9a-f]+)@`)
	bounceSubject = regexp.MustCompile(`(?i)退信|投递失败|发送失败|无法投递|无法送达|未送达|未传递|传递失败|退回|undeliver|delivery (status|failure|has failed|notification)|failure notice|returned mail|mail delivery (failed|system|failure)|non.?deliver|message (not delivered|delayed)|warning: message .* delayed|delivery .*(delay|fail)`)
	bounceBody    = regexp.MustCompile(`(?i)this is the (qmail-send|mail system|postfix|mail delivery)|your message (did not reach|could not be delivered|to .{1,200} (couldn't|could not) be delivered)|a message that you sent could not be delivered|很抱歉.{0,20}(退信|退回|未能|无法)|抱歉，您的邮件被退回来了|无法发送到|邮件无法送达|未能送达|收件人地址不存在|had permanent fatal errors`)
	brokenAddr    = regexp.MustCompile(`<?([A-Za-z0-9._%+=\-]{1,64}@[A-Za-z0-9.\-]{1,200})>?`)
	proseID       = regexp.MustCompile(`(?im)^[>\s]*message-id\s*:\s*<([^<>\s]{1,900})>`)
	delayed       = regexp.MustCompile(`(?i)delay|warning|still being retried|will be retried|暂时|延迟|稍后再?(重试|尝试|投递)|继续尝试`)
	replyCode     = regexp.MustCompile(`\b([45])\d\d[ \-]`)
)

// proseReport makes a Report of a bounce in prose, or nil when m is none.
func proseReport(m *Message) *Report {
	machine := m.NullReturn || bounceSender.MatchString(string(m.From.Addr)) || m.head.Has("X-Failed-Recipients")
	text := joinBlocks(m.Text, m.Quoted)
	if !machine || (!bounceSubject.MatchString(m.Subject) && !bounceBody.MatchString(cutRunes(text, 4000)) && !m.head.Has("X-Failed-Recipients")) {
		return nil
	}
	r := &Report{}
	if id := proseID.FindStringSubmatch(text); id != nil {
		r.OriginalID = id[1]
	}
	status := proseStatus(cutRunes(m.Subject+"\n"+m.Text, 8000))
	for _, addr := range proseRecipients(m) {
		r.Recipients = append(r.Recipients, Failure{Addr: addr, Status: status})
	}
	if len(r.Recipients) == 0 {
		r.Recipients = []Failure{{Status: status}} // whom it is about, its return path tells
	}
	return r
}

// proseStatus is the enhanced status code in a text, or the class of the plain
// one; of a text without any, what its words say.
func proseStatus(text string) string {
	if s := statusCode.FindString(text); s != "" {
		return s
	}
	if s := replyCode.FindStringSubmatch(text); s != nil {
		return s[1] + ".0.0"
	}
	if delayed.MatchString(text) {
		return "4.0.0"
	}
	return "5.0.0"
}

// proseRecipients are the addresses named, other than the mail system's own.
func proseRecipients(m *Message) []Addr {
	var list []Addr
	add := func(s string) {
		a, ok := ParseAddr(strings.Trim(s, ".-<> "))
		if !ok || a.Same(m.From.Addr) || bounceSender.MatchString(string(a)) || len(list) >= maxFailures {
			return
		}
		for _, have := range list {
			if have.Same(a) {
				return
			}
		}
		list = append(list, a)
	}
	for s := range strings.SplitSeq(m.head.Get("X-Failed-Recipients"), ",") {
		add(s)
	}
	if len(list) == 0 {
		if found := brokenAddr.FindStringSubmatch(cutRunes(m.Text, 8000)); found != nil {
			add(found[1])
		}
	}
	return list
}
