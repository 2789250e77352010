package main

import (
	"context"
	"errors"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/retain"
	"rectify/site"
)

// retainCmd takes away what was kept for long enough.
type retainCmd struct {
	stored
	Content string `help:"Folder of notices and site.yaml, which says for how long things are kept." type:"path" placeholder:"DIR"`
	DryRun  bool   `help:"Only count what would be taken away."`
}

// Run does what the site does once a day by itself.
func (c *retainCmd) Run(ctx context.Context) error {
	p, err := openPlace(ctx, c.stored, c.Content)
	if err != nil {
		return err
	}
	fsys, err := p.FS(ctx)
	if err != nil {
		return errors.Join(err, p.Close())
	}
	b, _, err := settings(fsys)
	if err = errors.Join(err, p.Close()); err != nil {
		return err
	}
	rules := site.RetentionRules(b)
	if rules.None() {
		return tell("retain.none")
	}
	return c.withKeys(ctx, func(st *sealed) error {
		blobs, done, err := c.blobs(st)
		if err != nil {
			return err
		}
		k := &retain.Keeper{
			Store: st, Blobs: blobs, Now: time.Now, Chain: &audit.Chain{Store: st.Audit(), Now: time.Now},
			Office: &feedback.Office{Store: st, Clocks: b.Clocks(), Now: time.Now},
		}
		r, err := k.Run(ctx, rules, c.DryRun)
		code := "retain.done"
		if c.DryRun {
			code = "retain.dry"
		}
		return errors.Join(err, tell(code, r.Seen, r.Erased, r.Contacts, r.Mails, r.Files, r.Audit), done())
	})
}
