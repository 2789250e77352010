package web_test

import (
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"rectify/feedback"
	"rectify/site/i18n"
	"rectify/site/web"
)

// T27, T28: what somebody else supplied as the place to go back to.
func TestLocalPath(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"/", "/desk", "/desk?view=late&after=x%20y", "/notices/a-b?x=//y", "/notices/%E4%B8%AD", "/a#b", "/feedback/2026-000001", "/a:b", "/@x"} {
		want, _, _ := strings.Cut(good, "#")
		if got := web.LocalPath(good, "other"); got != want {
			t.Errorf("%q becomes %q", good, got)
		}
	}
	if got := web.LocalPath("/notices/中", "other"); got != "/notices/%E4%B8%AD" {
		t.Errorf("Chinese becomes %q", got)
	}
	for _, bad := range []string{
		"", "desk", "//evil", "///evil", `/\evil`, `\\evil`, `/\/evil`, "https:evil", "https://evil", "http:/evil", "javascript:1", "data:x", " /desk", "\t/desk", "/\tevil", "/\n/evil", "/\r\nSet-Cookie: a=b",
		"/%0d%0aSet-Cookie:a", "/%00", "/%5cevil", "/%5Cevil", "/%2fevil", "/%2f%2fevil", "//evil@x", "/../evil", "/x/../../evil", "/./evil", "/%2e%2e/evil", "/\x00", "/\xff", "/?x=\xff", "/?x=嘊嘍", "/?a b", "/%zz", "//", "/" + strings.Repeat("a", 600),
	} {
		if got := web.LocalPath(bad, "other"); got != "other" {
			t.Errorf("%.40q becomes %q", bad, got)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/a", "//a", `/\a`, "/%2f", "/?\r\n", "/a/../b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := web.LocalPath(s, "/")
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t\x00 ") || strings.HasPrefix(u.Path, "//") {
			t.Errorf("%q becomes %q", s, got)
		}
		for _, r := range got {
			if r > 0x7e {
				t.Errorf("%q becomes %q", s, got)
			}
		}
	})
}

func TestReadMode(t *testing.T) {
	t.Parallel()
	zh, en := i18n.Chinese, i18n.English
	for _, c := range []struct {
		cookie, accept string
		want           web.Mode
	}{
		{"", "", web.Mode{Lang: zh}},
		{"", "en", web.Mode{Lang: en}},
		{"", "en-US,en;q=0.9,zh;q=0.8", web.Mode{Lang: en}},
		{"", "zh-CN,en", web.Mode{Lang: zh}},
		{"", "de,en;q=0.5", web.Mode{Lang: en}},
		{"", "de", web.Mode{Lang: zh}},
		{"", "en;q=0, zh", web.Mode{Lang: zh}},
		{"", "EN-gb", web.Mode{Lang: en}},
		{"", strings.Repeat("x,", 10000) + "en", web.Mode{Lang: zh}},
		{"zh", "en", web.Mode{Lang: zh}},
		{"en", "zh", web.Mode{Lang: en}},
		{"elder", "en", web.Mode{Lang: en, Elder: true}},
		{"elder.zh", "en", web.Mode{Lang: zh, Elder: true}},
		{"elder.en", "zh", web.Mode{Lang: en, Elder: true}},
		{"ELDER", "", web.Mode{Lang: zh}},
		{"<script>", "<script>", web.Mode{Lang: zh}},
	} {
		if got := web.ReadMode(c.cookie, c.accept); got != c.want {
			t.Errorf("cookie %q, Accept-Language %.30q: %+v, want %+v", c.cookie, c.accept, got, c.want)
		}
	}
	for _, m := range []web.Mode{{Lang: zh}, {Lang: en}, {Lang: zh, Elder: true}, {Lang: en, Elder: true}} {
		for _, accept := range []string{"", "en", "zh"} {
			if got := web.ReadMode(m.Cookie(), accept); got != m {
				t.Errorf("%+v is read back as %+v", m, got)
			}
		}
	}
}

func form(t testing.TB, body string) (web.Values, error) {
	t.Helper()
	app := fiber.New()
	ctx := &fasthttp.RequestCtx{}
	ctx.Request.Header.SetMethod("POST")
	ctx.Request.Header.SetContentType("application/x-www-form-urlencoded")
	ctx.Request.SetBodyString(body)
	c := app.AcquireCtx(ctx)
	defer app.ReleaseCtx(c)
	return web.Form(c)
}

