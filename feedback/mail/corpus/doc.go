// Package corpus makes 300 messy messages, the same ones for the same seed,
// each with what must become of it: charsets with wrong labels, broken MIME,
// deep nesting, huge heads and bodies, bounces real and forged, answers of
// programs, mailing lists, hidden text, signed and encrypted mail. Every word
// and person in them is made up.
//
// It knows how mail programs write and what package mail promises; it must not
// know how mail keeps the promise, nor any store or network.
//
// Start reading at case.go.
package corpus
