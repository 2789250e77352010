package check_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"rectify/content"
	"rectify/content/check"
	"rectify/content/parse"
)

var update = flag.Bool("update", false, "write what was found into the golden files")

// sound is a notice without any finding. Every case changes one thing in it.
const sound = `---
title: 关于灯光检查整改情况的通报
issuer: 临水市文化和旅游局
inspection: {body: 灯光检查组, from: 2026-06-01, to: 2026-06-05, handed_over: 2026-06-10}
date: 2026-11-06
published: 2026-11-09T09:30:00+08:00
supervision: {from: 2026-11-09, to: 2026-12-09}
contacts:
  phone: [0600-555-0142]
  postcode: "990018"
  email: [yijian@wlj.linshui.example]
stated: {aspects: 1, problems: 1, findings: 2}
attachments: [{file: list.pdf, title: 清单}]
---

检查指出1个方面、1个问题，细化为2个具体问题。

## 一、具体问题

{#a1}
### （一）照明管理不到位

{#1}
#### 1.灯坏了没有人修

{#1-1 status="completed" label="已完成" due="2026-12-01"}
##### ①门口的灯坏了

一是换灯。已经换好，见[清单](list.pdf)。

{#1-2 status="active" label="正在整改" progress="60"}
##### ②楼道的灯坏了

一是查线。正在查。

欢迎反映意见，电话0600-555-0142，邮编990018，邮箱yijian@wlj.linshui.example。
`

// Each archive in testdata breaks one thing: its comment says which rule, "old"
// is replaced by "new", and "want" is what is found, a finding a line.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := make(map[string]string)
			for _, f := range a.Files {
				part[f.Name] = strings.TrimSuffix(string(f.Data), "\n")
			}
			if !strings.Contains(sound, part["old"]) {
				t.Fatalf("the sound notice has no %q", part["old"])
			}
			got := found(strings.Replace(sound, part["old"], part["new"], 1))
			if *update {
				for i := range a.Files {
					if a.Files[i].Name == "want" {
						a.Files[i].Data = []byte(got)
					}
				}
				if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != part["want"]+"\n" {
				t.Errorf("found:\n%swant:\n%s", got, part["want"])
			}
		})
	}
}

// found is every finding of a source: line, severity, code and values.
func found(src string) string {
	n, ds := parse.Notice("lights.md", []byte(src))
	if !content.HasErrors(ds) {
		ds = append(ds, check.Notice(n, "lights.md", func(name string) bool { return name == "list.pdf" })...)
	}
	var b strings.Builder
	for _, d := range ds {
		kind := "error"
		if d.Severity == content.Warning {
			kind = "warning"
		}
		fmt.Fprintf(&b, "%d %s %s", d.Line, kind, d.Code)
		for _, x := range d.Args {
			fmt.Fprintf(&b, " | %v", x)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestSoundNoticeHasNoFinding(t *testing.T) {
	if got := found(sound); got != "" {
		t.Errorf("found:\n%s", got)
	}
}

// Every code that this room and the reading can answer has a case.
func TestEveryCodeHasACase(t *testing.T) {
	seen := ""
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		seen += string(src)
	}
	code := regexp.MustCompile(`(?:fault|warn|add|[rR]eport)\([^"\n]*?"([a-z-]+[a-z])"|c\.head\("[a-z]+"\), "([a-z-]+[a-z])"|code(?:, mark)? = "([a-z-]+)"`)
	for _, file := range []string{"check.go", "../parse/notice.go", "../parse/plain.go", "../parse/lost.go", "../parse/tree.go", "../parse/frontmatter.go", "../strictyaml/strictyaml.go"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(src), -1) {
			c := m[1] + m[2] + m[3]
			switch c {
			case "", "slug", "size", "encoding", "supersedes-unknown", "supersedes-circle", "yaml-size", // not of one changed text
				"attachments", "contacts", "supervision", "postcode": // keys of the front matter
				if c != "postcode" {
					continue
				}
			}
			if !strings.Contains(seen, " "+c) {
				t.Errorf("no case for %q of %s", c, file)
			}
		}
	}
}

// Files that no archive of text can hold.
func TestFilesThatAreNoText(t *testing.T) {
	for _, x := range []struct{ name, src, code string }{
		{"a b.md", "---\ntitle: t\n---\n", "slug"},
		{"n.md", strings.Repeat("a", parse.MaxBytes+1), "size"},
		{"n.md", "---\ntitle: \xff\n---\n", "encoding"},
		{"n.md", "---\ntitle: a\x00b\n---\n", "encoding"},
		{"n.md", "---\ntitle: " + strings.Repeat("a", 300<<10) + "\n---\n", "yaml-size"},
	} {
		_, ds := parse.Notice(x.name, []byte(x.src))
		if !slices.ContainsFunc(ds, func(d content.Diagnostic) bool { return d.Code == x.code && d.Severity == content.Error }) {
			t.Errorf("%s: found %v, want %s", x.name, ds, x.code)
		}
	}
}

func TestSet(t *testing.T) {
	name := func(n *content.Notice) string { return n.Slug + ".md" }
	for _, x := range []struct {
		all  []*content.Notice
		want string
	}{
		{[]*content.Notice{{Slug: "a"}, {Slug: "b", Supersedes: "a"}}, ""},
		{[]*content.Notice{{Slug: "b", Supersedes: "a"}}, "supersedes-unknown"},
		{[]*content.Notice{{Slug: "a", Supersedes: "a"}}, "supersedes-circle"},
		{[]*content.Notice{{Slug: "a", Supersedes: "b"}, {Slug: "b", Supersedes: "a"}}, "supersedes-circle"},
	} {
		got := ""
		for _, d := range check.Set(x.all, name) {
			got = d.Code
		}
		if got != x.want {
			t.Errorf("%d notices: %q, want %q", len(x.all), got, x.want)
		}
	}
}
