package i18n_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/attachment"
	"rectify/feedback/suspect"
	"rectify/site/i18n"
)

func load(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sources are the texts of every template and Go file that says words.
func sources(t *testing.T) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	for _, root := range []string{"..", "../../cmd"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || (filepath.Ext(name) != ".html" && filepath.Ext(name) != ".go") {
				return err
			}
			src, err := os.ReadFile(name)
			texts[name] = string(src)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

var (
	inTemplate = regexp.MustCompile(`\.T "([a-z0-9.-]+)"`)
	lists      = regexp.MustCompile(`\.(?:List|Parts) "([a-z0-9.-]+)"`)
	prefixes   = regexp.MustCompile(`print "([a-z0-9-]+(?:\.[a-z0-9-]+)*\.)"`)
	inGo       = regexp.MustCompile(`\bT\("([a-z0-9.-]+)"`)
	inGoText   = regexp.MustCompile(`Words\.Text\([^,]+, "([a-z0-9.-]+)"`)
	goPrefix   = regexp.MustCompile(`(?:\bT\(|Text\([^,()]+(?:\([^()]*\))?, )"([a-z0-9.-]+\.)"\s*\+`)
	errorCode  = regexp.MustCompile(`web\.Error\{Status: [^,]+, Code: "([a-z-]+)"`)
	faultRule  = regexp.MustCompile(`Invalid\{Field: "?[^,]+"?, Rule: "([a-z-]+)"`)
	hole       = regexp.MustCompile(`\{[0-9]\}`)
)

// Every code that is written out in a template or in Go has words.
func TestCodesHaveWords(t *testing.T) {
	t.Parallel()
	c := load(t)
	want := func(where, code string) {
		if !strings.HasSuffix(code, ".") && !c.Has(code) {
			t.Errorf("%s: no words for %q", where, code)
		}
	}
	codes := c.Codes()
	begins := func(where, prefix string) {
		if !slices.ContainsFunc(codes, func(code string) bool { return strings.HasPrefix(code, prefix) }) {
			t.Errorf("%s: no words begin with %q", where, prefix)
		}
	}
	found := 0
	for name, src := range sources(t) {
		for _, p := range []*regexp.Regexp{inTemplate, inGo, inGoText} {
			for _, m := range p.FindAllStringSubmatch(src, -1) {
				want(name, m[1])
				found++
			}
		}
		for _, p := range []*regexp.Regexp{lists} {
			for _, m := range p.FindAllStringSubmatch(src, -1) {
				begins(name, m[1]+".")
			}
		}
		for _, p := range []*regexp.Regexp{prefixes, goPrefix} {
			for _, m := range p.FindAllStringSubmatch(src, -1) {
				begins(name, m[1])
			}
		}
		for _, m := range errorCode.FindAllStringSubmatch(src, -1) {
			want(name, "error."+m[1])
			want(name, "error."+m[1]+".title")
		}
	}
	if found < 300 {
		t.Errorf("only %d codes were found: the patterns do not fit the sources any more", found)
	}
	// The rules of the inner rooms.
	err := filepath.WalkDir("../../feedback", func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "storetest") {
			return err
		}
		src, err := os.ReadFile(name)
		for _, m := range faultRule.FindAllStringSubmatch(string(src), -1) {
			want(name, "fault."+m[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Codes that are put together from a value have words for every value.
func TestValuesHaveWords(t *testing.T) {
	t.Parallel()
	c := load(t)
	var want []string
	for _, code := range suspect.Reasons() {
		want = append(want, "suspect."+code)
	}
	for _, s := range feedback.States() {
		want = append(want, "state."+string(s))
		if s != feedback.Merged && s != feedback.Rejected && s != feedback.Received {
			want = append(want, "talk.waiting."+string(s))
		}
	}
	for _, s := range feedback.States() {
		want = append(want, "state."+string(s)+".say")
	}
	for _, m := range feedback.Moves() {
		want = append(want, "log."+string(m.Act))
		if m.Roles != nil && m.Act != feedback.ActRevealContact {
			want = append(want, "done."+string(m.Act))
		}
	}
	for _, a := range []feedback.Act{feedback.ActCorrect, feedback.ActRemark, feedback.ActFollowUp, feedback.ActRate, feedback.ActWithdraw, feedback.ActExplain, feedback.ActReview} {
		want = append(want, "track.done."+string(a), "step."+string(a))
	}
	for _, x := range feedback.Channels() {
		want = append(want, "channel."+string(x), "step.receive."+string(x))
	}
	for _, x := range feedback.Categories() {
		want = append(want, "category."+string(x), "form.kind."+string(x))
	}
	for _, x := range feedback.HiddenKinds() {
		want = append(want, "hidden."+string(x))
	}
	for _, x := range feedback.Rejections() {
		want = append(want, "reject."+string(x), "reject.short."+string(x))
	}
	for _, x := range feedback.Rights() {
		want = append(want, "right."+string(x.Right))
	}
	for _, x := range feedback.Roles() {
		want = append(want, "role."+string(x), "role.hint."+string(x))
	}
	for _, x := range []feedback.Gone{feedback.Taken, feedback.Wiped, feedback.Unpublished, feedback.Joined} {
		want = append(want, "gone."+string(x))
	}
	for _, v := range []string{"open", "late", "today", "moderate", "approve", "mine", "clues", "publish", "answered", "ended"} {
		want = append(want, "view."+v, "queue.none."+v)
	}
	want = append(want, "clock.working", "clock.calendar", "solved.1", "solved.2", "solved.3", "done.submit", "done.first", "done.password", "done.staff-add", "done.staff-disable", "done.staff-enable", "done.staff-roles", "log.receive", "step.accept", "step.reject")
	for _, x := range feedback.AttachmentKinds() {
		want = append(want, "attachment.kind."+string(x))
	}
	for _, x := range attachment.Refusals() {
		want = append(want, "fault.files."+x)
	}
	for _, x := range attachment.Warnings() {
		want = append(want, "attachment.warning."+x)
	}
	for _, code := range want {
		if !c.Has(code) {
			t.Errorf("no words for %q", code)
		}
	}
}

// Both languages have the same holes, from {0} up without a gap, and say something.
func TestHoles(t *testing.T) {
	t.Parallel()
	c := load(t)
	holes := func(s string) []string {
		list := hole.FindAllString(s, -1)
		slices.Sort(list)
		return slices.Compact(list)
	}
	for _, code := range c.Codes() {
		zh, en := c.Text(i18n.Chinese, code), c.Text(i18n.English, code)
		a, b := holes(zh), holes(en)
		if !slices.Equal(a, b) {
			t.Errorf("%s: Chinese has %v, English %v", code, a, b)
		}
		for i, h := range a {
			if h != "{"+string('0'+rune(i))+"}" {
				t.Logf("%s: begins with %v", code, a)
				break
			}
		}
		if strings.TrimSpace(zh) == "" && strings.TrimSpace(en) != "" {
			t.Errorf("%s: says nothing in Chinese", code)
		}
		if strings.ContainsAny(zh+en, "<>⟦⟧\u200b") {
			t.Errorf("%s: markup or invisible letters", code)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	c := load(t)
	if got := c.Text(i18n.Chinese, "no.such.code", 1); got != "⟦no.such.code⟧" {
		t.Errorf("an unknown code is said as %q", got)
	}
	if got := c.Text(i18n.Chinese, "fault.too-long", "{1}", 7); got != "内容最多{1}字，现在多了7字" {
		t.Errorf("a value with a hole in it is read again: %q", got)
	}
}
