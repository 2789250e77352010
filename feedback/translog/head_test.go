package translog_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"rectify/feedback/storetest"
	"rectify/feedback/translog"
)

func verifier(t testing.TB, k translog.Key) translog.Verifier {
	t.Helper()
	v, err := k.Verifier()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// hostileHeads are bent forms of a good checkpoint (T106).
func hostileHeads(good string) map[string]string {
	text, sig, _ := strings.Cut(good, "\n\n")
	line := strings.Split(text, "\n")
	with := func(origin, size, root string, more ...string) string {
		return strings.Join(append([]string{origin, size, root}, more...), "\n") + "\n\n" + sig
	}
	return map[string]string{
		"empty": "", "no signature": text + "\n\n", "text only": text + "\n", "cut": good[:len(good)-20],
		"larger": with(line[0], "99", line[2]), "leading zero": with(line[0], "0"+line[1], line[2]), "negative": with(line[0], "-3", line[2]),
		"huge": with(line[0], "9223372036854775807", line[2]), "not a number": with(line[0], "1e3", line[2]),
		"short root": with(line[0], line[1], base64.StdEncoding.EncodeToString([]byte("short"))), "other root": with(line[0], line[1], base64.StdEncoding.EncodeToString(make([]byte, 32))),
		"other origin": with("evil.example/log", line[1], line[2]), "newline in origin": with(line[0]+"\n"+line[0], line[1], line[2]),
		"more lines": with(line[0], line[1], line[2], "more"), "carriage return": strings.ReplaceAll(good, "\n", "\r\n"),
		"two signatures": good + sig, "unknown key": strings.Replace(good, "— linshui", "— evil", 1),
		"a megabyte": good + strings.Repeat("— x AAAAAAA=\n", 100_000), "not text": good + "\xff", "escape": strings.Replace(good, "linshui", "\x1b[2J", 1),
	}
}

func TestHostileHeads(t *testing.T) {
	k := storetest.LogKey(t)
	h := world(t, 7).head
	if got, err := translog.OpenCheckpoint(h.Note, verifier(t, k)); err != nil || got.Size != 7 || got.Root != h.Root {
		t.Fatalf("its own head: %+v, %v", got, err)
	}
	for name, msg := range hostileHeads(string(h.Note)) {
		begin := time.Now()
		if _, err := translog.OpenCheckpoint([]byte(msg), verifier(t, k)); !errors.Is(err, translog.ErrCheckpoint) {
			t.Errorf("%s: %v, want ErrCheckpoint", name, err)
		}
		if d := time.Since(begin); d > time.Second { // 10 ms on a quiet machine
			t.Errorf("%s took %s", name, d)
		}
	}
	// A key of the same name and another secret, and what it signs.
	other, err := translog.NewKey(k.Origin, bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := translog.OpenCheckpoint(h.Note, verifier(t, other)); !errors.Is(err, translog.ErrCheckpoint) {
		t.Errorf("under another key: %v", err)
	}
	// What another key of that name signed beside it is left alone, as when keys change.
	beside := bytes.Replace(h.Note, []byte("\n\n"), []byte("\n\n— "+k.Origin+" "+base64.StdEncoding.EncodeToString(make([]byte, 68))+"\n"), 1)
	if got, err := translog.OpenCheckpoint(beside, verifier(t, k)); err != nil || got.Root != h.Root {
		t.Errorf("signed with a second key, too: %v", err)
	}
}

func FuzzOpenCheckpoint(f *testing.F) {
	k := storetest.LogKey(f)
	h := world(f, 5).head
	f.Add(h.Note)
	for _, msg := range hostileHeads(string(h.Note)) {
		if len(msg) < 1000 {
			f.Add([]byte(msg))
		}
	}
	v := verifier(f, k)
	f.Fuzz(func(t *testing.T, msg []byte) {
		got, err := translog.OpenCheckpoint(msg, v)
		if err == nil && (got.Size != h.Size || got.Root != h.Root) {
			t.Errorf("a head that was never signed: %+v", got)
		}
	})
}

// Forged proofs are refused (T106).
func TestHostileProofs(t *testing.T) {
	w := world(t, 11)
	leaf, proof := w.list[4].Leaf, w.prove(t, 4)
	if err := translog.Included(w.head, 4, leaf, proof); err != nil {
		t.Fatal(err)
	}
	node := tlog.NodeHash(w.list[4].Hash(), w.list[5].Hash())
	for name, c := range map[string]struct {
		index int64
		leaf  string
		proof []tlog.Hash
	}{
		"index past the end": {11, leaf, proof}, "negative index": {-1, leaf, proof}, "huge index": {1 << 62, leaf, proof}, "another index": {5, leaf, proof},
		"empty": {4, leaf, nil}, "short": {4, leaf, proof[1:]}, "long": {4, leaf, append(append([]tlog.Hash{}, proof...), proof[0])},
		"another leaf": {4, w.list[5].Leaf, proof}, "leaf is a node": {2, string(node[:]), proof[1:]},
		"a million hashes": {4, leaf, make([]tlog.Hash, 1_000_000)}, "a long leaf": {4, strings.Repeat("x", 1<<20), proof},
	} {
		if err := translog.Included(w.head, c.index, c.leaf, c.proof); !errors.Is(err, translog.ErrProof) {
			t.Errorf("%s: %v, want ErrProof", name, err)
		}
	}
	if err := translog.Included(translog.Head{Size: -1}, 0, leaf, nil); !errors.Is(err, translog.ErrProof) {
		t.Errorf("head of a negative size: %v", err)
	}
}

func TestKeys(t *testing.T) {
	k := storetest.LogKey(t)
	again := storetest.LogKey(t)
	if k.Public() != again.Public() {
		t.Error("the same seed makes another key")
	}
	if _, err := note.NewVerifier(k.Public()); err != nil {
		t.Errorf("other programs do not read the key: %v", err)
	}
	for _, origin := range []string{"", "a b", "a+b", "a\nb"} {
		if _, err := translog.NewKey(origin, make([]byte, 32)); err == nil {
			t.Errorf("origin %q was taken", origin)
		}
	}
	if _, err := translog.NewKey("a", make([]byte, 31)); err == nil {
		t.Error("a short seed was taken")
	}
	for _, c := range [][4]string{
		{"https://www.linshui.example/zt/xczg/", "d", "x", "www.linshui.example/zt/xczg/log"}, {"", "linshui.example", "x", "linshui.example/log"},
		{"", "", "rectify-ab", "rectify-ab/log"}, {"http://a.example:8080", "", "x", "a.example:8080/log"}, {"", "a b+c\n", "x", "abc/log"},
	} {
		if got := translog.OriginOf(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("origin of %q, %q: %q, want %q", c[0], c[1], got, c[3])
		}
	}
}

// A witness's word holds for one head and one key.
func TestCosignature(t *testing.T) {
	w := world(t, 9)
	v := verifier(t, storetest.LogKey(t))
	key, err := translog.NewWitnessKey("witness.example/a", bytes.Repeat([]byte{2}, 32))
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := translog.NewWitnessKey("witness.example/a", bytes.Repeat([]byte{3}, 32))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	msg := w.head.With(key.Cosign(w.head, at))
	h, list, err := translog.Cosigned(msg, v, []translog.Witness{stranger.Witness, key.Witness})
	if err != nil || len(list) != 1 || !list[0].At.Equal(at) || h.Size != 9 {
		t.Fatalf("%+v, %v", list, err)
	}
	if again, err := translog.ParseWitness(key.String()); err != nil || again.String() != key.String() {
		t.Errorf("%v, %v", again, err)
	}
	earlier := w.heads[0]
	bent := bytes.Clone(msg)
	if at := len(bent) - 20; bent[at] == 'A' {
		bent[at] = 'B'
	} else {
		bent[at] = 'A'
	}
	for name, bad := range map[string][]byte{
		"a stranger's": w.head.With(stranger.Cosign(w.head, at)), "of another head": append(bytes.Clone(w.head.Note), key.Cosign(earlier, at).Line+"\n"...),
		"none": w.head.Note, "bent": bent,
	} {
		if _, _, err := translog.Cosigned(bad, v, []translog.Witness{key.Witness}); !errors.Is(err, translog.ErrCosignature) {
			t.Errorf("%s: %v, want ErrCosignature", name, err)
		}
	}
	for _, text := range []string{"", "a", "a+b+c", storetest.LogKey(t).Public(), strings.Replace(key.String(), "+", "+0", 1), key.String() + "A", "x" + key.String()} {
		if _, err := translog.ParseWitness(text); err == nil {
			t.Errorf("%q is taken for a witness's key", text)
		}
	}
}
