// Package likeness tells whether two texts say nearly the same: a fingerprint
// of 64 bits to look quickly (simhash over Chinese bigrams), the Jaccard measure
// of the bigrams to be sure, and an index in memory that groups what comes in,
// so that a campaign of thousands is one thing to look at.
//
// It must know texts only: no submission, store or notice.
//
// Start reading at grams.go, then print.go and clusters.go.
package likeness
