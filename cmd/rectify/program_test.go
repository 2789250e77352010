package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"rectify/content/builtin"
)

// said runs a command to its end and answers its exit code and what it wrote.
func said(t *testing.T, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	cmd := command(t.Context(), args...)
	var o, e bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &o, &e
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// folder is a copy of the built-in notices that may be changed.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, builtin.FS()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// change replaces text in a file, which must be there.
func change(t *testing.T, file, old, with string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(src, []byte(old)) {
		t.Fatalf("%s has no %q", file, old)
	}
	if err := os.WriteFile(file, bytes.Replace(src, []byte(old), []byte(with), 1), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCheck(t *testing.T) {
	if code, out, errs := said(t, "", "check"); code != 0 || errs != "" {
		t.Errorf("check of the built-in notices: %d %s%s", code, out, errs)
	}
	dir := folder(t)
	notice := filepath.Join(dir, "venue-safety-2026.md")
	change(t, notice, "{#1-2 ", "{#1-1 ")
	code, out, _ := said(t, "", "check", dir)
	if code != 1 {
		t.Errorf("check of a broken notice answers %d, want 1", code)
	}
	line := regexp.MustCompile(`(?m)^venue-safety-2026\.md:[0-9]+: 错误：.*“1-1”重复`)
	if !line.MatchString(out) {
		t.Errorf("check said:\n%s\nwant a line for the duplicate id", out)
	}
}

func TestExitCodes(t *testing.T) {
	for name, x := range map[string]struct {
		args []string
		want int
	}{
		"unknown command":  {[]string{"fly"}, 2},
		"unknown flag":     {[]string{"serve", "--wings"}, 2},
		"bad base address": {[]string{"serve", "--data", t.TempDir(), "--base-url", "example"}, 2},
		"no such folder":   {[]string{"check", filepath.Join(t.TempDir(), "none")}, 1},
		"unknown role":     {[]string{"staff", "add", "lisi", "--role", "king", "--data", t.TempDir()}, 1},
		"port taken":       {[]string{"serve", "--data", t.TempDir(), "--listen", "256.0.0.1:1"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if code, out, errs := said(t, "", x.args...); code != x.want {
				t.Errorf("exit %d, want %d: %s%s", code, x.want, out, errs)
			}
		})
	}
}

func TestStaffCommands(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := said(t, journeyPass+"\n", "staff", "add", "lisi", "--role", "admin", "--role", "replier", "--password-stdin", "--data", data); code != 0 {
		t.Fatal(errs)
	}
	if code, _, errs := said(t, "", "staff", "add", "LiSi", "--role", "replier", "--data", data); code != 1 {
		t.Errorf("the same name twice: %d %s", code, errs)
	}
	code, drawn, errs := said(t, "", "staff", "reset", "lisi", "--data", data)
	if code != 0 || len(strings.TrimSpace(drawn)) < 16 {
		t.Errorf("reset: %d %q %s", code, drawn, errs)
	}
	if code, drawn, errs := said(t, "", "staff", "reset", "lisi", "--factors", "--data", data); code != 0 || len(strings.TrimSpace(drawn)) < 16 {
		t.Errorf("reset with factors: %d %q %s", code, drawn, errs)
	}
	if code, _, _ := said(t, "", "staff", "disable", "lisi", "--data", data); code != 1 {
		t.Error("the last administrator was disabled")
	}
	if _, list, _ := said(t, "", "staff", "list", "--data", data); !strings.Contains(list, "lisi\tlisi\tactive\t[admin replier]") {
		t.Errorf("list: %q", list)
	}
	p := start(t, "--data", data)
	if p.first != "" {
		t.Error("a first sign-in is offered though accounts exist")
	}
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// A broken notice takes neither the site down nor its own last good version,
// not even over a restart; mended, it is read at SIGHUP.
func TestBrokenNoticeStaysUp(t *testing.T) {
	dir, data := folder(t), t.TempDir()
	file := filepath.Join(dir, "venue-safety-2026.md")
	p := start(t, "--data", data, "--content", dir)
	page := p.base + "/notices/venue-safety-2026"
	if status, _ := get(t, page); status != 200 {
		t.Fatalf("notice answers %d", status)
	}
	change(t, file, "{#1-2 ", "{#1-1 ")
	change(t, file, "## 一、", "## 一、改坏的")
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return strings.Contains(p.said(), "reread") })
	if status, body := get(t, page); status != 200 || strings.Contains(body, "改坏的") {
		t.Errorf("after a broken change the page answers %d and shows it: %v", status, strings.Contains(body, "改坏的"))
	}
	if !strings.Contains(p.said(), "duplicate-id") {
		t.Error("the log does not name the fault")
	}
	p.stop(t)
	p = start(t, "--data", data, "--content", dir)
	page = p.base + "/notices/venue-safety-2026"
	if status, body := get(t, page); status != 200 || strings.Contains(body, "改坏的") {
		t.Errorf("after a restart the page answers %d", status)
	}

	src, err := builtin.FS().Open("venue-safety-2026.md")
	if err != nil {
		t.Fatal(err)
	}
	good, err := io.ReadAll(src)
	if err != nil {
		t.Fatal(err)
	}
	good = bytes.Replace(good, []byte("## 一、"), []byte("## 一、改好的"), 1)
	if err := os.WriteFile(file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { _, body := get(t, page); return strings.Contains(body, "改好的") })
}

func until(t *testing.T, done func() bool) {
	t.Helper()
	for range 800 {
		if done() {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("did not happen within 20 s")
}

// 10 MB of text: a clear answer, and the program goes on.
func TestHugeText(t *testing.T) {
	p := start(t, "--data", t.TempDir())
	res, err := http.Post(p.base+"/feedback", "application/x-www-form-urlencoded", strings.NewReader("text="+strings.Repeat("a", 10<<20)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != http.StatusRequestEntityTooLarge || !bytes.Contains(body, []byte("太长")) {
		t.Errorf("10 MB answer %d: %.200s", res.StatusCode, body)
	}
	if status, _ := get(t, p.base+"/healthz"); status != 200 {
		t.Errorf("afterwards healthz answers %d", status)
	}
}
