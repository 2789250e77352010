// Package ui draws pages: the engine that parses every template at start, the
// frame that all pages share, the addresses of the site, and the style sheet.
//
// It must not know stores, requests or rules; a page is a struct that embeds
// Frame and holds just what its template shows.
//
// Start reading at engine.go and frame.go; a part's template and style stand
// together in parts/<part>, a page's template in pages/ or desk/.
package ui
