package mongostore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
)

var _ feedback.Blobs = (*Blobs)(nil)

// Blobs keeps blobs as GridFS does (its specification, version 1.1): chunks
// under the key of one upload, and when all are there one document that names
// them. That document's name is the id of the blob, and unique: of several
// uploads of one id one counts, and until then there is no blob.
//
// They are written here and not by the driver, whose uploads end with no
// context, take 16 MiB of memory each, and when they break off delete by id what
// another may just have written. Any GridFS program can read them.
type Blobs struct {
	files, chunks *mongo.Collection
}

// The bucket, and the bytes of one chunk.
const (
	blobBucket = "attachment"
	blobChunk  = 255 << 10
)

// blobLimit bounds how long one blob may take on its way.
const blobLimit = 60 * time.Second

// blobFile is a document of files, as far as it is used.
type blobFile struct {
	ID     primitive.ObjectID `bson:"_id"` // of the upload
	Name   string             `bson:"filename"`
	Length int64              `bson:"length"`
	Chunk  int32              `bson:"chunkSize"`
	At     time.Time          `bson:"uploadDate"`
}

// blobPart is a document of chunks.
type blobPart struct {
	ID   primitive.ObjectID `bson:"_id"`
	File primitive.ObjectID `bson:"files_id"`
	N    int32              `bson:"n"`
	Data []byte             `bson:"data"`
}

// Blobs answers the blobs of the database.
func (s *Store) Blobs() *Blobs {
	return &Blobs{files: s.db.Collection(blobBucket + ".files"), chunks: s.db.Collection(blobBucket + ".chunks")}
}

// blobIndexes makes the indexes of GridFS, and the one that makes ids unique.
func (s *Store) blobIndexes(ctx context.Context) error {
	b := s.Blobs()
	_, err := b.files.Indexes().CreateMany(ctx, []mongo.IndexModel{unique(index("blob", "filename")), index("filename_1_uploadDate_1", "filename", "uploadDate")})
	if err == nil {
		_, err = b.chunks.Indexes().CreateOne(ctx, unique(index("files_id_1_n_1", "files_id", "n")))
	}
	if err != nil {
		return fmt.Errorf("indexes of blobs: %w", err)
	}
	return nil
}

// Put implements feedback.Blobs.
func (b *Blobs) Put(ctx context.Context, id feedback.BlobID, data []byte) error {
	if !id.Valid() || len(data) > feedback.MaxBlob {
		return fmt.Errorf("put blob: %d bytes as %q cannot be kept", len(data), id)
	}
	ctx, cancel := context.WithTimeout(ctx, blobLimit)
	defer cancel()
	upload := primitive.NewObjectID()
	err := b.write(ctx, upload, data)
	if err == nil {
		_, err = b.files.InsertOne(ctx, blobFile{ID: upload, Name: string(id), Length: int64(len(data)), Chunk: blobChunk, At: time.Now().UTC()})
	}
	if mongo.IsDuplicateKeyError(err) { // of the name: chunks have keys of this upload
		return b.same(ctx, id, data, upload)
	}
	if err != nil {
		// Whether the document was written is not known, so the chunks stay: with
		// it they are a blob, without it Tidy finds them.
		return fmt.Errorf("put blob: %w", err)
	}
	return nil
}

// write writes the chunks of an upload.
func (b *Blobs) write(ctx context.Context, upload primitive.ObjectID, data []byte) error {
	var parts []any
	for n := int32(0); len(data) > 0; n++ {
		size := min(len(data), blobChunk)
		parts = append(parts, blobPart{ID: primitive.NewObjectID(), File: upload, N: n, Data: data[:size]})
		data = data[size:]
	}
	if len(parts) == 0 {
		return nil
	}
	_, err := b.chunks.InsertMany(ctx, parts)
	return err
}

