package document

// Reasons for which text is left out. Whoever shows them says each in words.
const (
	ReasonAlternate  = "alternate"  // Word: the fallback of a drawing, where it says something else
	ReasonAttachment = "attachment" // page: links to files
	ReasonBreadcrumb = "breadcrumb" // page: 当前位置
	ReasonChart      = "chart"      // Word: words inside a chart
	ReasonComment    = "comment"    // Word: a reviewer's comment
	ReasonDeleted    = "deleted"    // Word: struck out with changes tracked
	ReasonDiagram    = "diagram"    // Word: words inside SmartArt
	ReasonEditor     = "editor"     // page: 编辑：审核： at the end
	ReasonField      = "field"      // Word: a field's instruction, not its result
	ReasonFontSize   = "fontsize"   // page: 字号 大 中 小
	ReasonFooter     = "footer"     // page's or Word section's foot
	ReasonForm       = "form"       // page: search box, buttons
	ReasonGlossary   = "glossary"   // Word: building blocks that the document does not show
	ReasonHeader     = "header"     // Word section's head
	ReasonHidden     = "hidden"     // hidden text of either
	ReasonImage      = "image"      // the words that stand for a picture
	ReasonMerged     = "merged"     // Word: text in a cell hidden by merging
	ReasonMeta       = "meta"       // page: 发布日期, 来源; understood parts are in Meta
	ReasonNavigation = "navigation" // page: menus, lists of links
	ReasonNote       = "note"       // Word: a note that nothing points at
	ReasonOutside    = "outside"    // page: outside the article
	ReasonPager      = "pager"      // page: 上一篇 下一篇
	ReasonPrint      = "print"      // page: 打印本页 关闭窗口
	ReasonReadAloud  = "readaloud"  // page: 朗读
	ReasonRelated    = "related"    // page: 相关链接
	ReasonRuby       = "ruby"       // pronunciation over a word
	ReasonScript     = "script"     // page: scripts and what stands for them
	ReasonShare      = "share"      // page: 分享到
	ReasonStyle      = "style"      // page: style sheets
	ReasonWordArt    = "wordart"    // Word: words drawn as a picture, watermarks
)

// Remarks on the reading, with what stands in Args.
const (
	RemarkAltChunk       = "altchunk"          // a document inside the document is not read: its name
	RemarkArticle        = "article-uncertain" // page: no one element holds the article, the whole page was read
	RemarkBidi           = "bidi-control"      // signs that turn the direction of writing taken out: how many
	RemarkBOM            = "byte-order-mark"   // the file begins with one
	RemarkComments       = "comments"          // how many
	RemarkControl        = "control-character" // taken out: how many
	RemarkDiagram        = "diagram"           // words of a chart or SmartArt are not in the text
	RemarkEmbedded       = "embedded"          // an embedded object or page is not read: what
	RemarkEncoding       = "encoding-claim"    // the file says: claimed, and is: found
	RemarkExternal       = "external"          // something outside was not fetched: its address
	RemarkField          = "field-open"        // a field that does not end
	RemarkFormFeed       = "form-feed"         // a page break in plain text: how many
	RemarkHidden         = "hidden-text"       // how many pieces
	RemarkImage          = "image"             // a picture: what it says cannot be read
	RemarkNestedTable    = "nested-table"      // a table in a table, written as its lines
	RemarkNumberFormat   = "number-format"     // counted in plain digits instead of: format
	RemarkNumberMissing  = "number-missing"    // points at a numbering that the file lacks: its id
	RemarkReplacement    = "replacement-char"  // U+FFFD: letters were lost before: how many
	RemarkSymbol         = "symbol"            // a sign of a symbol font without a letter: font, code
	RemarkTrackedChanges = "tracked-changes"   // taken as accepted: insertions, deletions
	RemarkZeroWidth      = "zero-width"        // invisible characters: how many
	RemarkPrivateUse     = "private-use"       // letters that only one font can show: how many
)
