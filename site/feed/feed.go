// Package feed writes feeds and site maps for machines: Atom (RFC 4287), JSON
// Feed 1.1, and the protocol of sitemaps.org.
//
// It must not know notices, submissions or where addresses come from: it gets
// finished entries. It is written by hand because gorilla/feeds (1.2.0) has room
// for one link a feed, so none to itself, writes categories in a form that RFC
// 4287 does not have, and knows no language.
//
// Start reading at this file, then sitemap.go.
package feed

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"time"
)

// Feed is a list of what is new, newest first.
type Feed struct {
	ID, Title, Subtitle string
	Home, Self          string // addresses of the page and of the feed itself
	Author              string
	Lang                string
	Updated             time.Time
	Entries             []Entry
}

// Entry is one thing that is new. Its ID never changes; Updated is when it
// last did, and says no more than whoever hands it in may tell.
type Entry struct {
	ID, Title, URL, Author string
	Published, Updated     time.Time
	Text                   string // plain
	Category               string
}

type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"xml:lang,attr,omitempty"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle,omitempty"`
	Updated   string      `xml:"updated"`
	Author    *atomPerson `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomEntry struct {
	ID        string        `xml:"id"`
	Title     string        `xml:"title"`
	Updated   string        `xml:"updated"`
	Published string        `xml:"published,omitempty"`
	Author    *atomPerson   `xml:"author,omitempty"`
	Links     []atomLink    `xml:"link"`
	Category  *atomCategory `xml:"category,omitempty"`
	Content   atomText      `xml:"content"`
}

// Atom writes the feed as Atom.
func (f Feed) Atom() ([]byte, error) {
	out := atomFeed{
		Lang: f.Lang, ID: f.ID, Title: f.Title, Subtitle: f.Subtitle, Updated: stamp(f.Updated), Author: &atomPerson{f.Author},
		Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: f.Home}, {Rel: "self", Type: "application/atom+xml", Href: f.Self}}, Generator: "rectify",
	}
	for _, e := range f.Entries {
		x := atomEntry{ID: e.ID, Title: e.Title, Updated: stamp(e.Updated), Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: e.URL}}, Content: atomText{"text", e.Text}}
		if !e.Published.IsZero() {
			x.Published = stamp(e.Published)
		}
		if e.Author != "" {
			x.Author = &atomPerson{e.Author}
		}
		if e.Category != "" {
			x.Category = &atomCategory{e.Category}
		}
		out.Entries = append(out.Entries, x)
	}
	body, err := xml.MarshalIndent(out, "", " ")
	if err != nil {
		return nil, fmt.Errorf("atom: %w", err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	HomePageURL string     `json:"home_page_url,omitempty"`
	FeedURL     string     `json:"feed_url,omitempty"`
	Description string     `json:"description,omitempty"`
	Language    string     `json:"language,omitempty"`
	Authors     []person   `json:"authors,omitempty"`
	Items       []jsonItem `json:"items"`
}

type person struct {
	Name string `json:"name"`
}

type jsonItem struct {
	ID            string   `json:"id"`
	URL           string   `json:"url,omitempty"`
	Title         string   `json:"title,omitempty"`
	ContentText   string   `json:"content_text"`
	DatePublished string   `json:"date_published,omitempty"`
	DateModified  string   `json:"date_modified,omitempty"`
	Authors       []person `json:"authors,omitempty"`
	Tags          []string `json:"tags,omitempty"`
}

// JSON writes the feed as JSON Feed 1.1.
func (f Feed) JSON() ([]byte, error) {
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, HomePageURL: f.Home, FeedURL: f.Self, Description: f.Subtitle,
		Language: f.Lang, Authors: []person{{f.Author}}, Items: []jsonItem{},
	}
	for _, e := range f.Entries {
		x := jsonItem{ID: e.ID, URL: e.URL, Title: e.Title, ContentText: e.Text, DateModified: stamp(e.Updated)}
		if !e.Published.IsZero() {
			x.DatePublished = stamp(e.Published)
		}
		if e.Author != "" {
			x.Authors = []person{{e.Author}}
		}
		if e.Category != "" {
			x.Tags = []string{e.Category}
		}
		out.Items = append(out.Items, x)
	}
	body, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return nil, fmt.Errorf("JSON feed: %w", err)
	}
	return append(body, '\n'), nil
}

// stamp is an instant as both formats write it (RFC 3339), to the second.
func stamp(t time.Time) string { return t.Truncate(time.Second).Format(time.RFC3339) }
