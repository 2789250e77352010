package feedback_test

import (
	"reflect"
	"strings"
	"testing"

	"rectify/feedback"
)

func rule(faults []feedback.Invalid, field string) string {
	for _, v := range faults {
		if v.Field == field {
			return v.Rule
		}
	}
	return ""
}

func TestTextOfAnyone(t *testing.T) {
	family := "👨‍👩‍👧‍👦" // one character to its reader, 25 bytes
	for name, x := range map[string]struct{ text, rule string }{
		"ordinary":            {"屋里又滴水", ""},
		"an operator":         {`{"$gt":""}`, ""},
		"markup":              {"<script>alert(1)</script>", ""},
		"empty":               {"", "required"},
		"only space":          {" \n\t　", "required"},
		"only invisible":      {"\u200b\u2060\ufeff\u202e", "required"},
		"broken UTF-8":        {"屋里\xff", "encoding"},
		"a NUL":               {"屋\x00里", "encoding"},
		"5000 characters":     {strings.Repeat("字", 5000), ""},
		"5001 characters":     {strings.Repeat("字", 5001), "too-long"},
		"2000 families":       {strings.Repeat(family, 2000), ""},
		"64 KiB of families":  {strings.Repeat(family, 3000), "too-long"},
		"towers of marks":     {"a" + strings.Repeat("\u0301", 31), "marks"},
		"ten megabytes":       {strings.Repeat("a", 10<<20), "too-long"},
		"a few marks are all": {"a" + strings.Repeat("\u0301", 30), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := feedback.Incoming{Text: x.text}.Check()
			if got := rule(faults, "text"); got != x.rule {
				t.Errorf("rule is %q, want %q", got, x.rule)
			}
		})
	}
}

func TestPhonesAndMailboxes(t *testing.T) {
	for typed, want := range map[string]string{
		"13800001234": "13800001234", "138 0000 1234": "13800001234", "１３８００００１２３４": "13800001234", "+86 138-0000-1234": "+86138-0000-1234",
		"0600-5550142": "0600-5550142", "(0600) 5550142": "06005550142", "05550142转3": "05550142转3", "": "",
	} {
		in, faults := feedback.Incoming{Text: "x", Contact: feedback.Contact{Phone: typed}}.Check()
		if rule(faults, "phone") != "" || (in.Phone != want && strings.ReplaceAll(in.Phone, "-", "") != strings.ReplaceAll(want, "-", "")) {
			t.Errorf("phone %q: %q, %v", typed, in.Phone, faults)
		}
	}
	for _, typed := range []string{"1380000123", "138000012345", "abc", "12", "138\n00001234", strings.Repeat("1", 90), "\xff"} {
		in, faults := feedback.Incoming{Text: "x", Contact: feedback.Contact{Phone: typed}}.Check()
		if rule(faults, "phone") == "" {
			t.Errorf("phone %q passes as %q", typed, in.Phone)
		}
		if in.Phone != strings.TrimSpace(typed) {
			t.Errorf("on a fault %q came back as %q", typed, in.Phone)
		}
	}
	for _, typed := range []string{"zhou@wlj.linshui.example", "a.b+c@x.cn", "ZHOU@Linshui.Example"} {
		if _, faults := (feedback.Incoming{Text: "x", Contact: feedback.Contact{Email: typed}}).Check(); len(faults) > 0 {
			t.Errorf("mailbox %q: %v", typed, faults)
		}
	}
	for _, typed := range []string{"zhou", "zhou@", "@x.cn", "a..b@x.cn", "a@x", "a@-x.cn", "a b@x.cn", "a@x.cn\r\nBcc: b@y.cn", `"a"@x.cn`, "a@[127.0.0.1]", strings.Repeat("a", 65) + "@x.cn"} {
		if _, faults := (feedback.Incoming{Text: "x", Contact: feedback.Contact{Email: typed}}).Check(); rule(faults, "email") == "" {
			t.Errorf("mailbox %q passes", typed)
		}
	}
}

func TestKeysAndNames(t *testing.T) {
	for key, good := range map[string]bool{"": true, "short": false, strings.Repeat("k", 16): true, strings.Repeat("k", 64): true, strings.Repeat("k", 65): false, strings.Repeat("键", 10): false, "k k k k k k k k k": false} {
		if _, faults := (feedback.Incoming{Text: "x", Key: key}).Check(); (rule(faults, "idempotency_key") == "") != good {
			t.Errorf("key %q: %v", key, faults)
		}
	}
	for name, want := range map[string]string{"周女士": "", "周\n女士": "encoding", strings.Repeat("周", 61): "too-long", "周\xff": "encoding"} {
		if _, faults := (feedback.Incoming{Text: "x", Contact: feedback.Contact{Name: name}}).Check(); rule(faults, "name") != want {
			t.Errorf("name %q: %v, want %q", name, faults, want)
		}
	}
	if _, faults := (feedback.Incoming{Text: "x", Category: "king"}).Check(); rule(faults, "category") != "unknown" {
		t.Errorf("category: %v", faults)
	}
}

// Checking twice is checking once: what is tidy stays as it is.
func FuzzIncoming(f *testing.F) {
	f.Add("屋里又滴水", "周女士", "138 0000 1234", "a@x.cn", "notice", "3-2")
	f.Add("\u202e\x00", "\xff", "+", "@", "../", "{\"$gt\":1}")
	f.Fuzz(func(t *testing.T, text, name, phone, email, notice, item string) {
		in, faults := feedback.Incoming{Text: text, Contact: feedback.Contact{Name: name, Phone: phone, Email: email}, Notice: notice, Item: item}.Check()
		if len(faults) > 0 {
			return
		}
		again, faults := in.Check()
		if len(faults) > 0 || !reflect.DeepEqual(again, in) {
			t.Errorf("checked again: %+v, %v; first %+v", again, faults, in)
		}
	})
}
