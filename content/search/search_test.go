package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"rectify/content/search"
)

var day = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func open(t testing.TB, dir, source string) *search.Index {
	t.Helper()
	x, err := search.Open(dir, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func fresh(t testing.TB) *search.Index {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "search"), "test")
}

// passage is a group of one opinion.
func passage(key, text string) search.Group {
	return search.Group{Name: "opinion/" + key, Rev: "1", Docs: []search.Document{{Kind: search.Opinion, Key: key, Title: key, Text: text, At: day, Year: 2026}}}
}

func put(t testing.TB, x *search.Index, groups ...search.Group) {
	t.Helper()
	if err := x.Put(context.Background(), groups...); err != nil {
		t.Fatal(err)
	}
}

func find(t testing.TB, x *search.Index, q search.Query) search.Result {
	t.Helper()
	r, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// keys are the keys of everything that is found, page after page.
func keys(t testing.TB, x *search.Index, q search.Query) []string {
	t.Helper()
	var list []string
	for q.Page = 1; ; q.Page++ {
		r := find(t, x, q)
		for _, h := range r.Hits {
			list = append(list, h.Key)
		}
		if !r.Next {
			return list
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	put(t, x,
		passage("a", "图书馆的屏幕坏了，请尽快整改落实。"),
		passage("b", "５Ｇ基站建在小区旁，编号ＡＢ－１２３４５，２０２６年３月投诉过。"),
		passage("c", "圖書館週末應該開放，還有裏面的廁所。"),
		passage("d", "WiFi 连不上，Library 的 Café 很好；落实要快，整改要真。"),
		passage("e", "按①②③逐条销号，面积三百㎡。"),
		passage("f", "零\u200b宽字符藏在词里，é 也可以写成 e\u0301。"),
	)
	for _, c := range []struct{ q, want string }{
		{"屏", "a"},
		{"屏幕", "a"},
		{"馆", "a c"},
		{"图书馆", "a c"},
		{"圖書館", "a c"},
		{"周末应该开放", "c"},
		{"里面", "c"},
		{"整改落实", "a"},
		{"整改 落实", "a d"},
		{"整改，落实！", "a d"},
		{"落实整改", ""},
		{"5g基站", "b"},
		{"５Ｇ", "b"},
		{"ab-12345", "b"},
		{"234", "b"},
		{"2026年3月", "b"},
		{"２０２６", "b"},
		{"wifi", "d"},
		{"ＷＩＦＩ", "d"},
		{"lib", "d"},
		{"ibrary", ""},
		{"cafe", "d"},
		{"CAFÉ", "d"},
		{"销号", "e"},
		{"m2", "e"},
		{"123逐条", "e"},
		{"零宽字符", "f"},
		{"没有的词", ""},
	} {
		got := keys(t, x, search.Query{Text: c.q})
		slices.Sort(got)
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q finds %q, want %q", c.q, s, c.want)
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	doc := func(k search.Kind, key string, year int, status, notice, body string) search.Document {
		return search.Document{Kind: k, Key: key, Title: "标题", Text: "整改的内容", Year: year, Status: status, Notice: notice, Body: body, At: time.Date(year, 5, 1, 0, 0, 0, 0, time.UTC)}
	}
	put(t, x,
		search.Group{Name: "notice/one", Docs: []search.Document{doc(search.Notice, "one", 2024, "", "one", "甲局"), doc(search.Item, "one/3-2", 2024, "completed", "one", "甲局")}},
		search.Group{Name: "notice/two", Docs: []search.Document{doc(search.Notice, "two", 2025, "", "two", "乙局"), doc(search.Item, "two/3-2", 2025, "active", "two", "乙局")}},
		search.Group{Name: "opinion/1", Docs: []search.Document{doc(search.Opinion, "o1", 2025, "answered", "one", ""), doc(search.Reply, "r1", 2025, "answered", "one", "")}},
	)
	for _, c := range []struct {
		q    search.Query
		want string
	}{
		{search.Query{}, "two one two/3-2 one/3-2 o1 r1"},
		{search.Query{Kind: search.Item}, "two/3-2 one/3-2"},
		{search.Query{Notice: "one"}, "one one/3-2 o1 r1"},
		{search.Query{Status: "completed"}, "one/3-2"},
		{search.Query{Year: 2025}, "two two/3-2 o1 r1"},
		{search.Query{Body: "乙局"}, "two two/3-2"},
		{search.Query{Body: "乙局", Year: 2024}, ""},
		{search.Query{Kind: "person"}, ""},
	} {
		c.q.Text = "整改"
		if got := strings.Join(keys(t, x, c.q), " "); got != c.want {
			t.Errorf("%+v finds %q, want %q", c.q, got, c.want)
		}
	}
	r := find(t, x, search.Query{Text: "整改", Kind: search.Item})
	if r.Total.N != 2 || r.Kinds[search.Notice].N != 2 || r.Kinds[search.Reply].N != 1 {
		t.Errorf("counts of kinds are %+v, total %+v", r.Kinds, r.Total)
	}
}

// Every mark, folded, is one of the words; the passage is whole characters and
// holds the first mark.
func TestMarks(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("整改整改落实圖書馆ＡbＣ１2①㎡。， \u200bé落\n")), 1, 300, -1).Draw(rt, "text")
		put(t, x, passage("p", text), passage("q", text+"的")) // the second only makes a batch of two
		runes := []rune(search.Fold(text))
		from := rapid.IntRange(0, len(runes)).Draw(rt, "from")
		q := string(runes[from:min(len(runes), from+rapid.IntRange(1, 6).Draw(rt, "length"))])
		group := passage("p", text)
		group.Rev = ""
		put(t, x, group)
		for _, h := range find(t, x, search.Query{Text: q}).Hits {
			if len(h.InText) == 0 && len(h.InTitle) == 0 {
				rt.Fatalf("%q found in %q, nothing marked", q, h.Text)
			}
			for _, m := range h.InText {
				marked := strings.ReplaceAll(search.Fold(h.Text[m.From:m.To]), " ", "")
				if !slices.ContainsFunc(find(t, x, search.Query{Text: q}).Words, func(w string) bool { return strings.Contains(marked, w) }) {
					rt.Fatalf("%q marks %q in %q", q, marked, h.Text)
				}
			}
			p := h.Text[h.Passage.From:h.Passage.To]
			if !strings.Contains(h.Text, p) || strings.ContainsRune(p, unicode.ReplacementChar) {
				rt.Fatalf("passage %q of %q", p, h.Text)
			}
			if len(h.InText) > 0 && (h.InText[0].From < h.Passage.From || h.InText[0].To > h.Passage.To) {
				rt.Fatalf("passage %+v leaves out %+v of %q", h.Passage, h.InText[0], h.Text)
			}
		}
	})
}

