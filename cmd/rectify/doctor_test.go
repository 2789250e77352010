package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/outbox"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/staff"
)

// patient is an installation in which everything is as it should be.
type patient struct {
	t   *testing.T
	cmd *serveCmd
	dir string
	now time.Time
}

// newPatient makes a site's data as the first starts would.
func newPatient(t *testing.T, mongo bool) *patient {
	t.Helper()
	dir := t.TempDir()
	p := &patient{t: t, dir: dir, now: time.Now()}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	listen := free.Addr().String()
	ok(t, free.Close())
	p.cmd = &serveCmd{Listen: listen, BaseURL: "http://localhost", Limits: "on"}
	p.cmd.Data = filepath.Join(dir, "data")
	p.cmd.KeyFile, p.cmd.KeysetFile = filepath.Join(dir, "master.key"), filepath.Join(dir, "keyset.json")
	p.cmd.Content = folder(t)
	ok(t, os.Mkdir(p.cmd.Data, 0o700))
	if mongo {
		uri := mongotest.Server(t)
		p.cmd.Mongo = strings.TrimRight(uri, "/") + "/" + mongotest.Name(t, uri)
	}
	p.with(func(s *sealed) {
		_, err := p.cmd.keys(t.Context(), s)
		ok(t, err)
		k, err := keeper(s)
		ok(t, err)
		ok(t, k.Add(t.Context(), staff.New{Name: "guanli", Roles: feedback.Roles(), Password: "linshui-2026-ceshi"}))
	})
	return p
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// with opens the store as the site does.
func (p *patient) with(do func(*sealed)) {
	p.t.Helper()
	s, err := p.cmd.openSealed(p.t.Context(), true)
	ok(p.t, err)
	do(s)
	ok(p.t, s.Close())
}

// codes are what a look finds, with how grave it is.
func (p *patient) codes() map[string]string {
	p.t.Helper()
	x := &examination{cmd: p.cmd, now: func() time.Time { return p.now }}
	x.examine(p.t.Context())
	if x.kept != nil {
		x.kept.close()
	}
	found := map[string]string{}
	for _, s := range x.found {
		found[s.code] = s.level
	}
	return found
}

// files are the digests of everything in the folder.
func (p *patient) files() map[string]string {
	p.t.Helper()
	all := map[string]string{}
	ok(p.t, filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		all[path] = fmt.Sprintf("%x", sha256.Sum256(src))
		return err
	}))
	return all
}

