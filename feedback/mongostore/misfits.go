package mongostore

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// Misfits implements sealedstore.Inner.
func (s *Store) Misfits(ctx context.Context, each func(n feedback.Number, field string) error) error {
	_, err := (&snapshot{s: s}).walk(ctx, options.Find(), func(r *record) error {
		number := cursor.Number(r.Serial)
		sub, err := r.whole()
		if err != nil {
			return each(number, "doc")
		}
		want, err := recordOf(r.Serial, &sub)
		if err != nil {
			return err
		}
		if field := misfit(r, &want); field != "" {
			return each(number, field)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look through documents: %w", err)
	}
	return nil
}

// misfit names the first field that is not what its document makes of it.
func misfit(have, want *record) string {
	for _, f := range []struct {
		name       string
		have, want any
	}{
		{"id", have.ID, want.ID}, {"state", have.State, want.State}, {"visibility", have.Visibility, want.Visibility},
		{"notice", have.Notice, want.Notice}, {"item", have.Item, want.Item}, {"channel", have.Channel, want.Channel},
		{"category", have.Category, want.Category}, {"owner", have.Owner, want.Owner}, {"due", have.Due, want.Due},
		{"submitted", have.Submitted, want.Submitted}, {"owed", have.Owed, want.Owed}, {"asked", have.Asked, want.Asked},
		{"suspect", have.Suspect, want.Suspect}, {"likeness", have.Likeness, want.Likeness},
		{"published_at", have.PublishedAt, want.PublishedAt}, {"public_at", have.PublicAt, want.PublicAt},
	} {
		if f.have != f.want {
			return f.name
		}
	}
	if !bytes.Equal(have.CodeMAC, want.CodeMAC) {
		return "code_mac"
	}
	if !slices.Equal(have.Ties, want.Ties) {
		return "ties"
	}
	return ""
}
