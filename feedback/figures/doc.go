// Package figures counts submissions for the public figures (统计): how many
// came and how, how long they took, whether limits were kept, what senders
// thought of it, and what is open; and for the desk: what is in whose hand, how
// old it is, when it falls due, and where people ask again. Of a submission it
// keeps days, kinds and the account in charge, never a word or a name of anybody.
//
// It must not know pages, words for people, or a store's driver.
//
// Start reading at figures.go (what is counted, and how), then fact.go (what is
// kept of one submission), desk.go (what the desk sees) and book.go (how the
// counts follow a store).
package figures
