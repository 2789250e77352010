package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// noon is the time at which the suite's world stands.
func noon() time.Time { return time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) }

// digest is any 32 bytes that belong to a name.
func digest(name string) []byte {
	sum := sha256.Sum256([]byte(name))
	return sum[:]
}

// sample is a submission as intake files it; name makes it one of its kind.
func sample(name string) feedback.Submission {
	id := hex.EncodeToString(digest(name))[:32]
	return feedback.Submission{
		ID: id, Rev: 1, Notice: "2025-round-2", Item: "3-2", Channel: feedback.Web, Category: feedback.Opinion,
		State: feedback.Received, Visibility: feedback.Private, Text: "关于 " + name + " 的意见。\n第二行。",
		Attachments: sampleFiles(name),
		Received:    noon(), CodeMAC: digest("code " + name), Due: "2026-03-04",
		Limits: feedback.Limits{
			Moderate: feedback.Limit{Day: "2026-03-04", Term: feedback.Term{Days: 2, Clock: feedback.Working}},
			Answer:   feedback.Limit{Day: "2026-05-01", Term: feedback.Term{Days: 60, Clock: feedback.Calendar}},
		},
		Events: []feedback.Event{{At: noon(), Act: feedback.ActReceive, Kind: feedback.Citizen, To: feedback.Received}},
	}
}

// sampleFiles is one file of that name's own.
func sampleFiles(name string) []feedback.Attachment {
	id := hex.EncodeToString(digest(name))[:32]
	return []feedback.Attachment{{
		Blob: feedback.BlobID(id), Name: "图 1.jpg", Kind: feedback.Picture, Type: "image/jpeg", Size: 9, Digest: id + id, Warnings: []string{"place-removed"}, At: noon(),
	}}
}

func entry(s feedback.Submission) feedback.Entry { return feedback.Entry{Submission: s, Now: noon()} }

// keyed is an entry that may be handed in twice.
func keyed(name, key string) feedback.Entry {
	e := entry(sample(name))
	e.Key, e.Body, e.Sealed = digest("key "+key), digest("body "+name), []byte("sealed "+name)
	e.KeyUntil = noon().Add(feedback.KeyLife)
	return e
}

// file inserts a submission that must be new.
func file(t testing.TB, b Backend, s feedback.Submission) feedback.Submission {
	t.Helper()
	kept, fresh, err := b.Insert(t.Context(), entry(s))
	check(t, "insert", err)
	if !fresh {
		t.Fatalf("insert of %s: answered an earlier entry", s.ID)
	}
	return kept.Submission
}

// get reads a submission that must be there.
func get(t testing.TB, b Backend, n feedback.Number) feedback.Submission {
	t.Helper()
	s, err := b.Get(t.Context(), n)
	check(t, "get", err)
	return s
}

// full is a submission in which every field has a value that is not its zero
// one: what a store forgets shows. Only Sealed is left to who seals.
func full(t testing.TB, name string) feedback.Submission {
	r := rand.New(rand.NewPCG(1, uint64(len(name)))) //nolint:gosec // samples need not be secret
	s := sample(name)
	fill(r, reflect.ValueOf(&s).Elem(), "")
	if empty := zeros(reflect.ValueOf(s), "Submission"); len(empty) > 0 {
		t.Fatalf("sample leaves out %s", strings.Join(empty, ", "))
	}
	return s
}

// fill gives a value to everything under v that has none.
func fill(r *rand.Rand, v reflect.Value, path string) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		if v.IsZero() {
			v.Set(reflect.ValueOf(noon().Add(time.Duration(r.IntN(1e9)) * time.Millisecond)))
		}
	case v.Type() == reflect.TypeFor[calendar.Day]():
		if v.IsZero() {
			v.SetString(string(calendar.On(noon()).Add(r.IntN(300))))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "Sealed" {
				fill(r, v.Field(i), path+"."+name)
			}
		}
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(r, v.Elem(), path)
	case v.Kind() == reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			fill(r, v.Index(i), path)
		}
	case v.IsZero() && v.Kind() == reflect.String:
		v.SetString(fmt.Sprintf("%s “%d” \\ \" <&> 语\U0001F33E", path, r.IntN(1000)))
	case v.IsZero() && v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.IsZero() && v.CanInt():
		v.SetInt(1 + r.Int64N(100))
	case v.IsZero() && v.CanUint():
		v.SetUint(1 + r.Uint64N(100))
	}
}

// zeros names the fields that are still without a value.
func zeros(v reflect.Value, path string) []string {
	switch {
	case v.IsZero():
		return []string{path}
	case v.Kind() == reflect.Pointer:
		return zeros(v.Elem(), path)
	case v.Kind() != reflect.Struct || v.Type() == reflect.TypeFor[time.Time]():
		return nil
	}
	var empty []string
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "Sealed" {
			empty = append(empty, zeros(v.Field(i), path+"."+name)...)
		}
	}
	return empty
}
