package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// What is public goes out as everybody sees it, in each format; the register
// only with a reason, which is recorded, and never with the sender.
func TestExportData(t *testing.T) {
	at := []string{"--data", t.TempDir()}
	account(t, "wangwu", []string{"moderator", "auditor"}, at...)
	p := start(t, at...)
	shown, hidden := filed(t, p), filed(t, p)
	sender := passerby(t, p.base)
	sender.files(`=HYPERLINK("http://evil.example")，电话13800001234`)
	mod := signedIn(t, p.base, "wangwu")
	mod.act(shown, "accept", nil)
	mod.act(shown, "publish", nil)
	p.stop(t)

	export := func(format string, more ...string) string {
		t.Helper()
		code, out, errs := said(t, "", append(append([]string{"export", "--format", format}, at...), more...)...)
		if code != 0 {
			t.Fatalf("%s %v answers %d: %s", format, more, code, errs)
		}
		return out
	}
	var public []exported
	if err := json.Unmarshal([]byte(export("json")), &public); err != nil || len(public) != 1 || string(public[0].Number) != shown || !strings.Contains(public[0].Text, "导览屏") {
		t.Errorf("public is %+v, %v", public, err)
	}
	if code, _, errs := said(t, "", append([]string{"export", "--format", "json", "--register"}, at...)...); code != 2 || !strings.Contains(errs, "--reason") {
		t.Errorf("a register without a reason: %d %s", code, errs)
	}
	file := filepath.Join(t.TempDir(), "register.csv")
	export("csv", "--register", "--reason", "移交档案", "--out", file)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 4 || rows[0][0] != "编号" || rows[2][0] != hidden {
		t.Errorf("rows %q, %v", rows, err)
	}
	if got := rows[3][10]; !strings.HasPrefix(got, "'=") {
		t.Errorf("a formula goes out as %q", got)
	}
	if code, _, _ := said(t, "", append([]string{"export", "--format", "csv", "--out", file}, at...)...); code == 0 {
		t.Error("a file that was there is written over")
	}
	book, err := excelize.OpenReader(strings.NewReader(export("xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	if cell, err := book.GetCellValue(book.GetSheetName(0), "A2"); err != nil || cell != shown {
		t.Errorf("the sheet has %q, %v", cell, err)
	}
	q := start(t, at...)
	if page := signedIn(t, q.base, "wangwu").page("/desk/audit"); !strings.Contains(page, "移交档案") {
		t.Error("the audit chain does not tell of the register")
	}
}
