// Package library turns a folder of notices into one immutable Snapshot: read,
// checked, rendered, newest first. A notice with an error is left out, or stays
// as its last good version, which is kept on disk for the next start.
//
// It knows its sister rooms, files and digests; nothing of pages or requests.
//
// Start reading at library.go, then load.go and keep.go.
package library
