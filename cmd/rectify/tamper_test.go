package main

import (
	"bytes"
	"encoding/base64"
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
	"rectify/feedback"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/notary"
	"rectify/feedback/translog"
)

// tampering is one way to change what was kept, and the kind of fault by which
// rectify verify must name it.
type tampering struct {
	name string
	want translog.Problem
	do   func(w *proven)
	head bool // found by comparing with a checkpoint that was saved elsewhere
}

func set(field string, value any) func(map[string]any) {
	return func(doc map[string]any) { doc[field] = value }
}

func blind(fill byte) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, feedback.BlindSize))
}

// tamperings are the kinds of tampering that rectify verify must find.
func tamperings() []tampering {
	return []tampering{
		{name: "altered text", want: notary.AlteredSubmission, do: func(w *proven) { w.hand.doc("2026-000005", set("text", "没有这回事。")) }},
		{name: "altered time of receipt", want: notary.AlteredSubmission, do: func(w *proven) { w.hand.doc("2026-000005", set("received", "2026-02-01T00:00:00Z")) }},
		{name: "altered blind", want: notary.AlteredSubmission, do: func(w *proven) { w.hand.doc("2026-000005", set("blind", blind(1))) }},
		{name: "removed blind", want: notary.AlteredSubmission, do: func(w *proven) { w.hand.doc("2026-000005", set("blind", nil)) }},
		{name: "two rows changed places", want: notary.AlteredSubmission, do: func(w *proven) { w.hand.move("2026-000005", "2026-000006") }},
		{name: "deleted row", want: notary.MissingSubmission, do: func(w *proven) { w.hand.drop("2026-000006") }},
		{name: "deleted public row", want: notary.MissingSubmission, do: func(w *proven) { w.hand.drop("2026-000002") }},
		{name: "row slipped in", want: notary.Unlogged, do: func(w *proven) { w.hand.insert("2026-000005", "2026-000007") }},
		{name: "altered public text", want: notary.AlteredStatement, do: func(w *proven) { w.hand.doc("2026-000002", set("redactions", nil)) }},
		{name: "altered category", want: notary.AlteredStatement, do: func(w *proven) { w.hand.doc("2026-000002", set("category", "praise")) }},
		{name: "moved to another item", want: notary.AlteredStatement, do: func(w *proven) { w.hand.doc("2026-000002", set("item", "1-1")) }},
		{name: "taken off without a leaf", want: notary.AlteredStatement, do: func(w *proven) { w.hand.doc("2026-000002", set("visibility", "private")) }},
		{name: "put back without a leaf", want: notary.AlteredStatement, do: func(w *proven) { w.hand.doc("2026-000003", set("visibility", "published")) }},
		{name: "published without a leaf", want: notary.Unlogged, do: func(w *proven) {
			w.hand.doc("2026-000004", func(d map[string]any) {
				d["visibility"], d["published_at"], d["public_at"] = "published", "2026-03-02T03:00:00Z", "2026-03-02T03:00:00Z"
			})
		}},
		{name: "altered reply", want: notary.AlteredReply, do: func(w *proven) {
			w.hand.doc("2026-000001", func(d map[string]any) { d["replies"].([]any)[0].(map[string]any)["text"] = "不归我们管。" })
		}},
		{name: "deleted reply", want: notary.AlteredReply, do: func(w *proven) { w.hand.doc("2026-000001", set("replies", nil)) }},
		{name: "reply of another office", want: notary.AlteredReply, do: func(w *proven) {
			w.hand.doc("2026-000001", func(d map[string]any) { d["replies"].([]any)[0].(map[string]any)["office"] = "别的局" })
		}},
		{name: "altered version of a notice", want: notary.AlteredVersion, do: func(w *proven) { w.version([]byte("# 一切都好\n")) }},
		{name: "deleted version of a notice", want: notary.AlteredVersion, do: func(w *proven) { w.version(nil) }},
		{name: "altered reason of a version", want: notary.AlteredRecord, do: func(w *proven) { w.record(`"slug"`, `"note": "笔误", "slug"`) }},
		{name: "altered time of a version", want: notary.AlteredRecord, do: func(w *proven) { w.record(`"at": "2026`, `"at": "2025`) }},
		{name: "version slipped in", want: notary.Unlogged, do: func(w *proven) {
			w.shelf(func(p *place) {
				_, err := (&history.Archive{Shelf: p.versions}).Append(w.t.Context(), history.Version{Slug: "culture-tourism-2023", At: w.clock.Add(-48 * time.Hour), Source: []byte("# 又一版\n")})
				w.must(err)
			})
		}},
		{name: "suspected by hand", want: "sealed", do: func(w *proven) { w.hand.column("2026-000005", "suspect", true) }},
		{name: "put among others by hand", want: "sealed", do: func(w *proven) { w.hand.column("2026-000005", "likeness", "x") }},
		{name: "row that cannot be read", want: "document", do: func(w *proven) { w.hand.column("2026-000005", "doc", "{") }},
		{name: "altered leaf", want: translog.BadHash, do: func(w *proven) {
			w.hand.entry(provenEntries-1, "leaf", "rectify/v1 notice culture-tourism-2023 1 "+notary.Digest([]byte("v2")))
		}},
		{name: "leaf that is no leaf", want: translog.BadEntry, do: func(w *proven) { w.hand.entry(2, "leaf", "x") }},
		{name: "leaf under another name", want: notary.WrongRef, do: func(w *proven) { w.hand.entry(provenEntries-1, "ref", "n/culture-tourism-2023/000002") }},
		{name: "deleted log row", want: translog.MissingEntry, do: func(w *proven) { w.hand.dropEntries(4, 5) }},
		{name: "deleted first log row", want: translog.MissingEntry, do: func(w *proven) { w.hand.dropEntries(0, 1) }},
		{name: "cut tail", want: translog.CutTail, do: func(w *proven) { w.hand.dropEntries(provenEntries-3, provenEntries) }},
		{name: "reordered log", want: translog.BadHash, do: func(w *proven) { w.hand.swap(3, 4) }},
		{name: "duplicated entry", want: notary.MissingSubmission, do: func(w *proven) {
			w.hand.add(provenEntries, "s/2026-000000099", "rectify/v1 receipt "+strings.Repeat("ab", 32))
		}},
		{name: "altered hash", want: translog.BadHash, do: func(w *proven) { w.hand.hash(5, false) }},
		{name: "deleted hash", want: translog.BadHash, do: func(w *proven) { w.hand.hash(6, true) }},
		{name: "head signed by another", want: translog.BadSignature, do: func(w *proven) {
			w.hand.head(provenEntries, func(h *translog.Head) { h.Note = resigned(w, "linshui.example/zt/log", 3) })
		}},
		{name: "head of another log", want: translog.BadSignature, do: func(w *proven) {
			w.hand.head(provenEntries, func(h *translog.Head) { h.Note = resigned(w, "evil.example/log", 9) })
		}},
		{name: "altered root", want: translog.BadRoot, do: func(w *proven) {
			w.hand.head(provenEntries, func(h *translog.Head) { h.Root[0] ^= 1 })
		}},
		{name: "old head under a new size", want: translog.BadRoot, do: func(w *proven) {
			w.hand.head(10, func(h *translog.Head) { h.Size = 12 })
		}},
		{name: "replaced key", want: "key", do: func(w *proven) {
			w.must(os.WriteFile(filepath.Join(w.dir, "master.key"), []byte(hex.EncodeToString(bytes.Repeat([]byte{8}, 32))), 0o600))
		}},
		{name: "forked log", want: translog.Forked, head: true, do: func(w *proven) { w.forge(true) }},
		{name: "log cut together with its heads and rows", want: translog.CutTail, head: true, do: func(w *proven) { w.forge(false) }},
		{name: "log that is gone, without a saved head", want: notary.Unlogged, do: func(w *proven) { w.hand.wipeLog() }},
		{name: "log that is gone", want: translog.CutTail, head: true, do: func(w *proven) { w.hand.wipeLog() }},
	}
}

