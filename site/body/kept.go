package body

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rectify/content/shelf"
)

// Settings are where a site.yaml stands, with the versions that stood there
// before.
type Settings struct {
	Place    shelf.Shelf // of the notices; the file is beside them
	Versions shelf.Shelf
	Default  []byte // what counts where there is no file yet; nil: nothing
	Now      func() time.Time
}

// Revision (版本) is one text that a site.yaml had.
type Revision struct {
	N    int       `json:"n"`
	At   time.Time `json:"at"`
	By   string    `json:"by"` // account; ByHand where the file was written past the site
	Note string    `json:"note,omitempty"`
	Text string    `json:"text"`
}

// ByHand stands for whoever wrote the file itself.
const ByHand = "(file)"

// MaxNote bounds the remark about a change, in characters.
const MaxNote = 200

// versionsIn is the folder of the kept texts; no notice can have that name.
const versionsIn = "site.yaml/"

// Load answers the text as it stands and its digest, by which it is replaced.
func (s *Settings) Load(ctx context.Context) (text []byte, was string, err error) {
	text, err = s.Place.Read(ctx, File)
	if errors.Is(err, shelf.ErrNotFound) {
		return s.Default, shelf.None, nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("settings: %w", err)
	}
	return text, shelf.Digest(text), nil
}

// Save puts text in the place of the one with the digest was, and keeps it as a
// version; so it does the one before, if that was written by hand.
// shelf.ErrConflict: somebody else changed it.
func (s *Settings) Save(ctx context.Context, text []byte, was, by, note string) error {
	old, now, err := s.Load(ctx)
	if err != nil {
		return err
	}
	if now != was {
		return fmt.Errorf("settings: %w", shelf.ErrConflict)
	}
	list, err := s.History(ctx)
	if err != nil {
		return err
	}
	last := Revision{}
	if len(list) > 0 {
		last = list[0]
	}
	if len(old) > 0 && last.Text != string(old) {
		last.N++
		if err := s.keep(ctx, Revision{N: last.N, By: ByHand, Text: string(old)}); err != nil {
			return err
		}
	}
	if err := s.Place.Put(ctx, File, text, was); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return s.keep(ctx, Revision{N: last.N + 1, By: by, Note: note, Text: string(text)})
}

func (s *Settings) keep(ctx context.Context, r Revision) error {
	r.At = s.Now().UTC().Truncate(time.Millisecond)
	data, err := json.Marshal(r)
	if err == nil {
		err = s.Versions.Put(ctx, revisionName(r.N), data, shelf.None)
	}
	if err != nil {
		return fmt.Errorf("settings: version %d: %w", r.N, err)
	}
	return nil
}

func revisionName(n int) string { return fmt.Sprintf("%sv%06d.json", versionsIn, n) }

// shownRevisions bounds how many versions are read for the list.
const shownRevisions = 100

// History answers the versions, the newest first, of long histories the last
// hundred.
func (s *Settings) History(ctx context.Context) ([]Revision, error) {
	files, err := s.Versions.List(ctx, versionsIn)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	var numbers []int
	for _, f := range files {
		if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(f.Name, versionsIn+"v"), ".json")); err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	slices.Reverse(numbers)
	list := make([]Revision, 0, len(numbers))
	for i, n := range numbers {
		if i >= shownRevisions {
			list = append(list, Revision{N: n})
			continue
		}
		r, err := s.Revision(ctx, n)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Revision answers one version, or shelf.ErrNotFound.
func (s *Settings) Revision(ctx context.Context, n int) (r Revision, err error) {
	data, err := s.Versions.Read(ctx, revisionName(n))
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return r, fmt.Errorf("settings: version %d: %w", n, err)
	}
	return r, nil
}

// Changed are the keys of the fields that differ between two texts; of a text
// that cannot be read, none.
func Changed(old, now string) []string {
	a, errA := Read([]byte(old))
	b, errB := Read([]byte(now))
	if errA != nil || errB != nil {
		return nil
	}
	var keys []string
	for _, f := range Fields() {
		if a[f.Key] != b[f.Key] {
			keys = append(keys, f.Key)
		}
	}
	return keys
}
