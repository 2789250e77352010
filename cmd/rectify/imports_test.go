package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// Who may import whom (contract, section 6). A package may import what begins
// with one of its words; what is not listed here is not allowed at all. The
// longest prefix of a package rules it.
func mayImport() map[string][]string {
	contentRooms := []string{"rectify/content$", "rectify/content/numbering", "rectify/content/strictyaml"}
	in := func(more ...string) []string { return append(more, contentRooms...) }
	feedbackRooms := []string{"rectify/feedback$", "rectify/feedback/calendar"}
	about := func(more ...string) []string { return append(more, feedbackRooms...) }
	store := about("rectify/feedback/audit", "rectify/feedback/backup$", "rectify/feedback/batch", "rectify/feedback/cursor", "rectify/feedback/staff", "rectify/feedback/translog",
		"rectify/feedback/outbox", "rectify/feedback/subscribe", "rectify/feedback/mailroom", "rectify/feedback/mail$")
	edge := func(more ...string) []string {
		return append(more, "rectify/feedback$", "rectify/feedback/calendar", "rectify/feedback/likeness", "rectify/content$", "rectify/content/library", "rectify/content/render",
			"rectify/content/history", "rectify/site/web", "rectify/site/ui", "rectify/site/i18n", "rectify/site/body", "rectify/site/tray")
	}
	intake := func(more ...string) []string { // where submissions of strangers come in
		return edge(append(more, "rectify/feedback/screen", "rectify/feedback/suspect", "rectify/site/guard")...)
	}
	return map[string][]string{
		"rectify/content":                       contentRooms,
		"rectify/content/library":               {"rectify/content"},
		"rectify/content/builtin":               nil,
		"rectify/content/history":               in("rectify/content/parse", "rectify/content/shelf$"),
		"rectify/content/importer":              in("rectify/content/document", "rectify/content/format", "rectify/content/simplified"),
		"rectify/content/proposal":              in("rectify/content/parse", "rectify/content/check", "rectify/content/history", "rectify/content/shelf$"),
		"rectify/content/search":                {"rectify/content/simplified"},
		"rectify/content/simplified":            nil,
		"rectify/content/search/corpus":         {"rectify/content/search$"},
		"rectify/content/sheet":                 in("rectify/content/parse"),
		"rectify/content/shelf":                 {"rectify/content/shelf"},
		"rectify/feedback":                      feedbackRooms,
		"rectify/feedback/attachment":           feedbackRooms,
		"rectify/feedback/audit":                nil,
		"rectify/feedback/blobdir":              feedbackRooms,
		"rectify/feedback/blobtest":             feedbackRooms,
		"rectify/feedback/backup":               about("rectify/feedback/audit", "rectify/feedback/backup/archive", "rectify/feedback/cursor", "rectify/feedback/staff", "rectify/feedback/translog"),
		"rectify/feedback/batch":                nil,
		"rectify/feedback/bulk":                 about("rectify/feedback/rounds"),
		"rectify/feedback/calendar":             nil,
		"rectify/feedback/demo":                 about("rectify/feedback/suspect"),
		"rectify/feedback/mail":                 {"rectify/feedback$"},
		"rectify/feedback/mail/corpus":          {"rectify/feedback$", "rectify/feedback/mail$"},
		"rectify/feedback/mail/imap":            {"rectify/feedback/mail$"},
		"rectify/feedback/mail/lmtp":            {"rectify/feedback/mail$"},
		"rectify/feedback/mail/mailtest":        {"rectify/feedback/mail/mailtest"},
		"rectify/feedback/mailroom":             about("rectify/feedback/mail$", "rectify/feedback/outbox$"),
		"rectify/feedback/figures":              about("rectify/feedback/cursor", "rectify/feedback/rounds"),
		"rectify/feedback/topics":               about("rectify/feedback/pii$", "rectify/feedback/rounds"),
		"rectify/feedback/weekly":               about("rectify/feedback/figures", "rectify/feedback/topics"),
		"rectify/feedback/handover":             about("rectify/feedback/staff"),
		"rectify/feedback/likeness":             nil,
		"rectify/feedback/suspect":              nil,
		"rectify/feedback/screen":               about("rectify/feedback/likeness", "rectify/feedback/suspect"),
		"rectify/feedback/notary":               about("rectify/feedback/audit", "rectify/feedback/cursor", "rectify/feedback/translog", "rectify/feedback/rounds"),
		"rectify/feedback/quality":              {"rectify/feedback/likeness"},
		"rectify/feedback/staff":                about("rectify/feedback/staff/leaked"),
		"rectify/feedback/staff/leaked":         nil,
		"rectify/feedback/retain":               about("rectify/feedback/audit"),
		"rectify/feedback/rounds":               nil,
		"rectify/feedback/redate":               about("rectify/feedback/audit"),
		"rectify/feedback/seal":                 about(),
		"rectify/feedback/sealedstore":          append(store, "rectify/feedback/seal$"),
		"rectify/feedback/mailout":              about("rectify/feedback/outbox", "rectify/feedback/mail$"),
		"rectify/feedback/mailout/smtptest":     nil,
		"rectify/feedback/outbox":               about("rectify/feedback/rounds"),
		"rectify/feedback/subscribe":            about("rectify/feedback/outbox", "rectify/feedback/rounds"),
		"rectify/feedback/spool":                about("rectify/feedback/batch", "rectify/feedback/cursor"),
		"rectify/feedback/pii":                  {"rectify/feedback$", "rectify/feedback/pii"},
		"rectify/feedback/sqlitestore":          store,
		"rectify/feedback/mongostore":           store,
		"rectify/feedback/storetest":            store,
		"rectify/feedback/mongostore/mongotest": nil,
		"rectify/feedback/storetest/proxy":      nil,
		"rectify/feedback/translog":             nil,
		"rectify/site":                          {"rectify/content", "rectify/feedback$", "rectify/feedback/figures", "rectify/feedback/pii$", "rectify/feedback/retain", "rectify/feedback/redate", "rectify/feedback/calendar", "rectify/feedback/staff", "rectify/feedback/notary", "rectify/feedback/translog", "rectify/site", "rectify/feedback/mail$", "rectify/feedback/outbox", "rectify/feedback/subscribe", "rectify/feedback/bulk", "rectify/feedback/screen", "rectify/feedback/suspect", "rectify/feedback/audit", "rectify/feedback/mailroom", "rectify/feedback/attachment", "rectify/feedback/topics", "rectify/feedback/weekly", "rectify/feedback/handover"},
		"rectify/site/i18n":                     nil,
		"rectify/site/chart":                    {"rectify/content$"},
		"rectify/site/export":                   {"rectify/site/web"},
		"rectify/site/feed":                     nil,
		"rectify/site/guard":                    nil,
		"rectify/site/live":                     {"rectify/feedback$", "rectify/feedback/cursor"},
		"rectify/site/pagecache":                nil,
		"rectify/site/table":                    {"rectify/content/sheet"},
		"rectify/site/tray":                     {"rectify/feedback$", "rectify/feedback/attachment", "rectify/site/guard", "rectify/site/web"},
		"rectify/site/proof":                    {"rectify/feedback/translog", "rectify/site/web", "rectify/site/ui"},
		"rectify/site/phrase":                   {"rectify/content/shelf$"},
		"rectify/site/letter":                   about("rectify/feedback/pii$", "rectify/content/shelf$", "rectify/feedback/outbox", "rectify/feedback/subscribe", "rectify/feedback/mail$", "rectify/feedback/staff", "rectify/content$", "rectify/content/library", "rectify/content/strictyaml", "rectify/site/body", "rectify/site/i18n", "rectify/site/ui", "rectify/site/web", "rectify/feedback/figures", "rectify/feedback/weekly"),
		"rectify/site/body":                     {"rectify/content$", "rectify/content/shelf$", "rectify/content/strictyaml", "rectify/content/library", "rectify/feedback$", "rectify/feedback/calendar"},
		"rectify/site/web":                      {"rectify/feedback$", "rectify/site/i18n"},
		"rectify/site/ui":                       {"rectify/content$", "rectify/content/history", "rectify/content/render", "rectify/feedback$", "rectify/feedback/calendar", "rectify/site/web", "rectify/site/i18n", "rectify/site/body"},
		"rectify/site/auth":                     {"rectify/feedback$", "rectify/feedback/staff", "rectify/site/ui", "rectify/site/web"},
		"rectify/site/ops":                      {"rectify/feedback$", "rectify/site/web", "rectify/feedback/outbox"},
		"rectify/site/public":                   intake("rectify/content/builtin", "rectify/content/shelf$", "rectify/feedback/figures", "rectify/feedback/pii$", "rectify/site/chart", "rectify/site/feed", "rectify/content/search$", "rectify/content/sheet", "rectify/feedback/notary", "rectify/feedback/subscribe", "rectify/feedback/audit"),
		"rectify/site/desk": edge("rectify/feedback/attachment$", "rectify/feedback/redate", "rectify/feedback/figures", "rectify/feedback/topics", "rectify/feedback/weekly", "rectify/feedback/handover", "rectify/feedback/quality",
			"rectify/feedback/staff", "rectify/feedback/pii$", "rectify/feedback/audit", "rectify/feedback/bulk", "rectify/feedback/mail$", "rectify/feedback/mailroom", "rectify/feedback/outbox",
			"rectify/site/chart", "rectify/site/guard", "rectify/site/live", "rectify/site/table", "rectify/site/letter", "rectify/site/phrase", "rectify/site/auth",
			"rectify/content/proposal", "rectify/content/search$", "rectify/content/shelf$",
			"rectify/content/importer", "rectify/content/document", "rectify/content/sheet"),
		"rectify/site/api":    intake("rectify/feedback/pii$", "rectify/feedback/notary"),
		"rectify/cmd/rectify": {"rectify/"},
	}
}

