package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rectify/content/history"
)

// contentConceal takes the text of an earlier version out of the history.
type contentConceal struct {
	stored
	Slug   string `arg:"" help:"Slug of the notice."`
	N      int    `arg:"" help:"Number of the version."`
	Reason string `required:"" help:"Why; it is shown to the public." placeholder:"TEXT"`
	Down   bool   `name:"taken-down" help:"The site does not show the notice any more: the newest version may be concealed as well."`
}

// Run conceals, and says what still holds the text. A site that runs shows it
// no more within two seconds.
func (c *contentConceal) Run(ctx context.Context) error {
	p, err := openPlace(ctx, c.stored, "")
	if err != nil {
		return err
	}
	archive := &history.Archive{Shelf: p.versions}
	if err := errors.Join(archive.Conceal(ctx, c.Slug, c.N, c.Reason, c.Down, time.Now()), p.Close()); err != nil {
		return err
	}
	t, err := newTeller()
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	t.line("content.conceal.done", c.Slug, c.N)
	return nil
}
