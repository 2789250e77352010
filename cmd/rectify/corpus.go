package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/mail"
	"rectify/feedback/mail/corpus"
	"rectify/feedback/mailroom"
)

// corpusCmd takes three hundred messy messages in at a site of its own, and
// looks for every one of them afterwards.
type corpusCmd struct {
	Seed  uint64 `help:"Seed of the messages." default:"1"`
	Mongo string `help:"MongoDB to keep it in; a database of its own is made there." placeholder:"URI"`
}

// corpusMail is the address that the messages are written to.
const corpusMail = "yijian@example.gov.cn"

// mailFigures are what became of the messages.
type mailFigures struct {
	places  map[string]int // by where a message is
	lost    []string       // names of those that are nowhere
	slowest time.Duration
	which   string
	peak    uint64 // bytes of memory
}

// Run takes in, looks, and prints figures.
func (c *corpusCmd) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "rectify-corpus-")
	if err != nil {
		return fmt.Errorf("corpus: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	at := stored{Data: filepath.Join(dir, "data")}
	if c.Mongo != "" {
		at.Mongo = strings.TrimRight(c.Mongo, "/") + "/corpus" + time.Now().Format("150405000")
		defer func() { _ = dropDatabase(ctx, c.Mongo, at.database()) }()
	}
	s := &server{
		cmd: &serveCmd{stored: at, Limits: "off", mailFlags: mailFlags{MailAddress: corpusMail}},
		log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	f, err := c.measure(ctx, s)
	if err = errors.Join(err, s.close()); err != nil {
		return err
	}
	return f.print()
}

// measure hands every message to the site and looks for it.
func (c *corpusCmd) measure(ctx context.Context, s *server) (mailFigures, error) {
	f := mailFigures{places: make(map[string]int)}
	world, err := s.written(ctx)
	if err != nil {
		return f, err
	}
	cases := corpus.Cases(c.Seed, world)
	digests := make([]string, len(cases))
	for i, x := range cases {
		e := x.Envelope()
		if err := f.take(ctx, s, x.Name, e); err != nil {
			return f, fmt.Errorf("%s: %w", x.Name, err)
		}
		m, err := mail.Read(e, mail.DefaultLimits())
		if err != nil {
			return f, err
		}
		digests[i] = hex.EncodeToString(m.Digest[:])
	}
	return f, f.find(ctx, s, cases, digests, world.Number)
}

// take hands over one message, and measures.
func (f *mailFigures) take(ctx context.Context, s *server, name string, e mail.Envelope) error {
	if len(e.Raw) > 1<<20 {
		debug.FreeOSMemory() // what making it took is not the site's
	}
	done, peak := make(chan struct{}), make(chan uint64)
	go watchMemory(done, peak)
	e.ReceivedAt = time.Now()
	err := s.takeMail(ctx, e)
	took := time.Since(e.ReceivedAt)
	close(done)
	f.peak = max(f.peak, <-peak)
	if took > f.slowest {
		f.slowest, f.which = took, name
	}
	return err
}

// written files one submission by mail, which letters may be about.
func (s *server) written(ctx context.Context) (corpus.World, error) {
	raw := []byte("From: <citizen@example.net>\r\nTo: <" + corpusMail + ">\r\nSubject: yijian\r\nMessage-ID: <first@example.net>\r\n\r\nThe screen is dark.\r\n")
	w := corpus.World{Address: s.config.Mailing.Address}
	if err := s.takeMail(ctx, mail.Envelope{Raw: raw, Size: int64(len(raw)), ReceivedAt: time.Now()}); err != nil {
		return w, err
	}
	list, _, err := s.store.List(ctx, feedback.Query{Sort: feedback.ByNewest, Limit: 1})
	if err != nil || len(list) != 1 {
		return w, errors.Join(err, errors.New("corpus: the first message is not filed"))
	}
	w.Number, w.ID = list[0].Number, list[0].ID
	return w, nil
}

// find looks where each message is.
func (f *mailFigures) find(ctx context.Context, s *server, cases []corpus.Case, digests []string, first feedback.Number) error {
	places, err := s.mailPlaces(ctx, first)
	if err != nil {
		return err
	}
	for i, d := range digests {
		switch {
		case places[d] == "":
			f.lost = append(f.lost, cases[i].Name)
		case slices.Contains(digests[:i], d):
			f.places["came before, nothing new"]++
		default:
			f.places[places[d]]++
		}
	}
	return nil
}

// mailPlaces says of every message that is kept, by its digest, what it became;
// first is the submission that there was before.
func (s *server) mailPlaces(ctx context.Context, first feedback.Number) (map[string]string, error) {
	places := make(map[string]string)
	for q := (feedback.Query{Sort: feedback.ByNumber, Limit: feedback.MaxPage}); ; {
		page, next, err := s.store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range page {
			for n, m := range page[i].Mails {
				if places[m.Digest] = "filed as a submission"; n > 0 || page[i].Number == first {
					places[m.Digest] = "added to a submission"
				}
			}
		}
		if q.After = next; next == "" {
			break
		}
	}
	pen := mailroom.Pen{Store: s.store, Sealer: s.kept.ring}
	for closed, what := range map[bool]string{false: "held for a person", true: "kept, written by a program: "} {
		for q := (mailroom.Query{Closed: closed, Limit: mailroom.MaxPage}); ; {
			page, next, err := pen.Page(ctx, q)
			if err != nil {
				return nil, err
			}
			for _, h := range page {
				if places[h.ID] = what; closed {
					places[h.ID] += string(h.Kind)
				}
			}
			if q.After = next; next == "" {
				break
			}
		}
	}
	return places, nil
}

// watchMemory tells, when done, how much memory the program held at most.
func watchMemory(done <-chan struct{}, peak chan<- uint64) {
	held := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	var most uint64
	for {
		metrics.Read(held)
		most = max(most, held[0].Value.Uint64()-held[1].Value.Uint64())
		select {
		case <-done:
			peak <- most
			return
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// print prints the figures, and fails if a message is nowhere.
func (f mailFigures) print() error {
	all := len(f.lost)
	names := make([]string, 0, len(f.places))
	for p, n := range f.places {
		names, all = append(names, p), all+n
	}
	slices.Sort(names)
	for _, p := range names {
		fmt.Printf("%-44s %4d\n", p, f.places[p])
	}
	fmt.Printf("slowest %.2f s (%s), memory at most %d MB\n", f.slowest.Seconds(), f.which, f.peak>>20)
	fmt.Printf("messages %d lost %d\n", all, len(f.lost))
	if len(f.lost) > 0 {
		fmt.Println(strings.Join(f.lost, "\n"))
		return errFound
	}
	return nil
}
