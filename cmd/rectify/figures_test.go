package main

import (
	"regexp"
	"strings"
	"testing"
)

// The commands that print figures print them.
func TestPIIFigures(t *testing.T) {
	code, out, errs := said(t, "", "pii")
	if code != 0 || !strings.Contains(out, "all: 500 sentences") || len(regexp.MustCompile(`(?m)^ *all +\d+ +\d+ +\d+ +(?:1\.000|0\.9\d+) +(?:1\.000|0\.9\d+)`).FindAllString(out, -1)) != 3 {
		t.Errorf("%d %s%s", code, out, errs)
	}
}

func TestCorpusFigures(t *testing.T) { corpusFigures(t) }

func TestCorpusFiguresMongo(t *testing.T) {
	uri := mongoURI(t)
	corpusFigures(t, "--mongo", uri[:strings.LastIndex(uri, "/")])
}

func corpusFigures(t *testing.T, more ...string) {
	code, out, errs := said(t, "", append([]string{"corpus"}, more...)...)
	t.Log("\n" + out)
	if code != 0 || !strings.Contains(out, "messages 300 lost 0\n") {
		t.Errorf("%d %s", code, errs)
	}
	for _, place := range []string{"filed as a submission", "added to a submission", "held for a person", "kept, written by a program: bounce", "came before, nothing new"} {
		if !regexp.MustCompile(`(?m)^` + place + ` +[1-9]`).MatchString(out) {
			t.Errorf("nothing %s", place)
		}
	}
}
