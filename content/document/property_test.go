package document_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"rectify/content/document"
)

// maker draws documents in which each piece of text is another, so that one
// that is lost, or read twice, is known by its number.
type maker struct {
	t *rapid.T
	n int
}

func (m *maker) word() string {
	m.n++
	return fmt.Sprintf("整改第%d处。", m.n)
}

func (m *maker) pick(of ...func() string) string {
	return of[rapid.IntRange(0, len(of)-1).Draw(m.t, "choice")]()
}

func (m *maker) repeat(most int, f func() string) string {
	var b strings.Builder
	for range rapid.IntRange(1, most).Draw(m.t, "count") {
		b.WriteString(f())
	}
	return b.String()
}

func (m *maker) run() string {
	return m.pick(
		func() string { return r(m.word()) },
		func() string { return `<w:ins>` + r(m.word()) + `</w:ins>` },
		func() string { return `<w:del><w:r><w:delText>` + m.word() + `</w:delText></w:r></w:del>` },
		func() string { return `<w:r><w:rPr><w:vanish/></w:rPr><w:t>` + m.word() + `</w:t></w:r>` },
		func() string { return `<w:hyperlink>` + r(m.word()) + `</w:hyperlink>` },
		func() string { return `<w:fldSimple w:instr="x">` + r(m.word()) + `</w:fldSimple>` },
		func() string {
			box := `<w:txbxContent>` + p(r(m.word())) + p(r(m.word())) + `</w:txbxContent>`
			return `<w:r><mc:AlternateContent><mc:Choice>` + box + `</mc:Choice><mc:Fallback>` + box + `</mc:Fallback></mc:AlternateContent></w:r>`
		})
}

func (m *maker) block(deep int) string {
	paragraph := func() string { return p(m.repeat(3, m.run)) }
	gone := func() string { return p(`<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>` + m.run()) }
	if deep == 0 {
		return paragraph()
	}
	return m.pick(paragraph, gone,
		func() string { return item("1", fmt.Sprint(rapid.IntRange(0, 4).Draw(m.t, "level")), m.word()) },
		func() string {
			return `<w:tbl>` + m.repeat(2, func() string {
				return `<w:tr>` + m.repeat(2, func() string {
					return `<w:tc>` + m.block(deep-1) + `</w:tc>`
				}) + `</w:tr>`
			}) + `</w:tbl>`
		},
		func() string {
			return `<w:sdt><w:sdtContent>` + m.block(deep-1) + `</w:sdtContent></w:sdt>`
		})
}

// once holds every piece of text to stand in the document or beside it, and in
// one place only.
func once(t *rapid.T, d *document.Document, n int) {
	all := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, kept(d))
	for i := 1; i <= n; i++ {
		if c := strings.Count(all, fmt.Sprintf("整改第%d处。", i)); c != 1 {
			t.Fatalf("piece %d stands in %d places: %s", i, c, shown(d))
		}
	}
}

func TestWordFilesAreReadOnce(t *testing.T) {
	list := numbered(official + `<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	rapid.Check(t, func(rt *rapid.T) {
		m := &maker{t: rt}
		body := m.repeat(6, func() string { return m.block(2) })
		once(rt, word(t, body, list), m.n)
	})
}

func (m *maker) inline() string {
	return m.pick(m.word,
		func() string { return `<span style="display:none">` + m.word() + `</span>` },
		func() string { return `<a href="x">` + m.word() + `</a>` },
		func() string { return `<b>` + m.word() + `<br>` },
		func() string { return `<del>` + m.word() + `</del>` })
}

func (m *maker) element(deep int) string {
	in := func() string { return m.inline() }
	if deep > 0 {
		in = func() string { return m.element(deep - 1) }
	}
	wrap := func(open, end string) func() string { return func() string { return open + m.repeat(3, in) + end } }
	return m.pick(m.inline, wrap("<p>", ""), wrap("<div>", "</div>"), wrap(`<div class="share">`, "</div>"), wrap(`<div id="zoom">`, "</div>"), wrap("<ol><li>", "</ol>"),
		wrap("<table><tr><td>", "</table>"), wrap("<table><tr><td>甲<td rowspan=2>", "<tr><td>乙</table>"), wrap("<h1 class=title>", "</h1>"), wrap("<footer>", "</footer>"),
		wrap("<p>发布日期：2026-01-01 ", "</p>"), wrap("<p>上一篇：", "</p>"), wrap("<ul><li>", "<li></ul>"), wrap("</td></div>", "</p>"))
}

func TestPagesAreReadOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &maker{t: rt}
		page := "<html><body>" + m.repeat(6, func() string { return m.element(3) })
		d := mustRead(t, "x.html", []byte(page))
		clear(d.Meta) // repeats what stands in Left
		once(rt, d, m.n)
	})
}
