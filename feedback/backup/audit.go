package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"rectify/feedback/audit"
	"rectify/feedback/backup/archive"
)

// chain is the section of the audit chain.
const chain = "audit"

// Audit is the section that writes the audit chain. Log is to be asked for
// before: it may know of no entry that the backup lacks.
func Audit(from audit.Store) archive.Section {
	return archive.Section{Name: chain, Write: writing(func(ctx context.Context, each func(audit.Entry) error) error {
		for q := (audit.Query{Up: true, Limit: audit.MaxPage}); ; {
			page, err := from.List(ctx, q)
			if err != nil {
				return err
			}
			for _, e := range page {
				if err := each(e); err != nil {
					return err
				}
			}
			if len(page) < q.Limit {
				return nil
			}
			q.After = page[len(page)-1].Seq
		}
	})}
}

// AuditPart reads the chain into an empty one; what is there already must be
// the same.
func AuditPart(to audit.Store) Part {
	var last *audit.Entry
	return Part{
		Section: archive.Section{
			Name: chain,
			Check: func(record []byte) error {
				e, err := parsed[audit.Entry](record)
				if err != nil {
					return err
				}
				if !bytes.Equal(e.Hash, e.Digest()) || (last != nil && (e.Seq != last.Seq+1 || !bytes.Equal(e.Prev, last.Hash))) {
					return fmt.Errorf("audit entry %d does not fit", e.Seq)
				}
				last = &e
				return nil
			},
			Read: func(ctx context.Context, record []byte) error {
				e, err := parsed[audit.Entry](record)
				if err != nil {
					return err
				}
				return keepAudit(ctx, to, e)
			},
		},
		Blank: func(ctx context.Context) (bool, error) {
			_, err := to.Last(ctx)
			if errors.Is(err, audit.ErrNotFound) {
				return true, nil
			}
			return false, err
		},
	}
}

func keepAudit(ctx context.Context, to audit.Store, e audit.Entry) error {
	err := to.Append(ctx, e)
	if !errors.Is(err, audit.ErrTaken) {
		return err
	}
	have, listErr := to.List(ctx, audit.Query{Up: true, After: e.Seq - 1, Limit: 1})
	if listErr != nil {
		return listErr
	}
	if len(have) == 1 && have[0].Seq == e.Seq && bytes.Equal(have[0].Hash, e.Hash) {
		return nil
	}
	return fmt.Errorf("audit entry %d: %w", e.Seq, err)
}
