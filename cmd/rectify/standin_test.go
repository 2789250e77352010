package main

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rectify/feedback/storetest/proxy"
)

// A start without the database: notices can be read, nothing is taken in, what
// was typed comes back, and the site is whole when the database comes (F38).
func TestStartWithoutDatabase(t *testing.T) {
	link, way, err := proxy.Before(mongoURI(t))
	if err != nil {
		t.Fatal(err)
	}
	defer link.Close()
	link.Down()
	addr, err := freeAddr(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := &program{base: "http://" + addr, done: make(chan error, 1)}
	if p.log, err = os.Create(filepath.Join(t.TempDir(), "log")); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	p.cmd = command(context.Background(), "serve", "--listen", addr, "--content", folder(t), "--data", data, "--mongo", way)
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() { p.stop(t) })
	answers := func(path string) int {
		status, _, _, err := exchange(t.Context(), client(), http.MethodGet, p.base+path, "", nil)
		if err != nil {
			return 0
		}
		return status
	}
	until(t, func() bool { return answers("/healthz") == 200 })

	status, page := get(t, p.base+"/notices/culture-tourism-2023")
	if status != 200 || !strings.Contains(page, "整改进展情况的通报") {
		t.Errorf("without the database a notice answers %d", status)
	}
	if status, _ := get(t, p.base+"/readyz"); status != 503 {
		t.Errorf("/readyz answers %d", status)
	}
	visitor := passerby(t, p.base)
	form := url.Values{"text": {"门口的坡太陡。"}, "category": {"opinion"}, "idempotency_key": {"standin-0123456789"}}
	if status, page := visitor.post("/feedback", form); status != 503 || !strings.Contains(page, "门口的坡太陡。") {
		t.Errorf("the form answers %d: %s", status, cutShort(words(page)))
	}

	link.Up()
	until(t, func() bool { return answers("/readyz") == 200 })
	if status, page := visitor.post("/feedback", form); status != 303 {
		t.Errorf("with the database the form answers %d: %s", status, cutShort(words(page)))
	}
	if said := p.said(); !strings.Contains(said, "the database is reached") {
		t.Errorf("the log does not tell: %s", said)
	}
	if entries, _ := filepath.Glob(filepath.Join(os.TempDir(), "rectify-standin-*")); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
}
