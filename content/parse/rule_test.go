package parse_test

import (
	"testing"

	"rectify/content"
	"rectify/content/parse"
)

// A rule ends an item: what stands under it is nobody's answer.
func TestRuleEndsAnItem(t *testing.T) {
	t.Parallel()
	const head = "---\ntitle: t\nissuer: i\ndate: 2026-11-06\npublished: 2026-11-09T09:30:00+08:00\n---\n\n## 一、整改情况\n\n{#1}\n#### 1.灯坏了\n\n一是换灯。\n\n"
	n, found := parse.Notice("a.md", []byte(head+"***\n\n电话0600-555-0142。\n\n临水市水务局\n\n## 二、下一步\n\n继续。\n\n***\n\n附记。\n"))
	if content.HasErrors(found) {
		t.Fatal(found)
	}
	if len(n.Sections) != 4 || n.Sections[1].Heading != "" || n.Sections[1].ID != "s2" || len(n.Sections[1].Body) != 2 || n.Sections[3].Body[0].Text != "附记。" {
		t.Fatalf("sections %+v", n.Sections)
	}
	if leaf := n.Item("1"); len(leaf.Body) != 1 || len(leaf.Measures) != 1 {
		t.Errorf("the leaf holds %+v", leaf.Body)
	}
	n, _ = parse.Notice("a.md", []byte(head+"```\n***\n```\n\n甲\n***\n"))
	if len(n.Sections) != 1 {
		t.Errorf("a rule inside a block ended the item: %+v", n.Sections)
	}
}