func allowed(pkg, imported string) bool {
	rules := mayImport()
	room := pkg
	for {
		if words, ok := rules[room]; ok {
			for _, w := range words {
				exact, only := strings.CutSuffix(w, "$")
				if (only && imported == exact) || (!only && strings.HasPrefix(imported, w)) {
					return true
				}
			}
			return false
		}
		up := strings.LastIndex(room, "/")
		if up < 0 {
			return false
		}
		room = room[:up]
	}
}

// drivers are named only by their store and by this command.
func drivers() map[string]string {
	return map[string]string{
		"modernc.org/sqlite":                   "rectify/feedback/sqlitestore",
		"go.mongodb.org/":                      "rectify/feedback/mongostore rectify/content/shelf/mongoshelf",
		"github.com/gofiber/":                  "rectify/site",
		"github.com/valyala/":                  "rectify/site",
		"github.com/gomarkdown/":               "rectify/content",
		"github.com/blevesearch/":              "rectify/content/search",
		"github.com/blevesearch/bleve/v2/http": "", // T110: nobody (CVE-2022-31022)
		"github.com/microcosm-cc/":             "rectify/content/render",
		"html/template":                        "rectify/site rectify/content/render",
		"github.com/coreos/go-oidc/":           "rectify/site/auth",
		"golang.org/x/oauth2":                  "rectify/site/auth",
		"github.com/wneessen/":                 "rectify/feedback/mailout",
		"github.com/alecthomas/kong":           "rectify/cmd/rectify",
		"github.com/emersion/go-message":       "rectify/feedback/mail",
		"github.com/emersion/go-imap":          "rectify/feedback/mail/imap",
		"github.com/xuri/":                     "rectify/site/table",
		"github.com/emersion/go-smtp":          "rectify/feedback/mail/lmtp",
		"github.com/tink-crypto/":              "rectify/feedback/seal rectify/feedback/backup/archive",
	}
}