// Every run of one to six characters of what is indexed finds it.
func TestEveryPart(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	texts := make(map[string]string)
	rng := rand.New(rand.NewPCG(1, 2))
	letters := []rune("整改落实问题建议图书馆路灯2026年3月，。圖書繁體字電話12345")
	var groups []search.Group
	for i := range 150 {
		text := make([]rune, 20+rng.IntN(60))
		for k := range text {
			text[k] = letters[rng.IntN(len(letters))]
		}
		key := fmt.Sprint("k", i)
		texts[key] = string(text)
		groups = append(groups, passage(key, texts[key]))
	}
	put(t, x, groups...)
	rapid.Check(t, func(rt *rapid.T) {
		key := fmt.Sprint("k", rapid.IntRange(0, 149).Draw(rt, "text"))
		runes := []rune(texts[key])
		from := rapid.IntRange(0, len(runes)-1).Draw(rt, "from")
		q := string(runes[from:min(len(runes), from+rapid.IntRange(1, 6).Draw(rt, "length"))])
		if strings.TrimFunc(q, unicode.IsPunct) == "" {
			return
		}
		if got := keys(t, x, search.Query{Text: q}); !slices.Contains(got, key) {
			rt.Fatalf("%q is in %q and finds %v", q, texts[key], got)
		}
	})
}