// T02, T08: a name is a name and nothing more.
func TestForm(t *testing.T) {
	t.Parallel()
	v, err := form(t, "text[$ne]=1&a=1&a=2&b=%E4%B8%AD+x&c&item.0.0=x&=y")
	if err != nil || v.Get("text") != "" || v.Get("text[$ne]") != "1" || strings.Join(v.All("a"), "") != "12" || v.Get("b") != "中 x" || v.On("c") || v.Get("") != "y" || v.Get("none") != "" {
		t.Errorf("%v %v", v, err)
	}
	for body, code := range map[string]string{"a=%zz": "form-encoding", "%=1": "form-encoding", strings.Repeat("n", 61) + "=1": "form-encoding", strings.Repeat("a=1&", 201): "too-many-fields"} {
		var known web.Error
		if _, err := form(t, body); !errors.As(err, &known) || known.Code != code || known.Status != 400 {
			t.Errorf("%.20q: %v", body, err)
		}
	}
}

func FuzzForm(f *testing.F) {
	for _, s := range []string{"a=b", "a[$ne]=1&&=", "%", strings.Repeat("&", 500), "a=%ff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := form(t, s)
		want, stdErr := url.ParseQuery(strings.ReplaceAll(s, ";", "%3B"))
		if err != nil || stdErr != nil {
			return
		}
		for name, list := range v {
			if len(name) > 60 || strings.Join(want[name], "\x00") != strings.Join(list, "\x00") {
				t.Errorf("%q: field %q is %q, the standard library reads %q", s, name, list, want[name])
			}
		}
	})
}

// Every error that pages decide on has its status; what is unknown says nothing.
func TestClassify(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cause error
		want  int
	}{
		{feedback.ErrNotFound, 404},
		{feedback.ErrConflict, 409},
		{feedback.ErrMove, 409},
		{feedback.ErrRole, 403},
		{feedback.ErrSamePerson, 409},
		{feedback.ErrDigest, 409},
		{feedback.ErrConsent, 409},
		{feedback.ErrClue, 409},
		{feedback.ErrTooLate, 409},
		{feedback.ErrFull, 409},
		{feedback.ErrKeyReused, 422},
		{feedback.ErrBusy, 503},
		{fiber.ErrMethodNotAllowed, 405},
		{fiber.ErrRequestEntityTooLarge, 413},
		{fiber.ErrTeapot, 418},
		{fiber.ErrBadGateway, 502},
		{errors.New("disk 17: secret"), 500},
		{web.NotFound(), 404},
		{feedback.Conflict{}, 409},
	} {
		for _, e := range []error{c.cause, fmt.Errorf("somewhere: %w", c.cause)} {
			known := web.Classify(e)
			if known.Status != c.want {
				t.Errorf("%v: %d, want %d", e, known.Status, c.want)
			}
			p := web.ProblemOf(words, i18n.Chinese, known)
			if !words.Has("error."+known.Code) || !words.Has("error."+known.Code+".title") || strings.Contains(p.Detail+p.Title, "secret") || strings.Contains(p.Detail+p.Title, "⟦") {
				t.Errorf("%v: %+v", e, p)
			}
		}
	}
	invalid := web.Classify(fmt.Errorf("x: %w", feedback.Invalid{Field: "text", Rule: "required"}))
	if invalid.Status != 422 || len(invalid.Faults) != 1 {
		t.Errorf("%+v", invalid)
	}
}

// T51, T54: what was sent in is saved, not shown, and its name is nothing but a name.
func TestAttachment(t *testing.T) {
	t.Parallel()
	for name, plain := range map[string]string{
		"现场 1.jpg": "___1.jpg", `a"; filename=b.exe`: "a_;_filename=b.exe", "a\r\nX: y": "a__X:_y", "100%.txt": "100_.txt",
	} {
		app := fiber.New()
		c := app.AcquireCtx(&fasthttp.RequestCtx{})
		if err := web.Attachment(c, name, "application/pdf", []byte("%PDF-")); err != nil {
			t.Fatal(err)
		}
		got := string(c.Response().Header.Peek("Content-Disposition"))
		kind, params, err := mime.ParseMediaType(got)
		if err != nil || kind != "attachment" || params["filename"] != name || !strings.HasPrefix(got, `attachment; filename="`+plain+`";`) {
			t.Errorf("%q: %s (%v, %v)", name, got, params, err)
		}
		for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "Content-Type": "application/pdf", "Cache-Control": "no-store"} {
			if is := string(c.Response().Header.Peek(header)); is != want {
				t.Errorf("%s: %q", header, is)
			}
		}
		app.ReleaseCtx(c)
	}
}
