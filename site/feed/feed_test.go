package feed_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/site/feed"
)

// The parts of Atom that RFC 4287 makes obligatory, as a reader sees them.
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Links []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID       string `xml:"id"`
		Title    string `xml:"title"`
		Updated  string `xml:"updated"`
		Content  string `xml:"content"`
		Category struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
	} `xml:"entry"`
}

// What is handed in comes out in both forms, whatever it holds; nothing of it
// becomes markup (T30).
func TestForms(t *testing.T) {
	t.Parallel()
	text := rapid.StringOf(rapid.SampledFrom([]rune("整改<>&\"' ]]>\n\u202e\U0001F600a")))
	rapid.Check(t, func(r *rapid.T) {
		in := feed.Feed{ID: "tag:x.example,2026:site", Title: text.Draw(r, "title"), Home: "https://x.example/", Self: "https://x.example/feed.atom", Author: "某局", Lang: "zh-CN", Updated: time.Unix(1_700_000_000, 5).UTC()}
		for i := range rapid.IntRange(0, 5).Draw(r, "entries") {
			at := time.Unix(rapid.Int64Range(0, 4e9).Draw(r, "at"), 0).UTC()
			in.Entries = append(in.Entries, feed.Entry{ID: fmt.Sprintf("tag:x.example,2026:%d", i), Title: text.Draw(r, "entry"), URL: "/x?a=1&b=2", Updated: at, Text: text.Draw(r, "text"), Category: "通报"})
		}
		body, err := in.Atom()
		if err != nil {
			r.Fatal(err)
		}
		var out atom
		if err := xml.Unmarshal(body, &out); err != nil {
			r.Fatalf("%v in %s", err, body)
		}
		if out.ID != in.ID || out.Title != in.Title || out.Author.Name != "某局" || len(out.Entries) != len(in.Entries) || out.Updated != "2023-11-14T22:13:20Z" || len(out.Links) != 2 || out.Links[1].Rel != "self" {
			r.Fatalf("%+v became %+v", in, out)
		}
		for i, e := range out.Entries {
			want := in.Entries[i]
			at, err := time.Parse(time.RFC3339, e.Updated)
			if err != nil || !at.Equal(want.Updated) || e.ID != want.ID || e.Title != want.Title || e.Content != want.Text || e.Category.Term != "通报" {
				r.Fatalf("%+v became %+v", want, e)
			}
		}
		sameJSON(r, in)
	})
}

func sameJSON(r *rapid.T, in feed.Feed) {
	body, err := in.JSON()
	if err != nil {
		r.Fatal(err)
	}
	var out struct {
		Version, Title string
		Items          []struct {
			ID   string `json:"id"`
			Text string `json:"content_text"`
			At   string `json:"date_modified"`
		}
	}
	if err := json.Unmarshal(body, &out); err != nil {
		r.Fatal(err)
	}
	if out.Version != "https://jsonfeed.org/version/1.1" || out.Title != in.Title || out.Items == nil || len(out.Items) != len(in.Entries) {
		r.Fatalf("%s", body)
	}
	for i, e := range out.Items {
		if _, err := time.Parse(time.RFC3339, e.At); err != nil || e.ID != in.Entries[i].ID || e.Text != in.Entries[i].Text {
			r.Fatalf("%+v became %+v", in.Entries[i], e)
		}
	}
}

// No site map is larger than the protocol allows, and no address is lost.
func TestSplit(t *testing.T) {
	t.Parallel()
	long := "https://x.example/notices/" + strings.Repeat("%E4%B8%AD", 120) + "?a&b&"
	for _, c := range []struct{ n, parts, least int }{{0, 1, 0}, {1, 1, 0}, {50_000, 1, 0}, {50_001, 2, 0}, {123_456, 3, 0}, {50_000, 2, 1}} {
		var all []feed.Address
		for i := range c.n {
			a := feed.Address{Loc: fmt.Sprintf("https://x.example/%d", i), LastMod: "2026-11-24"}
			if c.least > 0 {
				a.Loc = long + a.Loc[18:]
			}
			all = append(all, a)
		}
		parts := feed.Split(all)
		if len(parts) != c.parts {
			t.Errorf("%d addresses make %d parts, want %d", c.n, len(parts), c.parts)
		}
		at := 0
		for _, p := range parts {
			body, err := feed.Sitemap(p)
			if err != nil {
				t.Fatal(err)
			}
			if len(p) > feed.MaxAddresses || len(body) > 50<<20 {
				t.Errorf("a part holds %d addresses, %d bytes", len(p), len(body))
			}
			for _, a := range p {
				if a != all[at] {
					t.Fatalf("address %d is %v", at, a)
				}
				at++
			}
		}
		if at != len(all) {
			t.Errorf("%d of %d addresses are there", at, len(all))
		}
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	body, err := feed.Index([]feed.Address{{Loc: "https://x.example/sitemap/1.xml", LastMod: feed.Latest([]feed.Address{{LastMod: "2026-01-01"}, {LastMod: "2026-02-01"}, {}})}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`, "<sitemap>", "<lastmod>2026-02-01</lastmod>"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("%s is not in %s", want, body)
		}
	}
}
