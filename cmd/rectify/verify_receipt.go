package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"rectify/feedback/notary"
	"rectify/feedback/translog"
)

type verifyReceipt struct {
	File string `arg:"" optional:"" help:"The receipt file; - reads standard input."`
	Code string `help:"The code of a printed receipt instead of a file; needs --log." placeholder:"CODE"`
	Key  string `help:"Verifier key of the log, as /log/key shows it." placeholder:"KEY"`
	Head string `help:"A checkpoint of the log that you saved yourself." type:"existingfile" placeholder:"FILE"`
	Log  string `help:"Address or folder of the log, to see that the receipt still stands there." placeholder:"URL|DIR"`
	Text string `help:"File with the text that you sent, to compare its digest." type:"existingfile" placeholder:"FILE"`
}

// Run checks a receipt. Without --key it can only be said to be whole in itself.
func (c *verifyReceipt) Run(ctx context.Context) error {
	r, err := c.read()
	if err != nil {
		return broken(err)
	}
	key := c.Key
	if key == "" {
		key = r.Key
	}
	if key == "" {
		return fmt.Errorf("--key: a printed receipt holds no key: %w", errUsage)
	}
	v, err := translog.ParseVerifier(key)
	if err != nil {
		return fmt.Errorf("%w: %w", err, errUsage)
	}
	h, err := c.included(ctx, r, v)
	if err == nil {
		err = c.heads(ctx, h, v)
	}
	if err == nil {
		err = c.sameText(r)
	}
	var wrong translog.Bad
	if errors.As(err, &wrong) {
		return found([]translog.Fault{wrong.Fault})
	}
	if err != nil {
		return broken(err)
	}
	line := r.Index + 1 // as the printed receipt counts
	err = sound("receipt", r.Number, r.Received, line, v.Name(), h.Size)
	if c.Key == "" {
		err = errors.Join(err, also("receipt-key", key))
	}
	return err
}

func (c *verifyReceipt) read() (notary.Receipt, error) {
	switch {
	case (c.File == "") == (c.Code == ""):
		return notary.Receipt{}, fmt.Errorf("give a file or --code: %w", errUsage)
	case c.Code != "":
		if c.Log == "" {
			return notary.Receipt{}, fmt.Errorf("--code needs --log, which has the proof: %w", errUsage)
		}
		return notary.ParseSlip(c.Code)
	}
	src, err := readSmall(c.File)
	if err != nil {
		return notary.Receipt{}, err
	}
	return notary.ParseReceipt(src)
}

// included holds the receipt to the head in it, or a printed one to the log's.
func (c *verifyReceipt) included(ctx context.Context, r notary.Receipt, v translog.Verifier) (translog.Head, error) {
	if c.Code == "" {
		return r.Check(v)
	}
	remote, err := remoteLog(c.Log, v)
	if err != nil {
		return translog.Head{}, err
	}
	h, err := remote.Latest(ctx)
	if err != nil {
		return h, err
	}
	leaf, err := r.Leaf()
	if err != nil {
		return h, err
	}
	proof, err := remote.ProveRemote(ctx, h, r.Index)
	if err != nil {
		return h, err
	}
	return h, translog.Included(h, r.Index, leaf.String(), proof)
}

// heads holds the receipt's head to others of the same log.
func (c *verifyReceipt) heads(ctx context.Context, h translog.Head, v translog.Verifier) error {
	var remote *translog.Remote
	others := []translog.Head{}
	if c.Log != "" {
		var err error
		if remote, err = remoteLog(c.Log, v); err != nil {
			return err
		}
		latest, err := remote.Latest(ctx)
		if err != nil {
			return err
		}
		if latest.Size < h.Size {
			return translog.Bad{Fault: translog.Fault{Problem: translog.Smaller, Index: latest.Size, Detail: fmt.Sprintf("the receipt's head has %d entries", h.Size)}}
		}
		others = append(others, latest)
	}
	if c.Head != "" {
		saved, err := readHead(c.Head, v)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Head, err)
		}
		if saved.Size != h.Size && remote == nil {
			return fmt.Errorf("the saved head has %d entries, the receipt's %d: give --log, too: %w", saved.Size, h.Size, errUsage)
		}
		others = append(others, saved)
	}
	for _, o := range others {
		from, to := h, o
		if from.Size > to.Size {
			from, to = to, from
		}
		if err := remote.Continues(ctx, from, to); err != nil {
			return err
		}
	}
	return nil
}

// sameText compares the digest with a text at hand, its line ends as the site
// keeps them.
func (c *verifyReceipt) sameText(r notary.Receipt) error {
	if c.Text == "" {
		return nil
	}
	src, err := os.ReadFile(c.Text)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(string(src), "\r\n", "\n"), "\r", "\n"))
	if notary.Digest([]byte(text)) != r.TextSHA256 && notary.Digest(src) != r.TextSHA256 {
		return fmt.Errorf("%w: %s is another text than the one received", notary.ErrReceipt, c.Text)
	}
	return nil
}
