package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"rectify/feedback/calendar"
)

// channel is one way for a submission into the site.
type channel interface {
	// name is what the figures call it.
	name() string

	// send hands in one item. It is acknowledged only when the site said so; a
	// channel that tells no number or code leaves them empty. An error says why
	// it was not, as far as is known.
	send(ctx context.Context, it *item) (told, bool, error)
}

// once marks a channel whose items have no key: what is not acknowledged is not
// sent again, because that would rightly be another submission.
type once interface{ once() }

// item is one submission, sent until it is acknowledged, with the same key.
type item struct {
	key, text string
	made      time.Time

	told  told
	acked bool
	fault string // what its sender was told that cannot be
}

// told is what an acknowledgement says.
type told struct{ number, code string }

// channels are all of them. The site is at base; name and password are those of
// an account that may enter what came by phone.
func channels(base, name, password string) []channel {
	return []channel{
		&webForm{base: base, client: client()},
		&machineIntake{base: base, client: client()},
		&keyless{machineIntake{base: base, client: client()}},
		&deskForm{base: base, account: name, password: password, client: client()},
	}
}

// errRefused means that the site answered, and did not take it.
var errRefused = errors.New("not taken")

// client is one that follows no redirect and keeps cookies.
func client() *http.Client {
	jar, _ := cookiejar.New(nil) // has no way to fail
	return &http.Client{
		Jar: jar, Timeout: 20 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// exchange sends a request and answers its status, where it points, and its body.
func exchange(ctx context.Context, c *http.Client, method, address, kind string, body io.Reader) (status int, where, page string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return 0, "", "", err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := c.Do(req)
	if err != nil {
		return 0, "", "", err
	}
	read, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return 0, "", "", err
	}
	return res.StatusCode, res.Header.Get("Location"), string(read), nil
}

const formType = "application/x-www-form-urlencoded"

var (
	numberShown = regexp.MustCompile(`id="number">(?:<a [^>]*>)?([0-9]{4}-[0-9]{6,9})<`)
	codeShown   = regexp.MustCompile(`id="code">((?:<span>[0-9]{4}</span> ?){5})<`)
	notDigit    = regexp.MustCompile(`[^0-9]`)
	csrfShown   = regexp.MustCompile(`name="csrf" value="([^"]+)"`)
)

// slipOf reads number and code off a page that shows them.
func slipOf(page string) (told, bool) {
	n, c := numberShown.FindStringSubmatch(page), codeShown.FindStringSubmatch(page)
	if n == nil || c == nil {
		return told{}, false
	}
	return told{number: n[1], code: notDigit.ReplaceAllString(c[1], "")}, true
}

// webForm is the public form, without scripts.
type webForm struct {
	base   string
	client *http.Client
}

func (w *webForm) name() string { return "web" }

func (w *webForm) send(ctx context.Context, it *item) (told, bool, error) {
	form := url.Values{"text": {it.text}, "category": {"opinion"}, "idempotency_key": {it.key}}
	status, where, page, err := exchange(ctx, w.client, http.MethodPost, w.base+"/feedback", formType, strings.NewReader(form.Encode()))
	if err == nil && status == http.StatusSeeOther {
		// Number and code are on the page that it leads to; until that is seen the
		// sender knows nothing.
		status, _, page, err = exchange(ctx, w.client, http.MethodGet, w.base+where, "", nil)
	}
	if err != nil {
		return told{}, false, err
	}
	if t, ok := slipOf(page); ok && status == http.StatusOK {
		return t, true, nil
	}
	return told{}, false, fmt.Errorf("web form: %w: %d", errRefused, status)
}

// machineIntake is POST /api/v1/submissions.
type machineIntake struct {
	base   string
	client *http.Client
}

func (m *machineIntake) name() string { return "api" }

func (m *machineIntake) send(ctx context.Context, it *item) (told, bool, error) {
	return m.post(ctx, map[string]string{"text": it.text, "idempotency_key": it.key})
}

func (m *machineIntake) post(ctx context.Context, fields map[string]string) (told, bool, error) {
	body, err := json.Marshal(fields)
	if err != nil {
		return told{}, false, err
	}
	status, _, answer, err := exchange(ctx, m.client, http.MethodPost, m.base+"/api/v1/submissions", "application/json", bytes.NewReader(body))
	if err != nil {
		return told{}, false, err
	}
	var r struct{ Number, Code string }
	if status != http.StatusCreated && status != http.StatusOK {
		return told{}, false, fmt.Errorf("api: %w: %d", errRefused, status)
	}
	if err := json.Unmarshal([]byte(answer), &r); err != nil {
		return told{}, false, fmt.Errorf("api: %w", err)
	}
	return told{r.Number, r.Code}, true, nil
}

// keyless is the same without a key.
type keyless struct{ machineIntake }

func (k *keyless) name() string { return "nokey" }

func (k *keyless) once() {}

func (k *keyless) send(ctx context.Context, it *item) (told, bool, error) {
	return k.post(ctx, map[string]string{"text": it.text})
}

// deskForm is what staff fill in during a call, signed in.
type deskForm struct {
	base              string
	account, password string
	client            *http.Client

	mu   sync.Mutex
	csrf string // of the session; empty: not signed in
}

func (d *deskForm) name() string { return "desk" }

func (d *deskForm) send(ctx context.Context, it *item) (told, bool, error) {
	csrf, err := d.signedIn(ctx)
	if err != nil {
		return told{}, false, err
	}
	at := it.made.In(calendar.Beijing())
	form := url.Values{
		"csrf": {csrf}, "idempotency_key": {it.key}, "channel": {"phone"}, "text": {it.text}, "category": {"opinion"},
		"received": {at.Format(time.DateOnly)}, "hour": {at.Format("15:04")}, "name": {"周某"},
	}
	status, _, page, err := exchange(ctx, d.client, http.MethodPost, d.base+"/desk/enter", formType, strings.NewReader(form.Encode()))
	if err != nil {
		return told{}, false, err
	}
	if t, ok := slipOf(page); ok && status == http.StatusOK {
		return t, true, nil
	}
	if status < http.StatusInternalServerError {
		d.signOut(csrf)
	}
	return told{}, false, fmt.Errorf("desk form: %w: %d", errRefused, status)
}

// signedIn answers the token of the session that all senders of this channel share.
func (d *deskForm) signedIn(ctx context.Context) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.csrf != "" {
		return d.csrf, nil
	}
	form := url.Values{"name": {d.account}, "password": {d.password}}
	status, _, _, err := exchange(ctx, d.client, http.MethodPost, d.base+"/desk/login", formType, strings.NewReader(form.Encode()))
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("sign in: %w: %d", errRefused, status)
	}
	if err != nil {
		return "", err
	}
	_, _, page, err := exchange(ctx, d.client, http.MethodGet, d.base+"/desk/enter", "", nil)
	if err != nil {
		return "", err
	}
	m := csrfShown.FindStringSubmatch(page)
	if m == nil {
		return "", fmt.Errorf("desk form has no token: %w", errRefused)
	}
	d.csrf = m[1]
	return d.csrf, nil
}

// signOut forgets a session that did not hold.
func (d *deskForm) signOut(csrf string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.csrf == csrf {
		d.csrf = ""
	}
}
