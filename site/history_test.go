package site_test

import (
	"context"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/content/history"
	"rectify/content/history/edits"
	"rectify/content/library"
	"rectify/content/parse"
	"rectify/content/shelf"
	"rectify/site"
)

// keptVersion is one version as a test wants it in the archive.
type keptVersion struct {
	src    string
	change history.Change
	at     time.Duration // from the start of the test
	hidden bool          // it never was what the site shows
}

func builtinNotice(t *testing.T) string {
	t.Helper()
	src, err := fs.ReadFile(builtin.FS(), slug+".md")
	must(t, err)
	return string(src)
}

// withVersions keeps versions of the sample notice and shows the last one;
// others are notices beside it.
func withVersions(t *testing.T, versions []keptVersion, others ...string) func(*site.Config) {
	t.Helper()
	dir, err := shelf.OpenDir(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = dir.Close() })
	archive := &history.Archive{Shelf: dir}
	folder := fstest.MapFS{}
	for _, v := range versions {
		n, found := parse.Notice(slug+".md", []byte(v.src))
		if content.HasErrors(found) {
			t.Fatal(found)
		}
		_, fresh, err := history.Record(context.Background(), archive, n, v.change, start.Add(v.at))
		if err != nil || !fresh {
			t.Fatal(fresh, err)
		}
		if !v.hidden {
			folder[slug+".md"] = &fstest.MapFile{Data: []byte(v.src)}
		}
	}
	for i, src := range others {
		folder[fmt.Sprintf("other-%d.md", i)] = &fstest.MapFile{Data: []byte(src)}
	}
	return func(c *site.Config) {
		c.Archive = archive
		c.Library, err = library.Open(context.Background(), library.Options{FS: folder, Archive: archive, Now: c.Now})
		must(t, err)
	}
}

const longAgo = -72 * time.Hour

// three versions: a status moved, then the leaf's words changed after an opinion.
func threeVersions(t *testing.T) []keptVersion {
	t.Helper()
	first := builtinNotice(t)
	second := strings.Replace(first, "{#3-2}", `{#3-2 status="active" label="正在整改"}`, 1)
	third := strings.Replace(second, "\n##### ②推动“两河”文化转化创新的办法不多", "\n##### ②推动“两河”文化转化创新的方法不多", 1)
	if second == first || third == second {
		t.Fatal("the sample is another one")
	}
	return []keptVersion{
		{src: first, change: history.Change{By: "zhang-san", Second: "li-si"}, at: longAgo},
		{src: second, change: history.Change{Note: "补充<b>状态</b>", By: "zhang-san", Second: "li-si"}, at: longAgo + time.Hour},
		{src: third, change: history.Change{FromFolder: true}, at: time.Hour},
	}
}

func TestHistoryPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withVersions(t, threeVersions(t)))
	_, err := w.config.Library.Reload(t.Context()) // as a running site does at once: it learns which version it shows
	must(t, err)
	b := w.visitor()
	base := "/notices/" + slug
	list := b.get(base+"/history").want(t, "history", http.StatusOK)
	list.has(t, "history", "第1版", "第2版", "第3版", "首次公布", "两人审核后发布", "文件更新", "未附更正说明", "状态变化1项", "文字修改1项",
		html.EscapeString("补充<b>状态</b>"), `href="/notices/`+slug+`/history?from=1&amp;to=2"`, `href="/notices/`+slug+`/versions/2"`)
	list.hasNot(t, "history", "zhang-san", "li-si", "<b>状态", "/versions/3\"")
	diff := b.get(base+"/history?from=1&to=2").want(t, "difference", http.StatusOK)
	diff.has(t, "difference", `id="i3-2"`, "整改状态", "未标注", "正在整改", "状态变化")
	diff.hasNot(t, "difference", `id="i3-1"`, "zhang-san", "<b>状态")
	words := b.get(base+"/history?from=2&to=3").want(t, "difference by character", http.StatusOK)
	words.has(t, "difference by character", "删去：</span>办<", "新增：</span>方<", "未附更正说明")
	if back := b.get(base + "/history?from=3&to=2"); back.status != http.StatusOK || !strings.Contains(back.body, "新增：</span>方<") {
		t.Error("the newer first is not the same difference")
	}
	foot := regexp.MustCompile(`本页更新于 <time datetime="([^"]+)"`)
	changed := foot.FindStringSubmatch(list.body)
	for _, path := range []string{"/", "/notices", base, base + "/items/3-1"} {
		if got := foot.FindStringSubmatch(b.get(path).body); changed == nil || !slices.Equal(got, changed) {
			t.Errorf("the foot of %s says %v; the notice changed %v", path, got, changed)
		}
	}
	b.get(base+"/history?from=2&to=2").want(t, "with itself", http.StatusOK).has(t, "with itself", "读者看到的内容没有变化")
	old := b.get(base+"/versions/1").want(t, "old version", http.StatusOK)
	old.has(t, "old version", "已被取代", `name="robots" content="noindex"`, `href="/notices/`+slug+`"`, "办法不多", "当前是第3版", `id="i3-2"`)
	old.hasNot(t, "old version", "/feedback/new?notice", "方法不多", "zhang-san")
	b.get(base+"/versions/3").want(t, "newest version", http.StatusOK).has(t, "newest version", "也是当前版本", "noindex").hasNot(t, "newest version", "已被取代")
	md := b.get(base+"/versions/1.md").want(t, "source", http.StatusOK)
	if md.body != builtinNotice(t) || md.header.Get("Content-Type") != "text/markdown; charset=utf-8" {
		t.Errorf("the source of version 1 is another one (%s)", md.header.Get("Content-Type"))
	}
	b.get(base).has(t, "notice", "更正", "第3版", "未附更正说明", "历史版本（共3版）", base+"/history?from=2&amp;to=3", "删去：</span>办<", "新增：</span>方<", base+"#i3-2")
	b.get(base+"/items/3-2").has(t, "leaf", "第3版", "文字修改", "第2版：状态由“未标注”改为“正在整改”", "#i3-2").
		has(t, "leaf as it was at first", "公布整改情况，没有写明状态").hasNot(t, "leaf as it was at first", "通报写明的状态")
	b.get(base+"/items/3-1").hasNot(t, "a leaf that did not change", "文字修改", `class="amend"`)
}

// A leaf and a notice that went keep their addresses: they say since when they
// are not, and where their words are.
func TestGone(t *testing.T) {
	t.Parallel()
	list := threeVersions(t)
	head := strings.Index(list[2].src, "{#3-3}")
	tail := head + strings.Index(list[2].src[head:], "\n{#")
	without := list[2].src[:head] + list[2].src[tail+1:]
	without = strings.Replace(without, "{#3-1}", "{#3-20 status=\"planned\"}\n##### ③新列的一项\n\n还没有动。\n\n{#3-1}", 1)
	without = strings.NewReplacer("  problems: 11\n", "", "  findings: 25\n", "", "{#3-2 ", "{#3-12 ").Replace(without)
	list = append(list, keptVersion{src: without, change: history.Change{Note: "并入另一项", FromFolder: false}, at: 2 * time.Hour})
	w := newWorld(t, withVersions(t, list))
	b, base := w.visitor(), "/notices/"+slug
	b.get(base+"/items/3-3").want(t, "leaf", http.StatusOK).has(t, "leaf", "第3-3项已不在通报里", "从第4版", "并入另一项", "noindex",
		base+"/versions/3#i3-3", base+"/history?from=3&amp;to=4")
	b.get(base+"/items/3-2").want(t, "renumbered leaf", http.StatusOK).has(t, "renumbered leaf", base+"/items/3-12")
	b.get(base+"/history?from=3&to=4").want(t, "leaf that went", http.StatusOK).hasNot(t, "leaf that went", "未标注")
	b.get(base+"/items/99-9").want(t, "no leaf", http.StatusNotFound)

	w = newWorld(t, withVersions(t, threeVersions(t)), func(c *site.Config) {
		var err error
		c.Library, err = library.Open(context.Background(), library.Options{FS: fstest.MapFS{}, Archive: c.Archive, Now: c.Now})
		must(t, err)
	})
	b = w.visitor()
	for _, path := range []string{"", "/items/3-3", "/items/none"} {
		b.get(base+path).want(t, "notice"+path, http.StatusOK).has(t, "notice"+path, "已撤下：", "最后一版是第3版", "noindex", base+"/versions/3", base+"/history")
	}
	b.get(base+"/history").want(t, "history", http.StatusOK).has(t, "history", "这份通报已经撤下", base+"/versions/3").hasNot(t, "history", "当前版本")
	b.get(base+"/versions/3").want(t, "version", http.StatusOK).has(t, "version", "这份通报已经撤下，只供查考").hasNot(t, "version", "当前是")
	b.get(base+"/history?from=1&to=3").want(t, "difference", http.StatusOK)
	for _, path := range []string{base + ".md", base + "/paper", base + "/feed.atom", "/notices/none", "/notices/none/history"} {
		b.get(path).want(t, path, http.StatusNotFound)
	}
	b.get("/notices").want(t, "empty list", http.StatusOK).has(t, "empty list", "还没有公布通报").hasNot(t, "empty list", "清除筛选")
}

