package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback/storetest/proxy"
)

// tortureCmd kills this very program again and again while many senders use all
// channels at once, its MongoDB cut off and back between, and then looks from
// outside whether anything acknowledged was lost, or anything is there twice.
type tortureCmd struct {
	Rounds  int    `help:"How often the program is killed." default:"100"`
	Clients int    `help:"Senders at once, spread over the channels." default:"30"`
	Data    string `help:"Data folder to begin with; a new one where none is given." type:"path" placeholder:"DIR"`
	Mongo   string `help:"MongoDB to keep everything in, in a database of its own that is dropped at the end; the embedded store where none is given." placeholder:"URI"`
}

// Bounds of the torture.
const (
	readyLimit   = 10 * time.Second // from the end of a fault until the program takes in again
	leastLife    = 50               // ms from ready to the kill
	mostLife     = 2000
	settleLimit  = 90 * time.Second // for retries and the spool at the end
	senderPause  = 20               // ms at most between two requests of a sender
	tortureStaff = "torture"
)

// torture is one run.
type torture struct {
	cmd      *tortureCmd
	addr     string
	data     string
	mongo    string       // as the outside check reaches it; empty: embedded
	way      string       // as the program reaches it
	proxy    *proxy.Proxy // between the two
	password string
	relay    string   // address of the listener for mail
	box      *mailbox // nil: no mailbox is read
	channels []*lane
	slowest  time.Duration // start until ready
}

// lane is a channel with what went through it.
type lane struct {
	channel
	mu      sync.Mutex
	items   []*item
	waiting []*item // to be sent again: unknown, or acknowledged and asked for once more
}

// Run runs all rounds and prints what became of what was sent.
func (c *tortureCmd) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "rectify-torture-")
	if err != nil {
		return fmt.Errorf("torture: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	t := &torture{cmd: c, data: c.Data}
	if t.data == "" {
		t.data = filepath.Join(dir, "data")
	}
	done, err := t.prepare(ctx)
	if err == nil {
		err = t.run(ctx)
	}
	return errors.Join(err, done())
}

// prepare makes the way to the store, an account for the desk, and the channels.
func (t *torture) prepare(ctx context.Context) (done func() error, err error) {
	done = func() error { return nil }
	if t.addr, err = freeAddr(ctx); err != nil {
		return done, err
	}
	if t.cmd.Mongo != "" {
		if done, err = t.network(); err != nil {
			return done, err
		}
	}
	drop := done
	unmail, err := t.mail(ctx)
	done = func() error { unmail(); return drop() }
	if err != nil {
		return done, err
	}
	t.password = fmt.Sprintf("torture-%016x", rand.Uint64()) //nolint:gosec // lives as long as this run
	add, err := t.program(ctx, "staff", "add", tortureStaff, "--role", "moderator", "--role", "replier", "--password-stdin")
	if err != nil {
		return done, err
	}
	add.Stdin = strings.NewReader(t.password + "\n")
	if out, err := add.CombinedOutput(); err != nil {
		return done, fmt.Errorf("account for the desk: %w: %s", err, out)
	}
	for _, c := range channels("http://"+t.addr, tortureStaff, t.password) {
		t.channels = append(t.channels, &lane{channel: c})
	}
	return done, nil
}

// network puts the proxy before a new database, which done drops.
func (t *torture) network() (done func() error, err error) {
	none := func() error { return nil }
	u, err := url.Parse(t.cmd.Mongo)
	if err != nil {
		return none, fmt.Errorf("--mongo: %w: %w", err, errUsage)
	}
	u.Path = "/torture" + time.Now().Format("20060102150405000")
	t.mongo = u.String()
	if t.proxy, t.way, err = proxy.Before(t.mongo); err != nil {
		return none, err
	}
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		client, err := mongo.Connect(ctx, options.Client().ApplyURI(t.mongo))
		if err == nil {
			err = errors.Join(client.Database(strings.Trim(u.Path, "/")).Drop(ctx), client.Disconnect(ctx))
		}
		return errors.Join(err, t.proxy.Close())
	}, nil
}

// program is this very program with a command on the store under torture.
func (t *torture) program(ctx context.Context, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("own program: %w", err)
	}
	args = append(args, "--data", t.data)
	if t.mongo != "" {
		args = append(args, "--mongo", t.way)
	}
	return exec.CommandContext(ctx, self, args...), nil //nolint:gosec // ourselves
}

