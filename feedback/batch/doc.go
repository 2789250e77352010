// Package batch joins concurrent writes into one commit: callers hand in an
// item each, wait, and are answered when the commit that held their item has
// ended. While one commit runs the next batch gathers, so nobody waits for a
// timer, and the more callers there are the fewer commits each one costs.
//
// It must not know what an item is, what a commit does, or any store.
//
// Start reading at batch.go.
package batch
