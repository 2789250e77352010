// Package figures counts submissions for the public figures (统计): how many
// came and how, how long they took, whether limits were kept, what senders
// thought of it, and what is open. Of a submission it keeps days and kinds only,
// never a word or a name.
//
// It must not know pages, words for people, or a store's driver.
//
// Start reading at figures.go (what is counted, and how), then fact.go (what is
// kept of one submission) and book.go (how the counts follow a store).
package figures
