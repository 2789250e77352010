package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

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

const provenEntries = 14

// hand changes what lies in a store as somebody does who has the database
// itself: past every rule.
type hand interface {
	doc(n feedback.Number, change func(doc map[string]any))
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
		w.must(w.notary.Versions(w.t.Context(), []notary.VersionLeaf{{Slug: v.Slug, N: v.N, Digest: v.Digest}}))
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

// sqlHand works on the file itself.
type sqlHand struct {
	t    *testing.T
	path string
}

func (h *sqlHand) do(query string, args ...any) {
	h.t.Helper()
	db, err := sql.Open("sqlite", h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	r, err := db.Exec(query, args...)
	if err != nil {
		h.t.Fatal(err)
	}
	if n, _ := r.RowsAffected(); n == 0 {
		h.t.Fatalf("%s: nothing was changed", query)
	}
}

func (h *sqlHand) text(query string, args ...any) (s string) {
	h.t.Helper()
	db, err := sql.Open("sqlite", h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query, args...).Scan(&s); err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h *sqlHand) doc(n feedback.Number, change func(map[string]any)) {
	doc := edited(h.t, h.text("SELECT doc FROM submission WHERE serial = ?", serialOf(n)), change)
	var m struct{ Visibility string }
	if err := json.Unmarshal([]byte(doc), &m); err != nil {
		h.t.Fatal(err)
	}
	h.do("UPDATE submission SET doc = ?, visibility = ? WHERE serial = ?", doc, m.Visibility, serialOf(n))
}

func (h *sqlHand) move(from, to feedback.Number) {
	h.do("UPDATE submission SET serial = 1 WHERE serial = ?", serialOf(from))
	h.do("UPDATE submission SET serial = ? WHERE serial = ?", serialOf(from), serialOf(to))
	h.do("UPDATE submission SET serial = ? WHERE serial = 1", serialOf(to))
}

func (h *sqlHand) insert(like, n feedback.Number) {
	h.do(`INSERT INTO submission SELECT ?, rev, state, visibility, notice, item, channel, category, owner, due, submitted, published_at, public_at, x'00', doc
  FROM submission WHERE serial = ?`, serialOf(n), serialOf(like))
}
func (h *sqlHand) drop(n feedback.Number) {
	h.do("DELETE FROM submission WHERE serial = ?", serialOf(n))
}
func (h *sqlHand) entry(index int64, field, value string) {
	h.do("UPDATE log_entry SET "+field+" = ? WHERE idx = ?", value, index)
}
func (h *sqlHand) dropEntries(from, to int64) {
	h.do("DELETE FROM log_entry WHERE idx >= ? AND idx < ?", from, to)
}
func (h *sqlHand) swap(a, b int64) {
	h.do("UPDATE log_entry SET idx = -1 WHERE idx = ?", a)
	h.do("UPDATE log_entry SET idx = ? WHERE idx = ?", a, b)
	h.do("UPDATE log_entry SET idx = ? WHERE idx = -1", b)
}
func (h *sqlHand) add(index int64, ref, leaf string) {
	h.do("INSERT INTO log_entry VALUES (?, ?, 0, ?)", index, ref, leaf)
}
func (h *sqlHand) hash(id int64, drop bool) {
	if drop {
		h.do("DELETE FROM log_hash WHERE id = ?", id)
		return
	}
	h.do("UPDATE log_hash SET hash = ? WHERE id = ?", make([]byte, 32), id)
}
func (h *sqlHand) head(size int64, change func(*translog.Head)) {
	var x translog.Head
	x.Size, x.Note = size, []byte(h.text("SELECT note FROM log_head WHERE size = ?", size))
	copy(x.Root[:], h.text("SELECT root FROM log_head WHERE size = ?", size))
	change(&x)
	h.do("UPDATE log_head SET size = ?, root = ?, note = ? WHERE size = ?", x.Size, x.Root[:], x.Note, size)
}
func (h *sqlHand) dropHeads(from int64) { h.do("DELETE FROM log_head WHERE size >= ?", from) }
func (h *sqlHand) wipeLog() {
	for _, table := range []string{"log_entry", "log_hash", "log_head"} {
		h.do("DELETE FROM " + table)
	}
}

// mongoHand works on the collections themselves.
type mongoHand struct {
	t  *testing.T
	db *mongo.Database
}

func newMongoHand(t *testing.T, uri, name string) *mongoHand {
	t.Helper()
	client, err := mongo.Connect(t.Context(), options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	h := &mongoHand{t, client.Database(name)}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		_ = h.db.Drop(ctx)
		_ = client.Disconnect(ctx)
	})
	return h
}

func (h *mongoHand) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *mongoHand) get(in string, id int64) bson.M {
	var m bson.M
	h.must(h.db.Collection(in).FindOne(h.t.Context(), bson.M{"_id": id}).Decode(&m))
	return m
}
func (h *mongoHand) put(in string, m bson.M) {
	_, err := h.db.Collection(in).InsertOne(h.t.Context(), m)
	h.must(err)
}
func (h *mongoHand) set(in string, id int64, m bson.M) {
	r, err := h.db.Collection(in).UpdateOne(h.t.Context(), bson.M{"_id": id}, bson.M{"$set": m})
	h.must(err)
	if r.ModifiedCount != 1 {
		h.t.Fatalf("%s %d: nothing was changed", in, id)
	}
}
func (h *mongoHand) remove(in string, filter bson.M) {
	r, err := h.db.Collection(in).DeleteMany(h.t.Context(), filter)
	h.must(err)
	if r.DeletedCount == 0 {
		h.t.Fatalf("%s: nothing was removed", in)
	}
}
func (h *mongoHand) doc(n feedback.Number, change func(map[string]any)) {
	doc := edited(h.t, h.get("submission", serialOf(n))["doc"].(string), change)
	var m struct{ Visibility string }
	h.must(json.Unmarshal([]byte(doc), &m))
	h.set("submission", serialOf(n), bson.M{"doc": doc, "visibility": m.Visibility})
}
func (h *mongoHand) move(from, to feedback.Number) {
	a, b := h.get("submission", serialOf(from)), h.get("submission", serialOf(to))
	h.remove("submission", bson.M{"_id": bson.M{"$in": bson.A{a["_id"], b["_id"]}}})
	a["_id"], b["_id"] = b["_id"], a["_id"]
	h.put("submission", a)
	h.put("submission", b)
}
func (h *mongoHand) insert(like, n feedback.Number) {
	m := h.get("submission", serialOf(like))
	m["_id"], m["code_mac"] = serialOf(n), []byte{0}
	h.put("submission", m)
}
func (h *mongoHand) drop(n feedback.Number) { h.remove("submission", bson.M{"_id": serialOf(n)}) }
func (h *mongoHand) entry(index int64, field, value string) {
	h.set("log_entry", index, bson.M{field: value})
}
func (h *mongoHand) dropEntries(from, to int64) {
	h.remove("log_entry", bson.M{"_id": bson.M{"$gte": from, "$lt": to}})
}
func (h *mongoHand) swap(a, b int64) {
	x, y := h.get("log_entry", a), h.get("log_entry", b)
	h.remove("log_entry", bson.M{"_id": bson.M{"$in": bson.A{a, b}}})
	x["_id"], y["_id"] = b, a
	h.put("log_entry", x)
	h.put("log_entry", y)
}
func (h *mongoHand) add(index int64, ref, leaf string) {
	h.put("log_entry", bson.M{"_id": index, "ref": ref, "at": int64(0), "leaf": leaf})
}
func (h *mongoHand) hash(id int64, drop bool) {
	if drop {
		h.remove("log_hash", bson.M{"_id": id})
		return
	}
	h.set("log_hash", id, bson.M{"hash": make([]byte, 32)})
}
func (h *mongoHand) head(size int64, change func(*translog.Head)) {
	var x struct {
		Root, Note []byte
	}
	h.must(h.db.Collection("log_head").FindOne(h.t.Context(), bson.M{"_id": size}).Decode(&x))
	y := translog.Head{Size: size, Note: x.Note}
	copy(y.Root[:], x.Root)
	change(&y)
	h.remove("log_head", bson.M{"_id": size})
	h.put("log_head", bson.M{"_id": y.Size, "root": y.Root[:], "at": time.Now().UnixMilli(), "note": y.Note})
}
func (h *mongoHand) dropHeads(from int64) {
	h.remove("log_head", bson.M{"_id": bson.M{"$gte": from}})
}
func (h *mongoHand) wipeLog() {
	for _, in := range []string{"log_entry", "log_hash", "log_head"} {
		h.remove(in, bson.M{})
	}
}
