// Package translog is the public log of a site (公开日志): a Merkle tree of
// short lines, one for everything that was published and one blinded line for
// everything that was received, under signed heads that anybody can keep and
// compare. What once stands in it cannot be altered, left out or put in another
// order without every later head telling.
//
// It knows kinds and digests. It must not know notices, submissions or persons,
// and no store's driver; what a digest was taken of is the affair of others.
//
// The tree is that of RFC 6962, the head a C2SP tlog-checkpoint, the files those
// of C2SP tlog-tiles, a witness's word a C2SP tlog-cosignature. Start reading at
// leaf.go (what stands in the log), then store.go (where it is kept), log.go
// (how it grows) and remote.go (how a stranger checks it).
package translog