// resigned is a head over the same tree by a key drawn from another master key.
func resigned(w *proven, origin string, fill byte) []byte {
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{fill}, feedback.KeySize))
	w.must(err)
	key, err := logKey(keys, origin)
	w.must(err)
	other := newProven(w.t, "")
	s, err := stored{Data: other.dir}.open(w.t.Context())
	w.must(err)
	defer s.Close()
	l := &translog.Log{Store: s.Log(), Key: key, Now: w.notary.Now}
	other.hand.dropHeads(0)
	w.must(func() error { _, err := s.Log().Size(w.t.Context()); return err }())
	for id := range int64(25) { // all there are under 14 entries
		other.hand.hash(id, true)
	}
	h, err := l.Integrate(w.t.Context())
	w.must(err)
	return h.Note
}

// forge builds the log anew with the operator's own key: everything in it fits,
// but it is not the log that others have seen.
func (w *proven) forge(reordered bool) {
	s, err := (&stored{Data: w.dir, Mongo: mongoOf(w.args)}).open(w.t.Context())
	w.must(err)
	defer s.Close()
	list, err := s.Log().Entries(w.t.Context(), 0, translog.MaxAppend)
	w.must(err)
	w.hand.wipeLog()
	if reordered {
		list[0].Ref, list[1].Ref, list[0].Leaf, list[1].Leaf = list[1].Ref, list[0].Ref, list[1].Leaf, list[0].Leaf
	} else {
		list = list[:len(list)-1]
	}
	n, err := publicLog(w.t.Context(), s, testKeys(w.t), "", "", slog.New(slog.DiscardHandler))
	w.must(err)
	n.Log.Now = w.notary.Now
	w.must(n.Log.Add(w.t.Context(), list))
	_, err = n.Log.Integrate(w.t.Context())
	w.must(err)
}

func mongoOf(args []string) string {
	if len(args) == 4 {
		return args[3]
	}
	return ""
}

func TestTampering(t *testing.T) {
	for name, server := range map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "mongo": mongotest.Server} {
		t.Run(name, func(t *testing.T) {
			uri := server(t)
			t.Run("untouched", func(t *testing.T) { untouched(t, newProven(t, uri)) })
			for _, c := range tamperings() {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					isFound(t, newProven(t, uri), c)
				})
			}
		})
	}
}

