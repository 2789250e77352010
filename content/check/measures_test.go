package check_test

import (
	"strings"
	"testing"

	"rectify/content"
	"rectify/content/check"
	"rectify/content/parse"
)

// What a completed leaf must tell, and what it need not.
func TestCompletedTellsOfAMeasure(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"一是换灯。已经换好。":        "",
		"整改措施：换灯。":          "",
		"**整改情况：**已换灯。":     "",
		"整改措施：\n\n责任单位：后勤科": "error",
		"整改状态：已完成\n\n责任单位：负责全市所有公共文化场馆照明设施日常管理的后勤保障科": "error",
		"已经换好。": "error",
		"":      "error",
		"门口的灯已经全部更换为节能灯具，每周由值班人员巡查一次。": "warning",
	} {
		src := "---\ntitle: t\nissuer: i\ndate: 2026-11-06\npublished: 2026-11-09T09:30:00+08:00\ncontacts: {phone: [0600-555-0142]}\n---\n\n{#1 status=\"completed\"}\n#### 1.灯坏了\n\n" + body + "\n"
		n, found := parse.Notice("a.md", []byte(src))
		if content.HasErrors(found) {
			t.Fatalf("%q: %v", body, found)
		}
		got := ""
		for _, d := range check.Notice(n, "a.md", nil) {
			if d.Code == "completed-without-measure" {
				got = map[content.Severity]string{content.Error: "error", content.Warning: "warning"}[d.Severity]
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", strings.ReplaceAll(body, "\n", "⏎"), got, want)
		}
	}
}
