package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"rectify/content/parse"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/backup"
	"rectify/feedback/demo"
	"rectify/feedback/outbox"
	"rectify/feedback/pii"
	"rectify/feedback/staff"
	"rectify/site/body"
)

// demoCmd fills an empty store with a made-up world.
type demoCmd struct {
	stored
	Submissions int    `help:"How many opinions there are." default:"5000"`
	Years       int    `help:"Over how many years they came, up to now." default:"2"`
	Seed        uint64 `help:"The same seed makes the same world, but for passwords, receipt codes and keys." default:"1"`
}

// Bounds of a made-up world, and how much of it is kept at once.
const (
	maxDemo      = 10_000_000
	maxDemoYears = 20
	demoStep     = 500
	demoReveals  = 300 // acts that the audit chain tells of
)

var (
	errNotEmpty = errors.New("there is something here already; demo fills an empty store only")
	errOwn      = errors.New("there are notices of your own here; demo is about the built-in ones")
)

// Run makes the world up and says how to look at it.
func (c *demoCmd) Run(ctx context.Context) error {
	if c.Submissions < 1 || c.Submissions > maxDemo || c.Years < 1 || c.Years > maxDemoYears {
		return fmt.Errorf("--submissions from 1 to %d, --years from 1 to %d: %w", maxDemo, maxDemoYears, errUsage)
	}
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	if err := c.empty(ctx, st); err != nil {
		return errors.Join(err, st.Close())
	}
	sealed, err := c.sealIn(ctx, st, true)
	if err != nil {
		return errors.Join(err, st.Close())
	}
	f := &demoFill{demoCmd: c, store: sealed, codes: make(map[string]feedback.Code)}
	return errors.Join(f.run(ctx), sealed.Close())
}

// empty refuses a store with anything in it, and notices that the texts are not
// about.
func (c *demoCmd) empty(ctx context.Context, st store) error {
	blank, err := st.Blank(ctx)
	if err != nil {
		return err
	}
	if !blank {
		return errNotEmpty
	}
	p, err := openPlace(ctx, c.stored, "")
	if err != nil {
		return err
	}
	own, err := p.view(ctx)
	if err != nil {
		return errors.Join(err, p.Close())
	}
	found, err := fs.Glob(own, "*.md")
	if err == nil && len(found) > 0 {
		err = errOwn
	}
	return errors.Join(err, p.Close())
}

// demoFill is one run.
type demoFill struct {
	*demoCmd
	store   *sealed
	world   demo.World
	codes   map[string]feedback.Code // of the latest of each kind that is good to look at
	reveals []audit.Entry
	posted  []outbox.Letter
}

func (f *demoFill) run(ctx context.Context) (err error) {
	if f.world, err = f.plan(ctx); err != nil {
		return err
	}
	begun := time.Now()
	if err := f.submissions(ctx); err != nil {
		return err
	}
	if err := f.phrases(ctx); err != nil {
		return err
	}
	people, err := f.people(ctx)
	if err != nil {
		return err
	}
	if err := f.post(ctx); err != nil {
		return err
	}
	if _, err := f.store.Mark(ctx, demoMark, fmt.Sprint(f.Seed)); err != nil {
		return err
	}
	slices.SortFunc(f.reveals, func(a, b audit.Entry) int { return a.At.Compare(b.At) })
	for _, e := range f.reveals {
		if err := f.noted(ctx, e); err != nil {
			return err
		}
	}
	return f.say(people, time.Since(begun))
}

// plan is the world that was asked for, by the rules and notices of the body.
func (f *demoFill) plan(ctx context.Context) (w demo.World, err error) {
	fsys, err := notices("")
	if err != nil {
		return w, err
	}
	b, _, err := settings(fsys)
	if err != nil {
		return w, err
	}
	w = demo.World{
		Seed: f.Seed, Submissions: f.Submissions, Years: f.Years, End: time.Now().UTC().Truncate(time.Minute),
		Published: make(map[string]time.Time), Clocks: b.Clocks(), Seen: demoSeen(b),
	}
	if w.Keys, err = f.keys(ctx, f.store); err != nil {
		return w, err
	}
	files, err := fs.Glob(fsys, "*.md")
	if err != nil {
		return w, err
	}
	for _, name := range files {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return w, err
		}
		n, _ := parse.Notice(name, src)
		w.Published[n.Slug] = n.Published
	}
	return w, nil
}

// demoSeen looks for personal data as the site does.
func demoSeen(b *body.Body) func(string, []feedback.Redaction) []string {
	finder := pii.Finder{Public: slices.Concat(b.Contacts.Phone, b.Contacts.Email)}
	return func(text string, hidden []feedback.Redaction) (words []string) {
		runes := []rune(text)
		for _, x := range finder.Residue(text, hidden) {
			words = append(words, string(runes[x.From:x.To]))
		}
		return words
	}
}

