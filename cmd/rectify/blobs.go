package main

import (
	"fmt"
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
	if k, ok := of.(*sealed); ok {
		return s.blobs(k.Inner)
	}
	if k, ok := of.(*sealedstore.Store); ok {
		return s.blobs(k.Inner)
	}
	if m, ok := of.(*mongostore.Store); ok {
		return m.Blobs(), func() error { return nil }, nil
	}
	if s.Mongo != "" { // a folder of one machine is no place for what all copies share
		return nil, nil, fmt.Errorf("attachments: %T keeps none", of)
	}
	d, err := blobdir.Open(filepath.Join(s.Data, blobsFolder))
	if err != nil {
		return nil, nil, err
	}
	return d, d.Close, nil
}

// files opens where attachments and raw mails are kept. They are sealed by the
// master key: keys of the ring are retired when no submission lies under them,
// and files are not sealed anew.
func (s *server) files() error {
	kept, done, err := s.cmd.blobs(s.store)
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	s.done = append(s.done, done)
	s.config.Blobs = feedback.SealedBlobs{Blobs: kept, Sealer: s.config.Keys.Sealer("blobs")}
	s.config.Most = s.cmd.MaxFiles << 30
	return nil
}
