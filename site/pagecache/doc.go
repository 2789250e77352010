// Package pagecache keeps finished answers ready to be sent: plain, gzip and
// brotli bytes with their strong ETag and all headers, by address, language
// and mode, until something that they are tagged with changes.
//
// It must never hold an answer for somebody signed in, and knows nothing of
// what a page shows.
//
// Start reading at cache.go; page.go makes and sends one answer.
package pagecache
