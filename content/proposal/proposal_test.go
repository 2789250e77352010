package proposal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/content"
	"rectify/content/history"
	"rectify/content/proposal"
	"rectify/content/shelf"
	"rectify/content/shelf/shelftest"
)

const notice = `---
title: 关于灯的整改通报
issuer: 临水市文化和旅游局
date: 2026-11-06
contacts: {phone: [0600-555-0142]}
---

## 一、整改情况

#### 1.灯坏了

{#1-1 status="active" label="正在整改"}
##### ①门口的灯坏了

一是换灯。已经换好。
`

var now = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

// flaky is a shelf whose next Put fails, before or after it took effect.
type flaky struct {
	*shelftest.Memory
	before, after bool
}

var errDisk = errors.New("disk")

func (f *flaky) Put(ctx context.Context, name string, data []byte, was string) error {
	if f.before {
		f.before = false
		return errDisk
	}
	if err := f.Memory.Put(ctx, name, data, was); err != nil {
		return err
	}
	if f.after {
		f.after = false
		return errDisk
	}
	return nil
}

func press() (*proposal.Press, *flaky) {
	place := &flaky{Memory: shelftest.NewMemory()}
	clock := now
	return &proposal.Press{
		Notices: place, Archive: &history.Archive{Shelf: shelftest.NewMemory()}, Book: &proposal.Book{Shelf: shelftest.NewMemory()},
		Now: func() time.Time { clock = clock.Add(time.Second); return clock },
	}, place
}

// handedOn is a proposal that waits for approval, and its revision.
func handedOn(t *testing.T, p *proposal.Press, source, base, note string) (proposal.Proposal, string) {
	t.Helper()
	prop := proposal.New(proposal.NewID(), "lights", "", base, "li", now)
	if err := prop.Edit(source, note, false, "li", now); err != nil {
		t.Fatal(err)
	}
	_, found, err := p.Read(t.Context(), &prop, nil)
	if err != nil || content.HasErrors(found) {
		t.Fatalf("%v, %v", found, err)
	}
	if err := prop.Submit(found, now); err != nil {
		t.Fatal(err)
	}
	rev, err := p.Book.Keep(t.Context(), prop, shelf.None)
	if err != nil {
		t.Fatal(err)
	}
	return prop, rev
}

func standing(t *testing.T, p *proposal.Press) string {
	t.Helper()
	data, err := p.Notices.Read(t.Context(), "lights.md")
	if err != nil && !errors.Is(err, shelf.ErrNotFound) {
		t.Fatal(err)
	}
	return string(data)
}

// A new notice and a correction of it: published with the moment it really
// happened, kept as versions with both names, the proposal gone.
func TestPublish(t *testing.T) {
	p, _ := press()
	prop, rev := handedOn(t, p, notice, "", "")
	v, err := p.Publish(t.Context(), prop, rev, "wang", nil)
	if err != nil || v.N != 1 || v.By != "li" || v.Second != "wang" {
		t.Fatalf("%+v, %v", v, err)
	}
	first := standing(t, p)
	if !strings.Contains(first, "\npublished: 2026-11-24T10:00:") || shelf.Digest([]byte(first)) != v.Digest {
		t.Errorf("published as\n%s", first)
	}
	prop, rev = handedOn(t, p, strings.Replace(first, `status="active" label="正在整改"`, `status="completed" label="已完成"`, 1), v.Digest, "换灯已经完成")
	v, err = p.Publish(t.Context(), prop, rev, "wang", nil)
	if err != nil || v.N != 2 || v.Note != "换灯已经完成" {
		t.Fatalf("%+v, %v", v, err)
	}
	if open, err := p.Book.List(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("still open: %v, %v", open, err)
	}
}

// Two people always, and an approval is for one text.
func TestTwoPeople(t *testing.T) {
	p, _ := press()
	prop, _ := handedOn(t, p, notice, "", "")
	digest := prop.Digest()
	if err := prop.MayApprove("li", digest); !errors.Is(err, proposal.ErrSecond) {
		t.Errorf("its author: %v", err)
	}
	if err := prop.MayApprove("wang", "other"); !errors.Is(err, proposal.ErrNotSubmitted) {
		t.Errorf("another text: %v", err)
	}
	if err := prop.MayApprove("wang", digest); err != nil {
		t.Errorf("a second person: %v", err)
	}
	if err := prop.Edit(notice+"\n又改。\n", "", false, "wang", now); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"li", "wang"} {
		if err := prop.MayApprove(who, prop.Digest()); !errors.Is(err, proposal.ErrSecond) {
			t.Errorf("%s after both wrote: %v", who, err)
		}
	}
	if err := prop.MayApprove("zhao", prop.Digest()); !errors.Is(err, proposal.ErrNotSubmitted) {
		t.Errorf("an edit did not void the handing on: %v", err)
	}
}

