package main

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// clerk uses a site without a browser, as the forms on its pages are: signed in
// as staff, or as a visitor.
type clerk struct {
	t    *testing.T
	base string // with the site's path
	http *http.Client
}

func passerby(t *testing.T, base string) *clerk {
	return &clerk{t: t, base: base, http: client()}
}

// signedIn is somebody of the staff, whose account there is.
func signedIn(t *testing.T, base, name string) *clerk {
	t.Helper()
	c := passerby(t, base)
	if status, page := c.post("/desk/login", url.Values{"name": {name}, "password": {journeyPass}}); status != http.StatusSeeOther {
		t.Fatalf("sign in answers %d: %s", status, cutShort(page))
	}
	return c
}

// account adds somebody before the site starts; at says where it keeps things.
func account(t *testing.T, name string, roles []string, at ...string) {
	t.Helper()
	args := append([]string{"staff", "add", name, "--password-stdin"}, at...)
	for _, r := range roles {
		args = append(args, "--role", r)
	}
	if code, _, errs := said(t, journeyPass+"\n", args...); code != 0 {
		t.Fatalf("account: %s", errs)
	}
}

func (c *clerk) get(path string) (int, string) {
	c.t.Helper()
	status, _, page, err := exchange(c.t.Context(), c.http, http.MethodGet, c.base+path, "", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return status, page
}

func (c *clerk) post(path string, form url.Values) (int, string) {
	c.t.Helper()
	status, _, page, err := exchange(c.t.Context(), c.http, http.MethodPost, c.base+path, formType, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	return status, page
}

func casePath(number string) string { return "/desk/submissions/" + number }

// page is a page that must be there.
func (c *clerk) page(path string) string {
	c.t.Helper()
	status, page := c.get(path)
	if status != http.StatusOK {
		c.t.Fatalf("%s answers %d: %s", path, status, cutShort(page))
	}
	return page
}

// act sends a form of a submission's page as it stands there now.
func (c *clerk) act(number, act string, form url.Values) {
	c.t.Helper()
	page := c.page(casePath(number))
	if form == nil {
		form = url.Values{}
	}
	for _, name := range []string{"csrf", "rev", "digest", "seen"} {
		if form.Get(name) == "" {
			form.Set(name, hiddenValue(page, name))
		}
	}
	form.Set("act", act)
	if status, page := c.post(casePath(number), form); status != http.StatusSeeOther {
		c.t.Fatalf("%s answers %d: %s", act, status, cutShort(words(page)))
	}
}

// hiddenValue is what the first hidden field of a name holds.
func hiddenValue(page, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

var (
	mainPart = regexp.MustCompile(`(?s)<main.*</main>`)
	anyTag   = regexp.MustCompile(`<[^>]*>`)
)

// words are what a page says, without its tags.
func words(page string) string {
	return html.UnescapeString(strings.Join(strings.Fields(anyTag.ReplaceAllString(mainPart.FindString(page), " ")), " "))
}
