package site_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"rectify/content/builtin"
	"rectify/content/history"
	"rectify/content/library"
	"rectify/content/proposal"
	"rectify/content/shelf/shelftest"
	"rectify/feedback"
	"rectify/feedback/blobdir"
	"rectify/feedback/notary"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/staff"
	"rectify/feedback/translog"
	"rectify/site"
	"rectify/site/body"
	"rectify/site/guard"
	"rectify/site/i18n"
	"rectify/site/ops"
	"rectify/site/ui"
)

// start is when every test begins, in working hours of Beijing.
var start = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

const (
	slug     = "culture-tourism-2023"
	leaf     = "3-2"
	password = "linshui-2026-ceshi"
)

// clock is the site's own clock; it stands still until it is moved.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time          { return start.Add(time.Duration(c.ahead.Load())) }
func (c *clock) move(d time.Duration)    { c.ahead.Add(int64(d)) }
func (c *clock) sessionLater(n int)      { c.move(time.Duration(n) * time.Second) }
func (c *clock) days(n time.Duration)    { c.move(n * 24 * time.Hour) }
func (c *clock) minutes(n time.Duration) { c.move(n * time.Minute) }

// logBuffer is what the site logged.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// world is one running site over a store of its own.
type world struct {
	t      *testing.T
	site   *site.Site
	config site.Config
	store  *sqlitestore.Store
	clock  *clock
	log    *logBuffer
	words  *i18n.Catalogue
	base   string // base path
	addr   string
	intake *feedback.Intake
	office *feedback.Office
}

// newWorld builds a site as cmd/rectify does and serves it on a free port.
func newWorld(t *testing.T, change ...func(*site.Config)) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{t: t, clock: &clock{}, log: &logBuffer{}}
	var err error
	w.store, err = sqlitestore.Open(ctx, t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = w.store.Close() })
	w.config = site.Config{
		Store: w.store, Vault: w.store, Audit: w.store.Audit(), Marked: w.marks, Briefs: w.store, Now: w.clock.Now, Figures: &ops.Figures{},
		Mailing: site.Mailing{Box: w.store, Subscribers: w.store, Staff: w.store, Pen: w.store},
		Log:     slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	src, err := builtin.FS().Open(body.File)
	must(t, err)
	settings, err := io.ReadAll(src)
	must(t, err)
	w.config.Body, _ = body.Parse(settings)
	w.config.Keys, err = feedback.NewKeys(bytes.Repeat([]byte{7}, feedback.KeySize))
	must(t, err)
	w.config.Mailing.Sealed = w.config.Keys.Sealer("held")
	files, err := blobdir.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = files.Close() })
	w.config.Blobs, w.config.Tally = feedback.SealedBlobs{Blobs: files, Sealer: w.config.Keys.Sealer("blobs")}, w.store.Tally()
	w.config.Keeper, err = staff.NewKeeper(w.store, w.store, w.clock.Now)
	must(t, err)
	w.config.Keeper.Sealer = w.config.Keys.Sealer("second factors")
	w.config.Words, err = words()
	must(t, err)
	w.config.Archive = &history.Archive{Shelf: shelftest.NewMemory()}
	w.config.Press = &proposal.Press{
		Notices: shelftest.NewMemory(), Archive: w.config.Archive, Book: &proposal.Book{Shelf: shelftest.NewMemory()}, Now: w.clock.Now,
	}
	w.config.Library, err = library.Open(ctx, library.Options{FS: builtin.FS(), Archive: w.config.Archive, Now: w.clock.Now})
	must(t, err)
	for _, f := range change {
		f(&w.config)
	}
	if w.config.Notary == nil {
		key, err := translog.NewKey("linshui.example/log", w.config.Keys.Derive("public log", nil))
		must(t, err)
		w.config.Notary = &notary.Notary{
			Store: w.store, Now: w.clock.Now, Warn: w.config.Log,
			Log: &translog.Log{Store: w.store.Log(), Key: key, Now: w.clock.Now},
		}
	}
	w.words = w.config.Words
	w.config.Engine, err = engine()
	must(t, err)
	w.site, err = site.New(w.config)
	must(t, err)
	if u, err := url.Parse(w.config.BaseURL); err == nil {
		w.base = strings.TrimRight(u.Path, "/")
	}
	w.addr = serve(t, w.site)
	clocks := w.config.Body.Clocks()
	w.intake = &feedback.Intake{Store: w.store, Keys: w.config.Keys, Clocks: clocks, Now: w.clock.Now}
	w.office = &feedback.Office{Store: w.store, Clocks: clocks, Now: w.clock.Now}
	return w
}

// serve listens with the settings of cmd/rectify/serve.go.
func serve(t *testing.T, s *site.Site) string {
	t.Helper()
	return serveBy(t, s.Serve)
}

