// Package staff holds the accounts of the people who work at the desk, their
// sessions, and the interface of the store that keeps both.
//
// It must not know cookies, pages, or any store driver. Passwords reach it in
// clear and leave it as argon2id hashes only.
//
// Start reading at staff.go, then keeper.go.
package staff
