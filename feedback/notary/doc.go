// Package notary says in the public log what was received and what is public
// (公证), and holds both to it later. It knows what of a submission goes into a
// digest, follows the store so that nothing is left out, makes the file that
// proves a submission was received, and checks every row against its leaf.
//
// It must not know pages, a store's driver, or notices: a version of one is a
// slug, a count and a digest.
//
// Start reading at statement.go (what a leaf is the digest of), then notary.go,
// follow.go (how things get into the log), receipt.go and verify.go.
package notary
