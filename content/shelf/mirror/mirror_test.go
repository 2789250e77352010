package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/content/shelf"
	"rectify/content/shelf/mirror"
	"rectify/content/shelf/shelftest"
)

func TestPlan(t *testing.T) {
	t.Parallel()
	plain, strict := mirror.Options{}, mirror.Options{Strict: true}
	force, del := mirror.Options{Force: true, Strict: true}, mirror.Options{Delete: true}
	strictDel := mirror.Options{Delete: true, Strict: true}
	for _, c := range []struct {
		from, to, base string // digest of the one file; empty: none
		o              mirror.Options
		want           mirror.Act
	}{
		{"1", "1", "", plain, mirror.Same},
		{"1", "1", "0", strict, mirror.Same},
		{"1", "", "", strict, mirror.Add},
		{"2", "", "1", strict, mirror.Add},
		{"1", "", "1", plain, mirror.Gone},
		{"1", "", "1", force, mirror.Add},
		{"2", "1", "1", strict, mirror.Replace},
		{"2", "1", "2", plain, mirror.Keep},
		{"2", "1", "2", force, mirror.Replace},
		{"2", "1", "0", plain, mirror.Conflict},
		{"2", "1", "0", force, mirror.Replace},
		{"2", "1", "", plain, mirror.Replace},
		{"2", "1", "", strict, mirror.Conflict},
		{"", "1", "1", plain, mirror.Only},
		{"", "1", "1", del, mirror.Remove},
		{"", "1", "", del, mirror.Remove},
		{"", "1", "", strictDel, mirror.Only},
		{"", "2", "1", del, mirror.Conflict},
	} {
		files := func(digest string) []shelf.File {
			if digest == "" {
				return nil
			}
			return []shelf.File{{Name: "a.md", Digest: digest}}
		}
		base := mirror.Base{}
		if c.base != "" {
			base["a.md"] = c.base
		}
		steps := mirror.Plan(files(c.from), files(c.to), base, c.o)
		if len(steps) != 1 || steps[0].Act != c.want {
			t.Errorf("from %q to %q, agreed %q, %+v: %+v, want %s", c.from, c.to, c.base, c.o, steps, c.want)
		}
	}
}

func list(t interface{ Fatal(...any) }, s shelf.Shelf) []shelf.File {
	files, err := s.List(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Whatever happens on two shelves, meeting by force makes them equal, meeting
// again changes nothing, and what one side alone changed is never lost.
func TestMeetings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := shelftest.NewMemory(), shelftest.NewMemory()
		base := mirror.Base{}
		meet := func(o mirror.Options) []mirror.Step {
			steps := mirror.Plan(list(t, a), list(t, b), base, o)
			if err := mirror.Apply(context.Background(), a, b, steps, func(mirror.Step) {}); err != nil {
				t.Fatal(err)
			}
			base = mirror.Agreed(base, steps)
			return steps
		}
		for range rapid.IntRange(1, 5).Draw(t, "rounds") {
			own := map[string]string{}
			for range rapid.IntRange(0, 4).Draw(t, "changes") {
				s := rapid.SampledFrom([]*shelftest.Memory{a, b}).Draw(t, "side")
				name := rapid.SampledFrom([]string{"a.md", "b.md", "c.pdf"}).Draw(t, "name")
				text := fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "text"))
				if err := s.Put(context.Background(), name, []byte(text), shelf.Any); err != nil {
					t.Fatal(err)
				}
				if s == b {
					own[name] = shelf.Digest([]byte(text))
				} else {
					delete(own, name)
				}
			}
			before := map[string]string{}
			for _, f := range list(t, b) {
				before[f.Name] = f.Digest
			}
			known := base
			meet(mirror.Options{Strict: true, Delete: rapid.Bool().Draw(t, "delete")})
			for _, f := range list(t, b) {
				delete(before, f.Name)
				if d, ok := own[f.Name]; ok && d != known[f.Name] && f.Digest != d {
					t.Fatalf("%s was changed here alone and is lost", f.Name)
				}
			}
			for name, digest := range before {
				if known[name] != digest {
					t.Fatalf("%s was removed, though it was changed here", name)
				}
			}
		}
		meet(mirror.Options{Force: true, Delete: true})
		for _, s := range meet(mirror.Options{Delete: true, Strict: true}) {
			if s.Act != mirror.Same {
				t.Fatalf("after meeting by force: %+v", s)
			}
		}
	})
}

// A plan that was overtaken fails and does not write over what it did not see.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	a, b := shelftest.NewMemory(), shelftest.NewMemory()
	put := func(s shelf.Shelf, text string) {
		if err := s.Put(t.Context(), "a.md", []byte(text), shelf.Any); err != nil {
			t.Fatal(err)
		}
	}
	put(a, "new")
	put(b, "old")
	steps := mirror.Plan(list(t, a), list(t, b), nil, mirror.Options{})
	put(b, "desk")
	if err := mirror.Apply(t.Context(), a, b, steps, func(mirror.Step) {}); !errors.Is(err, mirror.ErrMoved) {
		t.Errorf("target changed: %v", err)
	}
	steps = mirror.Plan(list(t, a), list(t, b), nil, mirror.Options{})
	put(a, "newer")
	if err := mirror.Apply(t.Context(), a, b, steps, func(mirror.Step) {}); !errors.Is(err, mirror.ErrMoved) {
		t.Errorf("source changed: %v", err)
	}
	if got, err := b.Read(t.Context(), "a.md"); err != nil || string(got) != "desk" {
		t.Errorf("target holds %q, %v", got, err)
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	s, now := shelftest.NewMemory(), time.Now()
	unlock, err := mirror.Lock(t.Context(), s, "push", "a", now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mirror.Lock(t.Context(), s, "push", "b", now.Add(time.Minute)); !errors.Is(err, mirror.ErrLocked) {
		t.Errorf("second: %v", err)
	}
	if err := unlock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err = mirror.Lock(t.Context(), s, "push", "c", now); err != nil {
		t.Fatal(err)
	}
	if _, err = mirror.Lock(t.Context(), s, "push", "d", now.Add(2*mirror.LockLife)); err != nil {
		t.Errorf("one left behind: %v", err)
	}
}
