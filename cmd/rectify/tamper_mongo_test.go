package main

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/translog"
)

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
func (h *mongoHand) column(n feedback.Number, name string, value any) {
	h.set("submission", serialOf(n), bson.M{name: value})
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
