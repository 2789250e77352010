package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Killed again and again under senders on every channel, the program has kept
// everything that it acknowledged, each once.
func TestTorture(t *testing.T) { tortured(t) }

// The same on MongoDB, which is cut off and back between.
func TestTortureMongo(t *testing.T) {
	uri := mongoURI(t)
	tortured(t, "--mongo", uri[:strings.LastIndex(uri, "/")])
}

func tortured(t *testing.T, more ...string) {
	code, out, errs := said(t, "", append([]string{"torture", "--rounds", "3", "--clients", "12"}, more...)...)
	t.Log(out)
	if code != 0 {
		t.Errorf("exit %d: %s", code, errs)
	}
	if !regexp.MustCompile(`(?m)^rounds 3: sent \d+ acknowledged [1-9]\d* lost 0 doubled 0$`).MatchString(out) {
		t.Error("the figures are not printed")
	}
	ways := []string{"web", "api", "desk", "lmtp"}
	if !strings.Contains(out, "no mailbox is read: ") || os.Getenv("RECTIFY_REQUIRE_MAIL") == "1" {
		ways = append(ways, "imap")
	}
	for _, way := range ways {
		if !regexp.MustCompile(`(?m)^` + way + ` +sent \d+ acknowledged [1-9]`).MatchString(out) {
			t.Errorf("nothing went through %s", way)
		}
	}
}
