package ui

import (
	"net/url"
	"strings"
)

// Closed reports whether what the page shows is archived: no opinion on it is
// taken any more.
func (f Frame) Closed() bool { return !f.Archived.IsZero() }

// policeDigits is how many figures a public-security filing number has.
const policeDigits = 14

// PoliceURL is where a reader can look up the public-security filing number
// (公安备案号) of the site.
func (f Frame) PoliceURL() string {
	figures := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, f.Body.Police)
	if len(figures) != policeDigits {
		return "https://beian.mps.gov.cn/"
	}
	return "https://beian.mps.gov.cn/#/query/webSearch?code=" + figures
}

// Escape writes a path of the site, slugs in Chinese and all, as it stands in
// an address.
func (l Links) Escape(path string) string { return (&url.URL{Path: path}).EscapedPath() }
