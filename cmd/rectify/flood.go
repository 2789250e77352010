package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rectify/feedback"
	"rectify/feedback/staff"
)

// floodCmd floods a site of its own with opinions of a campaign, adverts and
// noise from many addresses, some honest people among them, and looks whether
// staff see those on the first page of what is to be moderated.
type floodCmd struct {
	Posts   int           `help:"Opinions of the flood." default:"50000"`
	Honest  int           `help:"Honest ones among them, at most 20." default:"20"`
	Writers int           `help:"Connections of the flood." default:"32"`
	Seed    uint64        `help:"Seed of what is sent." default:"1"`
	Typing  time.Duration `help:"How long an honest person takes for the form." default:"3500ms"`
	Mongo   string        `help:"MongoDB to keep it in; a database of its own is made there." placeholder:"URI"`
}

// errHidden means that honest opinions cannot be seen on the first page.
var errHidden = errors.New("honest opinions are hidden by the flood")

// flood is one run.
type flood struct {
	*floodCmd
	base   string
	store  stored
	honest []feedback.Number // by place in honestTexts; "" for one that was not taken

	mu      sync.Mutex
	waits   []time.Duration // for an answer, of the flood
	slowest time.Duration   // for an answer, of the honest
	refused atomic.Int64
}

// Run floods, looks, and prints figures.
func (c *floodCmd) Run(ctx context.Context) error {
	if c.Honest < 0 || c.Honest > len(honestTexts()) || c.Posts < 1 || c.Writers < 1 {
		return fmt.Errorf("--posts, --writers and --honest (up to %d): %w", len(honestTexts()), errUsage)
	}
	dir, err := os.MkdirTemp("", "rectify-flood-")
	if err != nil {
		return fmt.Errorf("flood: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	f := &flood{floodCmd: c, store: stored{Data: filepath.Join(dir, "data")}, honest: make([]feedback.Number, c.Honest)}
	more := []string{"--limits", "on", "--trusted-proxies", "127.0.0.1"}
	if c.Mongo != "" {
		f.store.Mongo = strings.TrimRight(c.Mongo, "/") + "/flood" + time.Now().Format("150405000")
		more = append(more, "--mongo", f.store.Mongo)
		defer func() { _ = dropDatabase(ctx, c.Mongo, f.store.database()) }()
	}
	password := rand.Text()
	err = f.store.with(ctx, func(k *staff.Keeper, _ store) error {
		return k.Add(ctx, staff.New{Name: "moderator", Password: password, Roles: []feedback.Role{feedback.Moderator}})
	})
	if err != nil {
		return err
	}
	base, stop, err := benchServer(ctx, dir, "", more...)
	if err != nil {
		return err
	}
	defer stop()
	f.base = base
	begun := time.Now()
	if err := f.send(ctx); err != nil {
		return err
	}
	return f.look(ctx, password, time.Since(begun))
}

// send sends everything: the flood as fast as it goes, the honest ones at
// random places in it. Every other one of them opened the form before it began.
func (f *flood) send(ctx context.Context) error {
	r := mathrand.New(mathrand.NewPCG(f.Seed, 2)) //nolint:gosec // what is sent need not be secret
	places := make(map[int][]*person)
	var people, writers sync.WaitGroup
	for i := range f.Honest {
		p := f.person(i)
		if i%2 == 0 {
			if err := p.open(ctx); err != nil {
				return err
			}
		}
		place := r.IntN(f.Posts)
		places[place] = append(places[place], p)
	}
	if err := pause(ctx, f.Typing); err != nil {
		return err
	}
	posts := make(chan int)
	failed := make(chan error, f.Writers+f.Honest)
	for w := range f.Writers {
		writers.Go(func() { failed <- f.write(ctx, w, posts) })
	}
	for i := range f.Posts {
		for _, p := range places[i] {
			people.Go(func() { failed <- p.write(ctx) })
		}
		select {
		case posts <- i:
		case <-ctx.Done():
		}
	}
	close(posts)
	writers.Wait()
	people.Wait()
	close(failed)
	var errs []error
	for err := range failed {
		errs = append(errs, err)
	}
	return errors.Join(append(errs, ctx.Err())...)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// write is one connection of the flood. Each post claims another address; three
// in four skip the form, the rest opened one and use it again and again.
func (f *flood) write(ctx context.Context, w int, posts <-chan int) error {
	r := mathrand.New(mathrand.NewPCG(f.Seed, uint64(100+w))) //nolint:gosec // likewise
	var waits []time.Duration
	bot := f.visitor(fmt.Sprintf("45.1.%d.9", w))
	form, err := bot.form(ctx)
	if err != nil {
		return err
	}
	for range posts {
		bot.address = fmt.Sprintf("45.%d.%d.%d", 2+r.IntN(200), r.IntN(256), r.IntN(256))
		fields := map[string]string{"text": floodText(r)}
		if r.IntN(4) == 0 {
			fields["idempotency_key"], fields["stamp"] = form["idempotency_key"], form["stamp"]
		}
		begun := time.Now()
		status, _, _, err := bot.send(ctx, fields)
		if err != nil {
			return err
		}
		waits = append(waits, time.Since(begun))
		if status >= 400 {
			f.refused.Add(1)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waits = append(f.waits, waits...)
	return nil
}

// look signs in and counts the honest ones on the first page of both views of
// what waits.
func (f *flood) look(ctx context.Context, password string, took time.Duration) error {
	kept, err := f.kept(ctx)
	if err != nil {
		return err
	}
	slices.Sort(f.waits)
	at := func(share int) time.Duration { return f.waits[(len(f.waits)-1)*share/100].Round(time.Millisecond) }
	fmt.Printf("sent       %d of a flood and %d honest in %v (%.0f a second); refused %d\n", f.Posts, f.Honest, took.Round(time.Second), float64(f.Posts)/took.Seconds(), f.refused.Load())
	fmt.Printf("answers    median %v, 99 of 100 within %v; honest ones within %v\n", at(50), at(99), f.slowest.Round(time.Millisecond))
	fmt.Printf("kept       %d; suspected %d; in %d groups of near-equal ones %d\n", kept.all, kept.suspected, kept.groups, kept.grouped)
	desk := f.visitor("127.0.0.1")
	if err := desk.signIn(ctx, "moderator", password); err != nil {
		return err
	}
	least := f.Honest
	for _, view := range []string{"moderate", "open"} {
		begun := time.Now()
		page, err := desk.get(ctx, "/desk?view="+view)
		if err != nil {
			return err
		}
		seen := 0
		for _, n := range f.honest {
			if n != "" && strings.Contains(page, string(n)) {
				seen++
			}
		}
		least = min(least, seen)
		fmt.Printf("first page %-8s shows %d of %d honest ones, %d rows, in %v\n", view, seen, f.Honest, strings.Count(page, `class="what`), time.Since(begun).Round(time.Millisecond))
	}
	if least < f.Honest {
		return fmt.Errorf("%d of %d: %w", f.Honest-least, f.Honest, errHidden)
	}
	return nil
}

// keptFigures are what the store holds in the end.
type keptFigures struct{ all, suspected, groups, grouped int }

func (f *flood) kept(ctx context.Context) (k keptFigures, err error) {
	s, err := f.store.open(ctx)
	if err != nil {
		return k, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if k.all, err = s.Count(ctx, feedback.Query{}); err != nil {
		return k, err
	}
	if k.suspected, err = s.Count(ctx, feedback.Query{Suspect: feedback.Yes}); err != nil {
		return k, err
	}
	list, err := s.Campaigns(ctx, feedback.Query{}, feedback.MaxCampaigns)
	for _, g := range list {
		k.groups++
		k.grouped += g.N
	}
	return k, err
}
