package feed

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// What one site map may hold (sitemaps.org, protocol 0.9): addresses, and
// bytes, a little below the 50 MiB allowed.
const (
	MaxAddresses = 50_000
	maxMapBytes  = 45 << 20
)

// Address is one page of a site map; LastMod is the day when it last changed,
// as YYYY-MM-DD, empty when that is not known.
type Address struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// Split cuts a list of addresses into site maps that are each small enough.
// There is always at least one.
func Split(all []Address) [][]Address {
	const around = len("<url><loc></loc><lastmod>YYYY-MM-DD</lastmod></url>") + 8
	parts := [][]Address{nil}
	size := 0
	for _, a := range all {
		last := len(parts) - 1
		// Each & grows by four letters in XML.
		more := len(a.Loc) + 4*strings.Count(a.Loc, "&") + around
		if len(parts[last]) == MaxAddresses || size+more > maxMapBytes {
			parts, last, size = append(parts, nil), last+1, 0
		}
		parts[last] = append(parts[last], a)
		size += more
	}
	return parts
}

const mapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// Sitemap writes one site map.
func Sitemap(part []Address) ([]byte, error) {
	return write(struct {
		XMLName xml.Name  `xml:"urlset"`
		Space   string    `xml:"xmlns,attr"`
		URLs    []Address `xml:"url"`
	}{Space: mapSpace, URLs: part})
}

// Index writes the list of the parts of a site map that has several.
func Index(parts []Address) ([]byte, error) {
	return write(struct {
		XMLName xml.Name  `xml:"sitemapindex"`
		Space   string    `xml:"xmlns,attr"`
		Maps    []Address `xml:"sitemap"`
	}{Space: mapSpace, Maps: parts})
}

func write(v any) ([]byte, error) {
	body, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, fmt.Errorf("site map: %w", err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

// Latest is the last day of a list of addresses.
func Latest(part []Address) string {
	last := ""
	for _, a := range part {
		last = max(last, a.LastMod)
	}
	return last
}

// DayOf writes an instant as a day in its own zone.
func DayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
