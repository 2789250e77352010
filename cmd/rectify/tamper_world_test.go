package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rectify/content/history"
	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/cursor"
	"rectify/feedback/notary"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/translog"
)

// proven is a small world that is logged whole, long ago: nothing in it is so
// new that its leaf might still come.
type proven struct {
	t       *testing.T
	dir     string   // of the data, with the master key
	args    []string // that name the store to the program
	hand    hand
	store   store
	notary  *notary.Notary
	clock   time.Time
	codes   map[feedback.Number]feedback.Code
	saved   string // a checkpoint taken when the world was done
	receipt string // file of 2026-000001
}

const provenEntries = 15

// hand changes what lies in a store as somebody does who has the database
// itself: past every rule.
type hand interface {
	doc(n feedback.Number, change func(doc map[string]any))
	column(n feedback.Number, name string, value any)
	move(from, to feedback.Number) // two rows change places
	insert(like, n feedback.Number)
	drop(n feedback.Number)
	entry(index int64, field, value string)
	dropEntries(from, to int64)
	swap(a, b int64)
	add(index int64, ref, leaf string)
	hash(id int64, drop bool)
	head(size int64, change func(h *translog.Head))
	dropHeads(from int64)
	wipeLog()
}

func (w *proven) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func testKeys(t *testing.T) feedback.Keys {
	k, err := feedback.NewKeys(bytes.Repeat([]byte{9}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// newProven builds the world in the embedded store, or in a new MongoDB database.
func newProven(t *testing.T, uri string) *proven {
	t.Helper()
	w := &proven{t: t, dir: t.TempDir(), clock: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC), codes: map[feedback.Number]feedback.Code{}}
	w.must(os.WriteFile(filepath.Join(w.dir, "master.key"), []byte(hex.EncodeToString(bytes.Repeat([]byte{9}, feedback.KeySize))), 0o600))
	s := stored{Data: w.dir}
	w.args = []string{"--data", w.dir}
	if uri != "" {
		name := "rectify_proof_" + rand.Text()[:10]
		s.Mongo = strings.TrimRight(uri, "/") + "/" + name
		w.args = append(w.args, "--mongo", s.Mongo)
		w.hand = newMongoHand(t, uri, name)
	}
	var err error
	w.store, err = s.open(t.Context())
	w.must(err)
	t.Cleanup(func() { _ = w.store.Close() })
	_, err = s.keys(t.Context(), w.store)
	w.must(err)
	w.notary, err = publicLog(t.Context(), w.store, testKeys(t), "https://linshui.example/zt", "", slog.New(slog.DiscardHandler))
	w.must(err)
	now := func() time.Time { w.clock = w.clock.Add(time.Second); return w.clock }
	w.notary.Now, w.notary.Log.Now = now, now
	if uri == "" {
		w.hand = &sqlHand{t: t, path: filepath.Join(w.dir, sqlitestore.File)}
	}
	w.live(now)
	w.must(w.store.Close())
	return w
}

// live files eight submissions and works on them: 1 and 2 are published, 1 with
// a reply and words hidden, 3 was published and taken off, the rest is private.
func (w *proven) live(now func() time.Time) {
	clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
	intake := &feedback.Intake{Store: w.store, Keys: testKeys(w.t), Clocks: clocks, Now: now}
	for i := range 8 {
		r, err := intake.Submit(w.t.Context(), feedback.Incoming{
			Notice: "culture-tourism-2023", Item: "3-2", Text: fmt.Sprintf("第%d件：屏幕坏了，请张三来修。", i+1), Category: feedback.Opinion, PublishConsent: true,
		})
		w.must(err)
		w.codes[r.Number] = r.Code
	}
	w.hand.drop("2026-000007") // a number that was drawn and never filed, as several copies leave them
	office := &feedback.Office{Store: w.store, Clocks: clocks, Now: now}
	do := func(n feedback.Number, who string, actions ...feedback.Action) {
		for _, a := range actions {
			s, err := w.store.Get(w.t.Context(), n)
			w.must(err)
			if x, ok := a.(feedback.Approve); ok {
				x.Digest = s.Draft.Digest
				a = x
			}
			_, err = office.Do(w.t.Context(), n, s.Rev, a, feedback.Actor{Kind: feedback.Staff, ID: who, Roles: feedback.Roles()})
			w.must(err)
		}
	}
	hide := []feedback.Redaction{{From: 11, To: 13, Kind: feedback.HiddenName}}
	do("2026-000001", "anna", feedback.Accept{Redactions: hide}, feedback.Publish{})
	do("2026-000002", "anna", feedback.Accept{Redactions: hide}, feedback.Publish{})
	do("2026-000003", "anna", feedback.Accept{Redactions: hide}, feedback.Publish{})
	w.settle()
	do("2026-000001", "berta", feedback.DraftReply{Text: "已经修好。", Office: "文旅局", Submit: true})
	do("2026-000001", "carla", feedback.Approve{})
	do("2026-000003", "anna", feedback.Unpublish{Note: "重复"})
	do("2026-000004", "anna", feedback.Accept{})
	w.settle()
	w.clock = w.clock.Add(24 * time.Hour) // nothing is new any more when the last head is signed
	w.shelf(func(p *place) {
		v, err := (&history.Archive{Shelf: p.versions}).Append(w.t.Context(), history.Version{Slug: "culture-tourism-2023", At: w.clock, Source: []byte("# 整改情况的通报\n")})
		w.must(err)
		w.must(w.notary.Versions(w.t.Context(), []notary.VersionLeaf{versionLeaf(v)}))
	})
	h, err := w.notary.Log.Last(w.t.Context())
	w.must(err)
	if h.Size != provenEntries {
		w.t.Fatalf("the world has %d leaves, want %d", h.Size, provenEntries)
	}
	w.saved = filepath.Join(w.t.TempDir(), "saved")
	w.must(os.WriteFile(w.saved, h.Note, 0o600))
	s, err := w.store.Get(w.t.Context(), "2026-000001")
	w.must(err)
	r, err := w.notary.Receipt(w.t.Context(), s, "")
	w.must(err)
	src, err := json.Marshal(r)
	w.must(err)
	w.receipt = filepath.Join(w.t.TempDir(), "receipt.json")
	w.must(os.WriteFile(w.receipt, src, 0o600))
}

// shelf opens where versions are kept.
func (w *proven) shelf(do func(p *place)) {
	p, err := openPlace(w.t.Context(), stored{Data: w.dir, Mongo: mongoOf(w.args)}, "")
	w.must(err)
	do(p)
	w.must(p.Close())
}

// version changes or removes the one kept version behind the archive's back.
func (w *proven) version(data []byte) {
	w.shelf(func(p *place) {
		files, err := p.versions.List(w.t.Context(), "culture-tourism-2023/1-")
		w.must(err)
		if len(files) != 1 {
			w.t.Fatalf("%d files of version 1", len(files))
		}
		if data == nil {
			w.must(p.versions.Remove(w.t.Context(), "culture-tourism-2023/1.json", shelf.Any))
			return
		}
		w.must(p.versions.Put(w.t.Context(), files[0].Name, data, shelf.Any))
	})
}

// record changes what is said of the one kept version.
func (w *proven) record(old, now string) {
	w.shelf(func(p *place) {
		data, err := p.versions.Read(w.t.Context(), "culture-tourism-2023/1.json")
		w.must(err)
		changed := strings.Replace(string(data), old, now, 1)
		if changed == string(data) {
			w.t.Fatalf("no %s in %s", old, data)
		}
		w.must(p.versions.Put(w.t.Context(), "culture-tourism-2023/1.json", []byte(changed), shelf.Any))
	})
}

func (w *proven) settle() {
	_, err := w.notary.CatchUp(w.t.Context())
	w.must(err)
}

func serialOf(n feedback.Number) int64 {
	serial, _ := cursor.Serial(n)
	return serial
}

// edited is a document with something changed.
func edited(t *testing.T, doc string, change func(map[string]any)) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(doc), &m); err != nil {
		t.Fatal(err)
	}
	change(m)
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
