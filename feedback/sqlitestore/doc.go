// Package sqlitestore keeps submissions, secrets, accounts and sessions in one
// SQLite file: a row a submission, its whole document as JSON beside the
// columns that queries need. All writes, whatever they are, share one writer
// and one sync a batch (WAL, synchronous=FULL).
//
// It knows rows and files and no rule of the workflow.
//
// Start reading at open.go, then write.go (how writes share a commit), insert.go
// and query.go; the files in steps say what lies where.
package sqlitestore