// submissions keeps them as they are made up, some at a time.
func (f *demoFill) submissions(ctx context.Context) error {
	batch := make([]feedback.Submission, 0, demoStep)
	for c, err := range f.world.Cases(ctx) {
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		f.note(&c)
		if batch = append(batch, c.Submission); len(batch) == demoStep {
			if err := f.keep(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return f.keep(ctx, batch)
}

// keep imports a batch. The series go first: cut off in between, no number is
// given twice.
func (f *demoFill) keep(ctx context.Context, batch []feedback.Submission) error {
	last := make(map[int]int64)
	for i := range batch {
		var year int
		var serial int64
		if _, err := fmt.Sscanf(string(batch[i].Number), "%d-%d", &year, &serial); err != nil {
			return fmt.Errorf("number %s: %w", batch[i].Number, err)
		}
		last[year] = max(last[year], serial)
	}
	for year, n := range last {
		if err := f.store.ImportSeries(ctx, []backup.Series{{Year: year, Last: n}}); err != nil {
			return err
		}
	}
	return f.store.Import(ctx, batch)
}

// note takes from a submission what is told or noted elsewhere.
func (f *demoFill) note(c *demo.Case) {
	s := &c.Submission
	for _, e := range s.Events {
		if e.Act == feedback.ActRevealContact {
			f.reveals = append(f.reveals, audit.Entry{At: e.At, Who: e.By, Act: audit.Reveal, Object: string(s.Number), Reason: e.Note})
		}
	}
	f.reveals = f.reveals[max(0, len(f.reveals)-demoReveals):]
	f.letter(s)
	if c.Code == "" || s.CodeSpoken || s.Withdrawn() || s.Erased() {
		return // nothing to look at, or not twice
	}
	switch {
	case s.OpenEnquiry() != nil && s.State.Open():
		f.codes["asked"] = c.Code
	case s.State == feedback.Answered && s.Rating == nil:
		f.codes["answered"] = c.Code
	case s.State == feedback.Received || s.State == feedback.Rejected:
		f.codes[string(s.State)] = c.Code
	}
}

// demoAccount is one that was made, with its password.
type demoAccount struct {
	demo.Person
	password string
}

func (f *demoFill) people(ctx context.Context) ([]demoAccount, error) {
	begin := f.world.Begin()
	k, err := staff.NewKeeper(f.store, f.store, func() time.Time { return begin })
	if err != nil {
		return nil, err
	}
	var made []demoAccount
	for _, p := range demo.Staff() {
		if err := f.noted(ctx, audit.Entry{At: begin, Who: audit.Console, Act: audit.Account, Object: p.Name, Reason: string(p.Roles[0])}); err != nil {
			return nil, err
		}
		a := demoAccount{p, rand.Text()[:20]}
		if err := k.Add(ctx, staff.New{Name: p.Name, Display: p.Display, Office: p.Office, Roles: p.Roles, Password: a.password}); err != nil {
			return nil, fmt.Errorf("account %s: %w", p.Name, err)
		}
		if err := f.address(ctx, k, a); err != nil {
			return nil, err
		}
		made = append(made, a)
	}
	return made, nil
}

// noted adds an entry to the audit chain under its own time.
func (f *demoFill) noted(ctx context.Context, e audit.Entry) error {
	chain := audit.Chain{Store: f.store.Audit(), Now: func() time.Time { return e.At }}
	return chain.Add(ctx, e.Who, e.Act, e.Object, e.Reason)
}

// say says what there is and how to look at it.
func (f *demoFill) say(people []demoAccount, took time.Duration) error {
	errs := []error{
		tell("demo.made", f.Submissions, f.world.Begin().Format(time.DateOnly), f.world.End.Format(time.DateOnly), f.Seed, took.Round(time.Second/10)),
		tell("demo.people"),
	}
	for _, a := range people {
		errs = append(errs, tell("demo.account", a.Name, a.password, a.Display))
	}
	errs = append(errs, tell("demo.codes"))
	for _, kind := range []string{"answered", "asked", "received", "rejected"} {
		if code := f.codes[kind]; code != "" {
			errs = append(errs, tell("demo.code."+kind, strings.Join(code.Groups(), " ")))
		}
	}
	if f.Mongo != "" {
		return errors.Join(append(errs, tell("demo.start.mongo"))...)
	}
	return errors.Join(append(errs, tell("demo.start", f.Data))...)
}
