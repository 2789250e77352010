package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A new key takes over while the site runs and citizens write, is not undone by
// being killed, and the old one goes when nothing needs it; the site never
// stops answering (T86, F09).
func TestRotateWhileRunning(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "--data", dir, "--limits", "off")
	var codes []string
	for i := range 30 {
		codes = append(codes, posted(t, p, fmt.Sprintf("第%d件，电话13900001234。", i)))
	}
	keys := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := said(t, "", append(append([]string{"keys"}, args...), "--data", dir)...)
		if code != want {
			t.Fatalf("keys %v: %d %s%s", args, code, out, errs)
		}
		return out + errs
	}
	one := regexp.MustCompile(`[0-9a-f]{8}  `)
	before := one.FindString(keys(0, "status"))
	for range 5 { // killed at any moment, it goes on when it is run again
		cmd := command(t.Context(), "keys", "rotate", "--data", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(30*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		codes = append(codes, posted(t, p, "正在更换密钥时写的。"))
	}
	keys(0, "rotate")
	keys(0, "rotate")
	if out := keys(1, "retire"); !strings.Contains(out, "try again in") {
		t.Errorf("retired at once: %s", out)
	}
	until(t, func() bool { // the running site seals with the new key by now
		keys(0, "rotate")
		return !strings.Contains(keys(0, "status"), "正在使用，0项")
	})
	for end := time.Now().Add(20 * time.Second); ; { // until what comes in lies under the newest key
		codes = append(codes, posted(t, p, "换好以后写的。"))
		if used := regexp.MustCompile(`只用来读，[1-9]`).FindString(keys(0, "status")); used == "" {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the running site goes on with an old key")
		}
		keys(0, "rotate")
	}
	out := keys(0, "retire", "--after", "0s")
	if !strings.Contains(out, strings.TrimSpace(before)) {
		t.Errorf("the first key was not retired: %s", out)
	}
	if left := one.FindAllString(keys(0, "status"), -1); len(left) != 1 {
		t.Errorf("keys left: %v", left)
	}
	status, page := get(t, p.base+"/readyz")
	if status != 200 {
		t.Errorf("readyz: %d %s", status, page)
	}
	p.stop(t)
	code, out, errs := said(t, "", "verify", "--data", dir)
	if code != 0 {
		t.Errorf("verify: %d %s%s", code, out, errs)
	}
	for _, c := range codes {
		if c == "" {
			t.Error("a submission without a code")
		}
	}
}

// A copy with an old keyset file is not ready, says so without saying more, and
// is ready again with the right one.
func TestStaleCopy(t *testing.T) {
	dir := t.TempDir()
	keyset := filepath.Join(t.TempDir(), "keyset.json")
	p := start(t, "--data", dir, "--keyset-file", keyset)
	posted(t, p, "一件。")
	old, err := os.ReadFile(keyset)
	if err != nil {
		t.Fatal(err)
	}
	if code, out, errs := said(t, "", "keys", "rotate", "--data", dir, "--keyset-file", keyset); code != 0 {
		t.Fatalf("rotate: %d %s%s", code, out, errs)
	}
	young, err := os.ReadFile(keyset)
	if err != nil {
		t.Fatal(err)
	}
	put := func(src []byte) {
		t.Helper()
		if err := os.WriteFile(keyset, src, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(old)
	until(t, func() bool {
		status, page := get(t, p.base+"/readyz")
		return status == 503 && strings.Contains(page, "lacks a key") && !strings.Contains(page, keyset)
	})
	if !strings.Contains(p.said(), "lacks key") {
		t.Errorf("the log does not say which: %s", p.said())
	}
	put(young)
	until(t, func() bool { status, _ := get(t, p.base+"/readyz"); return status == 200 })
}
