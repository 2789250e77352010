package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// benchCmd measures the program against what it must keep up with and prints
// ratios of one run on one machine: absolute figures of two machines, or of two
// moments, say little.
type benchCmd struct {
	Rows        []int         `help:"Rows of the table to measure." default:"1,2,3,4,5,7,8"`
	Rounds      int           `help:"Alternating rounds a row; the median counts." default:"5"`
	Span        time.Duration `help:"How long each side of a round runs." default:"3s"`
	Submissions int           `help:"Submissions in the bigger store of row 5." default:"1000000"`
	Stores      string        `help:"Folder in which row 5 keeps its filled stores for another run; left out, they go at the end." type:"path" placeholder:"DIR"`
	Passages    int           `help:"Passages of the bigger index of row 6." default:"1000000"`
	Document    string        `help:"Document that row 8 imports; the text of a built-in notice where none is given." type:"existingfile" placeholder:"FILE"`
	Mongo       string        `help:"MongoDB for rows 4 and 5; left out, they are not measured there." placeholder:"URI"`
}

// benchRow is one comparison: two sides that answer operations a second, and
// the ratio that is asked for.
type benchRow struct {
	number  int
	what    string
	against string
	least   float64
	run     func(ctx context.Context, b *benchCmd, dir string) (side, side, func(), error)
}

// side runs one side of a comparison for about a span and answers operations
// (or bytes) a second.
type side func(ctx context.Context, span time.Duration) (float64, error)

func benchRows() []benchRow {
	return []benchRow{
		{1, "notice page, gzip, keep-alive, 64 connections", "nginx gzip_static, one worker, same core", 1.0, benchPage},
		{2, "published-opinions page, warm, bytes a second", "the notice page, bytes a second", 0.8, benchOpinions},
		{3, "durable submissions by POST, embedded store, 64 connections", "one INSERT a transaction, same settings and indexes", 2.0, benchEmbedded},
		{4, "durable submissions by POST, MongoDB, 64 connections", "InsertOne from 64 goroutines, same indexes", 1.5, benchMongo},
		{5, "pages of the desk's queue over --submissions submissions, embedded", "over 10,000 submissions, pages a second", 1 / 1.5, benchQueueEmbedded},
		{5, "pages of the desk's queue over --submissions submissions, MongoDB", "over 10,000 submissions, pages a second", 1 / 1.5, benchQueueMongo},
		{6, "public search over --passages passages, searches a second", "over 10,000 passages", 1.0 / 3, benchSearch},
		{7, "start to the first page, 2,000 notices, starts a second", "with 20 notices", 0.2, benchStart},
		{8, "import of a document, imports a second", "gomarkdown rendering the notice made of it", 0.2, benchImport},
	}
}

// Run measures the chosen rows one after the other. A row that cannot be
// measured here says why and is no failure.
func (b *benchCmd) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "rectify-bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	fmt.Printf("%-3s %-62s %-48s %7s %7s %7s  %s\n", "row", "what", "against", "median", "min", "max", "at least")
	for i, row := range benchRows() {
		if slices.Contains(b.Rows, row.number) {
			b.measure(ctx, row, filepath.Join(dir, fmt.Sprintf("%d-%d", row.number, i)), os.Stdout)
		}
	}
	return ctx.Err()
}

func (b *benchCmd) measure(ctx context.Context, row benchRow, dir string, out io.Writer) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		fmt.Fprintf(out, "%-3d %-62s not measured: %v\n", row.number, row.what, err)
		return
	}
	ours, theirs, done, err := row.run(ctx, b, dir)
	if err != nil {
		fmt.Fprintf(out, "%-3d %-62s not measured: %v\n", row.number, row.what, err)
		return
	}
	defer done()
	var ratios []float64
	var last [2]float64
	for round := range b.Rounds + 1 {
		a, errA := ours(ctx, b.Span)
		z, errZ := theirs(ctx, b.Span)
		if errA != nil || errZ != nil || z == 0 {
			fmt.Fprintf(out, "%-3d %-62s not measured: %v %v\n", row.number, row.what, errA, errZ)
			return
		}
		if round > 0 { // the first round warms both sides up
			ratios = append(ratios, a/z)
			last = [2]float64{a, z}
		}
	}
	slices.Sort(ratios)
	fmt.Fprintf(out, "%-3d %-62s %-48s %6.2fx %6.2fx %6.2fx  %.1fx   (last round: %.0f/s against %.0f/s)\n",
		row.number, row.what, row.against, ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1], row.least, last[0], last[1])
}

// pinned prefixes a command so that it runs on one processor, where taskset
// is there to do so.
func pinned(cpu string, argv ...string) []string {
	if path, err := exec.LookPath("taskset"); err == nil {
		return append([]string{path, "-c", cpu}, argv...)
	}
	return argv
}

// child starts a program of the comparison and answers how to stop it.
func child(ctx context.Context, argv []string, env ...string) (stop func(), err error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // our own program, nginx or wrk, chosen above
	cmd.Env = append(os.Environ(), env...)
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", argv[0], err)
	}
	return func() {
		_ = cmd.Process.Signal(os.Interrupt)
		finished := make(chan struct{})
		go func() { _ = cmd.Wait(); close(finished) }()
		select {
		case <-finished:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-finished
		}
	}, nil
}
