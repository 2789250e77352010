package site_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// T15, T16, T17: a message whose bounds can be read in two ways is refused, and
// what follows it is never served.
func TestFraming(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const (
		post  = "POST /track HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
		after = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
	)
	for name, request := range map[string]string{
		"CL and TE":        post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + after,
		"two CL":           post + "Content-Length: 6\r\nContent-Length: 0\r\n\r\ncode=1" + after,
		"CL +3":            post + "Content-Length: +6\r\n\r\ncode=1" + after,
		"CL of 20 digits":  post + "Content-Length: 10000000000000000006\r\n\r\ncode=1" + after,
		"CL hex":           post + "Content-Length: 0x6\r\n\r\ncode=1" + after,
		"two TE":           post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + after,
		"TE xchunked":      post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + after,
		"TE with a space":  post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + after,
		"TE on HTTP/1.0":   strings.Replace(post, "1.1", "1.0", 1) + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + after,
		"chunk LF":         post + "Transfer-Encoding: chunked\r\n\r\n2;\n\r\nco\r\n0\r\n\r\n" + after,
		"chunk space":      post + "Transfer-Encoding: chunked\r\n\r\n2 ;a=b\r\nco\r\n0\r\n\r\n" + after,
		"chunk bare LF":    post + "Transfer-Encoding: chunked\r\n\r\n2\nco\n0\n\n" + after,
		"chunk too large":  post + "Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\nco\r\n0\r\n\r\n" + after,
		"chunk negative":   post + "Transfer-Encoding: chunked\r\n\r\n-2\r\nco\r\n0\r\n\r\n" + after,
		"header no colon":  post + "abc\r\n\r\n" + after,
		"NUL in a header":  "GET / HTTP/1.1\r\nHost: x\r\nA: a\x00b\r\n\r\n" + after,
		"two hosts":        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + after,
		"odd host":         "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n" + after,
		"no host":          "GET / HTTP/1.1\r\n\r\n" + after,
		"two spaces":       "GET  / HTTP/1.1\r\nHost: x\r\n\r\n" + after,
		"HTTP/2 preface":   "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + after, // T26
		"CR in the target": "GET /\rx HTTP/1.1\r\nHost: x\r\n\r\n" + after,
		"large header":     "GET / HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("a", 1<<20) + "\r\n\r\n" + after,
		"many headers":     "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", 50000) + "\r\n" + after,
	} {
		got := w.raw(request)
		answers := regexp.MustCompile(`HTTP/1\.1 [0-9]{3}`).FindAllString(got, -1)
		if len(answers) > 1 || strings.Contains(got, "\r\n\r\nok\n") {
			t.Errorf("%s: %d answers %q", name, len(answers), answers)
		}
		if len(answers) == 1 && !strings.HasPrefix(answers[0], "HTTP/1.1 4") && name != "no host" {
			t.Errorf("%s: %s", name, answers[0])
		}
	}
	// What is whole is served in turn, whatever was done with its body.
	for _, first := range []string{
		post + "Content-Length: 6\r\n\r\ncode=1", post + "Transfer-Encoding: chunked\r\n\r\n6\r\ncode=1\r\n0\r\n\r\n",
		"PUT /feedback HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\ncode=1",
		"POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\ncode=1", "GET /about HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\ncode=1",
		"POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 40000\r\n\r\n" + strings.Repeat("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n         ", 1000)[:40000],
	} {
		got := w.raw(first + after)
		if n := strings.Count(got, "HTTP/1.1 "); n > 2 || strings.Contains(got, "ready\n") {
			t.Errorf("%.40q: %d answers: a body was read as a request", first, n)
		}
	}
	// T26: no other protocol is spoken.
	for _, h := range []string{"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"} {
		if got := w.raw("GET /about HTTP/1.1\r\nHost: x\r\n" + h + "\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200") {
			t.Errorf("%.20s: %.40q", h, got)
		}
	}
	if got := w.raw(post + "Content-Length: 6\r\nExpect: 100-continue\r\n\r\n"); strings.Contains(got, " 200 ") {
		t.Errorf("Expect: %.60q", got)
	}
	w.visitor().get("/healthz").want(t, "still there", http.StatusOK)
}

