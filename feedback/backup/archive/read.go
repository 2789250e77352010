package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Verify reads an archive to its end and changes nothing: when it answers no
// error, Read of the same bytes meets none that lies in the archive.
func Verify(ctx context.Context, r io.Reader, k Key, sections []Section) (Manifest, error) {
	return open(ctx, r, k, &reader{sections: sections, each: func(_ context.Context, s Section, record []byte) error {
		if err := s.Check(record); errors.Is(err, ErrFormat) {
			return err
		} else if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return nil
	}})
}

// Read hands every record to its section.
func Read(ctx context.Context, r io.Reader, k Key, sections []Section) (Manifest, error) {
	return open(ctx, r, k, &reader{
		sections: sections,
		each:     func(ctx context.Context, s Section, record []byte) error { return s.Read(ctx, record) },
		end: func(ctx context.Context, s Section) error {
			if s.End == nil {
				return nil
			}
			return s.End(ctx)
		},
	})
}

// open reads the first line and what is sealed behind it.
func open(ctx context.Context, r io.Reader, k Key, to *reader) (Manifest, error) {
	in := bufio.NewReaderSize(r, segment)
	line, err := in.ReadSlice('\n')
	if err != nil || len(line) > 200 {
		return Manifest{}, ErrNone
	}
	first := string(line)
	words := strings.Fields(first)
	if len(words) != 3 || words[0] != magic {
		return Manifest{}, ErrNone
	}
	format, err := strconv.Atoi(words[1])
	switch {
	case err != nil || format < 1 || first != head(format, words[2]):
		return Manifest{}, ErrNone
	case format > Format:
		return Manifest{}, fmt.Errorf("%w: it has format %d, this program reads up to %d", ErrFormat, format, Format)
	case words[2] != k.Name:
		return Manifest{}, fmt.Errorf("%w: its key is %q, this one is %s", ErrKey, words[2], k.Name)
	}
	seal, err := k.sealer()
	if err != nil {
		return Manifest{}, err
	}
	opened, err := seal.NewDecryptingReader(in, []byte(first))
	if err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return to.unpack(ctx, opened)
}

// reader unpacks an archive section by section.
type reader struct {
	sections []Section
	each     func(context.Context, Section, []byte) error
	end      func(context.Context, Section) error

	now  *Section // the one whose parts are being read
	part int
	sums []*tally
	buf  []byte
}

// damaged says what is wrong with an archive, unless it is the caller who has gone.
func damaged(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// unpack reads what is sealed.
func (r *reader) unpack(ctx context.Context, in io.Reader) (Manifest, error) {
	packed := &counted{r: in}
	source := bufio.NewReader(packed)
	zipped, err := gzip.NewReader(source)
	if err != nil {
		return Manifest{}, damaged(ctx, err)
	}
	zipped.Multistream(false)
	plain := &bounded{r: zipped, packed: packed}
	entries := tar.NewReader(plain)
	for {
		h, err := entries.Next()
		if err != nil {
			return Manifest{}, damaged(ctx, fmt.Errorf("no manifest: %w", err))
		}
		if h.Name != manifestName {
			if err := r.take(ctx, h, entries); err != nil {
				return Manifest{}, err
			}
			continue
		}
		if err := r.close(ctx); err != nil {
			return Manifest{}, err
		}
		m, err := r.manifest(h, entries)
		if err == nil {
			err = atEnd(entries, plain, source)
		}
		return m, damaged(ctx, err)
	}
}

// atEnd asks that nothing follows, and lets every layer check its own end.
func atEnd(entries *tar.Reader, plain, source io.Reader) error {
	if _, err := entries.Next(); !errors.Is(err, io.EOF) {
		return errors.Join(errors.New("something follows the manifest"), err)
	}
	if n, err := io.Copy(io.Discard, plain); err != nil || n > 64<<10 {
		return errors.Join(errors.New("something follows the archive"), err)
	}
	if n, err := io.Copy(io.Discard, source); err != nil || n > 0 {
		return errors.Join(errors.New("something follows the packed archive"), err)
	}
	return nil
}

// take reads one part.
func (r *reader) take(ctx context.Context, h *tar.Header, in io.Reader) error {
	if err := r.turn(ctx, h); err != nil {
		return err
	}
	if h.Size <= 0 || h.Size > partSize+MaxRecord+1 {
		return damaged(ctx, fmt.Errorf("%q has %d bytes", h.Name, h.Size))
	}
	r.buf = slices.Grow(r.buf[:0], int(h.Size))[:h.Size]
	if _, err := io.ReadFull(in, r.buf); err != nil {
		return damaged(ctx, fmt.Errorf("%q: %w", h.Name, err))
	}
	for rest := r.buf; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n')
		if end <= 0 || end > MaxRecord {
			return damaged(ctx, fmt.Errorf("%q: no record", h.Name))
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		r.sums[len(r.sums)-1].add(rest[:end+1])
		if err := r.each(ctx, *r.now, rest[:end:end]); err != nil {
			return fmt.Errorf("%s: %w", r.now.Name, err)
		}
		rest = rest[end+1:]
	}
	return nil
}

// turn goes on to the part that an entry says it is: the next of this section,
// or the first of one that was not yet there.
func (r *reader) turn(ctx context.Context, h *tar.Header) error {
	if h.Typeflag != tar.TypeReg {
		return damaged(ctx, fmt.Errorf("%q is no file", h.Name))
	}
	if r.now != nil && h.Name == partName(r.now.Name, r.part+1) {
		r.part++
		return nil
	}
	if err := r.close(ctx); err != nil {
		return err
	}
	name, _, _ := strings.Cut(h.Name, "/")
	if h.Name != partName(name, 1) || len(r.sums) >= maxSections {
		return damaged(ctx, fmt.Errorf("%q does not belong here", h.Name))
	}
	for _, t := range r.sums {
		if t.sum.Name == name {
			return damaged(ctx, fmt.Errorf("%q stands twice", h.Name))
		}
	}
	for i := range r.sections {
		if r.sections[i].Name == name {
			r.now, r.part = &r.sections[i], 1
			r.sums = append(r.sums, newTally(name))
			return nil
		}
	}
	return fmt.Errorf("%w: section %q is not known", ErrFormat, name)
}

// close ends the section that was being read.
func (r *reader) close(ctx context.Context) error {
	if r.now == nil {
		return nil
	}
	s := *r.now
	r.now, r.part = nil, 0
	if r.end == nil {
		return nil
	}
	if err := r.end(ctx, s); err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	return nil
}

// manifest reads what there should be and holds it to what there was.
func (r *reader) manifest(h *tar.Header, in io.Reader) (Manifest, error) {
	var m Manifest
	if h.Typeflag != tar.TypeReg || h.Size > maxManifest {
		return m, fmt.Errorf("manifest of %d bytes", h.Size)
	}
	src, err := io.ReadAll(in)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(src, &m); err != nil {
		return m, fmt.Errorf("manifest: %w", err)
	}
	said := slices.DeleteFunc(slices.Clone(m.Sections), func(s Sum) bool { return s.Records == 0 })
	var was []Sum
	for _, t := range r.sums {
		was = append(was, t.done())
	}
	if m.Format != Format || !slices.Equal(said, was) {
		return m, errors.New("content is not what the manifest says")
	}
	return m, nil
}

// counted counts what was read.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// bounded ends what unpacks to far more than it was (T46).
type bounded struct {
	r      io.Reader
	packed *counted
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.n += int64(n); b.n > firstFree+maxRatio*b.packed.n {
		return 0, errors.New("unpacks to far too much")
	}
	return n, err
}
