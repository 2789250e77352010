package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rectify/feedback/notary"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/translog"
	"rectify/site/i18n"
)

// fetched is what a running site answers.
func fetched(t *testing.T, address string) string {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, res.Status, err)
	}
	return string(body)
}

// sized waits until the log of a running site has n entries.
func sized(t *testing.T, p *program, n int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		got := fetched(t, p.base+"/log/latest")
		if strings.Contains(got, fmt.Sprintf("/log\n%d\n", n)) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("never %d entries: %s", n, got)
		}
	}
}

func posted(t *testing.T, p *program, text string) (code string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(p.base+"/api/v1/submissions", "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var r struct{ Code string }
	if err := json.NewDecoder(res.Body).Decode(&r); err != nil || r.Code == "" {
		t.Fatalf("%s, %v", res.Status, err)
	}
	return r.Code
}

// A stranger and a witness watch a site from outside. All is well while it only
// grows; when its operator puts another log in its place, with the same key,
// both refuse, and remember what they saw (T105).
func TestWatchedFromOutside(t *testing.T) {
	dir, own := t.TempDir(), t.TempDir()
	state, seen, secret := filepath.Join(own, "state"), filepath.Join(own, "seen"), filepath.Join(own, "secret")
	witness := []string{"verify", "witness", "--name", "witness.example/a", "--secret", secret}
	_, key, _ := said(t, "", append(witness, "--show-key")...)
	args := []string{"--data", dir, "--limits", "off", "--witness", strings.TrimSpace(key)}
	p := start(t, args...)
	sized(t, p, 4) // the two built-in notices, and what is said of each
	posted(t, p, "屏幕坏了。")
	posted(t, p, "灯坏了。")
	sized(t, p, 6)
	watch := func(p *program) []string { return []string{"verify", "log", p.base + "/log", "--state", state} }
	cosign := func(p *program) []string { return append(witness, p.base+"/log", "--state", seen) }
	well := func(p *program, what string, args []string) {
		t.Helper()
		if code, out, errs := said(t, "", args...); code != 0 || !strings.Contains(out, "ok:") {
			t.Errorf("%s: %d %s%s", what, code, out, errs)
		}
	}
	well(p, "first look", watch(p))
	well(p, "first cosignature", cosign(p))
	if got := fetched(t, p.base+"/log/witnessed"); !strings.Contains(got, "— witness.example/a ") {
		t.Errorf("witnessed: %s", got)
	}
	posted(t, p, "门坏了。")
	posted(t, p, "窗坏了。")
	sized(t, p, 8)
	well(p, "it grew", watch(p))
	well(p, "it grew, witness", cosign(p))
	p.stop(t)

	h := &sqlHand{t: t, path: filepath.Join(dir, sqlitestore.File)}
	h.wipeLog()
	h.do("DELETE FROM log_cosignature")
	h.do("DELETE FROM submission WHERE serial = ?", serialOf("2026-000002"))
	h.do("DELETE FROM submission WHERE serial = ?", serialOf("2026-000003"))
	p = start(t, args...)
	sized(t, p, 7) // notices, two submissions and the end of the audit chain, logged anew: whole in itself, and smaller
	bad := func(what, fault string, args []string, kept string) {
		t.Helper()
		before, err := os.ReadFile(kept)
		if err != nil {
			t.Fatal(err)
		}
		code, out, errs := said(t, "", args...)
		if code != 1 || !strings.Contains(out, "FAULT "+fault) {
			t.Errorf("%s: %d %s%s", what, code, out, errs)
		}
		if after, err := os.ReadFile(kept); err != nil || string(after) != string(before) {
			t.Errorf("%s: what was seen is forgotten, %v", what, err)
		}
	}
	bad("smaller", "smaller", watch(p), state)
	bad("smaller, witness", "smaller", cosign(p), seen)
	posted(t, p, "又一件。")
	posted(t, p, "再一件。")
	sized(t, p, 9)
	bad("fork", "fork", watch(p), state)
	bad("fork, witness", "fork", cosign(p), seen)
}

// What is proven stays so after a backup was put back somewhere else.
func TestVerifyAfterRestore(t *testing.T) {
	w := newProven(t, "")
	file, to := filepath.Join(t.TempDir(), "backup"), t.TempDir()
	src, err := os.ReadFile(filepath.Join(w.dir, "master.key"))
	w.must(err)
	w.must(os.WriteFile(filepath.Join(to, "master.key"), src, 0o600))
	if code, out, errs := said(t, "", "backup", "--data", w.dir, file); code != 0 {
		t.Fatalf("backup: %d %s%s", code, out, errs)
	}
	if code, out, errs := said(t, "", "restore", "--data", to, file); code != 0 {
		t.Fatalf("restore: %d %s%s", code, out, errs)
	}
	code, out, errs := said(t, "", "verify", "--data", to, "--head", w.saved)
	if code != 0 || !strings.Contains(out, fmt.Sprintf("ok: 日志共%d行", provenEntries)) {
		t.Errorf("verify: %d %s%s", code, out, errs)
	}
	if _, before, _ := said(t, "", "verify", "key", "--data", w.dir); !strings.Contains(before, "linshui.example/zt/log+") {
		t.Errorf("key: %s", before)
	}
}

// Every kind of fault has its sentence.
func TestFaultsHaveWords(t *testing.T) {
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []translog.Problem{
		translog.BadEntry, translog.MissingEntry, translog.BadHash, translog.BadSignature, translog.BadRoot, translog.CutTail, translog.Forked,
		translog.BadCosignature, translog.Doubled, translog.Smaller, translog.BadTile, notary.AlteredSubmission, notary.MissingSubmission,
		notary.AlteredStatement, notary.AlteredReply, notary.Unlogged, notary.AlteredVersion, notary.AlteredRecord, notary.AlteredEvents, notary.PutBack, notary.WrongRef, "key", "receipt", "sealed", "keyset", "audit",
	} {
		if !words.Has("verify.problem." + string(p)) {
			t.Errorf("no words for the problem %q", p)
		}
	}
}
