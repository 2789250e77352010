package storetest

import (
	"bytes"
	"encoding/json"
	"testing"
)

// erasure: of what was erased nothing is left where a repeated request would
// find it, and the request still stands for the same submission.
func erasure(t *testing.T, open Open) {
	b := open(t)
	e := keyed("erase me", "again")
	kept, _, err := b.Insert(t.Context(), e)
	check(t, "insert", err)
	s := kept.Submission
	s.Text, s.ErasedAt = "", noon()
	check(t, "replace", b.Replace(t.Context(), s, 1))
	repeat, fresh, err := b.Insert(t.Context(), e)
	check(t, "repeat", err)
	text, err := json.Marshal(repeat)
	check(t, "marshal", err)
	if fresh || repeat.Submission.Number != s.Number || !repeat.Submission.Erased() || bytes.Contains(text, []byte("erase me")) {
		t.Errorf("a repeated request finds %s", text)
	}
}
