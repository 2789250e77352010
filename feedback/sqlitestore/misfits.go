package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// names are the columns of a row after serial, in the order of columns.
const names = "rev, state, visibility, notice, item, channel, category, owner, due, submitted, owed, published_at, public_at, code_mac, suspect, likeness, doc, sealed, asked"

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
		doc, _ := have[len(have)-3].(string) // the schema is strict
		d.doc = []byte(doc)
		d.rev, _ = have[0].(int64)
		d.sealed, _ = have[len(have)-2].([]byte)
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
	if err == nil {
		err = s.loose(ctx, each)
	}
	if err != nil {
		return fmt.Errorf("look through rows: %w", err)
	}
	return nil
}

// looseTies are ties that the document does not have, and the other way round.
const looseTies = `SELECT serial FROM tie WHERE name NOT IN (SELECT value FROM submission s, json_each(s.doc, '$.ties') WHERE s.serial = tie.serial AND json_valid(s.doc))
  UNION SELECT s.serial FROM submission s, json_each(s.doc, '$.ties') j
    WHERE json_valid(s.doc) AND NOT EXISTS (SELECT 1 FROM tie WHERE name = j.value AND serial = s.serial) ORDER BY 1`

func (s *Store) loose(ctx context.Context, each func(n feedback.Number, column string) error) error {
	return s.rows(ctx, looseTies, nil, func(r *sql.Rows) error {
		var serial int64
		if err := r.Scan(&serial); err != nil {
			return err
		}
		return each(cursor.Number(serial), "ties")
	})
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
