package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"rectify/feedback"
)

// names are the columns of a row after serial, in the order of columns.
const names = "rev, state, visibility, notice, item, channel, category, owner, due, submitted, owed, published_at, public_at, code_mac, doc, sealed"

// Misfits implements sealedstore.Inner.
func (s *Store) Misfits(ctx context.Context, each func(n feedback.Number, column string) error) error {
	err := s.rows(ctx, "SELECT serial, "+names+" FROM submission ORDER BY serial", nil, func(r *sql.Rows) error {
		var d document
		have := make([]any, strings.Count(names, ",")+1)
		into := []any{&d.serial}
		for i := range have {
			into = append(into, &have[i])
		}
		if err := r.Scan(into...); err != nil {
			return err
		}
		doc, _ := have[len(have)-2].(string) // the schema is strict
		d.doc = []byte(doc)
		d.rev, _ = have[0].(int64)
		d.sealed, _ = have[len(have)-1].([]byte)
		sub, err := d.whole()
		if err != nil {
			return each(feedback.Number(fmt.Sprint(d.serial)), "doc")
		}
		want, err := columns(&sub)
		if err != nil {
			return err
		}
		for i, name := range strings.Split(names, ", ") {
			if name == "doc" || name == "sealed" || alike(have[i], want[i]) {
				continue // what is sealed is held to its seal, and a document to itself
			}
			if err := each(sub.Number, name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look through rows: %w", err)
	}
	return nil
}

// alike compares a value as it was read with one as it is written.
func alike(have, want any) bool {
	if b, ok := want.(bool); ok {
		n := int64(0)
		if b {
			n = 1
		}
		want = n
	}
	if b, ok := have.([]byte); ok {
		w, is := want.([]byte)
		return is && string(b) == string(w)
	}
	return have == want
}
