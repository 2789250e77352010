package shelftest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"rectify/content/shelf"
)

// Memory is a shelf that lives as long as the test; what a method should answer
// is easiest read here.
type Memory struct {
	mu    sync.Mutex
	files map[string][]byte
	rev   int
}

var _ shelf.Shelf = (*Memory)(nil)

// NewMemory makes an empty one.
func NewMemory() *Memory { return &Memory{files: make(map[string][]byte)} }

// List implements shelf.Shelf.
func (m *Memory) List(ctx context.Context, prefix string) ([]shelf.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var files []shelf.File
	for name, data := range m.files {
		if strings.HasPrefix(name, prefix) {
			files = append(files, shelf.File{Name: name, Digest: shelf.Digest(data), Size: int64(len(data))})
		}
	}
	slices.SortFunc(files, func(a, b shelf.File) int { return strings.Compare(a.Name, b.Name) })
	return files, ctx.Err()
}

// Read implements shelf.Shelf.
func (m *Memory) Read(ctx context.Context, name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !shelf.ValidName(name) {
		return nil, fmt.Errorf("read %q: %w", name, shelf.ErrName)
	}
	data, ok := m.files[name]
	if !ok {
		return nil, fmt.Errorf("read %q: %w", name, shelf.ErrNotFound)
	}
	return slices.Clone(data), ctx.Err()
}

// Put implements shelf.Shelf.
func (m *Memory) Put(ctx context.Context, name string, data []byte, was string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	have, there := m.files[name]
	var err error
	switch {
	case !shelf.ValidName(name):
		err = shelf.ErrName
	case len(data) > shelf.MaxBytes:
		err = shelf.ErrSize
	case ctx.Err() != nil:
		err = ctx.Err()
	case was != shelf.Any && (there != (was != shelf.None) || (there && shelf.Digest(have) != was)):
		err = shelf.ErrConflict
	case m.inTheWay(name):
		err = shelf.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("put %q: %w", name, err)
	}
	m.files[name] = slices.Clone(data)
	m.rev++
	return nil
}

// inTheWay reports whether name is a folder, or one of its folders is a file.
func (m *Memory) inTheWay(name string) bool {
	for other := range m.files {
		if strings.HasPrefix(other, name+"/") || strings.HasPrefix(name, other+"/") {
			return true
		}
	}
	return false
}

// Remove implements shelf.Shelf.
func (m *Memory) Remove(ctx context.Context, name, was string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	have, there := m.files[name]
	var err error
	switch {
	case !shelf.ValidName(name):
		err = shelf.ErrName
	case ctx.Err() != nil:
		err = ctx.Err()
	case !there:
		err = shelf.ErrNotFound
	case was != shelf.Any && shelf.Digest(have) != was:
		err = shelf.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("remove %q: %w", name, err)
	}
	delete(m.files, name)
	m.rev++
	return nil
}

// Rev implements shelf.Shelf.
func (m *Memory) Rev(ctx context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strconv.Itoa(m.rev), ctx.Err()
}
