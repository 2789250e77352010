package history

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"rectify/content"
	"rectify/content/parse"
	"rectify/content/shelf"
)

// Errors of an Archive. ErrNotFound: no such version. ErrConflict: someone
// else recorded a version first; read the last one again and decide anew.
var (
	ErrNotFound = errors.New("no such version")
	ErrConflict = errors.New("another version was recorded first")
)

// Damaged says that a kept version is missing or is not what it was.
type Damaged struct {
	Slug string
	N    int
	Why  error
}

func (d *Damaged) Error() string {
	return fmt.Sprintf("kept version %d of %s: %v", d.N, d.Slug, d.Why)
}

func (d *Damaged) Unwrap() error { return d.Why }

// Archive keeps versions on a shelf, in a folder a notice. Version 3 is two
// files: 3-DIGEST.md, the Markdown under the first half of its digest, and
// 3.json, which names the whole digest. The Markdown is put first and the .json
// by compare-and-set after it, so the .json alone makes the version: before it
// nothing is seen, after it everything is there. A crash between the two, or a
// lost race, leaves Markdown that no .json names; it is never read and stands
// in nobody's way. Nothing that is written is ever changed, but that Conceal may
// take the text of an earlier version away.
//
// An Archive is safe for concurrent use and must not be copied.
type Archive struct {
	Shelf shelf.Shelf

	mu    sync.Mutex
	known map[string]leafStates // by digest; versions do not change
	held  int                   // leaves in known
}

// maxFolder is how long a slug may be, in bytes, to name its own folder.
const maxFolder = 140

// folder is where the versions of a notice stand.
func folder(slug string) string {
	if len(slug) > maxFolder {
		return "long-" + shelf.Digest([]byte(slug))[:32] + "/"
	}
	return slug + "/"
}

func metaName(slug string, n int) string { return folder(slug) + strconv.Itoa(n) + ".json" }

func sourceName(slug string, n int, digest string) string {
	return folder(slug) + strconv.Itoa(n) + "-" + digest[:32] + ".md"
}

// Append keeps v as the version after the last one and answers it with its
// number and digest. v.N may name the number that it is to have; ErrConflict if
// it gets another one, or if someone else takes the number at this moment.
func (a *Archive) Append(ctx context.Context, v Version) (Version, error) {
	if !content.ValidSlug(v.Slug) {
		return v, fmt.Errorf("keep version: %q is no slug", v.Slug)
	}
	if len(v.Source) == 0 || len(v.Source) > parse.MaxBytes {
		return v, fmt.Errorf("keep version of %s: %d bytes", v.Slug, len(v.Source))
	}
	digest := shelf.Digest(v.Source)
	if v.Digest != "" && v.Digest != digest {
		return v, fmt.Errorf("keep version of %s: its digest is another one", v.Slug)
	}
	n, err := a.count(ctx, v.Slug)
	if err != nil {
		return v, err
	}
	if v.N != 0 && v.N != n+1 {
		return v, fmt.Errorf("version %d of %s: %w", v.N, v.Slug, ErrConflict)
	}
	v.N, v.Digest, v.At = n+1, digest, v.At.UTC().Truncate(time.Millisecond)
	meta, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return v, fmt.Errorf("version %d of %s: %w", v.N, v.Slug, err)
	}
	err = a.Shelf.Put(ctx, sourceName(v.Slug, v.N, digest), v.Source, shelf.Any)
	if err == nil {
		err = a.Shelf.Put(ctx, metaName(v.Slug, v.N), append(meta, '\n'), shelf.None)
	}
	if errors.Is(err, shelf.ErrConflict) {
		err = ErrConflict
	}
	if err != nil {
		return v, fmt.Errorf("keep version %d of %s: %w", v.N, v.Slug, err)
	}
	return v, nil
}

