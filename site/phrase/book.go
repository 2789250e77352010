package phrase

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"rectify/content/shelf"
)

// Shared is the file of the office's phrases beside the notices.
const Shared = "phrases.yaml"

// OwnFile is the file of one account's phrases. Its name tells no account.
func OwnFile(account string) string {
	sum := sha256.Sum256([]byte("phrases of " + account))
	return "phrases-" + hex.EncodeToString(sum[:8]) + ".yaml"
}

// Errors of a Book. ErrFull: it has as many phrases as it may. ErrBroken: the
// file is none that this package wrote. ErrGone: no such phrase.
var (
	ErrFull   = errors.New("too many phrases")
	ErrBroken = errors.New("file of phrases cannot be read")
	ErrGone   = errors.New("no such phrase")
)

// Book is one file of phrases as it stands.
type Book struct {
	Phrases []Phrase
	Was     string // digest of the file, by which it is replaced
}

type file struct {
	Phrases []Phrase `yaml:"phrases"`
}

// Load reads a file; there may be none.
func Load(ctx context.Context, s shelf.Shelf, name string) (Book, error) {
	src, err := s.Read(ctx, name)
	if errors.Is(err, shelf.ErrNotFound) {
		return Book{Was: shelf.None}, nil
	}
	if err != nil {
		return Book{}, fmt.Errorf("%s: %w", name, err)
	}
	b := Book{Was: shelf.Digest(src)}
	if b.Phrases, err = Parse(src); err != nil {
		return b, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

// Parse reads what Format wrote, or what was edited by hand and still keeps to
// the rules. ErrBroken: it does not.
func Parse(src []byte) ([]Phrase, error) {
	var f file
	d := yaml.NewDecoder(bytes.NewReader(src))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if len(f.Phrases) > MaxPhrases {
		return nil, fmt.Errorf("%w: %d phrases", ErrBroken, len(f.Phrases))
	}
	seen := make(map[string]bool)
	for i := range f.Phrases {
		p := &f.Phrases[i]
		p.Text, p.Was = tidy(p.Text), p.Was[:min(len(p.Was), MaxPast)]
		if faults := Check(p.Name, p.Text); len(faults) > 0 || !validID(p.ID) || seen[p.ID] {
			return nil, fmt.Errorf("%w: phrase %d", ErrBroken, i+1)
		}
		seen[p.ID] = true
	}
	return f.Phrases, nil
}

// Format writes phrases so that Parse reads them back.
func Format(list []Phrase) ([]byte, error) { return yaml.Marshal(file{list}) }

// Save puts the book in the place of the file that it was read from.
// shelf.ErrConflict: somebody else changed that.
func (b Book) Save(ctx context.Context, s shelf.Shelf, name string) error {
	src, err := Format(b.Phrases)
	if err == nil {
		err = s.Put(ctx, name, src, b.Was)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Find is the phrase with an id, nil if there is none.
func (b *Book) Find(id string) *Phrase {
	i := slices.IndexFunc(b.Phrases, func(p Phrase) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &b.Phrases[i]
}

// Set changes a phrase, or adds one where id is empty; what it was is kept.
// ErrGone, ErrFull.
func (b *Book) Set(id, name, text, by string, now time.Time) error {
	text = tidy(text)
	if id == "" {
		if len(b.Phrases) >= MaxPhrases && !b.forget() {
			return ErrFull
		}
		b.Phrases = append(b.Phrases, Phrase{ID: strings.ToLower(rand.Text()[:12]), Name: name, Text: text, By: by, At: now.UTC().Truncate(time.Second)})
		return nil
	}
	p := b.Find(id)
	if p == nil {
		return ErrGone
	}
	if p.Name == name && p.Text == text && !p.Gone {
		return nil
	}
	if p.Name != name || p.Text != text {
		p.Was = append([]Past{{p.Name, p.Text, p.By, p.At}}, p.Was...)
		p.Was = p.Was[:min(len(p.Was), MaxPast)]
	}
	p.Name, p.Text, p.By, p.At, p.Gone = name, text, by, now.UTC().Truncate(time.Second), false
	return nil
}

// Drop takes a phrase away; Set brings it back. ErrGone.
func (b *Book) Drop(id, by string, now time.Time) error {
	p := b.Find(id)
	if p == nil || p.Gone {
		return ErrGone
	}
	p.By, p.At, p.Gone = by, now.UTC().Truncate(time.Second), true
	return nil
}

// forget makes room by what was taken away first, false if nothing was.
func (b *Book) forget() bool {
	oldest := -1
	for i, p := range b.Phrases {
		if p.Gone && (oldest < 0 || p.At.Before(b.Phrases[oldest].At)) {
			oldest = i
		}
	}
	if oldest < 0 {
		return false
	}
	b.Phrases = slices.Delete(b.Phrases, oldest, oldest+1)
	return true
}

// tidy gives a text one kind of line ends and no blank ones around it.
func tidy(s string) string { return strings.Trim(strings.ReplaceAll(s, "\r\n", "\n"), " \n\t") }

func validID(id string) bool {
	return id != "" && len(id) <= 20 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