// T110: whatever is typed is plain words, cut to a bound.
func TestHostile(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	put(t, x, passage("a", "field:x 和 a~2 以及 from=10 的整改"))
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprint("词", i)
	}
	for name, c := range map[string]struct {
		q               string
		hits            int
		words           int
		shortened, none bool
	}{
		"terms":      {q: strings.Join(many, " "), words: 16, shortened: true},
		"wildcards":  {q: strings.Repeat("*?", 50_000), shortened: true},
		"expression": {q: `/(整|改)+$/`, hits: 1, words: 2},
		"nested":     {q: strings.Repeat("(", 60_000) + "a+" + strings.Repeat(")", 60_000), shortened: true},
		"fuzzy":      {q: strings.Repeat("a~2 ", 100), hits: 1, words: 2, shortened: true},
		"boost":      {q: "^^ +整改 -整改^9", words: 2},
		"field":      {q: "field:x", hits: 1, words: 2},
		"range":      {q: "from=10^9", words: 3},
		"number":     {q: "from:>10", hits: 1, words: 2},
		"surrogates": {q: "\xed\xa0\x80\xed\xb0\x80整改\xff\xfe", hits: 1, words: 1},
		"nul":        {q: "整\x00改", hits: 1, words: 1},
		"megabyte":   {q: strings.Repeat("整改", 1<<19), words: 1, shortened: true},
		"letters":    {q: strings.Repeat("a", 10_000), words: 1, shortened: true},
		"empty":      {q: "　\n\t"},
		"operators":  {q: "整改 AND 没有 OR NOT", words: 5},
	} {
		r := find(t, x, search.Query{Text: c.q})
		if r.Total.N != c.hits || len(r.Words) != c.words || r.Shortened != c.shortened {
			t.Errorf("%s: %d hits, %d words %.80q, shortened %v; want %d, %d, %v", name, r.Total.N, len(r.Words), r.Words, r.Shortened, c.hits, c.words, c.shortened)
		}
	}
	for _, q := range []search.Query{{Page: 1_000_000_000}, {Page: -5}, {Year: -1}, {Notice: strings.Repeat("x", 1<<20)}, {Status: "\xff*"}, {Body: "b:k:n:"}} {
		q.Text = "整改"
		if r := find(t, x, q); r.Page < 1 || r.Page > search.MaxPages {
			t.Errorf("page %d", r.Page)
		}
	}
}

func TestPutAgain(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	g := passage("a", "第一版的文字")
	put(t, x, g)
	g.Docs[0].Text = "第二版的文字"
	put(t, x, g) // the same revision
	if got := keys(t, x, search.Query{Text: "第二版"}); len(got) != 0 {
		t.Error("a known revision was indexed again")
	}
	g.Rev, g.Docs[0].At = "2", day.AddDate(0, 1, 0)
	put(t, x, g)
	if got := keys(t, x, search.Query{Text: "版的文字"}); len(got) != 1 {
		t.Errorf("after a change of text and time there are %v", got)
	}
	if got := keys(t, x, search.Query{Text: "第一版"}); len(got) != 0 {
		t.Error("the old text is still found")
	}
	put(t, x, passage("b", "另一条"), passage("b", "另一条的后一版"))
	if got := keys(t, x, search.Query{Text: "后一版"}); len(got) != 1 {
		t.Error("of two in one call the last does not count")
	}
	if err := x.Drop(t.Context(), "opinion/a", "opinion/none"); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, x, search.Query{Text: "版"}); len(got) != 1 || got[0] != "b" {
		t.Errorf("after a drop there are %v", got)
	}
	var names []string
	if err := x.Names(t.Context(), "opinion/", func(n string) error { names = append(names, n); return nil }); err != nil || len(names) != 1 {
		t.Errorf("names %v, %v", names, err)
	}
	if err := x.Put(t.Context(), search.Group{Name: "x", Docs: []search.Document{{Kind: "person", Key: "x"}}}); err == nil {
		t.Error("a document of no kind was taken")
	}
}

// Of very many hits the newest are listed, in order, over every page.
func TestNewest(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	rng := rand.New(rand.NewPCG(3, 4))
	order := rng.Perm(5000)
	for part := range slices.Chunk(order, 700) {
		var groups []search.Group
		for _, n := range part {
			g := passage(fmt.Sprintf("%05d", n), "同样的整改内容，另一半。")
			if n%3 == 0 {
				g.Docs[0].Text += "还有三分之一"
			}
			g.Docs[0].At = day.AddDate(0, 0, n/4-1250)
			groups = append(groups, g)
		}
		put(t, x, groups...)
	}
	for _, c := range []struct {
		q     string
		step  int
		count search.Count
	}{{"整改", 1, search.Count{N: 5000}}, {"三分", 3, search.Count{N: 1667}}, {"还有三分之一", 3, search.Count{N: 100, More: true}}, {"同样的整改内容", 1, search.Count{N: 100, More: true}}} {
		var want []string
		for n := 4999; len(want) < search.PageSize*search.MaxPages; n-- {
			if n%c.step == 0 {
				want = append(want, fmt.Sprintf("%05d", n))
			}
		}
		if got := keys(t, x, search.Query{Text: c.q}); !slices.Equal(got, want) {
			t.Errorf("%s: %d found, first %v, want first %v", c.q, len(got), got[:min(5, len(got))], want[:5])
		}
		if r := find(t, x, search.Query{Text: c.q}); r.Total != c.count {
			t.Errorf("%s: counted %+v, want %+v", c.q, r.Total, c.count)
		}
	}
}

