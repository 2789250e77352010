package document_test

import (
	"fmt"
	"testing"

	"rectify/content/document"
)

func TestTrackedChanges(t *testing.T) {
	d := word(t, p(r("已完成")+`<w:ins w:id="1">`+r("十九")+`</w:ins><w:del w:id="2"><w:r><w:delText>二十</w:delText></w:r></w:del>`+r("项"))+
		p(`<w:moveFrom w:id="3">`+r("原处")+`</w:moveFrom>`)+p(`<w:moveTo w:id="4">`+r("新处")+`</w:moveTo>`)+
		p(`<w:pPr><w:rPr><w:del w:id="5"/></w:rPr></w:pPr>`+r("前半"))+p(r("后半"))+
		`<w:tbl><w:tr>`+cell("", "甲")+cell("", "丙")+`</w:tr><w:tr><w:trPr><w:del w:id="6"/></w:trPr>`+cell("", "乙")+cell("", "丁")+`</w:tr></w:tbl>`)
	equal(t, texts(d), "已完成十九项", "新处", "前半后半", "|甲|丙")
	if got := left(d, document.ReasonDeleted); got != "二十|原处|乙|丁" {
		t.Errorf("deleted: %q", got)
	}
	if m, ok := remark(d, document.RemarkTrackedChanges); !ok || m.Line != 1 || fmt.Sprint(m.Args) != "[2 4]" {
		t.Errorf("remark %+v", m)
	}
}

// A deleted mark joins two paragraphs, which are counted once and have the
// properties of the second.
func TestDeletedMarkOfListItem(t *testing.T) {
	gone := p(`<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>` + r("甲"))
	d := word(t, item("1", "0", "一项")+gone+item("1", "0", "乙")+item("1", "0", "丙"), lists(`<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>`))
	equal(t, texts(d), "1.一项", "2.甲乙", "3.丙")
}

// A table of one column only frames what stands in it, tables included.
func TestFramedByTable(t *testing.T) {
	inner := `<w:tbl><w:tr>` + cell("", "序号") + cell("", "问题") + `</w:tr></w:tbl>`
	d := word(t, `<w:tbl><w:tr><w:tc>`+p(r("标题"))+p(r("正文"))+inner+p(r("落款"))+`</w:tc></w:tr><w:tr>`+cell("", "附注")+`</w:tr></w:tbl>`)
	equal(t, texts(d), "标题", "正文", "|序号|问题", "落款", "附注")
}

func cell(props, text string) string {
	return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + p(r(text)) + `</w:tc>`
}

func lists(level string) entry {
	return entry{"numbering.xml", `<w:numbering ` + wordNS + `><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>` + level +
		`</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`}
}

func TestTextBoxes(t *testing.T) {
	box := `<w:txbxContent>` + p(r("框中一")) + p(r("框中二")) + `</w:txbxContent>`
	d := word(t, p(r("前")+`<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:docPr id="1" descr="印章"/><wps:txbx>`+box+
		`</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>`+box+`</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`+r("后")))
	equal(t, texts(d), "前后", "框中一", "框中二")
	if got := left(d, document.ReasonAlternate); got != "" {
		t.Errorf("the fallback says the same, yet is kept: %q", got)
	}
	if got := left(d, document.ReasonImage); got != "印章" {
		t.Errorf("image: %q", got)
	}
	d = word(t, p(`<w:r><mc:AlternateContent><mc:Choice Requires="x">`+`<w:t>甲</w:t></mc:Choice><mc:Fallback><w:t>乙</w:t></mc:Fallback></mc:AlternateContent></w:r>`)+
		p(`<w:r><mc:AlternateContent><mc:Choice Requires="x"><w:drawing/></mc:Choice><mc:Fallback><w:t>只在后备</w:t></mc:Fallback></mc:AlternateContent></w:r>`))
	equal(t, texts(d), "甲", "只在后备")
	if got := left(d, document.ReasonAlternate); got != "乙" {
		t.Errorf("a fallback that differs: %q", got)
	}
}

