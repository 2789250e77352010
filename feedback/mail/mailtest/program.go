package mailtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// need finds programs, by name or by path, and answers their paths.
func need(t testing.TB, names ...string) []string {
	t.Helper()
	give := t.Skipf
	if os.Getenv("RECTIFY_REQUIRE_MAIL") == "1" {
		give = t.Fatalf
	}
	if os.Geteuid() != 0 {
		give("mail programs not started: they give up root's rights and need them first")
	}
	var paths []string
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err != nil {
			path, err = exec.LookPath(filepath.Join("/usr/sbin", name))
		}
		if err != nil {
			give("not tested against real mail programs: %s is not installed", name)
		}
		paths = append(paths, path)
	}
	return paths
}

// start runs a program that stays in the foreground and ends it with the test.
// ready tells when it can be used; output is shown when it never is.
func start(t testing.TB, ready func() bool, logs func() string, path string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), path, args...) //nolint:gosec // a program of the test's own choice
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // how it ended is in its output
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) // its own group; may have ended
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-ended
		}
	})
	for deadline := time.Now().Add(20 * time.Second); !ready(); time.Sleep(20 * time.Millisecond) {
		select {
		case <-ended:
			t.Fatalf("%s ended\n%s\n%s", path, out.String(), logs())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is not ready\n%s", path, logs())
		}
	}
}

// freePort is a port of the loopback that nobody listens on just now.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // opening a socket does not wait
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // only the number is wanted
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("no TCP address: %v", l.Addr())
	}
	return addr.Port
}

func local(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }

// listens reports whether something takes connections there.
func listens(addr string) bool {
	c, err := net.DialTimeout("tcp", addr, time.Second) //nolint:noctx // has its own limit
	if err != nil {
		return false
	}
	return c.Close() == nil
}

// account is a system user's numbers.
func account(t testing.TB, name string) (uid, gid int) {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	uid, err = strconv.Atoi(u.Uid)
	if err != nil {
		t.Fatal(err)
	}
	gid, err = strconv.Atoi(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	return uid, gid
}

// tempDir is like T.TempDir, but other users' programs may pass through it.
func tempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "mailtest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // that is its purpose
		t.Fatal(err)
	}
	return dir
}

// folder makes one that a system user owns.
func folder(t testing.TB, path string, uid, gid int) string {
	t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil { //nolint:gosec // other users' programs pass through
		t.Fatal(err)
	}
	if err := os.Chown(path, uid, gid); err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // other users' programs read it
		t.Fatal(err)
	}
	return path
}

func readAll(paths ...string) string {
	var out bytes.Buffer
	for _, p := range paths {
		b, err := os.ReadFile(p)
		fmt.Fprintf(&out, "%s (%v):\n%s\n", p, err, b)
	}
	return out.String()
}
