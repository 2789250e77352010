// Package library turns a folder of notices into one immutable Snapshot: read,
// checked, newest first, rendered when first asked for. A notice with an error
// is left out, or stays as its last good version, which is kept on disk for the
// next start; so is an index of what was read, so that unchanged notices are
// not read again.
//
// It knows its sister rooms, files and digests; nothing of pages or requests.
//
// Start reading at library.go, then load.go, whole.go, keep.go and watch.go.
package library
