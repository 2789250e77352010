// Package spool keeps what citizens send while the store is away: an intake
// journal on the local disk in front of a store that is reached over a network.
// It is for such a store only; one on the same disk needs none.
//
// It is a feedback.Store around the real one. What is filed through it gets its
// number before the store is asked: by the store's series while the store
// answers, otherwise from numbers that were reserved ahead. One copy of the site
// alone leaves no gap; where several draw from one series, each one's reserve
// is a gap until it is needed. If the store fails
// or does not answer in time the entry is written to the journal, synced, and
// its sender gets number and code at once, marked Pending; Run files it when
// the store is back.
//
// Why nothing is lost or doubled:
//
//   - A number, an ID and a code belong to an entry before anyone is asked to
//     keep it, and never change. Whether the first try at the store succeeded
//     although its answer was lost does not matter: the same document under the
//     same number is filed again, which changes nothing (feedback.Store).
//   - Of a reserved number the journal knows, synced, before the store or the
//     sender hears of it. After a crash what stands in the journal is used and
//     the rest of the reserve is not. Numbers of the store's that no reserve
//     holds are never remembered: a crash makes gaps of them.
//   - An entry with an idempotency key is written to the journal before the
//     store is asked (an intent). So the retry of a request that died with the
//     program finds the same number, whether the store is there by then or not.
//     Receipts of keys stay in the journal for as long as the key lives, also
//     after their entry was filed.
//   - That an entry was promised to its sender is written, synced, before the
//     answer. An intent that was never promised gives way to what another copy
//     of the site filed under its key; a promised one does not.
//
// One thing cannot be had: two copies of the site, both cut off from the store,
// that are given one key each promise a number. Then both are kept, each under
// its number, and the log says so: a duplicate can be merged, a lost one not.
//
// What waits here is in no backup of the store, and the desk does not see it.
// While the store is there the journal is still needed for entries with a key:
// where it cannot be written those are refused, because a retry of them could
// not be told from a first try.
//
// It must not know which store it stands before, nor the web.
//
// Start reading at insert.go, then drain.go, numbers.go, journal.go, salvage.go and
// frame.go (what lies on the disk).
package spool
