package main

import (
	"maps"
	"testing"

	"rectify/feedback/sqlitestore"
)

// Counts go into a backup and come out of it, also when it is restored twice.
func TestTalliesAreBackedUp(t *testing.T) {
	from, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	want := map[string]int64{"concern/2026-000001": 12, "concern/2026-000002": 1}
	for name, n := range want {
		if _, err := from.Tally().Add(t.Context(), name, n); err != nil {
			t.Fatal(err)
		}
	}
	var records [][]byte
	for _, p := range mailParts(from) {
		if p.Name != "tallies" {
			continue
		}
		if err := p.Write(t.Context(), func(record []byte) error { records = append(records, record); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		for _, p := range mailParts(to) {
			for _, r := range records {
				if p.Name != "tallies" {
					continue
				}
				if err := p.Check(r); err != nil {
					t.Fatal(err)
				}
				if err := p.Read(t.Context(), r); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	got, err := to.Tally().Counts(t.Context(), []string{"concern/2026-000001", "concern/2026-000002"})
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}
