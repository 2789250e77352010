// Package desk holds the pages of the staff: signing in, the queue, one
// submission with everything that may be done to it, keying in what came by
// phone, letter or visit, and the accounts.
//
// What may be done by whom is said in feedback; this room only asks and shows.
// It must not know the public pages or store drivers.
//
// Start reading at desk.go, then queue.go, submission.go and act.go.
package desk
