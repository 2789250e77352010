package history_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rectify/content"
	"rectify/content/history"
	"rectify/content/parse"
	"rectify/content/shelf"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const sample = `---
title: 关于灯光检查整改情况的通报
issuer: 临水市文化和旅游局
inspection: {body: 灯光检查组, from: 2026-06-01, to: 2026-06-05, handed_over: 2026-06-10}
date: 2026-11-06
published: 2026-11-09T09:30:00+08:00
contacts: {phone: [0600-555-0142], email: [yijian@wlj.linshui.example]}
---

检查指出的问题，整改如下。

## 一、具体问题

{#1}
#### 1.灯坏了没有人修

{#1-1 status="completed" label="已完成" owner="办公室"}
##### ①门口的灯坏了

一是换灯。已经换好3盏。二是查线。已经查完。

{#1-2 status="active" label="正在整改" progress="60"}
##### ②楼道的灯坏了

一是查线。正在查。
`

func read(t *testing.T, src string) *content.Notice {
	t.Helper()
	n, found := parse.Notice("lights.md", []byte(src))
	if content.HasErrors(found) {
		t.Fatalf("%v", found)
	}
	return n
}

func changed(t *testing.T, from, to string) string {
	t.Helper()
	if strings.Count(sample, from) != 1 {
		t.Fatalf("%q stands %d times in the sample", from, strings.Count(sample, from))
	}
	return strings.Replace(sample, from, to, 1)
}

func version(src string) history.Version {
	return history.Version{Slug: "lights", At: noon, Note: "更正说明", By: "zhang", Second: "li", Source: []byte(src)}
}

func TestAppendAndRead(t *testing.T) {
	a := &history.Archive{Shelf: newMemory()}
	if _, err := a.Last(t.Context(), "lights"); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("nothing kept yet: %v", err)
	}
	for i, src := range []string{"甲", "乙", "甲"} {
		v, err := a.Append(t.Context(), version(src))
		if err != nil || v.N != i+1 || v.Digest != shelf.Digest([]byte(src)) {
			t.Fatalf("version %d: %+v, %v", i+1, v, err)
		}
	}
	all, err := a.Versions(t.Context(), "lights")
	if err != nil || len(all) != 3 || all[2].N != 3 || all[2].Source != nil || all[1].Note != "更正说明" || !all[0].At.Equal(noon) {
		t.Errorf("versions %+v, %v", all, err)
	}
	v, err := a.Version(t.Context(), "lights", 2)
	if err != nil || string(v.Source) != "乙" || v.By != "zhang" || v.Second != "li" {
		t.Errorf("version 2: %+v, %v", v, err)
	}
	last, err := a.Last(t.Context(), "lights")
	if err != nil || last.N != 3 {
		t.Errorf("last %+v, %v", last, err)
	}
	for _, n := range []int{-1, 0, 4, 1 << 40} {
		if _, err := a.Version(t.Context(), "lights", n); !errors.Is(err, history.ErrNotFound) {
			t.Errorf("version %d: %v", n, err)
		}
	}
	if _, err := a.Version(t.Context(), "../lights", 1); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("a slug that is a path: %v", err)
	}
	newest, err := a.Newest(t.Context())
	if err != nil || len(newest) != 1 || newest["lights"].N != 3 {
		t.Errorf("newest %v, %v", newest, err)
	}
}