func serveBy(t *testing.T, handler fasthttp.RequestHandler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server := &fasthttp.Server{
		Handler: handler, NoDefaultServerHeader: true, NoDefaultContentType: true,
		ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 75 * time.Second,
		ReadBufferSize: 16 << 10, WriteBufferSize: 64 << 10,
		MaxRequestBodySize: guard.MaxBody, StreamRequestBody: true, DisablePreParseMultipartForm: true,
		Logger: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.ShutdownWithContext(ctx)
	})
	return l.Addr().String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is one response, read whole.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) where() string { return a.header.Get("Location") }

// browser is one visitor with cookies; it follows no redirect.
type browser struct {
	t      *testing.T
	w      *world
	client *http.Client
	token  string // of the session of staff
}

func (w *world) visitor() *browser {
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &browser{t: w.t, w: w, client: &http.Client{
		Jar: jar, Transport: transport, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signedIn is a visitor with an account of these roles; the account bears the
// name of the visitor's test role.
func (w *world) signedIn(name string, roles ...feedback.Role) *browser {
	w.t.Helper()
	ctx := context.Background()
	must(w.t, w.config.Keeper.Add(ctx, staff.New{Name: name, Roles: roles, Password: password}))
	return w.signIn(name)
}

func (w *world) signIn(name string) *browser {
	w.t.Helper()
	w.clock.sessionLater(1) // a session is younger than the last change of its account
	token, err := w.config.Keeper.SignIn(context.Background(), name, password)
	must(w.t, err)
	b := w.visitor()
	b.token = token
	u, _ := url.Parse("http://" + w.addr + "/")
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: w.cookie(), Value: token}})
	return b
}

func (w *world) cookie() string {
	if strings.HasPrefix(w.config.BaseURL, "https://") && w.base == "" {
		return "__Host-desk"
	}
	return "desk"
}

// csrf is a form token of the browser's session.
func (b *browser) csrf() string {
	b.t.Helper()
	_, s, err := b.w.config.Keeper.Who(context.Background(), b.token)
	must(b.t, err)
	return s.FormToken()
}

// do sends one request; header holds names and values in turn.
func (b *browser) do(method, path string, body io.Reader, header ...string) answer {
	b.t.Helper()
	r, err := http.NewRequest(method, "http://"+b.w.addr+b.w.base+path, body)
	must(b.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Add(header[i], header[i+1])
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{res.StatusCode, res.Header, string(got)}
}

func (b *browser) get(path string, header ...string) answer {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil, header...)
}

func (b *browser) post(path string, form url.Values, header ...string) answer {
	b.t.Helper()
	header = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)
	return b.do(http.MethodPost, path, strings.NewReader(form.Encode()), header...)
}

func (b *browser) json(path, body string, header ...string) answer {
	b.t.Helper()
	header = append([]string{"Content-Type", "application/json"}, header...)
	return b.do(http.MethodPost, path, strings.NewReader(body), header...)
}

// want holds an answer to its status.
func (a answer) want(t *testing.T, what string, status int) answer {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: answers %d, want %d\n%s", what, a.status, status, cut(a.body))
	}
	return a
}

func (a answer) has(t *testing.T, what string, parts ...string) answer {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(a.body, p) {
			t.Errorf("%s: %q is not in the page", what, p)
		}
	}
	return a
}

func (a answer) hasNot(t *testing.T, what string, parts ...string) answer {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(a.body, p) {
			t.Errorf("%s: %q is in the page", what, p)
		}
	}
	return a
}

func cut(s string) string {
	if _, main, ok := strings.Cut(s, "<main"); ok {
		s = main
	}
	return s[:min(len(s), 600)]
}

// raw sends bytes on a connection of its own and answers everything that comes
// back until the server closes or falls silent.
func (w *world) raw(request string) string {
	w.t.Helper()
	c, err := net.Dial("tcp", w.addr)
	must(w.t, err)
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		return "" // refused while still being sent
	}
	return w.rest(c)
}

func (w *world) rest(c net.Conn) string {
	var out bytes.Buffer
	r := bufio.NewReader(c)
	for buf := make([]byte, 32<<10); ; {
		_ = c.SetReadDeadline(time.Now().Add(400 * time.Millisecond))
		n, err := r.Read(buf)
		out.Write(buf[:n])
		var timeout net.Error
		if err != nil && !errors.As(err, &timeout) {
			return out.String()
		}
		if err != nil {
			return out.String()
		}
	}
}

// marks are those of the vault.
func (w *world) marks(ctx context.Context) (map[string]string, error) {
	list, err := w.store.Marks(ctx)
	all := map[string]string{}
	for _, m := range list {
		all[m.Name] = m.Value
	}
	return all, err
}

// Templates and words are the same for all tests: each world of its own would
// take megabytes.
var (
	engine = sync.OnceValues(ui.NewEngine)
	words  = sync.OnceValues(i18n.Load)
)
