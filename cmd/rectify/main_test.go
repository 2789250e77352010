package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary is the program itself when this is set, so that tests start
// it the way a person does.
const asProgram = "RECTIFY_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// program is a site that runs in a process of its own.
type program struct {
	base, first string
	cmd         *exec.Cmd
	log         *os.File
	done        chan error
}

func command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// start serves on a free port and answers when the site does. It is stopped
// with the test.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	p := &program{base: "http://" + addr, done: make(chan error, 1)}
	p.log, err = os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	p.cmd = command(context.Background(), append([]string{"serve", "--listen", addr}, args...)...)
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.stop(t) })
	lines := make(chan string, 20)
	go func() {
		s := bufio.NewScanner(out)
		for s.Scan() {
			lines <- s.Text()
		}
		close(lines)
		p.done <- p.cmd.Wait()
	}()
	link := regexp.MustCompile(`http://\S+/desk/first\?t=\S+`)
	limit := time.After(30 * time.Second)
	for ready := false; !ready; {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("program ended: %s", p.said())
			}
			if m := link.FindString(line); m != "" {
				p.first = m
			}
			ready = p.first != "" || strings.Contains(line, "/desk")
		case <-limit:
			t.Fatalf("program does not start: %s", p.said())
		}
	}
	for range 100 {
		if res, err := http.Get(p.base + "/healthz"); err == nil {
			_ = res.Body.Close()
			return p
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("no answer: %s", p.said())
	return nil
}

// said is what the program logged.
func (p *program) said() string {
	b, err := os.ReadFile(p.log.Name())
	return fmt.Sprint(string(b), err)
}

// stop sends SIGTERM and expects a clean end within the time promised.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if p.cmd.ProcessState != nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.done:
		if err != nil {
			t.Errorf("program ended with %v: %s", err, p.said())
		}
	case <-time.After(12 * time.Second):
		_ = p.cmd.Process.Kill()
		t.Error("program does not stop within 10 s of SIGTERM")
	}
	p.done <- nil
}
