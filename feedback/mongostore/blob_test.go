package mongostore

import (
	"bytes"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo/gridfs"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/blobtest"
	"rectify/feedback/mongostore/mongotest"
)

func TestBlobs(t *testing.T) {
	uri := mongotest.Server(t)
	blobtest.Run(t, func(t *testing.T) blobtest.Backend {
		name := mongotest.Name(t, uri)
		b := opened(t, uri, name).Blobs()
		return blobtest.Backend{
			Blobs: b,
			Again: func(t *testing.T) feedback.Blobs { return opened(t, uri, name).Blobs() },
			Half: func(t *testing.T, id feedback.BlobID, data []byte) {
				for _, n := range []int{1, 300 << 10, len(data)} {
					if err := b.write(t.Context(), primitive.NewObjectID(), data[:n]); err != nil {
						t.Fatal(err)
					}
				}
			},
			Left: func(t *testing.T) int {
				n := 0
				uploads, err := b.uploads(t.Context(), primitive.NilObjectID, primitive.NewObjectIDFromTimestamp(time.Now().Add(time.Hour)), 1000)
				if err != nil {
					t.Fatal(err)
				}
				for _, u := range uploads {
					if b.files.FindOne(t.Context(), is("_id", u)).Err() != nil {
						n++
					}
				}
				return n
			},
			Shorten: func(t *testing.T, id feedback.BlobID) {
				var f blobFile
				if err := b.files.FindOne(t.Context(), is("filename", string(id))).Decode(&f); err != nil {
					t.Fatal(err)
				}
				if _, err := b.chunks.DeleteOne(t.Context(), bson.D{{Key: "files_id", Value: f.ID}, {Key: "n", Value: 2}}); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}

// What is written is GridFS: the driver reads it.
func TestBlobsAreGridFS(t *testing.T) {
	uri := mongotest.Server(t)
	s := opened(t, uri, mongotest.Name(t, uri))
	id, data := blobtest.ID(t), blobtest.Bytes(900<<10)
	if err := s.Blobs().Put(t.Context(), id, data); err != nil {
		t.Fatal(err)
	}
	bucket, err := gridfs.NewBucket(s.db, options.GridFSBucket().SetName(blobBucket))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if _, err := bucket.DownloadToStreamByName(string(id), &got); err != nil || !bytes.Equal(got.Bytes(), data) {
		t.Errorf("%d bytes, %v", got.Len(), err)
	}
}
