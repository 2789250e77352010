package main

import (
	"database/sql"
	"encoding/json"
	"testing"

	"rectify/feedback"
	"rectify/feedback/translog"
)

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

func (h *sqlHand) column(n feedback.Number, name string, value any) {
	h.do("UPDATE submission SET "+name+" = ? WHERE serial = ?", value, serialOf(n))
}

func (h *sqlHand) move(from, to feedback.Number) {
	h.do("UPDATE submission SET serial = 1 WHERE serial = ?", serialOf(from))
	h.do("UPDATE submission SET serial = ? WHERE serial = ?", serialOf(from), serialOf(to))
	h.do("UPDATE submission SET serial = ? WHERE serial = 1", serialOf(to))
}

func (h *sqlHand) insert(like, n feedback.Number) {
	const rest = "rev, state, visibility, notice, item, channel, category, owner, due, submitted, published_at, public_at, doc, owed, sealed"
	h.do("INSERT INTO submission (serial, code_mac, "+rest+") SELECT ?, x'00', "+rest+" FROM submission WHERE serial = ?", serialOf(n), serialOf(like))
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
