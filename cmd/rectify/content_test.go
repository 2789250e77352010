package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// freshMongo is a new database on the server for tests, dropped at the end.
func freshMongo(t *testing.T) string {
	t.Helper()
	uri := mongoURI(t)
	name := "rectify_test_" + rand.Text()[:12]
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		c, err := mongo.Connect(ctx, options.Client().ApplyURI(uri))
		if err == nil {
			err = errors.Join(c.Database(name).Drop(ctx), c.Disconnect(ctx))
		}
		if err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return uri[:strings.LastIndex(uri, "/")+1] + name
}

// ran runs the program to its end and answers what it printed and its exit code.
func ran(t *testing.T, args ...string) (string, int) {
	t.Helper()
	cmd := command(t.Context(), args...)
	cmd.Env = append(cmd.Env, "LANG=en_US.UTF-8", "LC_ALL=en_US.UTF-8")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

const smallNotice = `---
title: 关于巡察整改进展情况的通报
issuer: 临水市文化和旅游局
date: 2026-11-06
published: 2026-11-09T09:30:00+08:00
contacts: {phone: [0600-555-0142]}
attachments: [{file: list.pdf, title: 清单}]
---

## 一、整改情况

#### 1.灯坏了

{#1-1}
##### ①门口的灯坏了

一是换灯。已经换好。
`

// TestContent moves a folder into a database and out again, with changes on
// both sides.
func TestContent(t *testing.T) {
	uri := freshMongo(t)
	a, b := t.TempDir(), filepath.Join(t.TempDir(), "new")
	writeAll(t, a, map[string]string{"lights.md": smallNotice, "list.pdf": "%PDF", "site.yaml": "name: 临水市文化和旅游局\n", "private.docx": "x", "README.md": "# x"})
	expect := func(code int, wants string, args ...string) {
		t.Helper()
		out, got := ran(t, append(args, "--mongo", uri)...)
		if got != code || !strings.Contains(out, wants) {
			t.Fatalf("%v: exit %d, want %d with %q:\n%s", args, got, code, wants, out)
		}
	}
	read := func(dir, name, want string) {
		t.Helper()
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Fatalf("%s: %q, %v", name, got, err)
		}
	}
	expect(0, "3 of 3 files would", "content", "push", a, "--dry-run")
	expect(0, "3 of 3 files changed", "content", "push", a)
	expect(0, "0 of 3 files changed", "content", "push", a)
	expect(0, "3 of 3 files changed", "content", "pull", b)
	expect(0, "0 of 3 files changed", "content", "pull", b)
	read(b, "lights.md", smallNotice)
	for _, private := range []string{"private.docx", "README.md"} {
		if _, err := os.Stat(filepath.Join(b, private)); err == nil {
			t.Errorf("%s was published", private)
		}
	}
	one, two := strings.Replace(smallNotice, "已经换好", "换好了", 1), strings.Replace(smallNotice, "已经换好", "正在换", 1)

	writeAll(t, b, map[string]string{"lights.md": one})
	expect(0, "keep     lights.md", "content", "pull", b)
	read(b, "lights.md", one)
	expect(0, "replace  lights.md", "content", "push", b)
	writeAll(t, a, map[string]string{"lights.md": two})
	expect(1, "conflict lights.md", "content", "push", a)
	expect(1, "conflict lights.md", "content", "pull", a)
	read(a, "lights.md", two)
	expect(0, "replace  lights.md", "content", "pull", a, "--force")
	read(a, "lights.md", one)

	writeAll(t, a, map[string]string{"lights.md": strings.Replace(one, "attachments: [{file: list.pdf, title: 清单}]\n", "", 1)})
	expect(0, "only in the database", "content", "push", a)
	expect(0, "remove   list.pdf", "content", "push", a, "--delete")
	expect(0, "remove   list.pdf", "content", "pull", b, "--delete")
	if _, err := os.Stat(filepath.Join(b, "list.pdf")); err == nil {
		t.Error("list.pdf is still there")
	}
	writeAll(t, a, map[string]string{"lights.md": "broken"})
	expect(1, "lights.md:1", "content", "push", a)
}

// With the embedded store there is nothing to move.
func TestContentUsage(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{"content", "push", dir}, {"content", "pull", dir, "--data", dir},
		{"content", "push", filepath.Join(dir, "none"), "--mongo", "mongodb://127.0.0.1:1/"}, {"content", "push"},
	} {
		if out, code := ran(t, args...); code != exitUsage {
			t.Errorf("%v: exit %d: %s", args, code, out)
		}
	}
}
