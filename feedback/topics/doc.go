// Package topics tells what people write about (话题): the words that come often
// in opinions of the last year, month by month, and which of them come together.
// It needs no dictionary: a word is what stands together often and beside many
// things. Personal data is cut out before anything is looked at, and no text is
// kept once it was counted.
//
// It must not know pages, words for people, or a store's driver.
//
// Start reading at topics.go (what comes out of it), then text.go (what is looked
// at), grams.go (what a word is) and book.go (how it follows a store).
package topics
