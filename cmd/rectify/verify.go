package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/notary"
	"rectify/feedback/sealedstore"
	"rectify/feedback/translog"
)

// verifyCmd checks that nothing was changed behind the site's back.
type verifyCmd struct {
	Store   verifyStore   `cmd:"" default:"withargs" help:"Check the kept log, and every row against it (the default)."`
	Receipt verifyReceipt `cmd:"" help:"Check a citizen's receipt, without the site."`
	Log     verifyLog     `cmd:"" help:"Check a site's public log, and what it publishes, from outside."`
	Witness verifyWitness `cmd:"" help:"Watch a log as a witness: cosign its head if it goes on from the last one seen."`
	Key     verifyKey     `cmd:"" help:"Print the verifier key of the public log."`
}

type verifyStore struct {
	stored
	Head string `help:"A checkpoint saved earlier (from /log/latest); finds a log that was cut or replaced." type:"existingfile" placeholder:"FILE"`
}

type verifyKey struct{ stored }

// Run checks the store.
func (c *verifyStore) Run(ctx context.Context) error {
	st, err := c.openSealed(ctx, false)
	var missing sealedstore.Missing
	if errors.As(err, &missing) {
		return found([]translog.Fault{{Problem: "keyset", Index: -1, Detail: err.Error()}})
	}
	if err != nil {
		return err
	}
	err = c.check(ctx, st)
	return errors.Join(err, st.Close())
}

func (c *verifyStore) check(ctx context.Context, st *sealed) error {
	origin := "unsigned/log" // where no head is, no signature is looked at
	if c.Head != "" {
		src, err := readSmall(c.Head)
		if err != nil {
			return err
		}
		origin, _, _ = strings.Cut(string(src), "\n")
	}
	key, err := c.logKey(ctx, st, origin)
	switch {
	case errors.Is(err, errOtherKey):
		return found([]translog.Fault{{Problem: "key", Index: -1, Detail: err.Error()}})
	}
	if err != nil {
		return err
	}
	v, err := key.Verifier()
	if err != nil {
		return err
	}
	f, err := c.held(ctx, st, v)
	if err != nil {
		return err
	}
	if c.Head != "" {
		if err := c.against(ctx, st.Log(), v, f); err != nil {
			return err
		}
	}
	if err := found(f.Faults); err != nil {
		return err
	}
	err = sound("store", f.Size, f.Heads, f.Head.Size, f.Receipts, f.Opinions, f.Replies, f.Versions)
	for _, more := range []struct {
		n    int
		code string
	}{{f.Waiting, "waiting"}, {f.Older, "older"}, {f.Erased, "erased"}, {f.Unkept, "unkept"}, {int(f.Audited), "audited"}} {
		if more.n > 0 {
			err = errors.Join(err, also(more.code, more.n))
		}
	}
	return err
}

// held holds the log to everything that is kept.
func (c *verifyStore) held(ctx context.Context, st *sealed, v translog.Verifier) (*notary.Findings, error) {
	p, err := openPlace(ctx, c.stored, "")
	if err != nil {
		return nil, err
	}
	f, err := notary.Verify(ctx, sealedstore.Bare{Store: st.Store}, st.Log(), v, keptVersions(p), time.Now())
	if errors.Is(err, feedback.ErrDocument) { // nothing can be held to it, nor to what comes after
		f.Add(translog.Fault{Problem: "document", Index: -1, Detail: err.Error()})
		return f, p.Close()
	}
	opens := true
	if err == nil {
		err = st.Verify(ctx, func(x sealedstore.Fault) {
			opens = false
			f.Add(translog.Fault{Problem: "sealed", Index: -1, Detail: x.Err.Error()})
		})
	}
	if err == nil {
		err = heldAudit(ctx, st, f)
	}
	if err == nil && opens { // what does not open cannot say which files it has
		err = c.heldFiles(ctx, st, f)
	}
	return f, errors.Join(err, p.Close())
}

