package main

import (
	"path/filepath"

	"rectify/feedback"
	"rectify/feedback/blobdir"
	"rectify/feedback/mongostore"
	"rectify/feedback/sealedstore"
)

// blobsFolder is where attachments stand beside the embedded store.
const blobsFolder = "files"

// blobs opens where attachments of an opened store are kept, sealed: its own
// MongoDB, or a folder under --data. The second value gives the folder back.
func (s stored) blobs(of store) (feedback.Blobs, func() error, error) {
	if s, ok := of.(*sealed); ok {
		of = s.Store
	}
	if s, ok := of.(*sealedstore.Store); ok {
		of = s.Inner
	}
	if m, ok := of.(*mongostore.Store); ok {
		return m.Blobs(), func() error { return nil }, nil
	}
	d, err := blobdir.Open(filepath.Join(s.Data, blobsFolder))
	if err != nil {
		return nil, nil, err
	}
	return d, d.Close, nil
}