// A built-in notice that gave way to the body's own never was the body's.
func TestBuiltinIsNotGone(t *testing.T) {
	t.Parallel()
	first := threeVersions(t)[:1]
	w := newWorld(t, withVersions(t, first), func(c *site.Config) {
		var err error
		c.Library, err = library.Open(context.Background(), library.Options{FS: fstest.MapFS{}, Archive: c.Archive, Now: c.Now})
		must(t, err)
	})
	w.visitor().get("/notices/"+slug).want(t, "built in", http.StatusNotFound)
}

// An opinion stays on its leaf, and says on which version it was made once the
// leaf's words have changed.
func TestOpinionSaysItsVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withVersions(t, threeVersions(t)))
	b := w.visitor()
	before := w.published(w.file(opinion("这一条写得不清楚。")).Number)
	w.clock.move(2 * time.Hour)
	after := w.published(w.file(opinion("现在清楚了。")).Number)
	const said = "针对旧版提出"
	for path, want := range map[string]bool{"/feedback/" + string(before.Number): true, "/feedback/" + string(after.Number): false} {
		if got := strings.Contains(b.get(path).want(t, path, http.StatusOK).body, said); got != want {
			t.Errorf("%s: says its version %v, want %v", path, got, want)
		}
	}
	leafPage := b.get("/notices/"+slug+"/items/3-2").has(t, "leaf", said, `href="/notices/`+slug+`/versions/2"`)
	if k := strings.Count(leafPage.body, said); k != 1 {
		t.Errorf("%d opinions say their version, want 1", k)
	}
}

// T31: what stands in an address for a version is read strictly and never comes back.
func TestStrangeVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withVersions(t, threeVersions(t)))
	b := w.visitor()
	for _, odd := range []string{"0", "-1", "4", "01", "+1", "1e0", "１", "99999999999999999999", "<script>alert(1)</script>", "1'", "../1", "1.md.md", "x.md", "1\x00", "1 OR 1=1", "$ne", ""} {
		v := url.QueryEscape(odd)
		for _, path := range []string{"/history?from=" + v + "&to=2", "/history?from=2&to=" + v, "/history?before=" + v + "x", "/versions/" + url.PathEscape(odd)} {
			a := b.get("/notices/"+slug+path, "Accept", "text/html")
			if a.status != http.StatusNotFound && a.status != http.StatusBadRequest {
				t.Errorf("%q answers %d", path, a.status)
			}
			a.hasNot(t, path, "<script>alert", "alert(1)<")
		}
	}
	b.get("/notices/none/history").want(t, "no such notice", http.StatusNotFound)
	b.get("/notices/none/versions/1").want(t, "no such notice", http.StatusNotFound)
}

