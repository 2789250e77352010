package render_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"rectify/content"
	"rectify/content/builtin"
	"rectify/content/parse"
	"rectify/content/render"
)

var update = flag.Bool("update", false, "write the golden files")

const head = "---\ntitle: 通报\nissuer: 局\ndate: 2026-11-06\npublished: 2026-11-09T09:30:00+08:00\n---\n\n## 一、问题\n\n#### 1.灯\n\n##### ①门口\n\n"

func document(t interface {
	Helper()
	Fatal(...any)
}, body string) (*content.Notice, *render.Document) {
	t.Helper()
	n, found := parse.Notice("lights.md", []byte(head+body+"\n"))
	if content.HasErrors(found) {
		return n, nil
	}
	doc, err := render.Notice(n)
	if err != nil {
		t.Fatal(err)
	}
	return n, doc
}

// Whatever a notice holds, its HTML has no script, no handler, no foreign
// element and no link but to the web, a mailbox or a phone.
func TestHostileMarkdown(t *testing.T) {
	for _, body := range []string{
		"一是<script>alert(1)</script>换灯。", "[点这里](javascript:alert(1))", "[点](JaVaScRiPt:alert(1))", "[点](data:text/html;base64,PHNjcmlwdD4=)",
		"[点](vbscript:x)", "![图](https://evil.example/x.png)", "![图](x onerror=alert(1))", "<img src=x onerror=alert(1)>", "行内<b onclick=x>粗</b>",
		"[点](https://a.example/\"onmouseover=alert(1))", "<https://evil.example>", "`<script>`", "    <script>alert(1)</script>", "| a |\n| - |\n| <svg onload=x> |",
		"> <iframe src=x>", "{.measure onclick=\"x\"}\n段落", "[a](//evil.example)", "&#60;script&#62;", "<style>p{}</style>文字", "{#x style=\"position:fixed\"}\n文字",
	} {
		_, doc := document(t, body)
		if doc == nil {
			continue // refused, which is safe too
		}
		allowed := map[string]bool{"p": true, "br": true, "hr": true, "strong": true, "em": true, "del": true, "ul": true, "ol": true, "li": true, "blockquote": true,
			"pre": true, "code": true, "table": true, "thead": true, "tbody": true, "tr": true, "th": true, "td": true, "a": true, "div": true}
		z := html.NewTokenizer(strings.NewReader(string(doc.Items["1-1"].Body)))
		for z.Next() != html.ErrorToken {
			tok := z.Token()
			if tok.Type != html.StartTagToken && tok.Type != html.SelfClosingTagToken {
				continue
			}
			if !allowed[tok.Data] {
				t.Errorf("%q renders <%s>", body, tok.Data)
			}
			for _, a := range tok.Attr {
				bad := strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "id" || a.Key == "src"
				if a.Key == "href" {
					low := strings.ToLower(strings.TrimSpace(a.Val))
					bad = strings.Contains(low, "script:") || strings.HasPrefix(low, "data:")
				}
				if bad {
					t.Errorf("%q renders %s=%q", body, a.Key, a.Val)
				}
			}
		}
	}
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// Setting measures apart loses and adds no character.
func TestMeasuresLoseNothing(t *testing.T) {
	piece := rapid.SampledFrom([]string{"一是换灯。", "二是查线。已经查完。", "三是立规矩。", "按要求办理。", "其中一是不能少的。", "四是", "。", "（一）说明。", "检查3次；", "一是一，二是二。", "\n\n", "**重点**"})
	rapid.Check(t, func(t *rapid.T) {
		body := strings.TrimSpace(strings.Join(rapid.SliceOfN(piece, 1, 10).Draw(t, "pieces"), ""))
		n, doc := document(t, body)
		if doc == nil {
			t.Skip("refused")
		}
		want := ""
		for _, b := range n.Item("1-1").Body {
			want += strings.ReplaceAll(b.Text, "**", "")
		}
		if got := doc.Items["1-1"].Plain; squeeze(got) != squeeze(want) {
			t.Fatalf("shows %q, written %q", got, want)
		}
	})
}

func TestMeasuresStandApart(t *testing.T) {
	_, doc := document(t, "按要求整改。一是换灯。门口两盏已经换好。二是查线。")
	got := string(doc.Items["1-1"].Body)
	for _, want := range []string{"<p>按要求整改。</p>", `<p class="measure"><strong>一是换灯。</strong>门口两盏已经换好。</p>`, `<p class="measure">二是查线。</p>`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s has no %s", got, want)
		}
	}
}

// A title turns its line between phrases and loses nothing by it.
func TestPhrases(t *testing.T) {
	for title, least := range map[string]int{"关于十五届市委第二轮巡察反馈意见整改进展情况的通报": 3, "个别乡村记忆项目损毁严重": 1, "": 0, "的": 1} {
		parts := render.Phrases(title)
		if strings.Join(parts, "") != title || len(parts) < least {
			t.Errorf("%q is cut into %q", title, parts)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.StringOf(rapid.RuneFrom([]rune("关于的整改情况问题，、《》a1 "))).Draw(t, "title")
		if got := strings.Join(render.Phrases(title), ""); got != title {
			t.Fatalf("%q became %q", title, got)
		}
	})
}

// The data of the short built-in notice, as others read it.
func TestJSON(t *testing.T) {
	f, err := builtin.FS().Open("venue-safety-2026.md")
	if err != nil {
		t.Fatal(err)
	}
	src, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	n, _ := parse.Notice("venue-safety-2026.md", src)
	got, err := render.JSON(n)
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/venue-safety-2026.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("data differs from %s (%v); -update writes it anew", golden, err)
	}
}

// Text that is meant to make a parser sweat is done with in its stride.
func TestHostileSize(t *testing.T) {
	for name, unit := range map[string]string{"quotes": "> ", "brackets": "[", "stars": "*a ", "lists": "- ", "ticks": "`", "tables": "|a", "links": "[a](", "under": "_a_"} {
		t.Run(name, func(t *testing.T) {
			_, _ = document(t, strings.Repeat(unit, 20_000))
		})
	}
}
