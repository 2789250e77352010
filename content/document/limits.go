package document

// Bounds on hostile files. An official document is some ten pages: a Word file
// below 1 MB, of which 20 KB are compressed text.
const (
	MaxBytes = 50 << 20 // of any file

	maxText       = 4 << 20  // of a text or page, before decoding
	maxUnpacked   = 64 << 20 // of all parts of a Word file together, counted while reading
	maxPart       = 16 << 20 // of one part
	maxRatio      = 300      // unpacked to packed, from freeRatio on; XML of Word packs 10 to 50 times
	freeRatio     = 1 << 20  // below it the ratio does not matter
	maxEntries    = 2000     // in a zip
	maxTokens     = 3 << 20  // of XML, all parts together
	maxXMLDepth   = 256      // elements within elements
	maxTableDepth = 32       // tables within tables
	maxHTMLDepth  = 512      // as golang.org/x/net/html itself
	maxNodes      = 200_000  // tags and texts of a page
	maxJudged     = 4000     // paragraphs, and names of elements, that are asked whether they are part of the page
	maxAttrs      = 256      // of one element
	maxBlocks     = 50_000
	maxCells      = 100_000 // of all tables together
	maxSpan       = 100     // columns or rows of one merged cell; Word allows 63
	maxFields     = 64      // fields within fields
	maxPerCode    = 100     // remarks of one code
	maxLeft       = 100_000 // pieces
)
