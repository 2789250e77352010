package site_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/notary"
	"rectify/feedback/translog"
	"rectify/site"
)

// logged brings the public log up to what the store holds.
func (w *world) logged() translog.Head {
	w.t.Helper()
	h, err := w.config.Notary.CatchUp(context.Background())
	must(w.t, err)
	return h
}

func (w *world) verifier() translog.Verifier {
	w.t.Helper()
	v, err := w.config.Notary.Log.Key.Verifier()
	must(w.t, err)
	return v
}

// stranger reads the log as anybody can.
func (w *world) stranger(b *browser) *translog.Remote {
	return &translog.Remote{Verifier: w.verifier(), Fetch: func(_ context.Context, path string, _ int) ([]byte, error) {
		a := b.get("/log/" + path)
		if a.status != http.StatusOK {
			return nil, fmt.Errorf("%s: %d", path, a.status)
		}
		return []byte(a.body), nil
	}}
}

// A log without a line has a signed head of nothing.
func TestEmptyLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	h, err := w.stranger(b).Latest(t.Context())
	if err != nil || h.Size != 0 {
		t.Errorf("head %+v, %v", h, err)
	}
	b.get("/log").want(t, "page", http.StatusOK).has(t, "page", "公开日志", "0行", strings.ReplaceAll(w.config.Notary.Log.Key.Public(), "+", "&#43;"))
	b.get("/log/witnessed").want(t, "no witness", http.StatusNotFound)
	b.get("/log/tile/0/000.p/1").want(t, "no tile", http.StatusNotFound)
}

// TestLogFiles reads the whole log from outside, and looks at how long answers
// may be kept, under a base path too.
func TestLogFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *site.Config) { c.BaseURL = "https://linshui.example/zt/xczg" })
	b := w.visitor()
	for i := range 5 {
		w.file(opinion(fmt.Sprintf("屏幕坏了%d。", i)))
	}
	w.published("2026-000002")
	w.answered("2026-000003")
	want := w.logged()
	r := w.stranger(b)
	h, err := r.Latest(t.Context())
	must(t, err)
	kinds := map[translog.Kind]int{}
	must(t, r.Walk(t.Context(), h, func(_ int64, l translog.Leaf) error { kinds[l.Kind]++; return nil }))
	if h.Size != want.Size || kinds[translog.KindReceipt] != 5 || kinds[translog.KindOpinion] != 1 {
		t.Errorf("head of %d, want %d; %v", h.Size, want.Size, kinds)
	}
	for path, keep := range map[string]string{
		"/log/latest": "public, max-age=1", "/log/checkpoint": "public, max-age=1", "/log/key": "public, max-age=3600", "/log": "no-cache",
		"/log/tile/0/000.p/2": "public, max-age=31536000, immutable", "/log/tile/entries/000.p/5": "public, max-age=31536000, immutable",
	} {
		a := b.get(path).want(t, path, http.StatusOK)
		if got := a.header.Get("Cache-Control"); got != keep {
			t.Errorf("%s may be kept %q, want %q", path, got, keep)
		}
	}
	for _, path := range []string{"/log/tile/0/000", "/log/tile/0/000.p/99", "/log/tile/9/000", "/log/tile/", "/log/tile/0/x", "/log/tile/entries/001", "/log/entries", "/log/Latest"} {
		if a := b.get(path).want(t, path, http.StatusNotFound); a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %q may be kept", path, a.header.Get("Cache-Control"))
		}
	}
	for line := range strings.SplitSeq(b.get("/log/tile/entries/000.p/5").body, "rectify/v1 ") {
		if strings.HasPrefix(line, "receipt") && strings.Contains(line, "2026-") {
			t.Errorf("a receipt's leaf tells more than its commitment: %q", line)
		}
	}
}

// What open data shows of an opinion is what its leaf is the digest of.
func TestStatementInOpenData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.published(w.file(opinion("屏幕坏了 <b>&“请修”。")).Number).Number
	w.logged()
	var page struct {
		Items []struct{ Statement json.RawMessage }
	}
	must(t, json.Unmarshal([]byte(w.visitor().get("/api/v1/submissions").body), &page))
	if len(page.Items) != 1 {
		t.Fatalf("%d opinions", len(page.Items))
	}
	list, err := w.store.Log().ByRef(t.Context(), translog.Refs{From: "o/", To: "o0", Limit: 9})
	must(t, err)
	want := translog.Leaf{Kind: translog.KindOpinion, Name: string(n), Digest: notary.Digest(page.Items[0].Statement)}.String()
	if len(list) != 1 || list[0].Leaf != want {
		t.Errorf("leaves %v, want %s", list, want)
	}
}

// The log follows by itself, within two seconds.
func TestLogFollows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.config.Notary.Follow(ctx); close(done) }()
	n := w.file(opinion("屏幕坏了。")).Number
	w.published(n)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if h, err := w.config.Notary.Log.Last(ctx); err == nil && h.Size == 2 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("not logged")
		}
	}
	stop()
	<-done
	f, err := notary.Verify(t.Context(), w.store, w.store.Log(), w.verifier(), nil, w.clock.Now())
	must(t, err)
	if len(f.Faults) != 0 || f.Receipts != 1 || f.Opinions != 1 {
		t.Errorf("%+v", f)
	}
}

