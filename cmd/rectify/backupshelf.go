package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"rectify/content/shelf"
	"rectify/feedback/backup"
	"rectify/feedback/backup/archive"
)

// parts are the shelves as sections of a backup.
func (p *place) parts() []backup.Part {
	return []backup.Part{
		shelfPart(shelfNotices, p.notices),
		shelfPart(shelfVersions, p.versions),
		shelfPart(shelfDrafts, p.drafts),
	}
}

// shelved is a file of a shelf as a record of a backup.
type shelved struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}

func (f *shelved) parse(record []byte) error {
	err := json.Unmarshal(record, f)
	switch {
	case err != nil:
		return err
	case !shelf.ValidName(f.Name):
		return fmt.Errorf("%q: %w", f.Name, shelf.ErrName)
	case len(f.Data) > shelf.MaxBytes:
		return fmt.Errorf("%q: %w", f.Name, shelf.ErrSize)
	}
	return nil
}

// shelfPart is the section of one shelf. Its checks do not touch it.
func shelfPart(name string, s shelf.Shelf) backup.Part {
	return backup.Part{
		Section: archive.Section{
			Name:  name,
			Write: func(ctx context.Context, put func([]byte) error) error { return writeShelf(ctx, s, put) },
			Check: func(record []byte) error { return new(shelved).parse(record) },
			Read:  func(ctx context.Context, record []byte) error { return readFile(ctx, s, record) },
		},
		Blank: func(ctx context.Context) (bool, error) {
			files, err := s.List(ctx, "")
			return len(files) == 0, err
		},
	}
}

// writeShelf writes each file whole, as it is when it is read.
func writeShelf(ctx context.Context, s shelf.Shelf, put func([]byte) error) error {
	files, err := s.List(ctx, "")
	if err != nil {
		return err
	}
	for _, f := range files {
		data, err := s.Read(ctx, f.Name)
		if errors.Is(err, shelf.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return err
		}
		record, err := json.Marshal(shelved{Name: f.Name, Data: data})
		if err != nil {
			return err
		}
		if err := put(record); err != nil {
			return err
		}
	}
	return nil
}

// readFile puts a file back; one that is there must be the same.
func readFile(ctx context.Context, s shelf.Shelf, record []byte) error {
	var f shelved
	if err := f.parse(record); err != nil {
		return err
	}
	err := s.Put(ctx, f.Name, f.Data, shelf.None)
	if !errors.Is(err, shelf.ErrConflict) {
		return err
	}
	have, readErr := s.Read(ctx, f.Name)
	if readErr == nil && shelf.Digest(have) == shelf.Digest(f.Data) {
		return nil
	}
	return errors.Join(err, readErr)
}
