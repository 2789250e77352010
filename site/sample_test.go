package site_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"rectify/feedback"
)

// What a sender left: none of it may be seen outside the desk.
const (
	senderName  = "周小满"
	senderPhone = "13800001234"
	senderMail  = "zhou.xiaoman@mail.example"
)

// opinion is a submission as senders write it; change may alter it.
func opinion(text string, change ...func(*feedback.Incoming)) feedback.Incoming {
	in := feedback.Incoming{
		Notice: slug, Item: leaf, Category: feedback.Opinion, Text: text, PublishConsent: true, ContactConsent: true,
		Contact: feedback.Contact{Name: senderName, Phone: senderPhone, Email: senderMail},
	}
	for _, f := range change {
		f(&in)
	}
	return in
}

// file takes a submission in, past the web.
func (w *world) file(in feedback.Incoming) feedback.Receipt {
	w.t.Helper()
	r, err := w.intake.Submit(context.Background(), in)
	must(w.t, err)
	return r
}

func actor(id string, roles ...feedback.Role) feedback.Actor {
	return feedback.Actor{Kind: feedback.Staff, ID: id, Roles: roles}
}

// act does things to a submission as staff, past the web.
func (w *world) act(n feedback.Number, who feedback.Actor, actions ...feedback.Action) feedback.Submission {
	w.t.Helper()
	ctx := context.Background()
	var s feedback.Submission
	for _, a := range actions {
		w.clock.sessionLater(1)
		now, err := w.store.Get(ctx, n)
		must(w.t, err)
		if s, err = w.office.Do(ctx, n, now.Rev, a, who); err != nil {
			w.t.Fatalf("%s: %v", a.Act(), err)
		}
	}
	return s
}

func (w *world) kept(n feedback.Number) feedback.Submission {
	w.t.Helper()
	s, err := w.store.Get(context.Background(), n)
	must(w.t, err)
	return s
}

func (w *world) count() int {
	w.t.Helper()
	n, err := w.store.Count(context.Background(), feedback.Query{})
	must(w.t, err)
	return n
}

// answered brings a submission to an approved reply.
func (w *world) answered(n feedback.Number) feedback.Submission {
	w.t.Helper()
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{})
	s := w.act(n, actor("rep", feedback.Replier), feedback.DraftReply{Text: "已经修好了。", Office: "公共服务科", Submit: true})
	return w.act(n, actor("app", feedback.Approver), feedback.Approve{Digest: s.Draft.Digest})
}

// published brings a submission before the public.
func (w *world) published(n feedback.Number) feedback.Submission {
	w.t.Helper()
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{})
	return w.act(n, actor("mod", feedback.Moderator), feedback.Publish{})
}

// form is what a browser would send from /feedback/new, with a fresh key.
func (b *browser) form(text string) url.Values {
	b.t.Helper()
	key := field(b.t, b.get("/feedback/new").body, "idempotency_key")
	return url.Values{
		"idempotency_key": {key}, "notice": {slug}, "item": {leaf}, "category": {"opinion"}, "text": {text},
		"name": {senderName}, "phone": {senderPhone}, "email": {senderMail}, "publish_consent": {"yes"}, "contact_consent": {"yes"},
	}
}

var codePattern = regexp.MustCompile(`(?:<span>[0-9]{4}</span> ?){5}`)

// code finds the receipt code on a page.
func code(t *testing.T, page string) string {
	t.Helper()
	m := codePattern.FindString(page)
	if m == "" {
		t.Fatalf("no receipt code on the page\n%s", cut(page))
	}
	return regexp.MustCompile(`[^0-9]`).ReplaceAllString(m, "")
}

// parsed is a page as a browser reads it.
func parsed(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	must(t, err)
	return doc
}

// elements walks every element of a page.
func elements(doc *html.Node) []*html.Node {
	var all []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what stands inside an element.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// field is the value of the first field of that name on a page.
func field(t *testing.T, page, name string) string {
	t.Helper()
	for _, n := range elements(parsed(t, page)) {
		if attr(n, "name") == name {
			switch n.Data {
			case "input":
				if k := attr(n, "type"); (k == "radio" || k == "checkbox") && !has(n, "checked") {
					continue
				}
				return attr(n, "value")
			case "textarea":
				return text(n)
			case "select":
				for _, o := range elements(n) {
					if o.Data == "option" && has(o, "selected") {
						return attr(o, "value")
					}
				}
				return ""
			}
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// brokenAnchors are the links of the error summary that lead to no element.
func brokenAnchors(t *testing.T, page string) []string {
	t.Helper()
	ids, broken := make(map[string]bool), []string(nil)
	all := elements(parsed(t, page))
	for _, n := range all {
		ids[attr(n, "id")] = true
	}
	for _, n := range all {
		if to, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && n.Data == "a" && !ids[to] {
			broken = append(broken, to)
		}
	}
	return broken
}