// Nothing that is whole is called broken, on both stores, and not a byte is
// changed by looking.
func TestDoctorOnTheHealthy(t *testing.T) {
	for name, onMongo := range map[string]bool{"sqlite": false, "mongo": true} {
		t.Run(name, func(t *testing.T) {
			p := newPatient(t, onMongo)
			before := p.files()
			found := p.codes()
			for code, level := range found {
				if level == levelFault {
					t.Errorf("%s is a fault", code)
				}
			}
			for _, want := range []string{"disk.ok", "keys.ok", "store.ok", "sealing.ok", "address.ok", "notices.ok", "outbox.ok"} {
				if found[want] != levelOK {
					t.Errorf("%s is %q, found %v", want, found[want], found)
				}
			}
			if after := p.files(); !maps.Equal(before, after) {
				t.Errorf("files changed:\n%v\n%v", slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
			}
		})
	}
}

// Each thing that can be wrong, made wrong.
func TestDoctorFindsWhatIsBroken(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	t.Cleanup(func() { _ = silent.Close() })
	taken := silent.Addr().String()
	nowhere := "127.0.0.1:1"
	sick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "store is out of order", http.StatusServiceUnavailable)
	}))
	t.Cleanup(sick.Close)
	stranger := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(stranger.Close)
	self := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(self.Close)
	for code, x := range map[string]struct {
		level string
		do    func(p *patient)
	}{
		"clock.past": {levelFault, func(p *patient) { p.now = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC) }},
		"clock.back": {levelFault, func(p *patient) {
			p.with(func(s *sealed) { ok(p.t, atConsole(p.t.Context(), s, "export", "", "")) })
			p.now = p.now.Add(-time.Hour)
		}},
		"disk.open":      {levelWarn, func(p *patient) { ok(p.t, os.Chmod(p.cmd.Data, 0o755)) }},
		"disk.none":      {levelNote, func(p *patient) { p.cmd.Data = filepath.Join(p.dir, "new") }},
		"disk.parent":    {levelFault, func(p *patient) { p.cmd.Data = filepath.Join(p.dir, "no", "such") }},
		"disk.no-folder": {levelFault, func(p *patient) { p.cmd.Data = p.cmd.KeyFile }},
		"keys.none":      {levelNote, func(p *patient) { p.cmd.KeyFile = filepath.Join(p.dir, "none") }},
		"keys.broken":    {levelFault, func(p *patient) { ok(p.t, os.WriteFile(p.cmd.KeyFile, []byte("xyz"), 0o600)) }},
		"keys.open":      {levelWarn, func(p *patient) { ok(p.t, os.Chmod(p.cmd.KeyFile, 0o644)) }},
		"keys.inside": {levelNote, func(p *patient) {
			p.cmd.KeysetFile = filepath.Join(p.cmd.Data, "keyset.json")
			ok(p.t, os.Rename(filepath.Join(p.dir, "keyset.json"), p.cmd.KeysetFile))
		}},
		"keys.other":          {levelFault, func(p *patient) { ok(p.t, os.WriteFile(p.cmd.KeyFile, []byte(strings.Repeat("ab", 32)), 0o600)) }},
		"sealing.lacking":     {levelFault, func(p *patient) { ok(p.t, os.Remove(p.cmd.KeysetFile)) }},
		"address.no-base":     {levelWarn, func(p *patient) { p.cmd.BaseURL = "" }},
		"address.base":        {levelFault, func(p *patient) { p.cmd.BaseURL = "wlj.example" }},
		"address.no-tls":      {levelFault, func(p *patient) { p.cmd.BaseURL = "http://wlj.example" }},
		"address.no-proxy":    {levelFault, func(p *patient) { p.cmd.BaseURL = "https://" + nowhere }},
		"address.unreachable": {levelWarn, func(p *patient) { p.cmd.BaseURL = "https://" + nowhere }},
		"address.certificate": {levelFault, func(p *patient) { p.cmd.BaseURL = self.URL }},
		"address.bare":        {levelWarn, func(p *patient) { p.cmd.BaseURL, p.cmd.Listen = "https://"+nowhere, "0.0.0.0:1" }},
		"address.proxies":     {levelFault, func(p *patient) { p.cmd.Proxies = "10.0.0.0/99" }},
		"address.all-proxies": {levelFault, func(p *patient) { p.cmd.Proxies = "0.0.0.0/0" }},
		"address.listen":      {levelFault, func(p *patient) { p.cmd.Listen = "8080" }},
		"running.not-ready":   {levelFault, func(p *patient) { p.cmd.Listen = strings.TrimPrefix(sick.URL, "http://") }},
		"running.other":       {levelFault, func(p *patient) { p.cmd.Listen = strings.TrimPrefix(stranger.URL, "http://") }},
		"notices.errors": {levelFault, func(p *patient) {
			change(p.t, filepath.Join(p.cmd.Content, "venue-safety-2026.md"), "{#1-2 ", "{#1-1 ")
		}},
		"notices.none":       {levelWarn, func(p *patient) { p.cmd.Content = p.t.TempDir() }},
		"notices.unreadable": {levelFault, func(p *patient) { p.cmd.Content = filepath.Join(p.dir, "gone") }},
		"settings.errors": {levelFault, func(p *patient) {
			ok(p.t, os.WriteFile(filepath.Join(p.cmd.Content, "site.yaml"), []byte("colour: x\n"), 0o600))
		}},
		"settings.unset":   {levelWarn, func(p *patient) { ok(p.t, os.WriteFile(filepath.Join(p.cmd.Content, "site.yaml"), nil, 0o600)) }},
		"calendar.next":    {levelWarn, func(p *patient) { p.now = time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC) }},
		"calendar.missing": {levelFault, func(p *patient) { p.now = time.Date(2031, 3, 1, 0, 0, 0, 0, time.UTC) }},
		"mail-out.none":    {levelWarn, func(*patient) {}},
		"mail-out.flag":    {levelFault, func(p *patient) { p.cmd.SMTP = "ftp://x" }},
		"mail-out.unable":  {levelFault, func(p *patient) { p.cmd.SMTP = "smtp://" + nowhere }},
		"mail-out.address": {levelFault, func(p *patient) {
			p.cmd.SMTP = "smtp://" + nowhere
			change(p.t, filepath.Join(p.cmd.Content, "site.yaml"), "  email:", "  # email:")
		}},
		"mail-out.base": {levelFault, func(p *patient) { p.cmd.SMTP, p.cmd.BaseURL = "smtp://"+nowhere, "" }},
		"mail-in.none":  {levelNote, func(*patient) {}},
		"mail-in.flag":  {levelFault, func(p *patient) { p.cmd.IMAP = []string{"http://x"} }},
		"mail-in.unable": {levelFault, func(p *patient) {
			p.cmd.IMAP = []string{"imap://a@" + nowhere + "/INBOX?moved=Archive&password-file=" + p.cmd.KeyFile}
		}},
		"mail-in.listen":      {levelFault, func(p *patient) { p.cmd.LMTP = taken }},
		"sign-in.flag":        {levelFault, func(p *patient) { p.cmd.OIDCIssuer = "http://id.example" }},
		"sign-in.away":        {levelFault, func(p *patient) { p.cmd.OIDCIssuer, p.cmd.OIDCClient = "http://localhost:1", "x" }},
		"staff.password-only": {levelWarn, func(*patient) {}},
		"store.none":          {levelNote, func(p *patient) { p.cmd.Data = p.t.TempDir(); ok(p.t, os.Chmod(p.cmd.Data, 0o700)) }},
		"store.unreadable": {levelFault, func(p *patient) {
			ok(p.t, os.WriteFile(filepath.Join(p.cmd.Data, "rectify.db"), []byte(strings.Repeat("no database ", 100)), 0o600))
		}},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t, false)
			if got := p.codes(); got[code] != "" && !alwaysThere(code) {
				t.Fatalf("%s is said of the healthy", code)
			}
			x.do(p)
			if got := p.codes(); got[code] != x.level {
				t.Errorf("is %q, want %q; found %v", got[code], x.level, got)
			}
		})
	}
}

