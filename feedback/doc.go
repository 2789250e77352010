// Package feedback holds the words of a public Submission (留言) and the rules
// of its workflow: states and moves, deadlines on two clocks, receipt codes,
// redactions, what the public may see, and the Store that keeps it all.
//
// It must not know the web, mail, SQL, BSON or a notice: an item of a notice
// is two strings here. Rules live in Apply and nowhere else; a store only
// inserts, finds and compares.
//
// Start reading at submission.go, then state.go, apply.go and store.go.
package feedback
