package phrase

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/content/shelf"
	"rectify/content/shelf/shelftest"
)

var at = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

func TestCheck(t *testing.T) {
	for name, x := range map[string]struct {
		name, text string
		want       []string
	}{
		"good":             {"已整改", "您好：{{number}}一事，{{ office }}已于〔　〕办结。", nil},
		"no name":          {"", "您好", []string{"name required"}},
		"no text":          {"空", " \n", []string{"body required"}},
		"long":             {strings.Repeat("名", MaxName+1), strings.Repeat("文", MaxText+1), []string{"name too-long", "body too-long"}},
		"unknown variable": {"甲", "{{phone}}和{{}}", []string{"body variable", "body variable"}},
		"broken braces":    {"甲", "{{number}", []string{"body braces"}},
		"a line too many":  {"甲\n乙", "您好", []string{"name encoding"}},
		"a zero":           {"甲", "您\x00好", []string{"body encoding"}},
	} {
		var got []string
		for _, f := range Check(x.name, x.text) {
			got = append(got, f.Field+" "+f.Rule)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// What the submission has is filled in; what it lacks is left as a place that
// nobody can send, and a value is not read again.
func TestFill(t *testing.T) {
	value := func(name string) string {
		return map[string]string{"number": "2026-000007", "office": "{{number}}科"}[name]
	}
	got := Fill("{{number}}，{{ office }}，{{due}}前", value, func(name string) string { return "请填" + name })
	if want := "2026-000007，{{number}}科，〔请填due〕前"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A phrase keeps what it was, latest first and not without end; what was taken
// away can be brought back until its room is needed.
func TestBookKeepsHistory(t *testing.T) {
	ctx, s := t.Context(), shelftest.NewMemory()
	b, err := Load(ctx, s, Shared)
	if err != nil || b.Was != shelf.None {
		t.Fatalf("%+v, %v", b, err)
	}
	if err := b.Set("", "已整改", "第一稿", "lisi", at); err != nil {
		t.Fatal(err)
	}
	id := b.Phrases[0].ID
	for i := range MaxPast + 5 {
		if err := b.Set(id, "已整改", fmt.Sprint("改", i), "wangwu", at.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if p := b.Find(id); len(p.Was) != MaxPast || p.Was[0].Text != "改23" || p.Was[0].By != "wangwu" || p.Text != "改24" {
		t.Errorf("%d earlier ones, the latest %+v of %q", len(p.Was), p.Was[0], p.Text)
	}
	if err := b.Drop(id, "lisi", at); err != nil || !b.Find(id).Gone {
		t.Errorf("taken away: %v", err)
	}
	if err := b.Drop(id, "lisi", at); !errors.Is(err, ErrGone) {
		t.Errorf("taken away twice: %v", err)
	}
	if err := b.Save(ctx, s, Shared); err != nil {
		t.Fatal(err)
	}
	again, err := Load(ctx, s, Shared)
	if err != nil || !reflect.DeepEqual(again.Phrases, b.Phrases) {
		t.Errorf("read back: %+v, %v", again.Phrases, err)
	}
	if err := b.Save(ctx, s, Shared); !errors.Is(err, shelf.ErrConflict) {
		t.Errorf("over somebody else's: %v", err)
	}
	for i := len(again.Phrases); i < MaxPhrases; i++ {
		_ = again.Set("", fmt.Sprint("名", i), "文", "lisi", at)
	}
	if err := again.Set("", "再一个", "文", "lisi", at); err != nil || again.Find(id) != nil || len(again.Phrases) != MaxPhrases {
		t.Errorf("one more: %v, %d of them", err, len(again.Phrases))
	}
	if err := again.Set("", "又一个", "文", "lisi", at); !errors.Is(err, ErrFull) {
		t.Errorf("too many: %v", err)
	}
	if err := again.Set("nosuch", "名", "文", "lisi", at); !errors.Is(err, ErrGone) {
		t.Errorf("of none: %v", err)
	}
}

func TestOwnFileIsAName(t *testing.T) {
	seen := map[string]bool{Shared: true}
	for _, account := range []string{"lisi", "李四", "../x", "a/b"} {
		name := OwnFile(account)
		if !shelf.ValidName(name) || seen[name] || strings.Contains(name, account) {
			t.Errorf("%s: %s", account, name)
		}
		seen[name] = true
	}
}

func TestBrokenFiles(t *testing.T) {
	ok, _ := Format([]Phrase{{ID: "a", Name: "名", Text: "文", By: "x", At: at}})
	for name, src := range map[string]string{
		"no yaml": "\t{", "unknown key": "phrases: []\nmore: 1\n", "unknown variable": strings.Replace(string(ok), "text: 文", `text: "{{phone}}"`, 1),
		"twice": string(ok) + strings.TrimPrefix(string(ok), "phrases:\n"), "no id": strings.Replace(string(ok), "id: a", `id: ""`, 1),
	} {
		if _, err := Parse([]byte(src)); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v\n%s", name, err, src)
		}
	}
	if list, err := Parse(ok); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if list, err := Parse(nil); err != nil || len(list) != 0 {
		t.Errorf("an empty file: %v, %v", list, err)
	}
}

// Whatever is written is read back the same.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Book
		for range rapid.IntRange(0, 5).Draw(t, "n") {
			name, text := rapid.StringN(1, 20, -1).Draw(t, "name"), rapid.StringN(1, 60, -1).Draw(t, "text")
			if len(Check(name, tidy(text))) == 0 {
				_ = b.Set("", name, text, "lisi", at)
			}
		}
		src, err := Format(b.Phrases)
		if err != nil {
			t.Fatal(err)
		}
		list, err := Parse(src)
		if err != nil || len(list) != len(b.Phrases) {
			t.Fatalf("%d of %d, %v\n%s", len(list), len(b.Phrases), err, src)
		}
		for i := range list {
			if list[i].Name != b.Phrases[i].Name || list[i].Text != b.Phrases[i].Text {
				t.Fatalf("%+v became %+v", b.Phrases[i], list[i])
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	src, _ := Format([]Phrase{{ID: "a", Name: "名", Text: "{{number}}", By: "x", At: at, Was: []Past{{"旧", "文", "y", at}}}})
	f.Add(src)
	f.Add([]byte("phrases: &a [*a]"))
	f.Fuzz(func(t *testing.T, src []byte) {
		list, err := Parse(src)
		if err != nil {
			return
		}
		for _, p := range list {
			if len(Check(p.Name, p.Text)) > 0 || len(p.Was) > MaxPast {
				t.Fatalf("taken in: %+v", p)
			}
		}
	})
}
