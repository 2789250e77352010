package body_test

import (
	"strings"
	"testing"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/body"
)

func codes(found []content.Diagnostic, all bool) map[string]int {
	m := make(map[string]int)
	for _, d := range found {
		if all || d.Severity == content.Error {
			m[d.Code] = d.Line
		}
	}
	return m
}

// A site.yaml is read strictly: what is unknown, double or out of bounds is
// named with its line, and the body is usable all the same.
func TestStrict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		src  string
		line int // of the error; 0: none
	}{
		"whole":            {"name: 某局\nsite_name: 整改公开\ncategories:\n  - {code: opinion, label: 意见, answer: {days: 30, clock: calendar}}\nlimits: {moderate: {days: 1, clock: working}, extension: 0}\nretention: {closed_days: 3650}\n", 0},
		"unknown key":      {"name: x\ncolour: y\n", 2},
		"double key":       {"name: x\nname: y\n", 2},
		"list for text":    {"name: [a]\n", 1},
		"text for list":    {"offices: a\n", 0},
		"category":         {"categories:\n  - {code: gossip}\n", 2},
		"category twice":   {"categories:\n  - {code: opinion}\n  - {code: opinion}\n", 3},
		"no clock":         {"limits:\n  moderate: {days: 2}\n", 2},
		"odd clock":        {"limits:\n  moderate: {days: 2, clock: lunar}\n", 2},
		"no days":          {"limits:\n  moderate: {days: 0, clock: working}\n", 2},
		"many days":        {"limits:\n  moderate: {days: 100000, clock: working}\n", 2},
		"extension":        {"limits: {extension: 91}\n", 1},
		"negative":         {"retention: {closed_days: -1}\n", 1},
		"no number":        {"retention: {closed_days: ten}\n", 1},
		"huge number":      {"retention: {closed_days: 99999999999999999999}\n", 1},
		"holiday kind":     {"holidays:\n  days:\n    - {day: 2026-10-01, kind: party}\n", 3},
		"holiday date":     {"holidays:\n  days:\n    - {day: 9999-99-99, kind: rest}\n", 3},
		"year":             {"holidays:\n  official: [1066]\n", 2},
		"postcode":         {"contacts:\n  postcode: abc\n", 2},
		"no YAML":          {"name: [\n", 1},
		"a list":           {"- a\n", 1},
		"two documents":    {"name: x\n---\nname: y\n", 0},
		"binary":           {"name: !!binary AAAA\n", 0},
		"tabs":             {"\tname: x\n", 1},
		"aliases (T35)":    {"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\noffices: *c\n", 1},
		"invalid UTF-8":    {"name: \xff\xfe\n", 1},
		"nothing":          {"", 0},
		"only a comment":   {"# nothing\n", 0},
		"depth of 100,000": {strings.Repeat("[", 100000), 1},
	} {
		b, found := body.Parse([]byte(c.src))
		if b == nil || b.SiteName == "" || len(b.Categories) == 0 && name != "category" || len(b.Rules.Answer) == 0 || b.Rules.Reopen < 1 {
			t.Errorf("%s: the body is not usable: %+v", name, b)
		}
		errs := codes(found, false)
		if name == "two documents" || name == "binary" {
			continue // either way, as long as it ends
		}
		if (len(errs) > 0) != (c.line > 0) {
			t.Errorf("%s: errors %v, want one in line %d", name, errs, c.line)
		}
		for code, line := range errs {
			if line < 1 || line > strings.Count(c.src, "\n")+1 {
				t.Errorf("%s: %s in line %d", name, code, line)
			}
		}
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	b, found := body.Parse(nil)
	if codes(found, true)["unset"] == 0 || len(codes(found, false)) > 0 {
		t.Errorf("what is not set is not named: %v", found)
	}
	if b.Name != "" || b.Domain != "" || b.IDCode != "" || len(b.Contacts.Phone) > 0 {
		t.Errorf("something is made up: %+v", b)
	}
	if len(b.Categories) != len(feedback.Categories()) {
		t.Errorf("categories %v", b.Categories)
	}
	src, err := builtin.FS().Open(body.File)
	if err != nil {
		t.Fatal(err)
	}
	_ = src.Close()
	b, _ = body.Parse([]byte("holidays:\n  official: [2027]\n  days:\n    - {day: 2027-01-04, kind: rest}\n    - {day: 2027-01-02, kind: work}\n"))
	days := b.Clocks().Days
	if !days.Official(2027) {
		t.Error("2027 is not official though its table is given")
	}
	if d, provisional := days.AddWorking(calendar.Day("2027-01-01"), 1); d != "2027-01-02" || provisional {
		t.Errorf("first working day of 2027 is %s, provisional %v", d, provisional)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "name: x", "categories: [{code: opinion}]", "a: &a [*a]", "limits: {moderate: {days: 2, clock: working}}", "holidays: {days: [{day: 2026-01-01, kind: rest}]}", "\xff", "? [a]\n: b", "<<: x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		b, found := body.Parse(src)
		if b == nil || b.SiteName == "" || b.Rules.Reopen < 1 {
			t.Errorf("%q: %+v", src, b)
		}
		for _, d := range found {
			if d.File != body.File || d.Code == "" {
				t.Errorf("%q: %+v", src, d)
			}
		}
		_ = b.Clocks()
	})
}
