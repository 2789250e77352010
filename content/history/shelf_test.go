package history_test

import (
	"context"
	"strings"
	"testing"

	"rectify/content/shelf"
	"rectify/content/shelf/shelftest"
)

// memory is a shelf in memory. before, where set, is asked before every Put and
// may fail it or do something else first.
type memory struct {
	*shelftest.Memory
	before func(name string) error
}

func newMemory() *memory { return &memory{Memory: shelftest.NewMemory()} }

func (m *memory) Put(ctx context.Context, name string, data []byte, was string) error {
	if m.before != nil {
		if err := m.before(name); err != nil {
			return err
		}
	}
	return m.Memory.Put(ctx, name, data, was)
}

// set puts a file there behind the archive's back.
func (m *memory) set(t *testing.T, name, data string) {
	t.Helper()
	if err := m.Memory.Put(t.Context(), name, []byte(data), shelf.Any); err != nil {
		t.Fatal(err)
	}
}

// lose takes a file away behind the archive's back.
func (m *memory) lose(t *testing.T, name string) {
	t.Helper()
	if err := m.Remove(t.Context(), name, shelf.Any); err != nil {
		t.Fatal(err)
	}
}

// names are those of all files.
func (m *memory) names(t *testing.T) (list []string) {
	t.Helper()
	files, err := m.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		list = append(list, f.Name)
	}
	return list
}

// name finds the file that begins and ends so.
func (m *memory) name(t *testing.T, begin, end string) string {
	t.Helper()
	for _, name := range m.names(t) {
		if strings.HasPrefix(name, begin) && strings.HasSuffix(name, end) {
			return name
		}
	}
	t.Fatalf("no file %s…%s", begin, end)
	return ""
}

// text is what a file holds.
func (m *memory) text(t *testing.T, name string) string {
	t.Helper()
	data, err := m.Read(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
