package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/site/guard"
)

// visitor asks the site from an address, as its proxy says.
type visitor struct {
	base, address string
	client        *http.Client
}

func (f *flood) visitor(address string) *visitor {
	jar, _ := cookiejar.New(nil) // fails on options only
	return &visitor{base: f.base, address: address, client: &http.Client{
		Jar: jar, Timeout: time.Minute, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// errAnswer means that the site answered something else than it should.
var errAnswer = errors.New("unexpected answer")

func (v *visitor) do(ctx context.Context, method, path string, form url.Values) (status int, where, page string, err error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, body)
	if err != nil {
		return 0, "", "", err
	}
	req.Header.Set("X-Forwarded-For", v.address)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := v.client.Do(req)
	if err != nil {
		return 0, "", "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Location"), string(text), err
}

func (v *visitor) get(ctx context.Context, path string) (string, error) {
	status, _, page, err := v.do(ctx, http.MethodGet, path, nil)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%w: %s: %d", errAnswer, path, status)
	}
	return page, err
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)"`)

// form opens the form of an opinion and answers what it carries.
func (v *visitor) form(ctx context.Context) (map[string]string, error) {
	page, err := v.get(ctx, "/feedback/new")
	return carried(page), err
}

// carried is what a form carries beside what is typed, and the work it asks for.
func carried(page string) map[string]string {
	fields := make(map[string]string)
	for _, m := range hiddenInput.FindAllStringSubmatch(page, -1) {
		fields[m[1]] = html.UnescapeString(m[2])
	}
	if m := regexp.MustCompile(`data-bits="([0-9]+)"`).FindStringSubmatch(page); m != nil {
		fields["bits"] = m[1]
	}
	return fields
}

// send hands an opinion in and answers where the receipt is.
func (v *visitor) send(ctx context.Context, fields map[string]string) (status int, where, page string, err error) {
	form := url.Values{"category": {"opinion"}}
	for name, value := range fields {
		form.Set(name, value)
	}
	return v.do(ctx, http.MethodPost, "/feedback", form)
}

func (v *visitor) signIn(ctx context.Context, name, password string) error {
	status, _, _, err := v.do(ctx, http.MethodPost, "/desk/login", url.Values{"name": {name}, "password": {password}})
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("%w: sign in: %d", errAnswer, status)
	}
	return err
}

// person is an honest one: opens the form, writes for a while, sends it, looks
// at the receipt. One in five has no scripts and does no work.
type person struct {
	*visitor
	flood *flood
	i     int
	form  map[string]string
}

func (f *flood) person(i int) *person {
	return &person{visitor: f.visitor(fmt.Sprintf("111.%d.%d.5", 10+i, i)), flood: f, i: i}
}

func (p *person) open(ctx context.Context) (err error) {
	p.form, err = p.visitor.form(ctx)
	return err
}

var shownNumber = regexp.MustCompile(`id="number"[^>]*>\s*([0-9]{4}-[0-9]{6,9})`)

func (p *person) write(ctx context.Context) error {
	if p.form == nil {
		if err := p.open(ctx); err != nil {
			return err
		}
		if err := pause(ctx, p.flood.Typing); err != nil {
			return err
		}
	}
	status, where, took, err := p.hand(ctx)
	if status == http.StatusUnprocessableEntity { // it got much busier meanwhile: asked for more work, once
		status, where, took, err = p.hand(ctx)
	}
	if err != nil {
		return err
	}
	if status != http.StatusSeeOther {
		return fmt.Errorf("%w: an honest opinion: %d", errAnswer, status)
	}
	page, err := p.get(ctx, where)
	if err != nil {
		return err
	}
	m := shownNumber.FindStringSubmatch(page)
	if m == nil {
		return fmt.Errorf("%w: no number on the receipt", errAnswer)
	}
	p.flood.mu.Lock()
	defer p.flood.mu.Unlock()
	p.flood.honest[p.i], p.flood.slowest = feedback.Number(m[1]), max(p.flood.slowest, took)
	return nil
}

// hand does the work that is asked for and sends the form. Where it comes back,
// that is the form from then on.
func (p *person) hand(ctx context.Context) (status int, where string, took time.Duration, err error) {
	if bits, err := strconv.Atoi(p.form["bits"]); err == nil && p.i%5 != 4 {
		p.form["proof"] = guard.Solve(ctx, p.form["stamp"], bits)
	}
	p.form["text"] = honestTexts()[p.i]
	begun := time.Now()
	status, where, page, err := p.send(ctx, p.form)
	took = time.Since(begun)
	if status == http.StatusUnprocessableEntity {
		p.form = carried(page)
	}
	return status, where, took, err
}

// dropDatabase takes away a database that was made for a measurement.
func dropDatabase(ctx context.Context, uri, name string) error {
	ctx = context.WithoutCancel(ctx)
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(uri))
	if err != nil {
		return err
	}
	return errors.Join(client.Database(name).Drop(ctx), client.Disconnect(ctx))
}