// TestReceiptFile hands out a receipt by code and by pass, at once, and never
// keeps it: what is in it proves itself and names no person.
func TestReceiptFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	in := opinion("屏幕坏了，请修。")
	in.Contact = feedback.Contact{Name: "王小临", Phone: "13800001234", Email: "wang@linshui.example"}
	r := w.file(in)
	code := url.Values{"code": {string(r.Code)}}
	opened := b.post("/track", code).want(t, "track", http.StatusOK).has(t, "track", `action="/track/receipt"`, "收件凭证")
	pass := hidden(t, opened.body, "pass")
	for name, form := range map[string]url.Values{"code": code, "pass": {"pass": {pass}}, "spaced code": {"code": {strings.Join(r.Code.Groups(), " ")}}} {
		a := b.post("/track/receipt", form).want(t, name, http.StatusOK)
		a.hasNot(t, name, "王小临", "13800001234", "wang@", "屏幕", string(r.Code))
		if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Content-Disposition") != `attachment; filename="receipt-2026-000001.json"` {
			t.Errorf("%s: %v", name, a.header)
		}
		got, err := notary.ParseReceipt([]byte(a.body))
		must(t, err)
		if h, err := got.Check(w.verifier()); err != nil || h.Size < 1 || got.Number != r.Number || got.TextSHA256 != notary.Digest([]byte(in.Text)) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		slip, err := got.Slip()
		must(t, err)
		form.Set("as", "page")
		printed := b.post("/track/receipt", form).want(t, name+" printed", http.StatusOK).has(t, name, "<svg", "2026-000001", slip[:5], slip[len(slip)-4:])
		if printed.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: printed page may be kept", name)
		}
	}
	wrong := b.post("/track", url.Values{"code": {""}}).body
	for name, form := range map[string]url.Values{"nothing": {}, "wrong code": {"code": {"1234"}}, "another's code": {"code": {strings.Repeat("1", 20)}}, "bent pass": {"pass": {pass[1:]}}} {
		if a := b.post("/track/receipt", form).want(t, name, http.StatusUnprocessableEntity); typedBack.ReplaceAllString(a.body, "$1>") != wrong {
			t.Errorf("%s: another answer than for every wrong code", name)
		}
	}
	b.get("/track/receipt?code="+string(r.Code)).want(t, "by address", http.StatusMethodNotAllowed)
	old := w.kept(r.Number)
	old.Blind = nil
	must(t, w.store.Replace(t.Context(), old, old.Rev))
	b.post("/track/receipt", code).want(t, "without a blind", http.StatusNotFound).has(t, "without a blind", "没有收件凭证")
	b.post("/track", code).want(t, "without a blind", http.StatusOK).hasNot(t, "without a blind", "/track/receipt")
}

// hidden is the value of a hidden field.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	if !ok || value == "" {
		t.Fatalf("no field %s", name)
	}
	return value
}

// The page after sending offers the receipt, too.
func TestReceiptAfterSending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	sent := b.post("/feedback", url.Values{"text": {"屏幕坏了。"}, "category": {"opinion"}}).want(t, "send", http.StatusSeeOther)
	page := b.get(strings.TrimPrefix(sent.where(), w.base)).want(t, "receipt", http.StatusOK).has(t, "receipt", `action="/track/receipt"`)
	a := b.post("/track/receipt", url.Values{"code": {hidden(t, page.body, "code")}, "as": {"file"}}).want(t, "file", http.StatusOK)
	if _, err := notary.ParseReceipt([]byte(a.body)); err != nil {
		t.Error(err)
	}
}

// TestWitness takes cosignatures of known witnesses on heads that were signed
// here, and nothing else (T105).
func TestWitness(t *testing.T) {
	t.Parallel()
	key, err := translog.NewWitnessKey("witness.example/a", bytes.Repeat([]byte{2}, 32))
	must(t, err)
	stranger, err := translog.NewWitnessKey("witness.example/b", bytes.Repeat([]byte{3}, 32))
	must(t, err)
	w := newWorld(t, func(c *site.Config) { c.Witnesses = []translog.Witness{key.Witness} })
	b := w.visitor()
	w.file(opinion("一。"))
	first := w.logged()
	w.file(opinion("二。"))
	second := w.logged()
	hand := func(body []byte) answer {
		return b.do(http.MethodPost, "/log/cosign", bytes.NewReader(body), "Content-Type", "text/plain; charset=utf-8")
	}
	now := w.clock.Now()
	hand(first.With(key.Cosign(first, now))).want(t, "an older head", http.StatusNoContent)
	if got := b.get("/log/witnessed").want(t, "witnessed", http.StatusOK).body; !strings.HasPrefix(got, string(first.Note)) {
		t.Errorf("witnessed:\n%s", got)
	}
	hand(second.With(key.Cosign(second, now))).want(t, "the last head", http.StatusNoContent)
	_, list, err := translog.Cosigned([]byte(b.get("/log/latest").body), w.verifier(), []translog.Witness{key.Witness})
	if err != nil || len(list) != 1 {
		t.Errorf("latest: %v, %v", list, err)
	}
	forged, err := translog.NewKey(w.config.Notary.Log.Key.Origin, bytes.Repeat([]byte{4}, 32))
	must(t, err)
	for name, body := range map[string][]byte{
		"a stranger's": second.With(stranger.Cosign(second, now)), "of another head": append(bytes.Clone(second.Note), key.Cosign(first, now).Line+"\n"...),
		"none": second.Note, "nothing": nil, "not a note": []byte("x"), "a megabyte": bytes.Repeat([]byte("— a AAAAAAAA\n"), 5000),
		"of a head of another key": bytes.ReplaceAll(second.With(key.Cosign(second, now)), []byte("— "+forged.Origin), []byte("— x"+forged.Origin)),
	} {
		if a := hand(body); a.status != http.StatusForbidden && a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	other := newWorld(t)
	other.visitor().do(http.MethodPost, "/log/cosign", bytes.NewReader(second.Note)).want(t, "no witness is known", http.StatusNotFound)
	b.get("/log").has(t, "page", "witness.example/a")
}
