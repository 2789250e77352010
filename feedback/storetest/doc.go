// Package storetest holds every store of submissions to the same behaviour:
// intake and its idempotency keys, compare-and-set, the queue in every order,
// news, secrets kept once, accounts and sessions, the whole workflow against a
// plain model, and strings that would like to be commands.
//
// It must not know any store: it sees the three interfaces only. What a disk
// or a network does to a store is tested beside that store.
//
// Start reading at run.go; there is one file a subject, and samples.go makes
// what they keep.
package storetest
