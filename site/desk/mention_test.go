package desk

import (
	"slices"
	"testing"
)

func TestCalled(t *testing.T) {
	people := []Colleague{{"li", "李雷（经办）"}, {"lisi", "李思"}, {"han", "王五"}, {"wang", "王五(审核)"}, {"zhang.san", "张三"}, {"陈", "陈"}}
	for text, want := range map[string][]string{
		"请@li看":           {"li"},
		"@lisi 和＠li，谢谢":   {"lisi", "li"},
		"@LI":             {"li"},
		"@李雷请看，@李思也看":     {"li", "lisi"},
		"@李雷（经办）":         {"li"},
		"@zhang.san，@陈处长": {"zhang.san", "陈"},
		"@li@lisi":        {"li"},
		"写信到a@li.example": nil,
		"只有@ 和@，没有人":      nil,
		"同一个@li，又是@李雷":    {"li"},
		"句末@li.":          {"li"},
	} {
		got, unknown := called(text, people)
		if !slices.Equal(got, want) || unknown != "" {
			t.Errorf("%s calls on %v, unknown %q; want %v", text, got, unknown, want)
		}
	}
	for text, want := range map[string]string{"@lis看": "lis看", "@王五 看": "王五", "@nobody": "nobody", "@li2": "li2", "好的@某人，请看": "某人"} {
		if got, unknown := called(text, people); unknown != want {
			t.Errorf("%s: %v, unknown %q, want %q", text, got, unknown, want)
		}
	}
}
