package export

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/site/web"
)

// static reports whether the pages of a row can stand as files: they are
// everybody's, asked for by GET, and made of nothing but their address. Search
// is left to the live site; what machines ask at the root of a host is the
// host's own affair.
func (x *Exporter) static(r web.Route) bool {
	return r.Method == fiber.MethodGet && (r.Cache || r.File) && !r.Access.Staff && !strings.HasPrefix(r.Path, "/api/") && !strings.HasPrefix(r.Path, "/open311/") && !strings.HasPrefix(r.Path, "/log/") &&
		!slices.Contains([]string{"/search", "/robots.txt", "/.well-known/security.txt", "/tour"}, r.Path)
}

// needsOrigin reports whether an address answers whole addresses: feeds and
// site maps.
func needsOrigin(p string) bool {
	return p == "/feed.atom" || p == "/feed.json" || strings.HasSuffix(p, "/feed.atom") || p == "/sitemap.xml" || strings.HasPrefix(p, "/sitemap/")
}

// row finds the row of the table that answers a path, as the site's router does.
func (x *Exporter) row(p string) (web.Route, bool) {
	have := strings.Split(p, "/")
	var found web.Route
	ok := false
	for _, r := range x.Table {
		if r.Method != fiber.MethodGet || !fits(strings.Split(r.Path, "/"), have) {
			continue
		}
		if !ok || strings.Count(r.Path, ":") < strings.Count(found.Path, ":") {
			found, ok = r, true
		}
	}
	return found, ok
}

func fits(pattern, have []string) bool {
	rest := strings.HasPrefix(pattern[len(pattern)-1], "*") // Split answers at least one part
	if len(pattern) != len(have) && (!rest || len(have) < len(pattern)) {
		return false
	}
	for i, part := range pattern {
		if strings.HasPrefix(part, "*") {
			return true
		}
		if part != have[i] && (!strings.HasPrefix(part, ":") || have[i] == "") {
			return false
		}
	}
	return true
}

// canonical is an address of ours with only those fields of its query that
// make another page.
func canonical(r web.Route, u *url.URL) string {
	values := u.Query()
	for name, list := range values {
		if !slices.Contains(r.Query, name) || len(list) == 0 || list[0] == "" {
			values.Del(name)
			continue
		}
		values[name] = list[:1]
	}
	if len(values) == 0 {
		return u.EscapedPath()
	}
	return u.EscapedPath() + "?" + values.Encode()
}

// fileOf is the file of a canonical address: a folder with an index.html for a
// page, so that /notices/hall stands at notices/hall/; a name made of the query
// for what a query asks for; the last part of the address for data.
func fileOf(address string) string {
	p, query, _ := strings.Cut(address, "?")
	if plain, err := url.PathUnescape(p); err == nil {
		p = plain
	}
	p = strings.Trim(p, "/")
	if query == "" {
		switch path.Ext(p) {
		case ".md", ".json", ".csv", ".txt", ".atom", ".xml", ".css", ".svg", ".js", ".jpg", ".png", ".pdf", ".doc", ".docx":
			return p
		}
		return path.Join(p, "index.html")
	}
	sum := sha256.Sum256([]byte(query))
	mark := "q-" + hex.EncodeToString(sum[:8])
	if stem, ok := strings.CutSuffix(p, ".csv"); ok { // one table, picked by the query; all of them stand at p itself
		return stem + "-" + mark + ".csv"
	}
	return path.Join(p, mark+".html")
}

// link is what an address in a page becomes: a relative one when it is a file
// of this export, which is then asked for; one of the live site when only that
// can answer; false when neither is there.
func (x *Exporter) link(from, to string) (string, bool) {
	u, err := url.Parse(to)
	if err != nil {
		return "", false
	}
	if u.Scheme != "" || u.Host != "" {
		return to, true // elsewhere, or tel: and mailto:
	}
	if u.Path == "" && u.RawQuery == "" {
		return to, true // within the page
	}
	address, live, ok := x.target(u)
	switch {
	case !ok:
		return "", false
	case live && x.Live == "":
		return "", false
	case live:
		return x.Live + address + fragment(u), true
	}
	x.enqueue(address, from)
	return relative(fileOf(from), fileOf(address)) + fragment(u), true
}

// target is the canonical address that u, a path of the site, names, and
// whether only the live site can answer it.
func (x *Exporter) target(u *url.URL) (address string, live, ok bool) {
	rest, inside := strings.CutPrefix(u.EscapedPath(), x.Base)
	if !inside || !strings.HasPrefix(rest, "/") {
		return "", false, false
	}
	local, err := url.Parse(rest)
	if err != nil {
		return "", false, false
	}
	local.RawQuery = u.RawQuery
	r, known := x.row(local.Path)
	if !known || !x.static(r) {
		return local.RequestURI(), true, true // forms, search: the live site knows
	}
	if needsOrigin(local.Path) && x.Origin == "" {
		return "", false, false
	}
	return canonical(r, local), false, true
}

func fragment(u *url.URL) string {
	if u.Fragment == "" {
		return ""
	}
	return "#" + u.EscapedFragment()
}

// relative is the way from one file to another, written as an address.
func relative(from, to string) string {
	a, b := strings.Split(from, "/"), strings.Split(to, "/")
	for len(a) > 1 && len(b) > 1 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	var parts []string
	for range len(a) - 1 {
		parts = append(parts, "..")
	}
	for _, part := range b {
		parts = append(parts, url.PathEscape(part))
	}
	return strings.Join(parts, "/")
}
