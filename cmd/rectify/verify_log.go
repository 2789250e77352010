package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rectify/feedback/translog"
)

type verifyLog struct {
	Where string `arg:"" name:"url" help:"Address of the log (https://host/path/log), or a folder with its files."`
	Key   string `help:"Verifier key of the log; else the one in --state, else the one the site shows." placeholder:"KEY"`
	State string `help:"File with the key and the last head seen; written anew when all is well." placeholder:"FILE"`
}

// seen is what a stranger remembers of a log.
type seen struct {
	Key        string `json:"key"`
	Checkpoint string `json:"checkpoint"`
}

// Run checks a log from outside: its head goes on from the last one seen, every
// file follows from the entries, and what the site shows stands in it.
func (c *verifyLog) Run(ctx context.Context) error {
	err := c.run(ctx)
	var wrong translog.Bad
	if errors.As(err, &wrong) {
		return found([]translog.Fault{wrong.Fault})
	}
	return err
}

func (c *verifyLog) run(ctx context.Context) error {
	w, err := watch(ctx, c.Where, c.Key, c.State)
	if err != nil {
		return err
	}
	shown, err := c.published(ctx)
	if err != nil {
		return err
	}
	h, err := w.goesOn(ctx)
	if err != nil {
		return err
	}
	book := newBook()
	if err := w.remote.Walk(ctx, h, book.note); err != nil {
		return err
	}
	faults := book.compare(shown)
	if len(faults) > 0 && shown != nil {
		// What was published a moment ago may not have been in the log yet, and
		// what was taken off may still have been shown: look once more.
		if shown, h, err = c.again(ctx, w, h, book); err != nil {
			return err
		}
		faults = book.compare(shown)
	}
	if err := found(faults); err != nil {
		return err
	}
	if err := w.remember(h); err != nil {
		return err
	}
	err = sound("log", h.Size, w.remote.Verifier.Name())
	if w.last.Note != nil {
		err = errors.Join(err, also("goes-on", w.last.Size))
	}
	if w.shown {
		err = errors.Join(err, also("own-key", w.remote.Verifier))
	}
	return errors.Join(err, shown.say())
}

// watcher is a log together with what was seen of it before.
type watcher struct {
	remote *translog.Remote
	state  string
	last   translog.Head // without a Note: nothing was seen
	shown  bool          // the key is the site's own word
}

func watch(ctx context.Context, where, key, state string) (*watcher, error) {
	w := &watcher{state: state}
	files, err := fetcher(where)
	if err != nil {
		return nil, err
	}
	var was seen
	if state != "" {
		src, err := readSmall(state)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		default:
			if err := json.Unmarshal(src, &was); err != nil {
				return nil, fmt.Errorf("%s: %w", state, err)
			}
		}
	}
	if key == "" {
		key = was.Key
	}
	if key == "" {
		src, err := files(ctx, "key", 1000)
		if err != nil {
			return nil, fmt.Errorf("--key is not given and the log shows none: %w", err)
		}
		key, w.shown = string(src), true
	}
	v, err := translog.ParseVerifier(key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, errUsage)
	}
	w.remote = &translog.Remote{Fetch: files, Verifier: v}
	if was.Checkpoint != "" {
		if w.last, err = translog.OpenCheckpoint([]byte(was.Checkpoint), v); err != nil {
			return nil, fmt.Errorf("%s: %w", state, err)
		}
	}
	return w, nil
}

// goesOn fetches the head of now and holds it to the last one seen.
func (w *watcher) goesOn(ctx context.Context) (translog.Head, error) {
	h, err := w.remote.Latest(ctx)
	if err != nil || w.last.Note == nil {
		return h, err
	}
	return h, w.remote.Continues(ctx, w.last, h)
}

// remember writes the state whole or not at all.
func (w *watcher) remember(h translog.Head) error {
	if w.state == "" {
		return nil
	}
	src, err := json.MarshalIndent(seen{Key: w.remote.Verifier.String(), Checkpoint: string(h.Note)}, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(w.state), ".state-*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(src, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), w.state)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// published reads what the site shows, nil for a folder of files.
func (c *verifyLog) published(ctx context.Context) (*exhibits, error) {
	base, ok := strings.CutSuffix(strings.TrimRight(c.Where, "/"), "/log")
	if !ok || !strings.HasPrefix(c.Where, "http") {
		return nil, nil
	}
	files, err := fetcher(base)
	if err != nil {
		return nil, err
	}
	return readExhibits(ctx, files)
}