// Without an archive there is no history, and no trace of one on the pages.
func TestNoArchive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *site.Config) { c.Archive = nil })
	b := w.visitor()
	b.get("/notices/"+slug+"/history").want(t, "history", http.StatusNotFound)
	b.get("/notices/"+slug+"/versions/1").want(t, "version", http.StatusNotFound)
	b.get("/notices/"+slug).want(t, "notice", http.StatusOK).hasNot(t, "notice", "历史版本", "amend")
}

// Two notices of which one replaces the other point at each other.
func TestReplacedNotice(t *testing.T) {
	t.Parallel()
	newer := strings.Replace(builtinNotice(t), "title: ", "supersedes: "+slug+"\ntitle: 新的", 1)
	w := newWorld(t, withVersions(t, threeVersions(t)[:1], newer))
	b := w.visitor()
	b.get("/notices/"+slug).has(t, "the old one", "本通报已被取代", `href="/notices/other-0"`)
	b.get("/notices/other-0").has(t, "the new one", "本通报取代", `href="/notices/`+slug+`"`)
}

// A version whose files are gone takes down nothing but itself.
func TestDamagedVersion(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	w := newWorld(t, withVersions(t, threeVersions(t)), func(c *site.Config) {
		dir, err := shelf.OpenDir(root)
		must(t, err)
		t.Cleanup(func() { _ = dir.Close() })
		files, err := c.Archive.Shelf.List(context.Background(), "")
		must(t, err)
		for _, f := range files {
			data, err := c.Archive.Shelf.Read(context.Background(), f.Name)
			must(t, err)
			if strings.HasSuffix(f.Name, "/2.json") {
				data = []byte("{")
			}
			must(t, dir.Put(context.Background(), f.Name, data, shelf.None))
		}
		c.Archive = &history.Archive{Shelf: dir}
	})
	b := w.visitor()
	b.get("/notices/"+slug+"/history").want(t, "history", http.StatusOK).has(t, "history", "第2版的留存文件缺失或损坏", "第1版", "第3版")
	b.get("/notices/"+slug+"/versions/2").want(t, "the damaged one", http.StatusNotFound)
	b.get("/notices/"+slug+"/versions/1").want(t, "another one", http.StatusOK)
	for _, path := range []string{"/notices/" + slug, "/notices/" + slug + "/items/3-2", "/notices"} {
		b.get(path).want(t, path, http.StatusOK)
	}
}

// On the page itself: each of 1,000 seeded edits is named, exactly as it was
// made, and no other item is. A notice gets a few versions at a time, since
// every page reads the list of all of them.
func TestDifferencePageNamesTheEdits(t *testing.T) {
	t.Parallel()
	n, _ := parse.Notice(slug+".md", []byte(builtinNotice(t)))
	const all, some = 1000, 20
	for first := 0; first < all; first += some {
		t.Run(fmt.Sprint(first), func(t *testing.T) {
			t.Parallel()
			differencePages(t, n, uint64(first), some)
		})
	}
}

func differencePages(t *testing.T, n *content.Notice, first uint64, some int) {
	anchors := regexp.MustCompile(`<article class="part" id="([^"]+)"`)
	versions := []keptVersion{{src: string(n.Source), at: longAgo}}
	made := make([]edits.Edit, some)
	for i := range made {
		made[i] = edits.Make(n, first+uint64(i))
		versions = append(versions, keptVersion{src: string(made[i].Source), change: history.Change{FromFolder: true}, at: longAgo + time.Hour, hidden: true})
	}
	w := newWorld(t, withVersions(t, versions))
	b := w.visitor()
	for i, e := range made {
		seed := first + uint64(i)
		page := b.get(fmt.Sprintf("/notices/%s/history?from=1&to=%d", slug, i+2)).want(t, "difference", http.StatusOK)
		text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page.body, ""))
		want := make(map[string]bool)
		for _, said := range e.Want {
			for _, phrase := range phrases(w, said) {
				if !strings.Contains(text, phrase) {
					t.Errorf("seed %d: %q is not said: %q", seed, said, phrase)
				}
			}
			if id, ok := strings.CutPrefix(strings.Fields(said)[0], "part:"); ok {
				if id[0] != 's' {
					id = "i" + id
				}
				want[id] = true
			}
		}
		for _, m := range anchors.FindAllStringSubmatch(page.body, -1) {
			if !want[m[1]] {
				t.Errorf("seed %d: %s is named and did not change", seed, m[1])
			}
			delete(want, m[1])
		}
		if len(want) > 0 {
			t.Errorf("seed %d: not named: %v", seed, want)
		}
	}
}