func untouched(t *testing.T, w *proven) {
	args := append([]string{"verify"}, w.args...)
	code, out, errs := said(t, "", append(args, "--head", w.saved)...)
	if code != 0 || !strings.Contains(out, fmt.Sprintf("ok: 日志共%d行", provenEntries)) {
		t.Errorf("untouched: %d %s%s", code, out, errs)
	}
	// A person's data taken out: the leaf stays, the proofs hold.
	w.hand.doc("2026-000006", func(d map[string]any) { d["text"], d["erased_at"] = "", "2026-03-03T02:00:00Z"; delete(d, "blind") })
	if code, out, errs = said(t, "", args...); code != 0 || !strings.Contains(out, "1件留言的个人内容已按要求删除") {
		t.Errorf("erased: %d %s%s", code, out, errs)
	}
}

// isFound holds one tampering to be found and named, with exit code 1.
func isFound(t *testing.T, w *proven, c tampering) {
	c.do(w)
	args := append([]string{"verify"}, w.args...)
	code, out, errs := said(t, "", append(args, "--head", w.saved)...)
	if code != 1 || !strings.Contains(out, "FAULT "+string(c.want)) {
		t.Errorf("%d, want a fault %q:\n%s%s", code, c.want, out, errs)
	}
	if c.head { // only the saved head can tell
		if code, out, _ := said(t, "", args...); code != 0 && c.want == translog.Forked {
			t.Errorf("forged log is found without the saved head: %d %s", code, out)
		}
	}
}

// TestReceiptTampering changes each part of a receipt: none passes, and the
// receipt as it was does, offline and against a saved head.
func TestReceiptTampering(t *testing.T) {
	w := newProven(t, "")
	src, err := os.ReadFile(w.receipt)
	w.must(err)
	key := w.notary.Log.Key.Public()
	for _, args := range [][]string{{"--key", key}, {"--head", w.saved}, {"--key", key, "--head", w.saved}, nil} {
		if code, out, errs := said(t, "", append([]string{"verify", "receipt", w.receipt}, args...)...); code != 0 {
			t.Errorf("untouched, %v: %d %s%s", args, code, out, errs)
		}
	}
	other, err := translog.NewKey(w.notary.Log.Key.Origin, bytes.Repeat([]byte{1}, 32))
	w.must(err)
	bent := map[string]func(m map[string]any){
		"number": set("number", "2026-000002"), "time": set("received", "2026-03-02T02:00:09.000Z"),
		"text": set("text_sha256", strings.Repeat("0", 64)), "blind": set("blind", strings.Repeat("0", 64)),
		"index": func(m map[string]any) { m["index"] = m["index"].(float64) + 1 }, "index past the end": set("index", 1000),
		"index below": set("index", -1), "proof": func(m map[string]any) { p := m["proof"].([]any); p[0] = p[1] },
		"short proof": func(m map[string]any) { m["proof"] = m["proof"].([]any)[1:] },
		"long proof":  func(m map[string]any) { p := m["proof"].([]any); m["proof"] = append(p, p[0]) },
		"no proof":    set("proof", []any{}),
		"head": func(m map[string]any) {
			m["checkpoint"] = strings.Replace(m["checkpoint"].(string), fmt.Sprintf("\n%d\n", provenEntries), fmt.Sprintf("\n%d\n", provenEntries+1), 1)
		},
		"origin":               func(m map[string]any) { m["checkpoint"] = "evil.example/log" + m["checkpoint"].(string) },
		"kind":                 set("kind", "rectify receipt v2"),
		"number of many parts": set("number", map[string]any{"$gt": ""}),
		"head of another key":  func(m map[string]any) { m["key"] = other.Public() },
	}
	for name, change := range bent {
		file := filepath.Join(t.TempDir(), "receipt.json")
		w.must(os.WriteFile(file, []byte(edited(t, string(src), change)), 0o600))
		args := []string{"verify", "receipt", file}
		if name != "head of another key" {
			args = append(args, "--key", key)
		}
		if code, out, errs := said(t, "", args...); code != 1 || !strings.Contains(out, "FAULT ") {
			t.Errorf("%s: %d %s%s", name, code, out, errs)
		}
	}
	if code, out, _ := said(t, "", "verify", "receipt", w.receipt, "--key", other.Public()); code != 1 {
		t.Errorf("another key: %d %s", code, out)
	}
	var r notary.Receipt
	w.must(json.Unmarshal(src, &r))
	text := filepath.Join(t.TempDir(), "text")
	w.must(os.WriteFile(text, []byte("第1件：屏幕坏了，请张三来修。\r\n"), 0o600))
	if code, out, errs := said(t, "", "verify", "receipt", w.receipt, "--text", text); code != 0 {
		t.Errorf("own text: %d %s%s", code, out, errs)
	}
	w.must(os.WriteFile(text, []byte("别的"), 0o600))
	if code, _, _ := said(t, "", "verify", "receipt", w.receipt, "--text", text); code != 1 {
		t.Errorf("another text: %d", code)
	}
}