// same ends an upload whose id is taken: nil if by the same bytes. It may have
// been taken by this upload, when the driver sent the document a second time.
func (b *Blobs) same(ctx context.Context, id feedback.BlobID, data []byte, upload primitive.ObjectID) error {
	var first blobFile
	err := notFound(b.files.FindOne(ctx, is("filename", string(id))).Decode(&first))
	if err == nil && first.ID == upload {
		return nil
	}
	var have []byte
	if err == nil {
		have, err = b.read(ctx, first)
	}
	if err == nil && !bytes.Equal(have, data) {
		err = feedback.ErrConflict
	}
	_, gone := b.chunks.DeleteMany(ctx, is("files_id", upload)) // else Tidy finds them
	if err = errors.Join(err, gone); err != nil {
		return fmt.Errorf("put blob: %w", err)
	}
	return nil
}

// Get implements feedback.Blobs.
func (b *Blobs) Get(ctx context.Context, id feedback.BlobID) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, blobLimit)
	defer cancel()
	var f blobFile
	err := notFound(b.files.FindOne(ctx, is("filename", string(id))).Decode(&f))
	if errors.Is(err, feedback.ErrNotFound) { // it may just be changing places, or was cut off doing so
		err = notFound(b.files.FindOne(ctx, is("filename", string(id)+overwritten)).Decode(&f))
	}
	var data []byte
	if err == nil {
		data, err = b.read(ctx, f)
	}
	if err != nil {
		return nil, fmt.Errorf("get blob: %w", err)
	}
	return data, nil
}

// read puts the chunks of a file together and holds them to its length.
func (b *Blobs) read(ctx context.Context, f blobFile) (_ []byte, err error) {
	if f.Length < 0 || f.Length > feedback.MaxBlob {
		return nil, fmt.Errorf("%d bytes are no blob", f.Length)
	}
	found, err := b.chunks.Find(ctx, is("files_id", f.ID), options.Find().SetSort(is("n", 1)))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, found.Close(ctx)) }()
	data := make([]byte, 0, f.Length)
	for n := int32(0); found.Next(ctx); n++ {
		var part blobPart
		if err := found.Decode(&part); err != nil {
			return nil, err
		}
		if data = append(data, part.Data...); part.N != n || int64(len(data)) > f.Length {
			return nil, fmt.Errorf("chunk %d is out of place", part.N)
		}
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	if int64(len(data)) == f.Length {
		return data, nil
	}
	// Deleted while it was read, or damaged.
	if err := notFound(b.files.FindOne(ctx, is("_id", f.ID)).Err()); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%d bytes of %d are there", len(data), f.Length)
}

// overwritten ends the name of a blob that is about to take the place of the one
// without it.
const overwritten = ".new"

// Overwrite keeps data in the place of what stands under id: the same content
// sealed anew. The new one is whole before the old one goes, and Get finds it
// under either name; cut off in between, the next Overwrite goes on.
// feedback.ErrNotFound: nothing stands there.
func (b *Blobs) Overwrite(ctx context.Context, id feedback.BlobID, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, blobLimit)
	defer cancel()
	if err := b.overwrite(ctx, string(id), data); err != nil {
		return fmt.Errorf("overwrite blob: %w", err)
	}
	return nil
}

func (b *Blobs) overwrite(ctx context.Context, name string, data []byte) error {
	err := notFound(b.files.FindOne(ctx, is("filename", name)).Err())
	if errors.Is(err, feedback.ErrNotFound) { // cut off before: the new one takes its place first
		moved, err := b.files.UpdateOne(ctx, is("filename", name+overwritten), change("$set", "filename", name))
		if err == nil && moved.MatchedCount == 0 {
			err = feedback.ErrNotFound
		}
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := b.forget(ctx, name+overwritten); err != nil { // half done once, of older content
		return err
	}
	upload := primitive.NewObjectID()
	if err := b.write(ctx, upload, data); err != nil {
		return err
	}
	_, err = b.files.InsertOne(ctx, blobFile{ID: upload, Name: name + overwritten, Length: int64(len(data)), Chunk: blobChunk, At: time.Now().UTC()})
	if err == nil {
		err = b.forget(ctx, name)
	}
	if err == nil {
		_, err = b.files.UpdateOne(ctx, is("filename", name+overwritten), change("$set", "filename", name))
	}
	return err
}

// forget removes a file by its name.
func (b *Blobs) forget(ctx context.Context, name string) error {
	var f blobFile
	err := b.files.FindOneAndDelete(ctx, is("filename", name)).Decode(&f)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil
	}
	if err == nil {
		_, err = b.chunks.DeleteMany(ctx, is("files_id", f.ID))
	}
	return err
}

