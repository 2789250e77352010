package shelftest

import (
	"testing"

	"rectify/content/shelf"
)

func TestMemory(t *testing.T) {
	Run(t, func(*testing.T) Place {
		m := NewMemory()
		return func(*testing.T) shelf.Shelf { return m }
	})
}
