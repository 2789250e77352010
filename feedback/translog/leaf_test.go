package translog_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"rectify/feedback/translog"
)

func anyLeaf(t *rapid.T) translog.Leaf {
	digest := rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "digest")
	word := rapid.StringMatching(`[a-z0-9\-通报]{1,40}`).Draw(t, "word")
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return translog.Leaf{Kind: translog.KindNotice, Name: word, N: rapid.IntRange(1, 9999).Draw(t, "n"), Digest: digest}
	case 1:
		return translog.Leaf{Kind: translog.KindReply, Name: word, N: rapid.IntRange(1, 99).Draw(t, "n"), Digest: digest}
	case 2:
		return translog.Leaf{Kind: translog.KindOpinion, Name: word, Digest: digest}
	case 3:
		return translog.Leaf{Kind: translog.KindRecord, Name: word, N: rapid.IntRange(1, 9999).Draw(t, "n"), Digest: digest}
	case 4:
		return translog.Leaf{Kind: translog.KindGone, Name: word, Reason: "withdrawn"}
	}
	return translog.Leaf{Kind: translog.KindReceipt, Digest: digest}
}

// Every leaf is read as what it was written from, and reading takes nothing else.
func TestLeafRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyLeaf(t)
		got, err := translog.ParseLeaf(want.String())
		if err != nil || got != want {
			t.Fatalf("%q read as %+v, %v", want.String(), got, err)
		}
	})
}

func TestLeafRefused(t *testing.T) {
	digest := strings.Repeat("ab", 32)
	for _, line := range []string{
		"", "rectify/v1 ", "rectify/v2 receipt " + digest, "rectify/v1 receipt", "rectify/v1 receipt " + digest + " ", "rectify/v1 receipt  " + digest,
		"rectify/v1 receipt " + strings.ToUpper(digest), "rectify/v1 receipt " + digest[2:], "rectify/v1 receipt " + digest + "\n",
		"rectify/v1 notice a 0 " + digest, "rectify/v1 notice a 01 " + digest, "rectify/v1 notice a -1 " + digest, "rectify/v1 notice a 1", "rectify/v1 notice  1 " + digest,
		"rectify/v1 notice a\tb 1 " + digest, "rectify/v1 notice a\xff 1 " + digest, "rectify/v1 opinion " + strings.Repeat("a", 2000) + " " + digest,
		"rectify/v1 gone 2026-000001", "rectify/v1 other x " + digest, "\x00" + digest,
	} {
		if l, err := translog.ParseLeaf(line); !errors.Is(err, translog.ErrLeaf) {
			t.Errorf("%.60q read as %+v, %v", line, l, err)
		}
	}
}

func FuzzParseLeaf(f *testing.F) {
	f.Add("rectify/v1 notice a 1 " + strings.Repeat("ab", 32))
	f.Add("rectify/v1 receipt " + strings.Repeat("ab", 32))
	f.Fuzz(func(t *testing.T, line string) {
		if l, err := translog.ParseLeaf(line); err == nil && l.String() != line {
			t.Errorf("%q read as %q", line, l)
		}
	})
}

// A tile's path is read as the tile that it names, and in one form only.
func TestTilePath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := tlog.Tile{H: 8, L: rapid.IntRange(-1, 7).Draw(t, "level"), N: rapid.Int64Range(0, 1<<40).Draw(t, "n"), W: rapid.IntRange(1, 256).Draw(t, "width")}
		got, err := translog.ParseTilePath(translog.TilePath(want))
		if err != nil || got != want {
			t.Fatalf("%s read as %+v, %v", translog.TilePath(want), got, err)
		}
	})
	for path, want := range map[string]string{
		"tile/0/000": "tile/0/000", "tile/entries/x001/x234/067.p/8": "tile/entries/x001/x234/067.p/8", "tile/1/x001/000": "tile/1/x001/000",
		"tile/0/0": "", "tile/0/x000/001": "", "tile/00/001": "", "tile/8/000": "", "tile/-1/000": "", "tile/data/000": "", "tile/0/000.p/0": "", "tile/0/000.p/256": "",
		"tile/0/000.p/01": "", "tile/0/000.p/": "", "tile/0/000/": "", "tile/0": "", "tile/0/001/x002": "", "tile/0/../../key": "", "tile/0/x999/x999/x999/x999/x999/x999/x999/999": "",
		"tile/0/١٢٣": "", "tile/0/+01": "", "/tile/0/000": "", "": "",
	} {
		got, err := translog.ParseTilePath(path)
		if (err == nil) != (want != "") || (err == nil && translog.TilePath(got) != want) {
			t.Errorf("%q: %+v, %v", path, got, err)
		}
	}
}

func FuzzParseTilePath(f *testing.F) {
	f.Add("tile/entries/x001/x234/067.p/8")
	f.Fuzz(func(t *testing.T, path string) {
		if x, err := translog.ParseTilePath(path); err == nil && translog.TilePath(x) != path {
			t.Errorf("%q read as %q", path, translog.TilePath(x))
		}
	})
}