// The slug of a notice may be longer than a name on a shelf.
func TestLongSlug(t *testing.T) {
	a := &history.Archive{Shelf: newMemory()}
	slug := strings.Repeat("灯", 120)
	v := version("甲")
	v.Slug = slug
	if _, err := a.Append(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	newest, err := a.Newest(t.Context())
	if got, errLast := a.Last(t.Context(), slug); err != nil || errLast != nil || got.Slug != slug || newest[slug].N != 1 {
		t.Errorf("%+v, %v, %v", got, err, errLast)
	}
}

func TestAppendRefuses(t *testing.T) {
	for name, v := range map[string]history.Version{
		"a path":           {Slug: "../x", Source: []byte("甲")},
		"nothing":          {Slug: "x"},
		"too much":         {Slug: "x", Source: make([]byte, parse.MaxBytes+1)},
		"a foreign digest": {Slug: "x", Source: []byte("甲"), Digest: shelf.Digest([]byte("乙"))},
	} {
		m := newMemory()
		if _, err := (&history.Archive{Shelf: m}).Append(t.Context(), v); err == nil || len(m.names(t)) > 0 {
			t.Errorf("%s: %v, files %v", name, err, m.names(t))
		}
	}
	a := &history.Archive{Shelf: newMemory()}
	v := version("甲")
	v.N = 2
	if _, err := a.Append(t.Context(), v); !errors.Is(err, history.ErrConflict) {
		t.Errorf("a number out of turn: %v", err)
	}
}

// Whatever write of an Append fails, nothing half is seen, and the next one
// takes the same number.
func TestCrashBetweenTheTwoFiles(t *testing.T) {
	power := errors.New("power cut")
	for kept := range 2 {
		m := newMemory()
		a := &history.Archive{Shelf: m}
		if _, err := a.Append(t.Context(), version("甲")); err != nil {
			t.Fatal(err)
		}
		puts := 0
		m.before = func(string) error {
			if puts++; puts > kept {
				return power
			}
			return nil
		}
		if _, err := a.Append(t.Context(), version("乙")); !errors.Is(err, power) {
			t.Fatalf("%d kept: %v", kept, err)
		}
		m.before = nil
		all, err := a.Versions(t.Context(), "lights")
		if err != nil || len(all) != 1 {
			t.Errorf("%d kept: %+v, %v", kept, all, err)
		}
		v, err := a.Append(t.Context(), version("丙"))
		if err != nil || v.N != 2 {
			t.Errorf("%d kept: then %+v, %v", kept, v, err)
		}
		if v, err = a.Version(t.Context(), "lights", 2); err != nil || string(v.Source) != "丙" {
			t.Errorf("%d kept: %s, %v", kept, v.Source, err)
		}
	}
}

// Of many who append at once each gets a number of its own or ErrConflict, and
// what they were told is there.
func TestAppendRace(t *testing.T) {
	a := &history.Archive{Shelf: newMemory()}
	var mu sync.Mutex
	told := make(map[int]string)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			src := fmt.Sprint("version of ", i)
			v, err := a.Append(t.Context(), version(src))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				told[v.N] = src
			} else if !errors.Is(err, history.ErrConflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(told) == 0 {
		t.Fatal("nobody won")
	}
	for n, src := range told {
		if v, err := a.Version(t.Context(), "lights", n); err != nil || string(v.Source) != src {
			t.Errorf("version %d: %s, %v; want %s", n, v.Source, err, src)
		}
	}
	if all, err := a.Versions(t.Context(), "lights"); err != nil || len(all) != len(told) {
		t.Errorf("%d versions, %d told, %v", len(all), len(told), err)
	}
}

// What was altered or lost on the shelf is named, hides nothing else, and its
// place is not given away.
func TestDamaged(t *testing.T) {
	for name, harm := range map[string]func(*testing.T, *memory){
		"source altered": func(t *testing.T, m *memory) { m.set(t, m.name(t, "lights/2-", ".md"), "丁") },
		"source lost":    func(t *testing.T, m *memory) { m.lose(t, m.name(t, "lights/2-", ".md")) },
		"half a record":  func(t *testing.T, m *memory) { m.set(t, "lights/2.json", `{"slug":`) },
		"another record": func(t *testing.T, m *memory) { m.set(t, "lights/2.json", m.text(t, "lights/1.json")) },
		"empty digest":   func(t *testing.T, m *memory) { m.set(t, "lights/2.json", `{"slug":"lights","n":2}`) },
		"record lost":    func(t *testing.T, m *memory) { m.lose(t, "lights/2.json") },
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			a := &history.Archive{Shelf: m}
			for _, src := range []string{"甲", "乙", "丙"} {
				if _, err := a.Append(t.Context(), version(src)); err != nil {
					t.Fatal(err)
				}
			}
			harm(t, m)
			all, errAll := a.Versions(t.Context(), "lights")
			if !slices.ContainsFunc(all, func(v history.Version) bool { return v.N == 1 }) || all[len(all)-1].N != 3 {
				t.Errorf("the others are hidden: %+v", all)
			}
			_, err := a.Version(t.Context(), "lights", 2)
			if err == nil {
				t.Error("read as if nothing were wrong")
			}
			var d *history.Damaged
			if !errors.As(errors.Join(errAll, err), &d) || d.N != 2 || d.Slug != "lights" {
				t.Errorf("not named: %v, %v", errAll, err)
			}
			v, err := a.Append(t.Context(), version("丁"))
			if name == "record lost" {
				if !errors.As(err, &d) || d.N != 2 {
					t.Errorf("the lost one's place was taken: %+v, %v", v, err)
				}
			} else if err != nil || v.N != 4 {
				t.Errorf("appended %+v, %v", v, err)
			}
		})
	}
}