func TestImports(t *testing.T) {
	root := "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		pkg := "rectify/" + filepath.ToSlash(rel)
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if strings.HasPrefix(imported, "rectify/") && !allowed(pkg, imported) {
				t.Errorf("%s imports %s", rel, imported)
			}
			for prefix, homes := range drivers() {
				if !strings.HasPrefix(imported, prefix) || pkg == "rectify/cmd/rectify" {
					continue
				}
				home := false
				for h := range strings.FieldsSeq(homes) {
					home = home || pkg == h || strings.HasPrefix(pkg, h+"/")
				}
				if !home {
					t.Errorf("%s imports %s, which belongs to %s", rel, imported, homes)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Below these versions the libraries have known holes that this program would
// stand open to.
func TestLeastVersions(t *testing.T) {
	least := map[string]string{
		"github.com/gofiber/fiber/v2":        "v2.52.15",
		"github.com/valyala/fasthttp":        "v1.70.0",
		"go.mongodb.org/mongo-driver":        "v1.17.7",
		"golang.org/x/net":                   "v0.56.0",
		"golang.org/x/text":                  "v0.39.0",
		"github.com/gomarkdown/markdown":     "v0.0.0-20260411013819",
		"github.com/microcosm-cc/bluemonday": "v1.0.16",
	}
	src, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", src, nil)
	if err != nil {
		t.Fatal(err)
	}
	if v := "v" + mod.Go.Version; semver.Compare(v, "v1.26.6") < 0 {
		t.Errorf("go.mod asks for Go %s, want 1.26.6 or later", mod.Go.Version)
	}
	have := make(map[string]string)
	for _, r := range mod.Require {
		have[r.Mod.Path] = r.Mod.Version
	}
	for path, want := range least {
		if semver.Compare(have[path], want) < 0 {
			t.Errorf("%s is %q, want %s or later", path, have[path], want)
		}
	}
}
