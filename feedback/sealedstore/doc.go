// Package sealedstore stands before a store of submissions and seals what it
// keeps (个人信息加密存储): the store sees only what it needs to find a
// submission, and one run of bytes that opens with the right key, for that
// submission and that revision alone. So what is swapped, replayed or altered
// behind the program's back does not open, and a backup, which is taken of the
// store, holds nothing in clear. Submissions from before sealing are read as
// they stand, until all of them were sealed once.
//
// It knows what of a submission stands in clear, and which keys are in use; it
// must not know drivers, ciphers, or what the words of a submission mean.
//
// Start reading at store.go, then shell.go (what stands in clear), keys.go
// (lost and stale keys), reseal.go (a new key takes over) and check.go.
package sealedstore
