package main

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/sqlitestore"
)

// sealedWorld is a data folder in which two submissions lie sealed.
func sealedWorld(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	p := start(t, "--data", dir)
	posted(t, p, "第一件，电话13900001234。")
	posted(t, p, "第二件，电话13900005678。")
	p.stop(t)
	return dir
}

// What somebody does to the rows of a sealed store is found and named (T84).
func TestVerifySealed(t *testing.T) {
	dir := sealedWorld(t)
	h := &sqlHand{t: t, path: filepath.Join(dir, sqlitestore.File)}
	if code, out, errs := said(t, "", "verify", "--data", dir); code != 0 {
		t.Fatalf("untouched: %d %s%s", code, out, errs)
	}
	first, second := serialOf(numberOf(t, 1)), serialOf(numberOf(t, 2))
	one, two := h.text("SELECT hex(sealed) FROM submission WHERE serial = ?", first), h.text("SELECT hex(sealed) FROM submission WHERE serial = ?", second)
	put := func(serial int64, sealed string) {
		raw, err := hex.DecodeString(sealed)
		if err != nil {
			t.Fatal(err)
		}
		h.do("UPDATE submission SET sealed = ? WHERE serial = ?", raw, serial)
	}
	for name, c := range map[string]struct{ do, undo func() }{
		"swapped": {func() { put(first, two); put(second, one) }, func() { put(first, one); put(second, two) }},
		"flipped": {func() { put(first, strings.Replace(one, one[60:62], "00", 1)+"00") }, func() { put(first, one) }},
		"column":  {func() { h.do("UPDATE submission SET state = 'closed' WHERE serial = ?", first) }, func() { h.do("UPDATE submission SET state = 'received' WHERE serial = ?", first) }},
		"clear": {
			func() { h.do("UPDATE submission SET sealed = NULL WHERE serial = ?", first) }, func() { put(first, one) },
		},
	} {
		c.do()
		code, out, errs := said(t, "", "verify", "--data", dir)
		if code != 1 || !strings.Contains(out, "FAULT sealed") || !strings.Contains(out, string(numberOf(t, 1))) || strings.Contains(out+errs, "1390000") {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
		c.undo()
	}
	if code, out, errs := said(t, "", "verify", "--data", dir); code != 0 {
		t.Errorf("put right again: %d %s%s", code, out, errs)
	}
}

func numberOf(t *testing.T, n int64) feedback.Number {
	t.Helper()
	return feedback.MakeNumber(feedback.NumberYear(time.Now()), n)
}

// Without its keyset file, or with another, a site does not start, says which
// key is missing and makes none; verify says so too (T86).
func TestLostKeyset(t *testing.T) {
	dir := sealedWorld(t)
	keyset := filepath.Join(dir, "keyset.json")
	src, err := os.ReadFile(keyset)
	if err != nil {
		t.Fatal(err)
	}
	tell := func(what string) {
		t.Helper()
		code, out, errs := said(t, "", "serve", "--data", dir, "--listen", "127.0.0.1:0")
		if code != 1 || !strings.Contains(out+errs, "keyset.json") || !strings.Contains(out+errs, "Nothing was deleted") {
			t.Errorf("%s: serve %d %s%s", what, code, out, errs)
		}
		if code, out, errs := said(t, "", "verify", "--data", dir); code != 1 || !strings.Contains(out, "FAULT keyset") {
			t.Errorf("%s: verify %d %s%s", what, code, out, errs)
		}
	}
	if err := os.Remove(keyset); err != nil {
		t.Fatal(err)
	}
	tell("lost")
	if _, err := os.Stat(keyset); !os.IsNotExist(err) {
		t.Errorf("a new file was made: %v", err)
	}
	other, err := os.ReadFile(filepath.Join(sealedWorld(t), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keyset, other, 0o600); err != nil {
		t.Fatal(err)
	}
	tell("another's")
	if err := os.WriteFile(keyset, src, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(keyset, 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := said(t, "", "serve", "--data", dir, "--listen", "127.0.0.1:0"); code != 1 || !strings.Contains(out+errs, "chmod 600 "+keyset) {
		t.Errorf("others may read it: %d %s%s", code, out, errs)
	}
	if err := os.Chmod(keyset, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := said(t, "", "verify", "--data", dir); code != 0 {
		t.Errorf("put back: %d %s%s", code, out, errs)
	}
}
