package site_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site"
	"rectify/site/web"
)

// filing takes forms with files as a handler of ours would: each file kept as it
// comes, all let go when the form breaks off.
type filing struct {
	mu      sync.Mutex
	kept    map[string]string
	asked   int
	waiting chan struct{} // told by every file that comes, while it is not nil
	open    chan struct{} // then waited for
}

func (f *filing) handle(c *fiber.Ctx) error {
	f.mu.Lock()
	f.asked++
	waiting := f.waiting
	f.mu.Unlock()
	var mine, faults []string
	form, err := web.Receive(c, func(file web.File) error {
		if waiting != nil {
			waiting <- struct{}{}
			<-f.open
		}
		if file.Fault != nil {
			faults = append(faults, file.Fault.Rule)
			return nil
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.kept[file.Name] = feedback.DigestOf(file.Data)
		mine = append(mine, file.Name)
		return nil
	})
	if err != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, name := range mine {
			delete(f.kept, name)
		}
		return err
	}
	return c.SendString(fmt.Sprintf("%s|%d|%s", form.Get("text"), len(mine), strings.Join(faults, ",")))
}

func (f *filing) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.kept)
}

// filed is a site with one more address, /files, that takes files.
func filed(t *testing.T, limit web.Limit, change ...func(*site.Config)) (*world, *filing) {
	t.Helper()
	w := newWorld(t, change...)
	f := &filing{kept: make(map[string]string)}
	w.addr = serveBy(t, w.site.With(web.Route{
		Method: fiber.MethodPost, Path: "/files", Handler: f.handle, Limit: limit,
		Uploads: web.UploadRule{Files: 5, Each: 10 << 20, Total: 52 << 20},
	}))
	return w, f
}

// partsOf is a form of parts: names with a dot are files.
func partsOf(t *testing.T, fields ...string) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		if !strings.Contains(fields[i], ".") {
			must(t, w.WriteField(fields[i], fields[i+1]))
			continue
		}
		part, err := w.CreateFormFile("files", fields[i])
		must(t, err)
		_, err = io.WriteString(part, fields[i+1])
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes(), w.FormDataContentType()
}

func (b *browser) files(body io.Reader, kind string, header ...string) answer {
	b.t.Helper()
	return b.do(http.MethodPost, "/files", body, append([]string{"Content-Type", kind}, header...)...)
}

func TestUploads(t *testing.T) { // alone: others measure memory
	w, f := filed(t, web.NoLimit)
	b := w.visitor()
	big := strings.Repeat("0123456789abcdef", 10<<16) // 10 MB
	body, kind := partsOf(t, "text", "意见", "一.jpg", big, "二.pdf", big, "三.txt", "3", "四.txt", "", "../五.doc", big)
	a := b.files(bytes.NewReader(body), kind).want(t, "five files", http.StatusOK)
	if a.body != "意见|5|" || f.kept["五.doc"] != feedback.DigestOf([]byte(big)) || f.kept["四.txt"] != feedback.DigestOf(nil) {
		t.Errorf("%s: %v", a.body, f.kept)
	}
	for name, c := range map[string]struct {
		fields []string
		want   string
	}{
		"no file":       {[]string{"text", "只有字"}, "只有字|0|"},
		"none chosen":   {[]string{"text", "x"}, "x|0|"},
		"one too large": {[]string{"a.jpg", big + "x", "b.jpg", "ok", "text", "后面"}, "后面|1|too-large"},
		"seven":         {[]string{"1.x", "1", "2.x", "2", "3.x", "3", "4.x", "4", "5.x", "5", "6.x", "6", "7.x", "7", "text", "t"}, "t|5|too-many"},
	} {
		body, kind := partsOf(t, c.fields...)
		if name == "none chosen" {
			body = bytes.Replace(body, []byte("--"+kind[strings.Index(kind, "=")+1:]+"--"), []byte("--"+kind[strings.Index(kind, "=")+1:]+
				"\r\nContent-Disposition: form-data; name=\"files\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--"+kind[strings.Index(kind, "=")+1:]+"--"), 1)
		}
		if a := b.files(bytes.NewReader(body), kind).want(t, name, http.StatusOK); a.body != c.want {
			t.Errorf("%s: %q, want %q", name, a.body, c.want)
		}
	}
	// The plain encoding is taken too, within its own bounds.
	if a := b.post("/files", map[string][]string{"text": {"平常"}}).want(t, "plain", http.StatusOK); a.body != "平常|0|" {
		t.Errorf("plain: %q", a.body)
	}
}

