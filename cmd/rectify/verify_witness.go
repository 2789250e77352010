package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"rectify/feedback/translog"
)

type verifyWitness struct {
	Where   string `arg:"" optional:"" name:"url" help:"Address of the log (https://host/path/log)."`
	Name    string `required:"" help:"Name of the witness's key, e.g. witness.example/linshui."`
	Secret  string `required:"" help:"File of the witness's secret key; made if it is not there." placeholder:"FILE"`
	Key     string `help:"Verifier key of the log; else the one in --state." placeholder:"KEY"`
	State   string `help:"File with the key and the last head cosigned." placeholder:"FILE"`
	ShowKey bool   `help:"Print the witness's verifier key, for the site's --witness, and stop."`
	Print   bool   `help:"Print the cosigned checkpoint instead of handing it in."`
}

// Run cosigns the head of a log if it goes on from the last one cosigned. The
// state is on disk before the signature leaves, so that a witness never signs
// two trees that do not go together, whatever happens in between (T105).
func (c *verifyWitness) Run(ctx context.Context) error {
	key, err := witnessKey(c.Name, c.Secret)
	if err != nil {
		return err
	}
	if c.ShowKey {
		fmt.Println(key.String())
		return nil
	}
	if c.Where == "" || c.State == "" {
		return fmt.Errorf("a witness needs the log's address and --state: %w", errUsage)
	}
	w, err := watch(ctx, c.Where, c.Key, c.State)
	if err != nil {
		return err
	}
	h, err := w.goesOn(ctx)
	var wrong translog.Bad
	if errors.As(err, &wrong) {
		return found([]translog.Fault{wrong.Fault})
	}
	if err != nil {
		return err
	}
	own := translog.Head{Size: h.Size, Root: h.Root, Note: h.Note}
	if err := w.remember(own); err != nil {
		return err
	}
	signed := own.With(key.Cosign(own, time.Now()))
	if c.Print {
		_, err := os.Stdout.Write(signed)
		return err
	}
	if err := handIn(ctx, strings.TrimRight(c.Where, "/")+"/cosign", signed); err != nil {
		return err
	}
	return sound("cosigned", h.Size, w.remote.Verifier.Name())
}

// witnessKey reads the secret of a witness, 64 hexadecimal digits, or makes it.
func witnessKey(name, path string) (translog.WitnessKey, error) {
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if src, err = makeKey(path); errors.Is(err, fs.ErrExist) {
			src, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return translog.WitnessKey{}, fmt.Errorf("secret of the witness: %w", err)
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(src)))
	if err != nil {
		return translog.WitnessKey{}, fmt.Errorf("secret of the witness %s: want hexadecimal digits", path)
	}
	return translog.NewWitnessKey(name, seed)
}

// handIn gives a cosigned checkpoint to the site.
func handIn(ctx context.Context, address string, signed []byte) (err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(signed))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	res, err := (&http.Client{Timeout: 30 * time.Second}).Do(req)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusNoContent {
		return fmt.Errorf("%s: answers %s", address, res.Status)
	}
	return nil
}