func TestDayOfMany(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	var groups []search.Group
	for n := range 3000 {
		groups = append(groups, passage(fmt.Sprint(n), "都在同一天写的意见"))
	}
	put(t, x, groups...)
	if got := keys(t, x, search.Query{Text: "一天"}); len(got) != search.PageSize*search.MaxPages || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
		t.Errorf("%d listed", len(got))
	}
}

func TestReopen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "search")
	x := open(t, dir, "one")
	put(t, x, passage("a", "留下来的整改"))
	if err := x.Note(t.Context(), "ready", "yes"); err != nil {
		t.Fatal(err)
	}
	second := open(t, dir, "one") // beside the first, in a place of its own
	if n, err := second.Len(t.Context()); n != 0 || err != nil {
		t.Errorf("a second index in the same folder holds %d, %v", n, err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(t.Context(), search.Query{Text: "整改"}); err == nil {
		t.Error("a closed index answers")
	}
	x = open(t, dir, "one")
	if got := keys(t, x, search.Query{Text: "整改"}); len(got) != 1 {
		t.Errorf("after a restart there are %v", got)
	}
	if v, err := x.Noted(t.Context(), "ready"); v != "yes" || err != nil {
		t.Errorf("note is %q, %v", v, err)
	}
	_ = x.Close()
	x = open(t, dir, "two")
	if n, _ := x.Len(t.Context()); n != 0 {
		t.Error("the index of one source serves another")
	}
}

// A damaged index is made anew, whatever is damaged.
func TestDamaged(t *testing.T) {
	t.Parallel()
	hurts := map[string]func(t *testing.T, dir string){
		"empty store": func(t *testing.T, dir string) { empty(t, filepath.Join(dir, "store", "root.bolt")) },
		"no settings": func(t *testing.T, dir string) { empty(t, filepath.Join(dir, "index_meta.json")) },
		"rubbish":     func(t *testing.T, dir string) { write(t, filepath.Join(dir, "store", "root.bolt"), "rubbish") },
		"no store": func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
				t.Fatal(err)
			}
		},
		"lost segment": func(t *testing.T, dir string) { segments(t, dir, func(p string) { _ = os.Remove(p) }) },
		"cut segment":  func(t *testing.T, dir string) { segments(t, dir, func(p string) { empty(t, p) }) },
		"folder": func(t *testing.T, dir string) {
			_ = os.RemoveAll(dir)
			write(t, dir, "a file in its place")
		},
	}
	for name, hurt := range hurts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "search")
			x, err := search.Open(dir, "one")
			if err != nil {
				t.Fatal(err)
			}
			put(t, x, passage("a", "整改"), passage("b", "落实"))
			waitOnDisk(t, dir)
			_ = x.Close()
			hurt(t, dir)
			x = open(t, dir, "one")
			if n, err := x.Len(t.Context()); n != 0 || err != nil {
				t.Fatalf("holds %d, %v", n, err)
			}
			put(t, x, passage("a", "整改"))
			if got := keys(t, x, search.Query{Text: "整改"}); len(got) != 1 {
				t.Errorf("made anew, it finds %v", got)
			}
		})
	}
}

func empty(t *testing.T, path string) { write(t, path, "") }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func segments(t *testing.T, dir string, do func(path string)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "store", "*.zap"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	for _, f := range files {
		do(f)
	}
}

func waitOnDisk(t *testing.T, dir string) {
	t.Helper()
	for range 500 {
		if files, _ := filepath.Glob(filepath.Join(dir, "store", "*.zap")); len(files) > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nothing was written")
}

// What is read while it is renewed or put in is whole: run with -race.
func TestTogether(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range 60 {
			g := passage(fmt.Sprint(n%7), fmt.Sprintf("第%d次的整改意见", n))
			g.Rev = fmt.Sprint(n)
			if err := x.Put(context.Background(), g); err != nil {
				t.Error(err)
			}
			if n == 30 {
				if err := x.Renew(); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		r := find(t, x, search.Query{Text: "整改意见"})
		if r.Total.N > 7 || len(r.Hits) != r.Total.N {
			t.Fatalf("%d found, %d listed", r.Total.N, len(r.Hits))
		}
	}
	if got := keys(t, x, search.Query{Text: "整改"}); len(got) != 7 {
		t.Errorf("in the end there are %v", got)
	}
}
