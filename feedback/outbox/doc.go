// Package outbox holds letters on their way out: what is to be told to whom,
// how often it was tried, and how it ended. Their words are not kept: a letter
// is written anew from what it is about each time it is tried, so that nothing
// goes out about what was taken back meanwhile, and no text lies around. Nor is
// an address: it stands with the submission, subscription or account.
//
// It must not know SMTP, words, pages or a store driver.
//
// Start reading at letter.go, then store.go, queue.go and post.go.
package outbox