// T07, T09: what is no sound form with files is refused, and nothing of it kept;
// what was typed before that comes back.
func TestOddUploads(t *testing.T) {
	w, f := filed(t, web.NoLimit)
	b := w.visitor()
	const kind = "multipart/form-data; boundary=x"
	field := func(name, value string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	file := func(name, value string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"" + name + "\"\r\nContent-Type: image/jpeg\r\n\r\n" + value + "\r\n"
	}
	const end = "--x--\r\n"
	var packed bytes.Buffer
	g := gzip.NewWriter(&packed)
	for range 600 {
		_, _ = g.Write(make([]byte, 1<<20))
	}
	must(t, g.Close())
	fds := descriptors(t)
	temp, err := os.ReadDir(os.TempDir())
	must(t, err)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for name, c := range map[string]struct {
		body, kind string
		header     []string
		want       int
	}{
		"10,000 parts":      {strings.Repeat(field("text", "a"), 10000) + end, kind, nil, 400},
		"same name 1,000×":  {strings.Repeat(field("text", "a"), 1000) + end, kind, nil, 400},
		"1,000 files":       {strings.Repeat(file("a.jpg", "x"), 1000) + end, kind, nil, 400},
		"1 MB head":         {"--x\r\nContent-Disposition: form-data; name=\"a\"\r\nX: " + strings.Repeat("a", 1<<20) + "\r\n\r\nb\r\n" + end, kind, nil, 400},
		"10,000 head lines": {"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n" + strings.Repeat("X: y\r\n", 10000) + "\r\nb\r\n" + end, kind, nil, 400},
		"no end":            {field("text", "打过的字") + file("a.jpg", "x"), kind, nil, 400},
		"no end of a file":  {"--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\n\r\nabc", kind, nil, 400},
		"no part":           {"abc", kind, nil, 400},
		"nothing":           {"", kind, nil, 400},
		"long before it":    {strings.Repeat("a", 1<<20) + "\r\n" + field("text", "a") + end, kind, nil, 400},
		"no boundary":       {field("text", "a") + end, "multipart/form-data", nil, 400},
		"empty boundary":    {field("text", "a") + end, "multipart/form-data; boundary=", nil, 415},
		"long boundary":     {field("text", "a") + end, "multipart/form-data; boundary=" + strings.Repeat("x", 5000), nil, 400},
		"other kind":        {field("text", "a") + end, "multipart/mixed; boundary=x", nil, 415},
		"long name":         {field(strings.Repeat("n", 61), "a") + end, kind, nil, 400},
		"long field":        {field("text", strings.Repeat("a", 128<<10+1)) + end, kind, nil, 413},
		"long fields":       {strings.Repeat(field("text", strings.Repeat("a", 100<<10)), 6) + end, kind, nil, 413},
		"packed":            {packed.String(), kind, []string{"Content-Encoding", "gzip"}, 415},
		"after a file":      {file("a.jpg", "x") + field("text", strings.Repeat("a", 200<<10)) + end, kind, nil, 413},
		"another site":      {field("text", "a") + file("a.jpg", "x") + end, kind, []string{"Origin", "https://evil.example"}, 403},
	} {
		began := time.Now()
		a := b.files(strings.NewReader(c.body), c.kind, c.header...).want(t, name, c.want)
		if name == "no end" {
			a.has(t, name, "打过的字")
		}
		if d := time.Since(began); d > 3*time.Second {
			t.Errorf("%s took %v", name, d)
		}
		if n := f.count(); n != 0 {
			t.Errorf("%s: %d files are kept", name, n)
			clear(f.kept)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if after.HeapInuse > before.HeapInuse+64<<20 {
		t.Errorf("memory grew from %d to %d MB", before.HeapInuse>>20, after.HeapInuse>>20)
	}
	// Too much altogether: by its head, and by what comes.
	asked := f.asked
	a := w.raw("POST /files HTTP/1.1\r\nHost: x\r\nContent-Type: " + kind + "\r\nContent-Length: 99999999999\r\n\r\n" + field("text", "a"))
	if strings.Contains(a, " 200 ") || f.asked != asked {
		t.Errorf("100 GB: %.60q", a)
	}
	endless := io.MultiReader(strings.NewReader(field("text", "a")), io.LimitReader(repeated(file("a.jpg", strings.Repeat("x", 9<<20))), 60<<20))
	b.files(endless, kind).want(t, "60 MB in chunks", http.StatusRequestEntityTooLarge)
	if n := f.count(); n != 0 {
		t.Errorf("%d files are kept", n)
	}
	left, err := os.ReadDir(os.TempDir())
	must(t, err)
	for _, e := range left {
		if strings.HasPrefix(e.Name(), "multipart-") && !slices.ContainsFunc(temp, func(o os.DirEntry) bool { return o.Name() == e.Name() }) {
			t.Errorf("left behind: %s", e.Name())
		}
	}
	b.client.CloseIdleConnections()
	for limit := time.Now().Add(5 * time.Second); descriptors(t) > fds+20; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%d descriptors, %d before", descriptors(t), fds)
		}
	}
}

// repeated says the same for ever.
func repeated(s string) io.Reader { return &repeater{s: s} }

type repeater struct {
	s  string
	at int
}

func (r *repeater) Read(p []byte) (int, error) {
	n := copy(p, r.s[r.at:])
	r.at = (r.at + n) % len(r.s)
	return n, nil
}

func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	must(t, err)
	return len(list)
}

