package mail_test

import (
	"reflect"
	"testing"

	"rectify/feedback/mail"
)

func TestAuth(t *testing.T) {
	good := "Authentication-Results: mx.example.gov.cn;\n spf=pass (sender IP is 192.0.2.1; dkim=pass) smtp.mailfrom=a@bounce.example.net;\n dkim=pass (2048-bit) header.d=example.net header.s=s;\n dkim=fail reason=\"bad; dmarc=pass\" header.d=other.example;\n dmarc=fail (p=NONE) header.from=example.net\n"
	want := mail.Auth{
		Known: true,
		SPF:   mail.Check{Result: mail.ResultPass, Domain: "bounce.example.net"},
		DKIM:  []mail.Check{{Result: mail.ResultPass, Domain: "example.net"}, {Result: mail.ResultFail, Domain: "other.example"}},
		DMARC: mail.Check{Result: mail.ResultFail, Domain: "example.net"},
	}
	rest := "From: a@example.net\n\nx\n"
	for _, c := range []struct {
		name, head string
		want       mail.Auth
	}{
		{"the relay's own", "Received: by lmtp\n" + good + "Received: from x\n", want},
		{"a second one right below", "Received: by x\nAuthentication-Results: mx.example.gov.cn; spf=pass (sender IP is 192.0.2.1; dkim=pass) smtp.mailfrom=a@bounce.example.net\nAuthentication-Results: MX.example.gov.cn 1; dkim=pass header.d=example.net; dkim = fail header.d = other.example; dmarc=fail header.from=example.net\nReceived: from x\n", want},
		{"forged below the relay's", good + "Received: from x\nAuthentication-Results: mx.example.gov.cn; dmarc=pass header.from=example.net; dkim=pass header.d=gov.cn\n", want},
		{"of another relay", "Authentication-Results: mx.example.org; dmarc=pass header.from=example.gov.cn\n", mail.Auth{}},
		{"name inside a comment", "Authentication-Results: (mx.example.gov.cn;) evil.example; spf=pass\n", mail.Auth{}},
		{"another relay's above ours", "Authentication-Results: mx.example.org; spf=fail\n" + good, want},
		{"none", "Authentication-Results: mx.example.gov.cn; none\n", mail.Auth{Known: true}},
		{"unknown words", "Authentication-Results: mx.example.gov.cn; spf=excellent smtp.mailfrom=<>; arc=pass\n", mail.Auth{Known: true, SPF: mail.Check{Result: mail.ResultNone}}},
	} {
		if got := parse(t, c.head+rest).Auth("mx.example.gov.cn"); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
	}
	if got := parse(t, "Authentication-Results: ; spf=pass\n"+rest).Auth(""); got.Known {
		t.Error("no relay is trusted, yet one is believed")
	}
}