// Delete implements feedback.Blobs: first the document that makes it a blob.
func (b *Blobs) Delete(ctx context.Context, id feedback.BlobID) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := errors.Join(b.forget(ctx, string(id)), b.forget(ctx, string(id)+overwritten)); err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	return nil
}

// Each implements feedback.Blobs. It reads in pages, so that it may take long.
func (b *Blobs) Each(ctx context.Context, tell func(feedback.BlobInfo) error) error {
	const step = 1000
	for last := ""; ; {
		page, err := b.page(ctx, last, step)
		if err != nil {
			return fmt.Errorf("blobs: %w", err)
		}
		for _, f := range page {
			if id := feedback.BlobID(f.Name); id.Valid() {
				if err := tell(feedback.BlobInfo{ID: id, Size: f.Length, At: f.At}); err != nil {
					return err
				}
			}
			last = f.Name
		}
		if len(page) < step {
			return nil
		}
	}
}

func (b *Blobs) page(ctx context.Context, after string, step int64) (page []blobFile, err error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := b.files.Find(ctx, is("filename", is("$gt", after)), options.Find().SetSort(is("filename", 1)).SetLimit(step))
	if err == nil {
		err = found.All(ctx, &page)
	}
	return page, err
}

// Tidy implements feedback.Blobs: it removes the chunks of uploads that began
// before then and are no blob. When an upload began stands in its key.
func (b *Blobs) Tidy(ctx context.Context, before time.Time) error {
	const step = 500
	for last, limit := primitive.NilObjectID, primitive.NewObjectIDFromTimestamp(before); ; {
		uploads, err := b.uploads(ctx, last, limit, step)
		if err == nil && len(uploads) > 0 {
			last = uploads[len(uploads)-1]
			err = b.drop(ctx, uploads)
		}
		if err != nil {
			return fmt.Errorf("tidy blobs: %w", err)
		}
		if len(uploads) == 0 {
			return nil
		}
	}
}

// uploads are the keys of some uploads after last and before limit, in order,
// read from the index of chunks alone.
func (b *Blobs) uploads(ctx context.Context, last, limit primitive.ObjectID, step int64) ([]primitive.ObjectID, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := b.chunks.Find(ctx, is("files_id", bson.D{{Key: "$gt", Value: last}, {Key: "$lt", Value: limit}}),
		options.Find().SetSort(bson.D{{Key: "files_id", Value: 1}, {Key: "n", Value: 1}}).SetLimit(step).SetProjection(bson.D{{Key: "_id", Value: 0}, {Key: "files_id", Value: 1}}))
	if err != nil {
		return nil, err
	}
	var parts []blobPart
	if err := found.All(ctx, &parts); err != nil {
		return nil, err
	}
	var list []primitive.ObjectID
	for _, p := range parts {
		if n := len(list); n == 0 || list[n-1] != p.File {
			list = append(list, p.File)
		}
	}
	return list, nil
}

// drop removes the chunks of those uploads that no document names.
func (b *Blobs) drop(ctx context.Context, uploads []primitive.ObjectID) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := b.files.Find(ctx, is("_id", is("$in", uploads)), options.Find().SetProjection(is("_id", 1)))
	if err != nil {
		return err
	}
	var kept []blobFile
	if err := found.All(ctx, &kept); err != nil {
		return err
	}
	whole := make(map[primitive.ObjectID]bool)
	for _, f := range kept {
		whole[f.ID] = true
	}
	lost := bson.A{}
	for _, u := range uploads {
		if !whole[u] {
			lost = append(lost, u)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	_, err = b.chunks.DeleteMany(ctx, is("files_id", is("$in", lost)))
	return err
}
