package main

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// A made-up world can be looked at and signed in to, verifies, and is made in an
// empty store only.
func TestDemo(t *testing.T) { tryDemo(t, "--data", t.TempDir()) }

func TestDemoMongo(t *testing.T) { tryDemo(t, "--data", t.TempDir(), "--mongo", freshMongo(t)) }

func tryDemo(t *testing.T, where ...string) {
	t.Helper()
	command := append([]string{"demo", "--submissions", "700", "--seed", "5"}, where...)
	code, out, errs := said(t, "", command...)
	if code != 0 {
		t.Fatalf("demo answers %d: %s%s", code, out, errs)
	}
	if n := len(regexp.MustCompile(`(?m)^  [a-z0-9]+  [A-Z2-7]{20}  `).FindAllString(out, -1)); n != 8 {
		t.Errorf("%d accounts are printed:\n%s", n, out)
	}
	if code, _, errs := said(t, "", command...); code != exitFault || !strings.Contains(errs, "empty store only") {
		t.Errorf("a second time: %d, %s", code, errs)
	}
	p := start(t, where...)
	until(t, func() bool {
		status, page := get(t, p.base+"/feedback")
		return status == 200 && strings.Contains(page, `class="answer"`)
	})
	if _, page := get(t, p.base+"/"); !strings.Contains(page, `href="/tour"`) {
		t.Error("the front page does not say that it is a demonstration")
	}
	if status, page := get(t, p.base+"/tour"); status != 200 || !strings.Contains(page, `href="/statistics"`) {
		t.Errorf("the tour answers %d", status)
	}
	if status, page := get(t, p.base+"/notices/culture-tourism-2023/items/7-3"); status != 200 || !strings.Contains(page, `class="talk"`) {
		t.Errorf("a leaf answers %d, without opinions", status)
	}
	p.stop(t)
	// What the demonstration made public comes into the log while the site runs:
	// on a machine with much else to do not at once.
	verify := append([]string{"verify"}, where...)
	code, out, errs = said(t, "", verify...)
	for range 6 {
		if code == 0 || strings.Count(out, "FAULT") > strings.Count(out, "FAULT unlogged") {
			break
		}
		p = start(t, where...)
		time.Sleep(5 * time.Second)
		p.stop(t)
		code, out, errs = said(t, "", verify...)
	}
	if code != 0 {
		t.Errorf("verify answers %d: %s%s", code, out, errs)
	}
}
