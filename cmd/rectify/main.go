// Command rectify is the site on which a public body publishes what an
// inspection found and what has been done about it, and on which citizens
// answer (整改公开).
//
// It wires the rooms together and knows every one of them; no room knows it.
//
// Start reading at cli.go, then wire.go and serve.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// The exit codes (contract, section 2).
const (
	exitDone  = 0
	exitFault = 1 // the input or the data is at fault
	exitUsage = 2
)

// errFound ends a command whose findings are already printed.
var errFound = errors.New("found errors")

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parser, err := kong.New(&c,
		kong.Name("rectify"), kong.Description("整改公开：逐项公布整改情况，听取、办理、答复并公开群众意见。"),
		kong.UsageOnError(), kong.DefaultEnvars("RECTIFY"), kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "rectify:", err)
		return exitUsage
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%s", err)
		return exitUsage
	}
	err = parsed.Run(&c)
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "rectify:", err)
		return exitUsage
	case !errors.Is(err, errFound):
		fmt.Fprintln(os.Stderr, "rectify:", err)
	}
	return exitFault
}
