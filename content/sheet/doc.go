// Package sheet is the ledger of a notice as a table: exported as CSV, edited
// in whatever spreadsheet program a clerk has, and read again so that only what
// was edited changes, in place, every other byte of the Markdown as it was.
//
// It must not know files, pages, or what a version is. It speaks in codes; the
// sentences stand in the catalogue under "check." and the code.
//
// Start reading at export.go (the columns), then apply.go; read.go takes what
// spreadsheets make of a CSV, value.go what they make of a cell, attributes.go
// edits the attribute lists.
package sheet