// alwaysThere are findings of an installation without mail and second factors,
// and of these very months.
func alwaysThere(code string) bool {
	return slices.Contains([]string{"mail-out.none", "mail-in.none", "staff.password-only", "calendar.next", "settings.unset"}, code)
}

// What lies in the store is found on both kinds.
func TestDoctorLooksIntoStores(t *testing.T) {
	for name, onMongo := range map[string]bool{"sqlite": false, "mongo": true} {
		for code, x := range map[string]struct {
			level string
			do    func(p *patient)
		}{
			"store.newer":   {levelFault, func(p *patient) { p.version(99) }},
			"store.missing": {levelWarn, func(p *patient) { p.dropIndex() }},
			"staff.missing": {levelFault, func(p *patient) {
				p.with(func(s *sealed) {
					a, err := s.Account(p.t.Context(), "guanli")
					ok(p.t, err)
					a.Roles = []feedback.Role{feedback.Admin}
					ok(p.t, s.ReplaceAccount(p.t.Context(), a, a.Rev))
				})
			}},
			"staff.left": {levelWarn, func(p *patient) {
				p.with(func(s *sealed) {
					ok(p.t, s.AddAccount(p.t.Context(), staff.Account{Name: "gone", Disabled: true, Roles: []feedback.Role{feedback.Replier}, Leaving: &staff.Leaving{By: "guanli", Since: p.now.Add(-2 * time.Hour)}}))
				})
			}},
			"outbox.no-way": {levelWarn, func(p *patient) { p.letter(p.now) }},
			"outbox.stuck":  {levelFault, func(p *patient) { p.letter(p.now.Add(-2 * time.Hour)); p.cmd.SMTP = "smtp://127.0.0.1:1" }},
			"keys.other":    {levelFault, func(p *patient) { ok(p.t, os.WriteFile(p.cmd.KeyFile, []byte(strings.Repeat("ab", 32)), 0o600)) }},
		} {
			t.Run(name+" "+code, func(t *testing.T) {
				p := newPatient(t, onMongo)
				x.do(p)
				if got := p.codes(); got[code] != x.level {
					t.Errorf("is %q, want %q; found %v", got[code], x.level, got)
				}
			})
		}
	}
}

func (p *patient) letter(at time.Time) {
	p.t.Helper()
	p.with(func(s *sealed) {
		l := outbox.New("reminder-guanli-2026-11-24", outbox.Reminder, at)
		l.Whom = "guanli"
		_, err := s.PutLetter(p.t.Context(), l)
		ok(p.t, err)
	})
}

// sql does something to the patient's file itself.
func (p *patient) sql(statement string) {
	p.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(p.cmd.Data, sqlitestore.File))
	ok(p.t, err)
	_, err = db.ExecContext(p.t.Context(), statement)
	ok(p.t, err)
	ok(p.t, db.Close())
}