// numbers are those of the versions of a notice, ascending.
func (a *Archive) numbers(ctx context.Context, slug string) ([]int, error) {
	files, err := a.Shelf.List(ctx, folder(slug))
	if err != nil {
		return nil, fmt.Errorf("versions of %s: %w", slug, err)
	}
	var all []int
	for _, f := range files {
		if n, ok := number(strings.TrimPrefix(f.Name, folder(slug))); ok {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all, nil
}

// number reads 3.json.
func number(base string) (int, bool) {
	digits, ok := strings.CutSuffix(base, ".json")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n > 0 && strconv.Itoa(n) == digits
}

// count is the number of the last version; one that is missing before it is an
// error, so that its place is never taken.
func (a *Archive) count(ctx context.Context, slug string) (int, error) {
	all, err := a.numbers(ctx, slug)
	if err != nil {
		return 0, err
	}
	for i, n := range all {
		if n != i+1 {
			return 0, &Damaged{slug, i + 1, ErrNotFound}
		}
	}
	return len(all), nil
}

// Versions answers the versions of a notice, ascending and without Source. Of
// those that are damaged or missing the error says which, as Damaged; the
// others are answered all the same.
func (a *Archive) Versions(ctx context.Context, slug string) ([]Version, error) {
	all, err := a.numbers(ctx, slug)
	if err != nil {
		return nil, err
	}
	var versions []Version
	var faults []error
	for i, n := range all {
		first := 1
		if i > 0 {
			first = all[i-1] + 1
		}
		for gap := first; gap < n && gap < first+100; gap++ {
			faults = append(faults, &Damaged{slug, gap, ErrNotFound})
		}
		v, err := a.meta(ctx, slug, n)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		versions = append(versions, v)
	}
	return versions, errors.Join(faults...)
}

// Last answers the newest version without Source, or ErrNotFound where none was
// ever recorded.
func (a *Archive) Last(ctx context.Context, slug string) (Version, error) {
	n, err := a.count(ctx, slug)
	if err != nil {
		return Version{}, err
	}
	if n == 0 {
		return Version{}, fmt.Errorf("versions of %s: %w", slug, ErrNotFound)
	}
	return a.meta(ctx, slug, n)
}

// Newest answers the last version of every notice, by slug and without Source,
// from one listing of the shelf: for the start, when all are asked for.
func (a *Archive) Newest(ctx context.Context) (map[string]Version, error) {
	files, err := a.Shelf.List(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("versions: %w", err)
	}
	last := make(map[string]int)
	for _, f := range files {
		dir, base, ok := strings.Cut(f.Name, "/")
		if n, is := number(base); ok && is {
			last[dir] = max(last[dir], n)
		}
	}
	newest := make(map[string]Version, len(last))
	var faults []error
	for dir, n := range last {
		v, err := a.read(ctx, dir+"/"+strconv.Itoa(n)+".json")
		if err != nil || v.N != n || folder(v.Slug) != dir+"/" {
			faults = append(faults, &Damaged{dir, n, cmp.Or(err, errOther)})
			continue
		}
		newest[v.Slug] = v
	}
	return newest, errors.Join(faults...)
}

var errOther = errors.New("it is not what was kept")

func (a *Archive) read(ctx context.Context, name string) (v Version, err error) {
	data, err := a.Shelf.Read(ctx, name)
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	return v, err
}

// meta reads what is said about a version.
func (a *Archive) meta(ctx context.Context, slug string, n int) (Version, error) {
	v, err := a.read(ctx, metaName(slug, n))
	switch {
	case errors.Is(err, shelf.ErrNotFound):
		return Version{}, fmt.Errorf("version %d of %s: %w", n, slug, ErrNotFound)
	case err == nil && (v.Slug != slug || v.N != n || len(v.Digest) != len(shelf.Digest(nil))):
		err = errOther
	case err == nil:
		return v, nil
	}
	if ctx.Err() != nil {
		return Version{}, fmt.Errorf("version %d of %s: %w", n, slug, err)
	}
	return Version{}, &Damaged{slug, n, err}
}

// Version answers one version with its Source, whose digest was verified. Of one
// whose text was taken out it answers what is left, and ErrConcealed.
func (a *Archive) Version(ctx context.Context, slug string, n int) (Version, error) {
	if n < 1 || !content.ValidSlug(slug) {
		return Version{}, fmt.Errorf("version %d: %w", n, ErrNotFound)
	}
	v, err := a.meta(ctx, slug, n)
	if err != nil {
		return Version{}, err
	}
	if v.Concealed != nil {
		return v, &Damaged{slug, n, ErrConcealed}
	}
	v.Source, err = a.Shelf.Read(ctx, sourceName(slug, n, v.Digest))
	if ctx.Err() != nil {
		return Version{}, fmt.Errorf("version %d of %s: %w", n, slug, ctx.Err())
	}
	if err == nil && shelf.Digest(v.Source) != v.Digest {
		err = errOther
	}
	if err != nil {
		return Version{}, &Damaged{slug, n, err}
	}
	return v, nil
}

// Notice parses the Source of a version. The rules may have grown since it was
// published, so what they say of it now does not matter.
func (v Version) Notice() *content.Notice {
	n, _ := parse.Notice(v.Slug+".md", v.Source)
	return n
}