// phrases are the words by which the page must say an edit.
func phrases(w *world, said string) []string {
	var list []string
	unquoted := func(s string) string {
		s = strings.Trim(s, `"`)
		return s
	}
	f := strings.SplitN(said, " ", 3)
	switch {
	case strings.HasPrefix(said, "head:"):
		list = append(list, w.words.Text("zh-CN", "diff.head."+strings.ReplaceAll(strings.TrimPrefix(f[0], "head:"), "_", "-")))
	case f[1] == "added" || f[1] == "removed":
		list = append(list, w.words.Text("zh-CN", "diff.mark."+f[1]))
	case f[1] == "moved":
		list = append(list, "移动了位置")
	case f[1] == "renumbered":
		list = append(list, "编号由"+strings.TrimPrefix(f[2], "from ")+"改为"+strings.TrimPrefix(f[0], "part:"))
	case f[1] == "number":
		a, b, _ := strings.Cut(f[2], " to ")
		list = append(list, "序号由“"+a+"”改为“"+b+"”")
	case f[1] == "measure":
		list = append(list, "整改措施：")
	case f[0] == "intro", f[1] == "text", f[1] == "heading":
		said = strings.ReplaceAll(said, "\n\n", "\n")
		gone, come, _ := strings.Cut(said[strings.Index(said, " -")+2:], " +")
		if gone != "" {
			list = append(list, "〔删去："+gone+"〕")
		}
		if come != "" {
			list = append(list, "〔新增："+come+"〕")
		}
	case f[1] == "status":
		list = append(list, "整改状态")
	default:
		_, now, _ := strings.Cut(f[2], " to ")
		list = append(list, w.words.Text("zh-CN", "diff.field."+f[1]), unquoted(now))
	}
	return list
}

// A version whose text was taken out answers 410 and says why; what stands
// beside it goes on, and nothing leads there.
func TestConcealedVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFolder(t))
	place := w.config.Press.Notices
	for i, text := range []string{"甲。", "甲，某某。", "甲。乙。"} {
		src := strings.Replace(lamps("", "2026-03-01T09:00:00+08:00", "", ""), "一是修好了灯。", text, 1)
		must(t, place.Put(t.Context(), "lamps.md", []byte(src), shelf.Any))
		w.clock.minutes(1)
		if err := w.config.Library.Refresh(t.Context()); err != nil {
			t.Fatal(i, err)
		}
	}
	must(t, w.config.Archive.Conceal(t.Context(), "lamps", 2, "含有个人姓名", false, w.clock.Now()))
	w.site.Changed(nil)
	b := w.visitor()
	for _, path := range []string{"/notices/lamps/versions/2", "/notices/lamps/versions/2.md", "/notices/lamps/history?from=1&to=2", "/notices/lamps/history?from=2&to=3"} {
		b.get(path).want(t, path, http.StatusGone).has(t, path, "含有个人姓名").hasNot(t, path, "某某。")
	}
	b.get("/notices/lamps/history").want(t, "history", http.StatusOK).has(t, "history", "这一版的文字已经撤下：含有个人姓名", "第2版").
		hasNot(t, "history", `href="/notices/lamps/versions/2">查看`, "from=1&amp;to=2", "from=2&amp;to=3")
	b.get("/notices/lamps/history?from=1&to=3").want(t, "around it", http.StatusOK).has(t, "around it", "乙。")
	b.get("/notices/lamps").want(t, "notice", http.StatusOK)
	b.get("/notices/lamps/items/1").want(t, "leaf", http.StatusOK)
}