func TestWordTables(t *testing.T) {
	inner := `<w:tbl><w:tr>` + cell("", "内一") + cell("", "内二") + `</w:tr></w:tbl>`
	d := word(t, p(r("表前"))+`<w:tbl><w:tblPr/><w:tr>`+cell(`<w:gridSpan w:val="2"/>`, "宽")+cell(`<w:vMerge w:val="restart"/>`, "高")+`</w:tr>`+
		`<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>`+cell("", "二")+cell(`<w:vMerge/>`, "被并")+`</w:tr>`+
		`<w:tr>`+cell("", "三")+`<w:tc><w:p>`+r("外")+`</w:p>`+inner+`<w:p/></w:tc><w:sdt><w:sdtContent>`+cell("", "控件")+`</w:sdtContent></w:sdt></w:tr></w:tbl>`+p(r("表后")))
	equal(t, texts(d), "表前", "|宽||高", "||二|", "|三|外\n内一\t内二|控件", "表后")
	if got := left(d, document.ReasonMerged); got != "被并" {
		t.Errorf("merged: %q", got)
	}
	if _, ok := remark(d, document.RemarkNestedTable); !ok {
		t.Error("a nested table is not told")
	}
}

func TestNotesAndComments(t *testing.T) {
	notes := entry{"footnotes.xml", `<w:footnotes ` + wordNS + `><w:footnote w:id="-1" w:type="separator">` + p(`<w:r><w:separator/></w:r>`) + `</w:footnote>` +
		`<w:footnote w:id="2">` + p(`<w:r><w:footnoteRef/></w:r>`+r("截至三月底。")) + `</w:footnote><w:footnote w:id="3">` + p(r("无人提及")) + `</w:footnote></w:footnotes>`}
	ends := entry{"endnotes.xml", `<w:endnotes ` + wordNS + `><w:endnote w:id="2">` + p(r("尾注")) + `</w:endnote></w:endnotes>`}
	comments := entry{"comments.xml", `<w:comments ` + wordNS + `><w:comment w:id="0" w:author="x">` + p(r("此处请核")) + `</w:comment></w:comments>`}
	settings := entry{"settings.xml", `<w:settings ` + wordNS + `><w:footnotePr><w:numFmt w:val="decimalEnclosedCircleChinese"/></w:footnotePr></w:settings>`}
	d := word(t, p(r("共11项")+`<w:r><w:footnoteReference w:id="2"/></w:r><w:commentRangeStart w:id="0"/>`+r("。")+`<w:r><w:commentReference w:id="0"/></w:r>`)+
		p(r("续")+`<w:r><w:endnoteReference w:id="2"/></w:r>`), notes, ends, comments, settings)
	equal(t, texts(d), "共11项[①]。", "[①] 截至三月底。", "续[2]", "[2] 尾注")
	if d.Blocks[1].Kind != document.Footnote || d.Blocks[1].Number != "[①]" {
		t.Errorf("%+v", d.Blocks[1])
	}
	if left(d, document.ReasonNote) != "无人提及" || left(d, document.ReasonComment) != "此处请核" {
		t.Errorf("%+v", d.Left)
	}
}

func TestFields(t *testing.T) {
	mark := func(kind string) string { return `<w:r><w:fldChar w:fldCharType="` + kind + `"/></w:r>` }
	code := func(s string) string { return `<w:r><w:instrText>` + s + `</w:instrText></w:r>` }
	d := word(t, p(r("见")+mark("begin")+code(` HYPERLINK "http://evil.example/" `)+mark("separate")+r("附件")+mark("end")+r("，第")+
		mark("begin")+code(" IF ")+mark("begin")+code(" PAGE ")+mark("separate")+r("9")+mark("end")+code(" = 1 ")+mark("separate")+r("二")+mark("end")+r("页"))+
		p(`<w:fldSimple w:instr=" DATE ">`+r("3月1日")+`</w:fldSimple>`)+p(mark("begin")+code(" 断")+r("头")))
	equal(t, texts(d), "见附件，第二页", "3月1日")
	if _, ok := remark(d, document.RemarkField); !ok {
		t.Error("a field without an end is not told")
	}
	nothingLost(t, []string{"附件", "9", "头", "断", "DATE", "PAGE"}, d)
}

