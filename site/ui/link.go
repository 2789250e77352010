package ui

import (
	"net/url"
	"strconv"
	"strings"
)

// Links makes every address of the site, so that a base path holds everywhere.
type Links struct {
	base   string // path before every address, without a trailing slash
	origin string // scheme and host for machines, empty when not configured
}

// NewLinks takes the --base-url, e.g. https://www.linshui.example/zt/xczg/;
// empty means that the site stands at the root of an unknown host.
func NewLinks(baseURL string) (Links, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return Links{}, err //nolint:wrapcheck // says "parse …" itself
	}
	l := Links{base: strings.TrimRight(u.Path, "/")}
	if u.Host != "" {
		l.origin = u.Scheme + "://" + u.Host
	}
	return l, nil
}

// Base is the path before every address, without a trailing slash.
func (l Links) Base() string { return l.base }

// Secure reports whether the site is reached by https.
func (l Links) Secure() bool { return strings.HasPrefix(l.origin, "https://") }

// Origin is scheme and host of the site, empty when not configured.
func (l Links) Origin() string { return l.origin }

// Absolute is the whole address of a path made by the other methods.
func (l Links) Absolute(path string) string { return l.origin + path }

// To is any path of the site, written with a leading slash.
func (l Links) To(path string) string { return l.base + path }

// Home is the front page.
func (l Links) Home() string { return l.base + "/" }

// Notice is one notice.
func (l Links) Notice(slug string) string { return l.base + "/notices/" + url.PathEscape(slug) }

// NoticeData is one notice as md, json, csv or txt.
func (l Links) NoticeData(slug, ext string) string { return l.Notice(slug) + "." + ext }

// Leaf is a leaf inside the page of its notice.
func (l Links) Leaf(slug, id string) string { return l.Notice(slug) + "#i" + id }

// Item is the page of one leaf.
func (l Links) Item(slug, id string) string { return l.Notice(slug) + "/items/" + url.PathEscape(id) }

// Paper is the form for pen and post, of a notice or of one leaf of it.
func (l Links) Paper(slug, item string) string {
	if item == "" {
		return l.Notice(slug) + "/paper"
	}
	return l.Notice(slug) + "/paper?item=" + url.QueryEscape(item)
}

// Opinion is one published submission.
func (l Links) Opinion(number string) string { return l.base + "/feedback/" + url.PathEscape(number) }

// File is a file that everybody may have, of a published submission. Its name
// ends as that of what is saved does.
func (l Links) File(number string, n int, ext string) string {
	return l.Opinion(number) + "/files/" + strconv.Itoa(n) + ext
}

// Concern is where one more is counted who has the concern of a submission.
func (l Links) Concern(number string) string { return l.Opinion(number) + "/concern" }

// Write is the form, about a leaf, a notice, or nothing in particular.
func (l Links) Write(slug, item string) string {
	q := url.Values{}
	if slug != "" {
		q.Set("notice", slug)
	}
	if item != "" {
		q.Set("item", item)
	}
	if len(q) == 0 {
		return l.base + "/feedback/new"
	}
	return l.base + "/feedback/new?" + q.Encode()
}

// Proposal is a notice on its way to be published, at the desk.
func (l Links) Proposal(id string) string { return l.base + "/desk/notices/" + url.PathEscape(id) }

// Case is one submission at the desk.
func (l Links) Case(number string) string {
	return l.base + "/desk/submissions/" + url.PathEscape(number)
}

// Person is one account, for administrators.
func (l Links) Person(name string) string { return l.base + "/desk/staff/" + url.PathEscape(name) }

// Campaign is a group of near-equal submissions at the desk.
func (l Links) Campaign(likeness string) string {
	return l.base + "/desk/campaigns/" + url.PathEscape(likeness)
}

// History lists the versions of a notice.
func (l Links) History(slug string) string { return l.Notice(slug) + "/history" }

// Changes is what changed from one version of a notice to another.
func (l Links) Changes(slug string, from, to int) string {
	return l.History(slug) + "?from=" + strconv.Itoa(from) + "&to=" + strconv.Itoa(to)
}

// Version is one version of a notice.
func (l Links) Version(slug string, n int) string {
	return l.Notice(slug) + "/versions/" + strconv.Itoa(n)
}
