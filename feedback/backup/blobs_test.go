package backup_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/backup/archive"
	"rectify/feedback/blobdir"
	"rectify/feedback/blobtest"
	"rectify/feedback/mongostore"
	"rectify/feedback/storetest"
)

// blobsOf are the blobs that belong to a store: GridFS in the same database, or
// a folder.
func blobsOf(t *testing.T, b storetest.Backend) feedback.Blobs {
	t.Helper()
	if m, ok := b.(*mongostore.Store); ok {
		return m.Blobs()
	}
	d, err := blobdir.Open(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func blobsTold(t *testing.T, b feedback.Blobs) map[feedback.BlobID]string {
	t.Helper()
	all := make(map[feedback.BlobID]string)
	err := b.Each(t.Context(), func(i feedback.BlobInfo) error {
		data, err := b.Get(t.Context(), i.ID)
		all[i.ID] = feedback.DigestOf(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Blobs come back beside their submissions, from any kind of store into any,
// also after a restore that was cut off.
func TestBlobsComeBack(t *testing.T) {
	kinds := map[string]func(testing.TB) storetest.Backend{"disk": onDisk, "mongo": onMongo}
	for from, openFrom := range kinds {
		for to, openTo := range kinds {
			t.Run(from+" to "+to, func(t *testing.T) {
				a, b := openFrom(t), openTo(t)
				source, target := blobsOf(t, a), blobsOf(t, b)
				e := storetest.Piece("with a file")
				e.Submission.Attachments = nil
				for _, n := range []int{0, 1, 300 << 10, feedback.MaxBlob} {
					id := blobtest.ID(t)
					if err := source.Put(t.Context(), id, blobtest.Bytes(n)); err != nil {
						t.Fatal(err)
					}
					e.Submission.Attachments = append(e.Submission.Attachments, feedback.Attachment{Blob: id, Name: "x"})
				}
				if _, _, err := a.Insert(t.Context(), e); err != nil {
					t.Fatal(err)
				}
				var out bytes.Buffer
				m, err := backup.Write(t.Context(), &out, keys(t, 1), now(), a, backup.Blobs(source))
				if err != nil || m.Section("files").Records != 4 {
					t.Fatalf("%+v, %v", m, err)
				}
				restore := func(to feedback.Blobs) error {
					_, err := backup.Restore(t.Context(), bytes.NewReader(out.Bytes()), keys(t, 1), b, backup.BlobsPart(to))
					return err
				}
				if err := restore(&fewBlobs{target, 2}); !errors.Is(err, errCut) {
					t.Fatal(err)
				}
				if err := restore(target); err != nil {
					t.Fatal(err)
				}
				want, got := blobsTold(t, source), blobsTold(t, target)
				if len(got) != 4 {
					t.Errorf("%d blobs", len(got))
				}
				for id, digest := range want {
					if got[id] != digest {
						t.Errorf("%s is not what it was", id)
					}
				}
				err = feedback.MissingBlobs(t.Context(), b, target, func(n feedback.Number, a feedback.Attachment) error {
					t.Errorf("%s: %s is missing", n, a.Blob)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
				again, err := backup.Write(t.Context(), &bytes.Buffer{}, keys(t, 1), now(), b, backup.Blobs(target))
				if err != nil || again.ID() != m.ID() {
					t.Errorf("content of the second backup %+v, of the first %+v, %v", again, m, err)
				}
			})
		}
	}
}

// fewBlobs takes some blobs and then no more.
type fewBlobs struct {
	feedback.Blobs
	left int
}

func (f *fewBlobs) Put(ctx context.Context, id feedback.BlobID, data []byte) error {
	if f.left--; f.left < 0 {
		return errCut
	}
	return f.Blobs.Put(ctx, id, data)
}

// A backup from before there were blobs is restored as ever; one is not restored
// over blobs that are there; and what is no blob is found before anything changes.
func TestBlobsOfOldAndBadBackups(t *testing.T) {
	a, b := onDisk(t), onDisk(t)
	storetest.Fill(t, a)
	src, _ := written(t, a)
	full := blobsOf(t, b)
	if err := full.Put(t.Context(), blobtest.ID(t), []byte("x")); err != nil {
		t.Fatal(err)
	}
	_, err := backup.Restore(t.Context(), bytes.NewReader(src), keys(t, 1), b, backup.BlobsPart(full))
	refusedBy(t, err, backup.ErrNotBlank, b)
	if _, err := backup.Restore(t.Context(), bytes.NewReader(src), keys(t, 1), b, backup.BlobsPart(blobsOf(t, b))); err != nil {
		t.Errorf("a backup without blobs: %v", err)
	}
	one := strings.Repeat("0a", 16)
	for name, records := range map[string][]string{
		"id":    {`{"id":"../../x","data":"AA=="}`},
		"order": {`{"id":"` + one + `","data":"AA=="}`, `{"id":"` + one + `","data":"AB=="}`},
		"field": {`{"id":"` + one + `","data":"AA==","name":"x"}`},
		"data":  {`{"id":"` + one + `","data":"!"}`},
	} {
		var out bytes.Buffer
		s := archive.Section{Name: "files", Write: func(_ context.Context, put func([]byte) error) error {
			for _, r := range records {
				if err := put([]byte(r)); err != nil {
					return err
				}
			}
			return nil
		}}
		if _, err := archive.Write(t.Context(), &out, backup.Key(keys(t, 1)), now(), []archive.Section{s}); err != nil {
			t.Fatal(err)
		}
		c := onDisk(t)
		to := blobsOf(t, c)
		_, err := backup.Restore(t.Context(), bytes.NewReader(out.Bytes()), keys(t, 1), c, backup.BlobsPart(to))
		want := archive.ErrDamaged
		if name == "field" {
			want = archive.ErrFormat
		}
		refusedBy(t, err, want, c)
		if len(blobsTold(t, to)) != 0 {
			t.Errorf("%s: something was restored", name)
		}
	}
}
