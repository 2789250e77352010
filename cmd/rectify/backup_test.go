package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"rectify/feedback/backup"
	"rectify/feedback/backup/archive"
	"rectify/feedback/blobdir"
	"rectify/feedback/blobtest"
	"rectify/feedback/sqlitestore"
)

// sent posts a submission and answers status and body.
func sent(t *testing.T, p *program, fields map[string]any) (int, string) {
	t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(p.base+"/api/v1/submissions", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// held is what a backup file holds, by section.
func held(t *testing.T, path, keyFile string) archive.Manifest {
	t.Helper()
	k, err := readKey(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	m, err := backup.Check(t.Context(), f, k, append((&place{}).parts(), backup.LogPart(nil), backup.AuditPart(nil), backup.BlobsPart(nil))...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestBackupAndRestore: a site that runs is backed up, and a site on a database
// goes on from there, with the same receipt code for the same request.
func TestBackupAndRestore(t *testing.T) {
	uri := freshMongo(t)
	a, b, out := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "site.backup")
	keyFile := filepath.Join(a, "master.key")
	p := start(t, "--data", a, "--content", folder(t), "--limits", "off")
	marked := map[string]any{"text": "MARKER-TEXT 门口的灯又坏了", "name": "MARKER-NAME", "phone": "13900001234", "idempotency_key": "0123456789abcdef"}
	status, receipt := sent(t, p, marked)
	if status != 201 {
		t.Fatalf("%d %s", status, receipt)
	}
	for range 3 {
		if status, body := sent(t, p, map[string]any{"text": "意见"}); status != 201 {
			t.Fatalf("%d %s", status, body)
		}
	}
	until(t, func() bool { // the four receipts and the notices are in the log, under a signed head
		_, head := get(t, p.base+"/log/latest")
		_, rest, _ := strings.Cut(head, "\n")
		line, _, _ := strings.Cut(rest, "\n")
		size, err := strconv.Atoi(line)
		return err == nil && size >= 4
	})
	files, err := blobdir.Open(filepath.Join(a, blobsFolder))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = files.Close() }()
	file, data := blobtest.ID(t), blobtest.Bytes(3<<20)
	if err := files.Put(t.Context(), file, data); err != nil {
		t.Fatal(err)
	}
	code, said1, errs := said(t, "", "backup", out, "--data", a, "--content", folder(t))
	if code != 0 || !strings.Contains(said1, "留言 4件") || !strings.Contains(said1, "附件 1个") || !strings.Contains(said1, "通报和设置文件 3个") {
		t.Fatalf("backup: %d %s%s", code, said1, errs)
	}
	src, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(src, []byte("MARKER")) || bytes.Contains(src, []byte("13900001234")) {
		t.Error("particulars stand in the file in clear")
	}

	fails := func(wants string, args ...string) {
		t.Helper()
		if code, _, errs := said(t, "", append([]string{"restore"}, args...)...); code != exitFault || !strings.Contains(errs, wants) {
			t.Errorf("%v: %d, want %q: %s", args, code, wants, errs)
		}
	}
	half, none := filepath.Join(b, "half"), filepath.Join(b, "none")
	if err := os.WriteFile(half, src[:len(src)-100], 0o600); err != nil {
		t.Fatal(err)
	}
	fails("damaged", half, "--data", none, "--key-file", keyFile)
	fails("key-file", out, "--data", none)
	other := filepath.Join(b, "other.key")
	if _, err := readKey(other); err != nil {
		t.Fatal(err)
	}
	fails("another key", out, "--data", none, "--key-file", other)
	if _, err := os.Stat(none); err == nil {
		t.Error("a restore that was refused made a folder")
	}
	if code, said1, errs := said(t, "", "restore", out, "--dry-run", "--data", none, "--key-file", keyFile); code != 0 || !strings.Contains(said1, "留言 4件") {
		t.Errorf("dry run: %d %s%s", code, said1, errs)
	}

	if code, _, errs := said(t, "", "restore", out, "--mongo", uri, "--data", b, "--key-file", keyFile); code != 0 {
		t.Fatalf("restore: %d %s", code, errs)
	}
	if _, err := os.Stat(filepath.Join(b, blobsFolder)); err == nil {
		t.Error("attachments of the database lie in a folder")
	}
	fails("empty store", out, "--mongo", uri, "--data", b, "--key-file", keyFile)
	if code, told, errs := said(t, "", "verify", "--mongo", uri, "--data", b, "--key-file", keyFile); code != 0 {
		t.Errorf("verify after restore: %d %s%s", code, told, errs)
	}
	again := filepath.Join(b, "again.backup")
	if code, _, errs := said(t, "", "backup", again, "--mongo", uri, "--data", b, "--key-file", keyFile); code != 0 {
		t.Fatalf("second backup: %d %s", code, errs)
	}
	first, second := held(t, out, keyFile), held(t, again, keyFile)
	if n := first.Section("log").Records; n < 5 {
		t.Errorf("%d lines of the log in the file", n)
	}
	for _, s := range first.Sections {
		if s.Name == "audit" { // the restore itself is one more entry
			if n := second.Section(s.Name).Records; n != s.Records+1 {
				t.Errorf("%d audit entries became %d", s.Records, n)
			}
			continue
		}
		if s != second.Section(s.Name) {
			t.Errorf("%+v became %+v", s, second.Section(s.Name))
		}
	}

	q := start(t, "--mongo", uri, "--data", b, "--key-file", keyFile, "--limits", "off")
	if status, body := sent(t, q, marked); status != 200 || body != receipt {
		t.Errorf("a repeated request answers %d %s, want %s", status, body, receipt)
	}
	_, next := sent(t, p, map[string]any{"text": "下一件"})
	_, same := sent(t, q, map[string]any{"text": "下一件"})
	// The repeated request may have cost a number here.
	if number(t, same) < number(t, next) {
		t.Errorf("next number %s there and %s here: it may be given again", number(t, next), number(t, same))
	}
	if status, _ := get(t, q.base+"/notices/venue-safety-2026"); status != 200 {
		t.Errorf("a restored notice answers %d", status)
	}
}

func number(t *testing.T, receipt string) string {
	t.Helper()
	var r struct{ Number string }
	if err := json.Unmarshal([]byte(receipt), &r); err != nil || r.Number == "" {
		t.Fatalf("%s: %v", receipt, err)
	}
	return r.Number
}

func TestBackupUsage(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{"backup"}, {"backup", filepath.Join(dir, "x"), "--data", filepath.Join(dir, "none")}, {"restore"}, {"restore", filepath.Join(dir, "none")},
	} {
		if code, _, errs := said(t, "", args...); code != exitUsage {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
	if code, _, errs := said(t, "", "backup", filepath.Join(dir, "x"), "--data", dir); code != exitFault || !strings.Contains(errs, "key-file") {
		t.Errorf("without a key: %d %s", code, errs)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestBackupUnderLoad: whatever was acknowledged before a backup began is in
// it, while others go on writing.
func TestBackupUnderLoad(t *testing.T) {
	data := t.TempDir()
	p := start(t, "--data", data, "--limits", "off")
	var acknowledged atomic.Int64
	var stop atomic.Bool
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := 0; !stop.Load(); n++ {
				status, body := sent(t, p, map[string]any{"text": "意见", "idempotency_key": fmt.Sprintf("%08d%08d", i, n)})
				if status != 201 {
					t.Errorf("%d %s", status, body)
					return
				}
				acknowledged.Add(1)
			}
		})
	}
	for range 2 {
		until(t, func() bool { return acknowledged.Load() > 50 })
		before, file := acknowledged.Load(), filepath.Join(t.TempDir(), "x.backup")
		if code, _, errs := said(t, "", "backup", file, "--data", data); code != 0 {
			t.Errorf("backup: %d %s", code, errs)
			continue
		}
		m := held(t, file, filepath.Join(data, "master.key"))
		if n := m.Section("submissions").Records; n < before {
			t.Errorf("%d submissions in the file, %d acknowledged before", n, before)
		}
	}
	stop.Store(true)
	wg.Wait()
}

// No site runs on half a store.
func TestNoSiteOnHalfAStore(t *testing.T) {
	data := t.TempDir()
	s, err := sqlitestore.Open(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.Mark(t.Context(), "restore begun", "some backup"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	code, _, errs := said(t, "", "serve", "--data", data, "--listen", "127.0.0.1:0")
	if code != exitFault || !strings.Contains(errs, backup.ErrUnfinished.Error()) {
		t.Errorf("serve: %d %s", code, errs)
	}
}