// T20, F25, F23: uploads that are cut or crawl hold nothing up and leave nothing.
func TestCutUploads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := runtime.NumGoroutine()
	temp, err := os.ReadDir(os.TempDir())
	must(t, err)
	body := "text=" + strings.Repeat("a", 2000)
	request := "POST /feedback HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
	for i := 0; i < len(request); i += 97 {
		c, err := net.Dial("tcp", w.addr)
		must(t, err)
		_, _ = io.WriteString(c, request[:i])
		_ = c.Close()
	}
	slow := make([]net.Conn, 100)
	for i := range slow {
		c, err := net.Dial("tcp", w.addr)
		must(t, err)
		defer c.Close()
		_, _ = io.WriteString(c, request[:len(request)-1500+i])
		slow[i] = c
	}
	begun := time.Now()
	b := w.visitor()
	for range 50 {
		b.get("/about").want(t, "beside slow uploads", http.StatusOK)
	}
	b.post("/feedback", b.form("照样收下")).want(t, "beside slow uploads", http.StatusSeeOther)
	if d := time.Since(begun); d > 5*time.Second {
		t.Errorf("others waited %v", d)
	}
	if n := w.count(); n != 1 {
		t.Errorf("%d submissions from cut uploads", n-1)
	}
	for _, c := range slow {
		_ = c.Close()
	}
	for limit := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before+400 && time.Now().Before(limit); {
		time.Sleep(20 * time.Millisecond)
	}
	left, err := os.ReadDir(os.TempDir())
	must(t, err)
	for _, f := range left {
		known := false
		for _, old := range temp {
			known = known || old.Name() == f.Name()
		}
		if !known && strings.HasPrefix(f.Name(), "multipart-") {
			t.Errorf("left behind: %s", f.Name())
		}
	}
}

// T109: figures for operators only, without anything of a person, and counted.
func TestFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	for i := range 5 {
		b.get(fmt.Sprintf("/none/%d?q=%d", i, i))
	}
	a := b.post("/feedback", b.form("一条"))
	b.json(intake, `{"text":"两条","idempotency_key":"0123456789abcdef"}`)
	b.json(intake, `{"text":"两条","idempotency_key":"0123456789abcdef"}`)
	m := b.get("/metrics").want(t, "on the loopback", http.StatusOK)
	m.has(t, "figures", "rectify_submissions_total 2\n", "rectify_failures_total 0\n", "rectify_page_cache_hits_total").hasNot(t, "figures", "none", senderName)
	if a.status != http.StatusSeeOther || len(strings.Split(m.body, "\n")) > 40 {
		t.Errorf("figures:\n%s", m.body)
	}
	for _, h := range [][]string{{"X-Forwarded-For", "127.0.0.1"}, {"Forwarded", "for=127.0.0.1"}, {"X-Real-Ip", "127.0.0.1"}, {"Via", "1.1 proxy"}} { // T21: came through a proxy
		b.get("/metrics", h...).want(t, h[0], http.StatusNotFound)
	}
	for _, path := range []string{"/debug/pprof/", "/debug/vars", "/metrics/", "/METRICS"} {
		b.get(path).want(t, path, http.StatusNotFound)
	}
	ready := b.get("/readyz").want(t, "ready", http.StatusOK)
	if ready.body != "ready\n" || ready.header.Get("Cache-Control") != "no-store" {
		t.Errorf("ready: %q", ready.body)
	}
	must(t, w.store.Close())
	b.get("/readyz").want(t, "store gone", http.StatusServiceUnavailable).hasNot(t, "store gone", "sql", "database")
	b.get("/healthz").want(t, "alive", http.StatusOK)
	b.get("/about").want(t, "reading goes on", http.StatusOK)
	b.get("/feedback/2026-000001").hasNot(t, "store gone", "sql", "database")
}
