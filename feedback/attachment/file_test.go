package attachment_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/attachment"
)

// T51, T49: what a file is stands in its content, and what would act is refused
// with a word on what to send instead.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ src, want string }{
		"empty":          {"", "empty"},
		"blank":          {" \r\n\t", "empty"},
		"exe":            {"MZ\x90\x00\x03", "program"},
		"ELF":            {"\x7fELF\x02\x01", "program"},
		"script":         {"#!/bin/sh\nrm -rf /\n", "program"},
		"batch":          {"@echo off\r\ndel *.*", "program"},
		"link":           {"[InternetShortcut]\nURL=http://x.example\n", "program"},
		"lnk":            {"L\x00\x00\x00\x01\x14\x02\x00", "program"},
		"PHP":            {"<?php system($_GET['c']);", "program"},
		"SVG":            {`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "markup"},
		"SVG, head":      {"\ufeff  <?xml version='1.0'?><svg/>", "markup"},
		"HTML":           {"<!DOCTYPE html><p>x", "markup"},
		"HTML in text":   {"您好，\n请看 <ScRiPt src=//x.example></script>", "markup"},
		"XHTML":          {"<?xml version=\"1.0\"?><html xmlns='http://www.w3.org/1999/xhtml'/>", "markup"},
		"MHTML":          {"From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related", "markup"},
		"UTF-16 HTML":    {"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00", "markup"},
		"RTF":            {`{\rtf1 {\object}}`, "office"},
		"zip":            {string(zipped(t, "a.txt", "x")), "packed"},
		"empty zip":      {string(zipped(t)), "packed"},
		"jar":            {string(zipped(t, "META-INF/MANIFEST.MF", "x")), "packed"},
		"xlsx":           {string(zipped(t, "[Content_Types].xml", `<Types>spreadsheetml.sheet.main+xml</Types>`)), "office"},
		"odt":            {string(zipped(t, "mimetype", "application/vnd.oasis.opendocument.text")), "office"},
		"rar":            {"Rar!\x1a\x07\x00", "packed"},
		"gzip":           {"\x1f\x8b\x08\x00", "packed"},
		"tar":            {strings.Repeat("\x00", 257) + "ustar", "packed"},
		"xls":            {string(ole("Workbook", strings.Repeat("x", 5000))), "office"},
		"msi":            {string(ole("!_StringPool", "x")), "office"},
		"xls with a doc": {string(ole("Workbook", "x", "/MBD1", "", "WordDocument", wordStream(false))), "office"},
		"docx, password": {string(ole("EncryptionInfo", "x", "EncryptedPackage", "y")), "locked"},
		"mp3":            {"ID3\x04", "media"},
		"wav":            {"RIFF\x00\x00\x00\x00WAVEfmt ", "media"},
		"binary":         {"\x00\x01\x02\x03", "unknown-file"},
		"text with NUL":  {"abc\x00def", "unknown-file"},
		"escape codes":   {"abc\x1b]0;x\x07", "unknown-file"},
		"random":         {"\x93\xfa\x81\x30\x02\x99", "unknown-file"},
		"PDF, cut":       {pdf, "damaged"},
		"PDF behind":     {"<html>" + string(asPDF("")), "markup"},
		"zip, cut":       {string(docx(t)[:200]), "damaged"},
		"ole, cut":       {string(ole("WordDocument", wordStream(false))[:600]), "damaged"},
		"two parts":      {string(docx(t, "word/Document.xml", "<x/>")), "damaged"},
		"bomb":           {string(opened(docx(t), 201<<20)), "inflated"},
		"5,001 entries":  {string(docx(t, manyParts(5001)...)), "packed"},
		"too large":      {"长" + strings.Repeat("a", feedback.MaxAttachmentBytes), "too-large"},
	} {
		if got := reason(t, []byte(c.src)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func manyParts(n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("word/x%d", i), "")
	}
	return list
}

// What a document says of its writer, and would do, is told to staff (T53, T49).
func TestDocumentWarnings(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write([]byte("7 0 <</Author (Zhang San) /Names <</J#61vaScript 8 0 R>>>>"))
	_ = z.Close()
	core := func(who string) string {
		return `<cp:coreProperties xmlns:dc="x"><dc:creator>` + who + `</dc:creator></cp:coreProperties>`
	}
	rels := func(kind, mode string) string {
		return `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="http://x.example/a" TargetMode="` + mode + `"/></Relationships>`
	}
	const macroTypes = `<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`
	for name, c := range map[string]struct {
		src  []byte
		kind feedback.AttachmentKind
		ext  string
		want string
	}{
		"PDF":                {asPDF(""), "pdf", ".pdf", ""},
		"PDF of nobody":      {asPDF("<</Author () /Title (x)>>"), "pdf", ".pdf", ""},
		"PDF author":         {asPDF("<</Author(Li Si)>>"), "pdf", ".pdf", "author"},
		"PDF author, hidden": {asPDF("<</#41uthor <FEFF674E>>>"), "pdf", ".pdf", "author"},
		"PDF XMP":            {asPDF("<dc:creator><rdf:Seq><rdf:li>王五</rdf:li></rdf:Seq></dc:creator>"), "pdf", ".pdf", "author"},
		"PDF XMP of nobody":  {asPDF("<dc:creator><rdf:Seq><rdf:li></rdf:li></rdf:Seq></dc:creator>"), "pdf", ".pdf", ""},
		"PDF script":         {asPDF("<</S/JavaScript/JS(app.alert(1))>>"), "pdf", ".pdf", "script"},
		"PDF launch":         {asPDF("<</S/Launch/F(cmd.exe)>>"), "pdf", ".pdf", "script"},
		"PDF files":          {asPDF("<</Type/EmbeddedFile>> /Encrypt 9 0 R"), "pdf", ".pdf", "embedded encrypted"},
		"PDF, packed":        {asPDF("6 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\r\n" + packed.String() + "\nendstream"), "pdf", ".pdf", "author script"},
		"PDF that is HTML":   {asPDF("<html><script>alert(1)</script>"), "pdf", ".pdf", ""},
		"PDF that is a zip":  {append(asPDF(""), zipped(t, "x.exe", "MZ")...), "pdf", ".pdf", ""},

		"docx":           {docx(t), "word", ".docx", ""},
		"docx author":    {docx(t, "docProps/core.xml", core("赵六")), "word", ".docx", "author"},
		"docx of nobody": {docx(t, "docProps/core.xml", core("")), "word", ".docx", ""},
		"docx comments":  {docx(t, "word/comments.xml", `<w:comments><w:comment w:author="x"/></w:comments>`, "word/people.xml", "x"), "word", ".docx", "author comments"},
		"docx changes": {zipped(t, "[Content_Types].xml", `<Types>wordprocessingml: application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml</Types>`,
			"word/document.xml", `<w:p><w:ins w:id="1" w:author="x"/></w:p>`), "word", ".docx", "changes"},
		"docx macros":    {docx(t, "word/vbaProject.bin", "x"), "word", ".docx", "macros"},
		"docm":           {zipped(t, "[Content_Types].xml", macroTypes, "word/document.xml", "<x/>"), "word", ".docm", "macros"},
		"docx template":  {docx(t, "word/_rels/settings.xml.rels", rels("attachedTemplate", "External")), "word", ".docx", "external"},
		"docx link":      {docx(t, "word/_rels/document.xml.rels", rels("hyperlink", "External")), "word", ".docx", ""},
		"docx OLE":       {docx(t, "word/embeddings/oleObject1.bin", "x"), "word", ".docx", "embedded"},
		"docx slip":      {docx(t, "../../x.md", "x"), "word", ".docx", ""}, // T48: nothing is unpacked
		"docx bomb":      {docx(t, "docProps/core.xml", strings.Repeat(" ", 100<<20)), "word", ".docx", "not-read"},
		"doc":            {ole("WordDocument", wordStream(false)), "word", ".doc", ""},
		"doc author":     {ole("WordDocument", wordStream(false), "\x05SummaryInformation", summary("Sun Qi")), "word", ".doc", "author"},
		"doc of nobody":  {ole("WordDocument", wordStream(false), "\x05SummaryInformation", summary("")), "word", ".doc", ""},
		"doc macros":     {ole("WordDocument", wordStream(false), "/Macros", "", "VBA", "x"), "word", ".doc", "macros"},
		"doc, encrypted": {ole("WordDocument", wordStream(true)), "word", ".doc", "encrypted"},
	} {
		began := time.Now()
		a, kept := accepted(t, "附件", c.src)
		if a.Kind != c.kind || a.Name != "附件"+c.ext || strings.Join(a.Warnings, " ") != c.want || !bytes.Equal(kept, c.src) {
			t.Errorf("%s: %+v, want %s%s %q", name, a, c.kind, c.ext, c.want)
		}
		if d := time.Since(began); d > 5*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
	}
}

// Text comes out as UTF-8, in whatever a Chinese machine wrote it.
func TestPlainText(t *testing.T) {
	t.Parallel()
	const want = "意见：3 < 5，导览屏坏了。\r\n谢谢！\n"
	old, err := simplifiedchinese.GB18030.NewEncoder().String(want)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewEncoder().String(want)
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string]string{"UTF-8": want, "with a mark": "\ufeff" + want, "GB18030": old, "UTF-16": wide} {
		a, kept := accepted(t, "说明.log", []byte(src))
		if string(kept) != want || a.Kind != feedback.PlainFile || a.Name != "说明.txt" || a.Type != "text/plain; charset=utf-8" {
			t.Errorf("%s: %+v %q", name, a, kept)
		}
	}
}

// T54: a name is for reading, and leads nowhere.
func TestNames(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"现场.jpg":                          "现场.jpg",
		"../x":                            "x.jpg",
		`C:\Users\张\桌面\图1.PNG`:            "图1.jpg",
		"/etc/passwd":                     "passwd.jpg",
		"a;id.jpg":                        "a_id.jpg",
		"$(id).jpg":                       "_(id).jpg",
		"`id`|x&y.jpg":                    "_id__x_y.jpg",
		"CON":                             "_CON.jpg",
		"nul.txt":                         "_nul.jpg",
		"com1.tar.gz":                     "_com1.tar.jpg",
		"LPT¹":                            "_LPT¹.jpg",
		"\u202Egpj.exe":                   "gpj.jpg",
		"a\u200b\u2066b\u2069.jpg":        "ab.jpg",
		"报告.pdf.exe":                      "报告.pdf.jpg",
		"x.jpg.JPG":                       "x.jpg",
		"":                                "file.jpg",
		"...":                             "file.jpg",
		".htaccess":                       "htaccess.jpg",
		"-rf.jpg":                         "rf.jpg",
		"a\r\nSet-Cookie: x.jpg":          "a Set-Cookie_ x.jpg",
		"a\x00.exe":                       "a.jpg",
		"  a  b .jpg":                     "a b.jpg",
		`"x".jpg`:                         "_x_.jpg",
		"\xff\xfe.jpg":                    "file.jpg",
		"é" + strings.Repeat("\u0301", 9): "é" + strings.Repeat("\u0301", 4) + ".jpg",
		strings.Repeat("长", 300) + ".jpg": strings.Repeat("长", 38) + ".jpg",
		"v1.2 说明":                         "v1.2 说明.jpg",
	} {
		if got := attachment.CleanName(sent, ".jpg"); got != want {
			t.Errorf("%q: %q, want %q", sent, got, want)
		}
	}
	a, _ := accepted(t, "x.jpg", []byte("文字"))
	b, _ := accepted(t, "x.jpg", []byte("别的"))
	if a.Name != "x.txt" || b.Name != a.Name { // the same name twice: they are told apart by their blobs
		t.Errorf("%q and %q", a.Name, b.Name)
	}
}

func TestNamesProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sent := rapid.OneOf(rapid.String(), rapid.StringMatching(`[./\\a-c:;$\x{202e}\x{200d}\x{ff0f} -]{0,40}`), rapid.StringMatching(`(CON|com1|NUL|Aux)[. ]{0,3}.{0,5}`)).Draw(t, "name")
		got := attachment.CleanName(sent, ".docx")
		stem := strings.TrimSuffix(got, ".docx")
		switch {
		case stem == got || stem == "" || len(got) > feedback.MaxAttachmentName || !utf8.ValidString(got):
			t.Fatalf("%q: %q", sent, got)
		case strings.ContainsAny(got, "/\\:;$`'\"<>|*?%&#!\x00\r\n") || strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") || strings.HasSuffix(stem, " "):
			t.Fatalf("%q: %q", sent, got)
		case attachment.CleanName(got, ".docx") != got:
			t.Fatalf("%q: %q becomes %q", sent, got, attachment.CleanName(got, ".docx"))
		}
		for _, r := range got {
			if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
				t.Fatalf("%q: %q", sent, got)
			}
		}
	})
}

