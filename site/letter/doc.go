// Package letter writes the letters of the outbox: which words, from the
// catalogue or as the body's own letters.yaml has them, filled with what the
// submission, the subscriptions or the queue hold at that moment. Chinese
// stands first and an English form below it.
//
// It must not know how letters are sent, nor pages or a store driver. No letter
// holds a receipt code, an opinion or a finding; a question or a reply stands
// in one only where its reader asked for that.
//
// Start reading at texts.go, then write.go and about.go.
package letter
