// Package mongostore keeps submissions, secrets, accounts and sessions in one
// MongoDB database: a document a submission, its whole content as JSON text
// beside the typed fields that queries need. What people typed is only ever a
// value, never a name or an operator. Inserts share round trips by
// feedback/batch; every write waits for a majority and its journal.
//
// It needs no transaction, change stream or replica set: whatever must happen
// together happens in one document. It knows documents and indexes and no rule
// of the workflow.
//
// Start reading at open.go, then document.go, insert.go, claim.go (idempotency
// keys, and what lets two processes share one) and settle.go (what
// becomes of an insert that met another) and query.go; schema.go says what
// lies where.
package mongostore