// At most four requests send files at once; text goes through meanwhile, and
// when they end the next may.
func TestUploadTurns(t *testing.T) {
	t.Parallel()
	w, f := filed(t, web.NoLimit)
	f.waiting, f.open = make(chan struct{}), make(chan struct{})
	body, kind := partsOf(t, "text", "意见", "a.jpg", "x")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			w.visitor().files(bytes.NewReader(body), kind).want(t, "one of four", http.StatusOK)
		})
		<-f.waiting
	}
	b := w.visitor()
	a := b.files(bytes.NewReader(body), kind).want(t, "the fifth", http.StatusServiceUnavailable).has(t, "the fifth", "意见")
	if a.header.Get("Retry-After") == "" {
		t.Error("nothing says when to come again")
	}
	text, textKind := partsOf(t, "text", "没有文件")
	b.files(bytes.NewReader(text), textKind).want(t, "text alone", http.StatusOK)
	b.get("/about").want(t, "reading", http.StatusOK)
	f.mu.Lock()
	f.waiting = nil
	f.mu.Unlock()
	close(f.open)
	group.Wait()
	for range 6 {
		b.files(bytes.NewReader(body), kind).want(t, "afterwards", http.StatusOK)
	}
}

// T20: connections that break off in the middle keep nothing and give their turn
// back; a rate limit counts before anything is read.
func TestCutFiles(t *testing.T) {
	t.Parallel()
	w, f := filed(t, web.LimitSubmit, func(c *site.Config) { c.Limits = true })
	body, kind := partsOf(t, "text", "意见", "a.jpg", strings.Repeat("x", 100<<10), "b.jpg", strings.Repeat("y", 100<<10))
	head := fmt.Sprintf("POST /files HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", kind, len(body))
	for i := range 12 {
		c, err := net.Dial("tcp", w.addr)
		must(t, err)
		_, _ = io.WriteString(c, head+string(body[:len(body)*i/12]))
		_ = c.Close()
	}
	b := w.visitor()
	until(t, "a turn is free again", func() bool { return b.files(bytes.NewReader(body), kind).status != http.StatusServiceUnavailable })
	until(t, "nothing of a cut form is kept", func() bool { return f.count() <= 2 })
	var last answer
	for range 20 {
		last = b.files(bytes.NewReader(body), kind)
	}
	last.want(t, "too often", http.StatusTooManyRequests)
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("not in time: %s", what)
		}
	}
}
