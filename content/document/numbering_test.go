package document_test

import (
	"testing"

	"rectify/content/document"
)

// official is the list that Word and WPS make for an official document:
// 一、 （一） 1. （1） ①, each restarting below the one before.
const official = `<w:abstractNum w:abstractNumId="0">` +
	`<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>` +
	`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>` +
	`<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>` +
	`<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimalFullWidth"/><w:lvlText w:val="（%4）"/></w:lvl>` +
	`<w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="decimalEnclosedCircleChinese"/><w:lvlText w:val="%5"/></w:lvl></w:abstractNum>`

func numbered(inner string) entry {
	return entry{"numbering.xml", `<w:numbering ` + wordNS + `>` + inner + `</w:numbering>`}
}

func TestOfficialNumbering(t *testing.T) {
	d := word(t, item("1", "0", "总体情况")+item("1", "1", "甲")+item("1", "2", "乙")+item("1", "3", "丙")+item("1", "4", "丁")+item("1", "4", "戊")+
		item("1", "2", "己")+item("1", "4", "庚")+item("1", "1", "辛")+item("1", "2", "壬")+item("1", "0", "下一步")+item("1", "2", "跳级")+item("0", "0", "无号"),
		numbered(official+`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`))
	equal(t, texts(d), "一、总体情况", "（一）甲", "1.乙", "（１）丙", "①丁", "②戊", "2.己", "①庚", "（二）辛", "1.壬", "二、下一步", "1.跳级", "无号")
	if d.Blocks[0].Number != "一、" || d.Blocks[12].Number != "" {
		t.Errorf("%+v", d.Blocks)
	}
}

// Problems count on through sections where their level never restarts, or
// restarts only after the first.
func TestLevelRestart(t *testing.T) {
	with := func(restart string) entry {
		return numbered(`<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>` +
			`<w:lvl w:ilvl="1"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>` +
			`<w:lvl w:ilvl="2"><w:numFmt w:val="decimal"/>` + restart + `<w:lvlText w:val="%3."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	}
	body := item("1", "0", "甲") + item("1", "1", "乙") + item("1", "2", "丙") + item("1", "1", "丁") + item("1", "2", "戊") + item("1", "0", "己") + item("1", "2", "庚")
	for restart, want := range map[string][2]string{"": {"1.戊", "1.庚"}, `<w:lvlRestart w:val="0"/>`: {"2.戊", "3.庚"}, `<w:lvlRestart w:val="1"/>`: {"2.戊", "1.庚"}} {
		got := texts(word(t, body, with(restart)))
		if got[4] != want[0] || got[6] != want[1] {
			t.Errorf("%s: %v", restart, got)
		}
	}
}

// Two uses of one definition count on together, unless the second says where it
// begins; it begins there once.
func TestStartOverride(t *testing.T) {
	d := word(t, item("1", "2", "甲")+item("2", "2", "乙")+item("3", "2", "丙")+item("3", "2", "丁")+item("1", "2", "戊"),
		numbered(official+`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>`+
			`<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="2"><w:startOverride w:val="7"/></w:lvlOverride></w:num>`))
	equal(t, texts(d), "1.甲", "2.乙", "7.丙", "8.丁", "9.戊")
}

func TestLevelOverrideAndLegal(t *testing.T) {
	d := word(t, item("1", "0", "甲")+item("1", "1", "乙")+item("2", "1", "丙"),
		numbered(`<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1章"/><w:suff w:val="space"/></w:lvl>`+
			`<w:lvl w:ilvl="1"><w:numFmt w:val="lowerRoman"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`+
			`<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:lvl w:ilvl="1"><w:start w:val="5"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%2)"/></w:lvl></w:lvlOverride></w:num>`))
	equal(t, texts(d), "第三章 甲", "3.1 乙", "ii)丙")
}

// A list may hang on a style, on the style of its base, and on a numbering
// style; a paragraph with numId 0 stands outside of it.
func TestNumberingByStyle(t *testing.T) {
	styles := entry{"styles.xml", `<w:styles ` + wordNS + `><w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="h2"><w:name w:val="heading 2"/><w:basedOn w:val="h1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="h3"><w:name w:val="heading 3"/><w:basedOn w:val="h2"/></w:style>` +
		`<w:style w:type="numbering" w:styleId="ns"><w:pPr><w:numPr><w:numId w:val="9"/></w:numPr></w:pPr></w:style></w:styles>`}
	style := func(id, more, text string) string {
		return p(`<w:pPr><w:pStyle w:val="` + id + `"/>` + more + `</w:pPr>` + r(text))
	}
	d := word(t, style("h1", "", "甲")+style("h2", "", "乙")+style("h3", "", "丙")+style("h2", `<w:numPr><w:numId w:val="0"/></w:numPr>`, "丁")+style("h2", "", "戊"), styles,
		numbered(`<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="ns"/></w:abstractNum>`+official+
			`<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num><w:num w:numId="9"><w:abstractNumId w:val="0"/></w:num>`))
	equal(t, texts(d), "一、甲", "（一）乙", "（二）丙", "丁", "（三）戊")
}

func TestOddNumbering(t *testing.T) {
	d := word(t, item("1", "0", "甲")+item("7", "0", "乙")+item("2", "0", "丙")+item("1", "0", ""),
		numbered(`<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="hebrew1"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>`+
			`<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF06C;"/></w:lvl></w:abstractNum>`+
			`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>`))
	equal(t, texts(d), "1.甲", "乙", "● 丙", "2.")
	for _, code := range []string{document.RemarkNumberFormat, document.RemarkNumberMissing} {
		if _, ok := remark(d, code); !ok {
			t.Errorf("%s is not told", code)
		}
	}
}