func TestRunsAndSigns(t *testing.T) {
	styles := entry{"styles.xml", `<w:styles ` + wordNS + `><w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`}
	d := word(t, p(`<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/><w:sym w:font="Wingdings" w:char="F0FE"/>`+
		`<w:sym w:font="Wingdings 3" w:char="F021"/></w:r>`+`<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:rPr><w:rStyle w:val="h"/></w:rPr><w:t>匿</w:t></w:r>`+
		`<w:r><w:rPr><w:rStyle w:val="h"/><w:vanish w:val="0"/></w:rPr><w:t>现</w:t></w:r><w:hyperlink>`+r("链")+`</w:hyperlink><w:smartTag>`+r("标")+`</w:smartTag>`+
		`<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>`+r("控")+`</w:sdtContent></w:sdt><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>`+
		`<w:r><w:ruby><w:rt><w:r><w:t>hàn</w:t></w:r></w:rt><w:rubyBase>`+r("汉")+`</w:rubyBase></w:ruby></w:r>`), styles)
	equal(t, texts(d), "a\tb\nc-d☑\uf021现链标控x=1汉")
	if left(d, document.ReasonHidden) != "藏匿" || left(d, document.ReasonRuby) != "hàn" {
		t.Errorf("%+v", d.Left)
	}
	for _, code := range []string{document.RemarkSymbol, document.RemarkHidden, document.RemarkPrivateUse} {
		if _, ok := remark(d, code); !ok {
			t.Errorf("%s is not told", code)
		}
	}
}

func TestHeadingsAndAlignment(t *testing.T) {
	styles := entry{"styles.xml", `<w:styles ` + wordNS + `><w:style w:type="paragraph" w:default="1" w:styleId="n"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="n"/><w:pPr><w:jc w:val="center"/></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="2"><w:name w:val="标题 2"/><w:basedOn w:val="1"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="3"><w:basedOn w:val="4"/></w:style><w:style w:type="paragraph" w:styleId="4"><w:basedOn w:val="3"/></w:style></w:styles>`}
	style := func(id, more, text string) string {
		return p(`<w:pPr><w:pStyle w:val="` + id + `"/>` + more + `</w:pPr>` + r(text))
	}
	d := word(t, style("1", "", "甲")+style("2", `<w:jc w:val="left"/>`, "乙")+style("3", "", "环")+style("1", `<w:outlineLvl w:val="9"/>`, "丙")+
		style("n", `<w:outlineLvl w:val="2"/><w:jc w:val="right"/>`, "丁"), styles)
	for i, want := range []string{"1 true false", "2 false false", "0 false false", "0 true false", "3 false true"} {
		b := d.Blocks[i]
		if got := fmt.Sprint(b.Heading, b.Center, b.Right); got != want || b.Line != i+1 {
			t.Errorf("%s: %s, want %s", b.Text, got, want)
		}
	}
}

func TestAroundTheBody(t *testing.T) {
	head := entry{"header1.xml", `<w:hdr ` + wordNS + `>` + p(r("内部资料")+`<w:r><w:pict><v:shape><v:textpath string="征求意见稿"/></v:shape></w:pict></w:r>`) + `</w:hdr>`}
	foot := entry{"footer1.xml", `<w:ftr ` + wordNS + `>` + p(r("— 1 —")) + `</w:ftr>`}
	all := append(parts(p(r("正文"))+`<w:altChunk r:id="c1"/>`+p(`<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object><w:drawing><a:blip r:link="i1"/></w:drawing></w:r>`), head, foot),
		entry{"docProps/core.xml", `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>整改通报</dc:title><dc:creator>办公室</dc:creator></cp:coreProperties>`})
	d := mustRead(t, "x.docx", zipped(t, all...))
	equal(t, texts(d), "正文")
	if left(d, document.ReasonHeader) != "内部资料" || left(d, document.ReasonFooter) != "— 1 —" || left(d, document.ReasonWordArt) != "征求意见稿" {
		t.Errorf("%+v", d.Left)
	}
	if d.Meta["title"] != "整改通报" || d.Meta["creator"] != "办公室" {
		t.Errorf("%v", d.Meta)
	}
	for _, code := range []string{document.RemarkAltChunk, document.RemarkEmbedded, document.RemarkImage} {
		if _, ok := remark(d, code); !ok {
			t.Errorf("%s is not told", code)
		}
	}
}