// opened is a zip whose last part says that it has so many bytes.
func opened(src []byte, size uint32) []byte {
	out := bytes.Clone(src)
	at := bytes.LastIndex(out, []byte("PK\x01\x02")) // the directory: APPNOTE 4.3.12
	binary.LittleEndian.PutUint32(out[at+24:], size)
	return out
}

// Every parser of foreign bytes stands whatever comes; what is taken fits its
// record.
func FuzzTake(f *testing.F) {
	for _, src := range marked(f, 6) {
		f.Add(src)
	}
	for _, src := range [][]byte{
		docx(f, "docProps/core.xml", "<dc:creator>x</dc:creator>"), ole("WordDocument", wordStream(false), "\x05SummaryInformation", summary("x")),
		asPDF("6 0 obj<</Type/ObjStm>>stream\nx\x9c\nendstream/Author(x)<dc:creator>x"), []byte("文字"), []byte("\xff\xfe<\x00"), []byte(dot), asGIF(f, 2),
	} {
		f.Add(src)
	}
	w := shop()
	f.Fuzz(func(t *testing.T, src []byte) {
		a, kept, err := w.Take(t.Context(), "x", src)
		if err == nil && (a.Size != int64(len(kept)) || a.Kind == "" || a.Name == "" || a.Type == "") {
			t.Errorf("%+v", a)
		}
	})
}
