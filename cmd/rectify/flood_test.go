package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
)

// A flood of 3,000 leaves 20 honest opinions on the first page of what is to be
// moderated (the command does it with 50,000).
func TestFlood(t *testing.T) {
	code, out, errs := said(t, "", "flood", "--posts", "3000", "--seed", "7")
	t.Log("\n" + out)
	if code != 0 {
		t.Fatalf("flood answers %d: %s", code, errs)
	}
	for _, view := range []string{"moderate", "open"} {
		if !regexp.MustCompile(`(?m)^first page ` + view + ` +shows 20 of 20 `).MatchString(out) {
			t.Errorf("not all are on the first page of %q", view)
		}
	}
}

func TestFloodMongo(t *testing.T) {
	uri := mongoURI(t)
	uri = uri[:strings.LastIndex(uri, "/")]
	if code, out, errs := said(t, "", "flood", "--posts", "1000", "--mongo", uri); code != 0 {
		t.Errorf("flood answers %d: %s%s", code, out, errs)
	} else {
		t.Log("\n" + out)
	}
}

// In a real browser, on plain http, the work is done in a worker while somebody
// writes, under a policy that allows nothing but files of our own; without
// scripts the same form is sent without it.
func TestProofInBrowser(t *testing.T) {
	chromium(t)
	data := t.TempDir()
	p := start(t, "--data", data, "--trusted-proxies", "127.0.0.1")
	for i := range 150 {
		req, err := http.NewRequest(http.MethodPost, p.base+"/api/v1/submissions", strings.NewReader(fmt.Sprintf(`{"text":"第%d位：%x"}`, i, sha256.Sum256([]byte{byte(i)}))))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Forwarded-For", fmt.Sprintf("100.64.%d.7", i))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _ = res.Body.Close(); res.StatusCode != http.StatusCreated {
			t.Fatalf("answers %d", res.StatusCode)
		}
	}
	b := open(t, desktop)
	b.visit(p.base + "/feedback/new")
	stamp := b.value(`input[name="stamp"]`)
	if b.count("#opinion[data-bits]") != 1 || b.count("#proof-js") != 1 {
		t.Fatal("the busy site asks for no work")
	}
	until(t, func() bool { return b.value(`input[name="proof"]`) != "" })
	challenge := sha256.Sum256([]byte(stamp))
	got := sha256.Sum256([]byte(hex.EncodeToString(challenge[:]) + b.value(`input[name="proof"]`)))
	if got[0] != 0 || got[1]>>2 != 0 {
		t.Errorf("the browser found %x, want 14 zero bits at least", got[:4])
	}
	sendSlowly(t, b, "工作线程在我打字的时候就算好了。")

	phone := open(t, phone)
	phone.visit(p.base + "/feedback/new")
	sendSlowly(t, phone, "没有脚本的手机也能提意见。")
	b.visit(p.base + "/notices")
	if b.count("script") != 0 {
		t.Error("a page for reading loads a script")
	}
	p.stop(t)
	s, err := stored{Data: data}.openSealed(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	list, _, err := s.List(t.Context(), feedback.Query{Suspect: feedback.No, Sort: feedback.ByNewest, Limit: 2})
	if err != nil || len(list) != 2 || !strings.HasPrefix(list[0].Text, "没有脚本") || !strings.HasPrefix(list[1].Text, "工作线程") {
		t.Errorf("the newest that are not suspected: %d, %v", len(list), err)
	}
}

// sendSlowly sends the form as a person does: not within three seconds.
func sendSlowly(t *testing.T, b *browser, text string) {
	t.Helper()
	b.write("#text", text)
	time.Sleep(3 * time.Second) // what a person takes, by the site's own clock
	b.press("#send")
	b.wants("h1", "意见已收到")
}
