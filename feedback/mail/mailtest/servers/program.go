package servers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"time"
)

// ErrMissing means that a program is not installed, or that this one lacks the
// rights to start it.
var ErrMissing = errors.New("no real mail programs here")

const (
	readyLimit = 20 * time.Second
	endLimit   = 10 * time.Second
)

// Find answers the path of a program, given by name or path.
func Find(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		path, err = exec.LookPath(filepath.Join("/usr/sbin", name))
	}
	if err != nil {
		return "", fmt.Errorf("%w: %s is not installed", ErrMissing, name)
	}
	return path, nil
}

// instance is one program in a folder of its own.
type instance struct {
	dir      string
	uid, gid int // of the system user that it becomes
	cmd      *exec.Cmd
	ended    chan struct{}
	out      bytes.Buffer
}

// prepare makes the folder of an instance that runs as a system user and needs
// programs.
func prepare(account string, programs ...string) (*instance, error) {
	if os.Geteuid() != 0 {
		return nil, fmt.Errorf("%w: they give up root's rights and need them first", ErrMissing)
	}
	for _, name := range programs {
		if _, err := Find(name); err != nil {
			return nil, err
		}
	}
	u, err := user.Lookup(account)
	if err != nil {
		return nil, fmt.Errorf("mail program: %w", err)
	}
	i := &instance{}
	uid, err := strconv.Atoi(u.Uid)
	gid, again := strconv.Atoi(u.Gid)
	if err = errors.Join(err, again); err != nil {
		return nil, fmt.Errorf("mail program: %w", err)
	}
	i.uid, i.gid = uid, gid
	if i.dir, err = os.MkdirTemp("", "mailtest"); err == nil {
		err = os.Chmod(i.dir, 0o755) //nolint:gosec // other users' programs pass through
	}
	if err != nil {
		return nil, fmt.Errorf("mail program: %w", err)
	}
	return i, nil
}

// folder makes one that the system user owns.
func (i *instance) folder(name string) (string, error) {
	path := filepath.Join(i.dir, name)
	err := os.MkdirAll(path, 0o755) //nolint:gosec // other users' programs pass through
	if err == nil {
		err = os.Chown(path, i.uid, i.gid)
	}
	if err != nil {
		return "", fmt.Errorf("mail program: %w", err)
	}
	return path, nil
}

func (i *instance) write(name, text string) (string, error) {
	path := filepath.Join(i.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // other users' programs read it
		return "", fmt.Errorf("mail program: %w", err)
	}
	return path, nil
}

// start runs a program that stays in the foreground. It answers when something
// listens at every address; logs, in the folder, are told when it never does.
func (i *instance) start(addrs, logs []string, name string, args ...string) error {
	path, err := Find(name)
	if err != nil {
		return err
	}
	i.cmd = exec.CommandContext(context.Background(), path, args...) //nolint:gosec // a program of our own choice
	ownGroup(i.cmd)
	i.cmd.Stdout, i.cmd.Stderr = &i.out, &i.out
	if err := i.cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	i.ended = make(chan struct{})
	go func() {
		defer close(i.ended)
		_ = i.cmd.Wait() // how it ended is in its output
	}()
	for deadline := time.Now().Add(readyLimit); ; {
		if allListen(addrs) {
			return nil
		}
		select {
		case <-i.ended:
			return fmt.Errorf("%s ended\n%s\n%s", path, i.out.String(), i.read(logs))
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready\n%s", path, i.read(logs))
		}
	}
}

// stop ends the program with all that it started, and takes its folder away.
func (i *instance) stop() {
	if i.ended != nil {
		endGroup(i.cmd, false)
		select {
		case <-i.ended:
		case <-time.After(endLimit):
			endGroup(i.cmd, true)
			<-i.ended
		}
	}
	_ = os.RemoveAll(i.dir)
}

func (i *instance) read(names []string) string {
	var out bytes.Buffer
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(i.dir, n))
		fmt.Fprintf(&out, "%s (%v):\n%s\n", n, err, b)
	}
	return out.String()
}

// freePorts are ports of the loopback that nobody listens on just now.
func freePorts(n int) (ports []int, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // opening a socket does not wait
		if err != nil {
			return nil, fmt.Errorf("free port: %w", err)
		}
		defer l.Close() //nolint:errcheck // only the number is wanted
		addr, ok := l.Addr().(*net.TCPAddr)
		if !ok {
			return nil, fmt.Errorf("free port: %v is no TCP address", l.Addr())
		}
		ports = append(ports, addr.Port)
	}
	return ports, nil
}

func local(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }

// allListen reports whether something takes connections at every address.
func allListen(addrs []string) bool {
	for _, addr := range addrs {
		c, err := net.DialTimeout("tcp", addr, time.Second) //nolint:noctx // has its own limit
		if err != nil || c.Close() != nil {
			return false
		}
	}
	return true
}