// mongoDB is the patient's database itself.
func (p *patient) mongoDB(do func(*mongo.Database)) {
	p.t.Helper()
	c, err := mongo.Connect(p.t.Context(), options.Client().ApplyURI(p.cmd.Mongo))
	ok(p.t, err)
	do(c.Database(p.cmd.database()))
	ok(p.t, c.Disconnect(context.Background()))
}

// version makes the store one that another program wrote.
func (p *patient) version(n int) {
	p.t.Helper()
	if p.cmd.Mongo != "" {
		p.mongoDB(func(db *mongo.Database) {
			_, err := db.Collection("meta").UpdateOne(p.t.Context(), bson.D{{Key: "_id", Value: "schema"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: n}}}})
			ok(p.t, err)
		})
		return
	}
	p.sql(fmt.Sprintf("PRAGMA user_version = %d", n))
}

func (p *patient) dropIndex() {
	p.t.Helper()
	if p.cmd.Mongo != "" {
		p.mongoDB(func(db *mongo.Database) {
			_, err := db.Collection("submission").Indexes().DropOne(p.t.Context(), "changed")
			ok(p.t, err)
		})
		return
	}
	p.sql("DROP INDEX due_state")
}

// A newer store is refused at the start, and by every command, with a sentence
// that names both versions; nothing in it changes.
func TestNoWayBack(t *testing.T) {
	for name, onMongo := range map[string]bool{"sqlite": false, "mongo": true} {
		t.Run(name, func(t *testing.T) {
			p := newPatient(t, onMongo)
			p.version(99)
			args := []string{"--data", p.cmd.Data, "--key-file", p.cmd.KeyFile, "--keyset-file", p.cmd.KeysetFile}
			if onMongo {
				args = append(args, "--mongo", p.cmd.Mongo)
			}
			for _, cmd := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"staff", "list"}} {
				code, out, errs := said(t, "", append(cmd, args...)...)
				if code != exitFault || out != "" || !strings.Contains(errs, "99") || !strings.Contains(errs, "newer") {
					t.Errorf("%s: %d %q %q", cmd[0], code, out, errs)
				}
			}
			if got := p.codes()["store.newer"]; got != levelFault {
				t.Errorf("doctor says %q", got)
			}
		})
	}
}

// Exit codes, and JSON that says the same as the text.
func TestDoctorCommand(t *testing.T) {
	p := newPatient(t, false)
	args := []string{"doctor", "--data", p.cmd.Data, "--content", p.cmd.Content, "--key-file", p.cmd.KeyFile, "--keyset-file", p.cmd.KeysetFile, "--base-url", "http://localhost", "--listen", p.cmd.Listen}
	if code, out, errs := said(t, "", args...); code != exitDone || errs != "" || !strings.Contains(out, "正常：") {
		t.Errorf("healthy: %d %s%s", code, out, errs)
	}
	code, out, _ := said(t, "", append(args, "--trusted-proxies", "0.0.0.0/0", "--json")...)
	var got struct{ Findings []report }
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitFault {
		t.Fatalf("%d %v\n%s", code, err, out)
	}
	i := slices.IndexFunc(got.Findings, func(r report) bool { return r.Code == "address.all-proxies" })
	if i < 0 || got.Findings[i].Level != levelFault || got.Findings[i].Check != "address" || got.Findings[i].Mend == "" {
		t.Errorf("%+v", got.Findings)
	}
	if code, _, _ := said(t, "", "doctor", "--no-such-flag"); code != exitUsage {
		t.Errorf("wrong usage: %d", code)
	}
}

// Every finding that the checks can name has words.
func TestDoctorHasWords(t *testing.T) {
	files, err := filepath.Glob("doctor*.go")
	ok(t, err)
	src := ""
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			data, err := os.ReadFile(f)
			ok(t, err)
			src += string(data)
		}
	}
	zh, err := os.ReadFile("../../site/i18n/zh/doctor.json")
	ok(t, err)
	var words map[string]string
	ok(t, json.Unmarshal(zh, &words))
	n := 0
	for _, part := range strings.Split(src, "x.add(level")[1:] {
		_, rest, _ := strings.Cut(part, `"`)
		code, _, _ := strings.Cut(rest, `"`)
		if code == ".ok" { // of any check, said by fine
			continue
		}
		if n++; words["doctor."+code] == "" {
			t.Errorf("no words for %q", code)
		}
	}
	if n < 50 {
		t.Errorf("only %d codes found", n)
	}
}