// run is all rounds and the look from outside.
func (t *torture) run(ctx context.Context) error {
	for round := range t.cmd.Rounds {
		p, err := t.start(ctx)
		if err != nil {
			return fmt.Errorf("round %d: %w", round+1, err)
		}
		life := time.Duration(leastLife+rand.IntN(mostLife-leastLife)) * time.Millisecond //nolint:gosec // chance is enough
		t.press(ctx, life, round, p.kill)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	p, err := t.start(ctx)
	if err != nil {
		return err
	}
	open := t.settle(ctx)
	if open != "" {
		said, _ := os.ReadFile(p.log.Name()) // best effort: to tell why
		fmt.Printf("the program's log ends with\n%s\n", tail(said, 4000))
	}
	found := t.follow(ctx)
	if err := p.stop(); err != nil {
		return fmt.Errorf("the program does not end well: %w", err)
	}
	if err := t.compare(ctx, found); err != nil {
		return err
	}
	found.unsettled = open
	return t.report(ctx, found)
}

// press lets everybody send until the time is up, and then kills while they do.
func (t *torture) press(ctx context.Context, life time.Duration, round int, kill func()) {
	work, stop := context.WithCancel(ctx)
	defer stop()
	var crowd sync.WaitGroup
	for i := range t.cmd.Clients {
		l := t.channels[i%len(t.channels)]
		crowd.Go(func() { l.sender(work, fmt.Sprintf("第%d轮 第%d人", round+1, i+1)) })
	}
	if t.proxy != nil {
		crowd.Go(func() { t.harass(work) })
	}
	select {
	case <-time.After(life):
	case <-ctx.Done():
	}
	kill()
	stop()
	crowd.Wait()
}

// harass breaks the network in every way until ctx ends, then mends it.
func (t *torture) harass(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(20+rand.IntN(500)) * time.Millisecond): //nolint:gosec // chance is enough
		}
		switch rand.IntN(5) { //nolint:gosec // chance is enough
		case 0:
			t.proxy.Down()
		case 1:
			t.proxy.Hang()
		case 2:
			t.proxy.Cut(3)
		default:
			t.proxy.Up()
		}
	}
	t.proxy.Cut(0)
	t.proxy.Up()
}

// running is the program while it serves.
type running struct {
	cmd  *exec.Cmd
	log  *os.File
	gone chan error
}

// start serves and answers when submissions are taken.
func (t *torture) start(ctx context.Context) (*running, error) {
	args := []string{"serve", "--listen", t.addr, "--limits", "off", "--mail-address", tortureMail, "--lmtp", t.relay}
	if t.box != nil {
		args = append(args, "--imap", t.box.address())
	}
	cmd, err := t.program(ctx, args...)
	if err != nil {
		return nil, err
	}
	p := &running{cmd: cmd, gone: make(chan error, 1)}
	if p.log, err = os.CreateTemp(filepath.Dir(t.data), "torture-*.log"); err != nil {
		return nil, err
	}
	cmd.Stderr = p.log
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.gone <- cmd.Wait() }()
	limit, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	if err := untilUp(limit, "http://"+t.addr+"/readyz"); err != nil {
		p.kill()
		said, _ := os.ReadFile(p.log.Name()) // best effort: the error tells enough
		return nil, fmt.Errorf("not ready within %s: %w\n%s", readyLimit, err, tail(said, 2000))
	}
	t.slowest = max(t.slowest, time.Since(began))
	return p, nil
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

// kill ends the program as a power cut would, as far as one process can.
func (p *running) kill() {
	_ = p.cmd.Process.Kill()
	<-p.gone //nolint:errcheck // it was killed
	_ = p.log.Close()
	_ = os.Remove(p.log.Name())
}

// stop asks the program to end.
func (p *running) stop() error {
	defer func() { _, _ = p.log.Close(), os.Remove(p.log.Name()) }()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	select {
	case err := <-p.gone:
		return err
	case <-time.After(drain + 4*time.Second):
		_ = p.cmd.Process.Kill()
		return errors.Join(errors.New("does not end"), <-p.gone)
	}
}