// What is at fault is not handed on, a change owes a note, and what is called
// minor must be.
func TestRefusals(t *testing.T) {
	p, _ := press()
	prop, rev := handedOn(t, p, notice, "", "")
	v, err := p.Publish(t.Context(), prop, rev, "wang", nil)
	if err != nil {
		t.Fatal(err)
	}
	text := standing(t, p)
	bad := proposal.New(proposal.NewID(), "lights", strings.Replace(text, "issuer", "isuer", 1), v.Digest, "li", now)
	_, found, err := p.Read(t.Context(), &bad, nil)
	if err != nil || !errors.Is(bad.Submit(found, now), proposal.ErrFaults) {
		t.Errorf("with an unknown key: %v, %v", found, err)
	}
	mute := proposal.New(proposal.NewID(), "lights", text+"\n补充。\n", v.Digest, "li", now)
	if err := mute.Submit(nil, now); !errors.Is(err, proposal.ErrNote) {
		t.Errorf("without a note: %v", err)
	}
	small := proposal.New(proposal.NewID(), "lights", strings.Replace(text, `status="active"`, `status="completed"`, 1), v.Digest, "li", now)
	small.Minor, small.Submitted = true, true
	var refused *history.Refused
	if _, err := p.Publish(t.Context(), small, "x", "wang", nil); !errors.As(err, &refused) {
		t.Errorf("a status as a minor change: %v", err)
	}
	if got := standing(t, p); got != text {
		t.Error("something was published")
	}
}

// Somebody changed the notice meanwhile: nothing is overwritten.
func TestMoved(t *testing.T) {
	p, _ := press()
	prop, rev := handedOn(t, p, notice, "", "")
	if err := p.Notices.Put(t.Context(), "lights.md", []byte("another"), shelf.None); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Publish(t.Context(), prop, rev, "wang", nil); !errors.Is(err, proposal.ErrMoved) {
		t.Errorf("%v", err)
	}
	if standing(t, p) != "another" {
		t.Error("overwritten")
	}
}

// A shelf that fails in the middle, before or after it took effect: trying once
// more publishes the one version that was approved.
func TestPublishAgainAfterAFault(t *testing.T) {
	for name, fail := range map[string]func(*flaky){
		"before": func(f *flaky) { f.before = true },
		"after":  func(f *flaky) { f.after = true },
	} {
		t.Run(name, func(t *testing.T) {
			p, place := press()
			prop, rev := handedOn(t, p, notice, "", "")
			fail(place)
			if _, err := p.Publish(t.Context(), prop, rev, "wang", nil); !errors.Is(err, errDisk) {
				t.Fatalf("%v", err)
			}
			prop, rev, err := p.Book.Get(t.Context(), prop.ID)
			if err != nil {
				t.Fatal(err)
			}
			v, err := p.Publish(t.Context(), prop, rev, "wang", nil)
			versions, listErr := p.Archive.Versions(t.Context(), "lights")
			if err != nil || v.N != 1 || len(versions) != 1 || listErr != nil {
				t.Errorf("%+v of %d, %v, %v", v, len(versions), err, listErr)
			}
			if shelf.Digest([]byte(standing(t, p))) != v.Digest {
				t.Error("what stands is not the version")
			}
		})
	}
}

// The built-in notices become the body's own before one of them is changed.
func TestSeed(t *testing.T) {
	p, place := press()
	built := "---\npublished: 2026-11-09T09:30:00+08:00\n" + strings.TrimPrefix(notice, "---\n")
	seeded := 0
	p.Seed = func(ctx context.Context) error {
		seeded++
		return place.Memory.Put(ctx, "lights.md", []byte(built), shelf.None)
	}
	base := shelf.Digest([]byte(built))
	prop, rev := handedOn(t, p, built+"\n补充。\n", base, "补充一句")
	if _, err := p.Publish(t.Context(), prop, rev, "wang", nil); err != nil || seeded != 1 {
		t.Errorf("seeded %d times, %v", seeded, err)
	}
}

// Of many who change one proposal at once one wins, and nobody's text is lost
// without being told.
func TestBookRace(t *testing.T) {
	p, _ := press()
	prop, rev := handedOn(t, p, notice, "", "")
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 16 {
		wg.Go(func() {
			mine := prop
			mine.Note = fmt.Sprint(i)
			_, err := p.Book.Keep(context.Background(), mine, rev)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case !errors.Is(err, shelf.ErrConflict):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d won", won)
	}
	if _, _, err := p.Book.Get(t.Context(), "../x"); !errors.Is(err, shelf.ErrNotFound) {
		t.Errorf("a hostile id: %v", err)
	}
}

// However people act, nobody ever approves a text with a word of their own.
func TestNobodyApprovesTheirOwn(t *testing.T) {
	people := []string{"li", "wang", "zhao"}
	rapid.Check(t, func(t *rapid.T) {
		prop := proposal.New("x", "lights", notice, "", "li", now)
		wrote := map[string]bool{"li": true}
		for range rapid.IntRange(1, 20).Draw(t, "acts") {
			who := rapid.SampledFrom(people).Draw(t, "who")
			switch rapid.SampledFrom([]string{"edit", "submit", "return", "approve"}).Draw(t, "act") {
			case "edit":
				text := notice + strings.Repeat("字", rapid.IntRange(1, 5).Draw(t, "n"))
				changes := text != prop.Source
				if err := prop.Edit(text, "", false, who, now); err != nil {
					t.Fatal(err)
				}
				wrote[who] = wrote[who] || changes
				if changes && prop.Submitted {
					t.Fatal("an edit left it submitted")
				}
			case "submit":
				_ = prop.Submit(nil, now)
			case "return":
				_ = prop.Return("再看看", now)
			case "approve":
				if err := prop.MayApprove(who, prop.Digest()); err == nil && (wrote[who] || !prop.Submitted) {
					t.Fatalf("%s approved", who)
				}
			}
		}
		if !bytes.Contains([]byte(prop.Source), []byte("门口的灯")) {
			t.Fatal("text lost")
		}
	})
}
