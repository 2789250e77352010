// Package proof serves the public log under /log/: signed heads, tiles, the
// log's key, a page that explains them, and the door for witnesses.
//
// It must not know what a leaf is about, nor change anything but cosignatures.
//
// Start reading at proof.go (addresses and files), then cosign.go and page.go.
package proof
