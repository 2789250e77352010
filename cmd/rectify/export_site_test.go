package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"rectify/feedback"
	"rectify/feedback/sqlitestore"
	"rectify/site/body"
)

// heard puts published opinions into a store, so many that their list has
// several pages.
func heard(t *testing.T, data string, n int) {
	t.Helper()
	ctx := context.Background()
	s, err := sqlitestore.Open(ctx, data)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := stored{Data: data}.keys(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := body.Parse(nil)
	intake := &feedback.Intake{Store: s, Keys: keys, Clocks: b.Clocks(), Now: nowFixed}
	office := &feedback.Office{Store: s, Clocks: b.Clocks(), Now: nowFixed}
	who := feedback.Actor{Kind: feedback.Staff, ID: "mod", Roles: feedback.Roles()}
	for i := range n {
		r, err := intake.Submit(ctx, feedback.Incoming{Notice: "venue-safety-2026", Item: "3-2", Category: feedback.Opinion, Text: fmt.Sprintf("第%d条意见。", i), PublishConsent: true, Contact: feedback.Contact{Name: "周小满", Phone: "13800001234"}})
		if err != nil {
			t.Fatal(err)
		}
		for rev, act := range []feedback.Action{feedback.Accept{}, feedback.Publish{}} {
			if _, err := office.Do(ctx, r.Number, int64(rev+1), act, who); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func exportTo(t *testing.T, dir string, args ...string) {
	t.Helper()
	if code, _, errs := said(t, "", append([]string{"export", "site", dir}, args...)...); code != 0 {
		t.Fatalf("export answers %d: %s", code, errs)
	}
}

// allFiles are the files of a folder by name.
func allFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[name], err = os.ReadFile(filepath.Join(dir, name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// ids and addresses of a page.
func read(t *testing.T, name string, page []byte) (ids map[string]bool, links []*html.Node) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	ids = make(map[string]bool)
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "id":
				ids[a.Val] = true
			case "href", "src", "action":
				links = append(links, n)
			}
		}
	}
	return ids, links
}

func value(n *html.Node) string {
	for _, a := range n.Attr {
		if slices.Contains([]string{"href", "src", "action"}, a.Key) {
			return a.Val
		}
	}
	return ""
}

// Opened as files, from whatever folder, every link of an export leads to a
// file of it, to a place in it, or to the live site; forms lead to the live
// site alone; nothing tells of this machine or of a sender.
func TestExportAsFiles(t *testing.T) {
	const live = "https://live.example/zt/app"
	data, out := t.TempDir(), filepath.Join(t.TempDir(), "a", "b", "site")
	heard(t, data, 75)
	exportTo(t, out, "--data", data, "--live", live+"/")
	files := allFiles(t, out)
	ids := make(map[string]map[string]bool)
	pages := 0
	for name, b := range files {
		if bytes.Contains(b, []byte("localhost")) || bytes.Contains(b, []byte("127.0.0.1")) || bytes.Contains(b, []byte("export.invalid")) || bytes.Contains(b, []byte("13800001234")) || bytes.Contains(b, []byte("周小满")) {
			t.Errorf("%s tells of this machine or of a sender", name)
		}
		if path.Ext(name) == ".html" {
			ids[name], _ = read(t, name, b)
			pages++
		}
	}
	for name, b := range files {
		if path.Ext(name) != ".html" {
			continue
		}
		_, links := read(t, name, b)
		for _, n := range links {
			fileLink(t, files, ids, name, n, live)
		}
	}
	for _, want := range []string{"index.html", "notices/index.html", "notices/venue-safety-2026/index.html", "notices/venue-safety-2026/items/3-2/index.html", "notices/venue-safety-2026.md", "notices/venue-safety-2026.csv", "feedback/index.html", "about/index.html", "sitemap/index.html"} {
		if files[want] == nil {
			t.Errorf("%s is not there", want)
		}
	}
	opinions := 0
	for name := range files {
		if ok, _ := path.Match("feedback/2*/index.html", name); ok {
			opinions++
		}
		if strings.HasSuffix(name, ".atom") || strings.HasSuffix(name, ".xml") || strings.HasPrefix(name, "desk") || strings.HasPrefix(name, "track") || strings.HasPrefix(name, "api") {
			t.Errorf("%s is there without an address to stand at, or is nobody's business", name)
		}
	}
	if opinions != 75 || pages < 75+40 {
		t.Errorf("%d pages, %d of 75 opinions", pages, opinions)
	}
}

func fileLink(t *testing.T, files map[string][]byte, ids map[string]map[string]bool, from string, n *html.Node, live string) {
	t.Helper()
	to := value(n)
	u, err := url.Parse(to)
	switch {
	case err != nil:
		t.Errorf("%s: %q", from, to)
	case n.Data == "form" && !strings.HasPrefix(to, live+"/"):
		t.Errorf("%s: a form leads to %s", from, to)
	case u.Scheme == "tel" || u.Scheme == "mailto" || strings.HasPrefix(to, live+"/") || u.Host == "beian.miit.gov.cn":
	case u.Scheme != "" || u.Host != "" || strings.HasPrefix(to, "/"):
		t.Errorf("%s: %s leads out of the folder", from, to)
	default:
		name := from
		if u.Path != "" {
			name = path.Join(path.Dir(from), u.Path)
		}
		if files[name] == nil {
			t.Errorf("%s: %s is not there", from, to)
		}
		if u.Fragment != "" && path.Ext(name) == ".html" && !ids[name][u.Fragment] {
			t.Errorf("%s: %s has no place %s", from, name, u.Fragment)
		}
	}
}

// Served under a path of a portal every address answers, those in the feeds
// and in the site map too.
func TestExportServed(t *testing.T) {
	out := filepath.Join(t.TempDir(), "site")
	data := t.TempDir()
	heard(t, data, 2)
	exportTo(t, out, "--data", data, "--base-url", "https://portal.example/zt/xczg/", "--live", "https://live.example")
	portal := httptest.NewServer(http.StripPrefix("/zt/xczg", http.FileServer(http.Dir(out))))
	defer portal.Close()
	get := func(address string) []byte {
		res, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var b bytes.Buffer
		if _, err := b.ReadFrom(res.Body); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", address, res.StatusCode)
		}
		return b.Bytes()
	}
	seen := map[string]bool{}
	queue := []string{portal.URL + "/zt/xczg/"}
	for len(queue) > 0 {
		at, err := url.Parse(queue[0])
		if err != nil {
			t.Fatal(err)
		}
		queue = queue[1:]
		page := get(at.String())
		if !bytes.HasPrefix(page, []byte("<!DOCTYPE html>")) {
			continue
		}
		_, links := read(t, at.Path, page)
		for _, n := range links {
			to, err := at.Parse(value(n))
			if err != nil || to.Host != at.Host {
				continue
			}
			if to.Fragment = ""; !strings.HasPrefix(to.Path, "/zt/xczg/") {
				t.Errorf("%s leads out to %s", at, to)
			} else if !seen[to.String()] {
				seen[to.String()] = true
				queue = append(queue, to.String())
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d addresses were found", len(seen))
	}
	var m struct {
		Locs []string `xml:"url>loc"`
	}
	if err := xml.Unmarshal(get(portal.URL+"/zt/xczg/sitemap.xml"), &m); err != nil {
		t.Fatal(err)
	}
	var feed struct {
		Links []struct {
			Href string `xml:"href,attr"`
		} `xml:"entry>link"`
	}
	if err := xml.Unmarshal(get(portal.URL+"/zt/xczg/feed.atom"), &feed); err != nil {
		t.Fatal(err)
	}
	for _, l := range feed.Links {
		m.Locs = append(m.Locs, l.Href)
	}
	if len(m.Locs) < 45 || len(feed.Links) < 4 {
		t.Errorf("%d addresses in site map and feed", len(m.Locs))
	}
	for _, loc := range m.Locs {
		path, ours := strings.CutPrefix(loc, "https://portal.example")
		if !ours {
			t.Errorf("%s is not at the portal", loc)
		}
		get(portal.URL + path)
	}
}

// countedAt is when figures were counted, as pages and tables of them tell it.
var countedAt = regexp.MustCompile(`20\d\d(-\d\d-\d\dT[0-9:.]+(Z|[+]08:00)|年\d+月\d+日 \d\d:\d\d)`)

// The same state makes the same bytes, but for when it was counted; without a live site there is nothing
// that would lead to one.
func TestExportSame(t *testing.T) {
	data := t.TempDir()
	heard(t, data, 3)
	one, two := filepath.Join(t.TempDir(), "x"), filepath.Join(t.TempDir(), "y")
	exportTo(t, one, "--data", data)
	exportTo(t, two, "--data", data)
	a, b := allFiles(t, one), allFiles(t, two)
	if len(a) != len(b) {
		t.Errorf("%d files, then %d", len(a), len(b))
	}
	for name := range a {
		if !bytes.Equal(countedAt.ReplaceAll(a[name], nil), countedAt.ReplaceAll(b[name], nil)) {
			t.Errorf("%s differs", name)
		}
		if path.Ext(name) != ".html" {
			continue
		}
		_, links := read(t, name, a[name])
		for _, n := range links {
			if to := value(n); n.Data == "form" || strings.HasPrefix(to, "/") || strings.Contains(to, "feedback/new") || strings.Contains(to, "track") {
				t.Errorf("%s: <%s> leads to %s", name, n.Data, to)
			}
		}
	}
}

// An export replaces nothing but an earlier export, and only when told to; what
// was cut off leaves what stood there.
func TestExportPlace(t *testing.T) {
	data := t.TempDir()
	dir := t.TempDir()
	out, mine := filepath.Join(dir, "site"), filepath.Join(dir, "mine")
	if err := os.MkdirAll(mine, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mine, "letter.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused := func(code int, args ...string) {
		t.Helper()
		got, _, errs := said(t, "", append([]string{"export", "site", "--data", data}, args...)...)
		if got != code {
			t.Errorf("%v answers %d, want %d: %s", args, got, code, errs)
		}
	}
	refused(exitUsage, mine)
	refused(exitUsage, mine, "--force")
	refused(exitUsage, "/")
	refused(exitUsage, out, "--live", "live.example")
	refused(exitUsage, out, "--live", "javascript:alert(1)")
	refused(exitUsage, out, "--base-url", "portal.example")
	exportTo(t, out, "--data", data)
	before := allFiles(t, out)
	refused(exitUsage, out)
	if err := os.WriteFile(filepath.Join(out, "left.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(exitFault, out, "--force", "--content", filepath.Join(dir, "none"))
	if _, err := os.Stat(filepath.Join(out, "left.txt")); err != nil {
		t.Errorf("an export that failed changed what stood there: %v", err)
	}
	refused(exitDone, out, "--force")
	if after := allFiles(t, out); len(after) != len(before) || after["left.txt"] != nil {
		t.Errorf("%d files, then %d", len(before), len(after))
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 2 || len(allFiles(t, mine)) != 1 {
		t.Errorf("beside the export stand %v: %v", list, err)
	}
	// A link in the way is not followed out of the folder.
	if err := os.Symlink(mine, filepath.Join(dir, "new.new")); err != nil {
		t.Fatal(err)
	}
	refused(exitUsage, filepath.Join(dir, "new"))
	if len(allFiles(t, mine)) != 1 {
		t.Error("a link was followed")
	}
}

// nowFixed is a working day, so that tests do not depend on the date.
func nowFixed() time.Time { return time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC) }