// heldAudit holds the audit chain to itself and to the public log.
func heldAudit(ctx context.Context, st *sealed, f *notary.Findings) (err error) {
	f.Audited, err = audit.Verify(ctx, st.Audit(), f.Audit)
	var fault audit.Fault
	if errors.As(err, &fault) {
		f.Add(translog.Fault{Problem: "audit", Index: -1, Detail: fault.Error()})
		return nil
	}
	return err
}

// heldFiles looks whether every attachment is there, opens, and is what its
// record says.
func (c *verifyStore) heldFiles(ctx context.Context, st *sealed, f *notary.Findings) error {
	kept, done, err := c.blobs(st)
	if err != nil {
		return err
	}
	if st.ring == nil { // nothing was ever sealed, so nothing is kept
		return done()
	}
	files := feedback.SealedBlobs{Blobs: kept, Sealer: st.ring}
	err = feedback.BrokenBlobs(ctx, st, files, func(n feedback.Number, a feedback.Attachment, why error) error {
		f.Add(translog.Fault{Problem: "file", Index: -1, Detail: fmt.Sprintf("%s: %s: %v", n, a.Blob, why)})
		return nil
	})
	return errors.Join(err, done())
}

// against compares the kept log with a saved checkpoint.
func (c *verifyStore) against(ctx context.Context, log translog.Store, v translog.Verifier, f *notary.Findings) error {
	saved, err := readHead(c.Head, v)
	if errors.Is(err, translog.ErrCheckpoint) {
		f.Add(translog.Fault{Problem: translog.Forked, Index: -1, Detail: fmt.Sprintf("%s: %v", c.Head, err)})
		return nil
	}
	if err != nil {
		return err
	}
	fault, err := translog.Against(ctx, log, saved)
	if err == nil && fault != nil {
		fault.Detail += fmt.Sprintf("\n--- saved ---\n%s--- kept ---\n%s", saved.Note, f.Head.Note)
		f.Add(*fault)
	}
	return err
}

// readHead reads a saved checkpoint.
func readHead(path string, v translog.Verifier) (translog.Head, error) {
	src, err := readSmall(path)
	if err != nil {
		return translog.Head{}, err
	}
	return translog.OpenCheckpoint(src, v)
}

// readSmall reads a file that must be small; - is standard input.
func readSmall(path string) (src []byte, err error) {
	f := os.Stdin
	if path != "-" {
		if f, err = os.Open(path); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
	}
	src, err = io.ReadAll(io.LimitReader(f, notary.MaxReceipt+1))
	if err == nil && len(src) > notary.MaxReceipt {
		err = fmt.Errorf("%s: longer than %d bytes", path, notary.MaxReceipt)
	}
	return src, err
}

// logKey is the key under which the kept log must be signed: that of its last
// head's name, or otherwise where it has none. errOtherKey: the key file is not
// that of this store. translog.ErrNotFound: no head and no name.
func (s stored) logKey(ctx context.Context, st store, otherwise string) (translog.Key, error) {
	if _, err := os.Stat(s.keyPath()); err != nil {
		return translog.Key{}, fmt.Errorf("key file: %w", err) // never make one here
	}
	keys, err := s.keys(ctx, st)
	if err != nil {
		return translog.Key{}, err
	}
	origin, err := originOf(ctx, st.Log())
	if errors.Is(err, translog.ErrNotFound) && otherwise != "" {
		origin, err = otherwise, nil
	}
	if err != nil {
		return translog.Key{}, err
	}
	return logKey(keys, origin)
}

// Run prints the key.
func (c *verifyKey) Run(ctx context.Context) error {
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	key, err := c.logKey(ctx, st, "")
	if errors.Is(err, translog.ErrNotFound) {
		err = errors.New("the log has no head yet; it gets its name and its first head when the site runs")
	}
	if err == nil {
		fmt.Println(key.Public())
	}
	return errors.Join(err, st.Close())
}
