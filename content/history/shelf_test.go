package history_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"rectify/content/shelf"
)

// memory is a shelf in memory. before, where set, is asked before every Put and
// may fail it or do something else first.
type memory struct {
	mu     sync.Mutex
	files  map[string][]byte
	before func(name string) error
}

func newMemory() *memory { return &memory{files: make(map[string][]byte)} }

func (m *memory) List(_ context.Context, prefix string) ([]shelf.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []shelf.File
	for name, data := range m.files {
		if strings.HasPrefix(name, prefix) {
			all = append(all, shelf.File{Name: name, Digest: shelf.Digest(data), Size: int64(len(data))})
		}
	}
	slices.SortFunc(all, func(a, b shelf.File) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

func (m *memory) Read(_ context.Context, name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.files[name]
	if !ok {
		return nil, shelf.ErrNotFound
	}
	return bytes.Clone(data), nil
}

func (m *memory) Put(_ context.Context, name string, data []byte, was string) error {
	if m.before != nil {
		if err := m.before(name); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	have, ok := m.files[name]
	switch {
	case !shelf.ValidName(name):
		return shelf.ErrName
	case was == shelf.None && ok, was != shelf.None && was != shelf.Any && (!ok || shelf.Digest(have) != was):
		return shelf.ErrConflict
	}
	m.files[name] = bytes.Clone(data)
	return nil
}

func (m *memory) Remove(context.Context, string, string) error {
	return errors.New("nothing is removed")
}

func (m *memory) Rev(context.Context) (string, error) { return "", nil }

// name finds the file that begins and ends so.
func (m *memory) name(t *testing.T, begin, end string) string {
	t.Helper()
	for name := range m.files {
		if strings.HasPrefix(name, begin) && strings.HasSuffix(name, end) {
			return name
		}
	}
	t.Fatalf("no file %s…%s", begin, end)
	return ""
}
