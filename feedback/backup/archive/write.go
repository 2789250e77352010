package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Write writes all sections to w, one after the other.
func Write(ctx context.Context, w io.Writer, k Key, made time.Time, sections []Section) (Manifest, error) {
	line := head(Format, k.Name)
	if _, err := io.WriteString(w, line); err != nil {
		return Manifest{}, fmt.Errorf("write backup: %w", err)
	}
	seal, err := k.sealer()
	if err != nil {
		return Manifest{}, fmt.Errorf("write backup: %w", err)
	}
	sealed, err := seal.NewEncryptingWriter(w, []byte(line))
	if err != nil {
		return Manifest{}, fmt.Errorf("write backup: %w", err)
	}
	m, err := pack(ctx, sealed, made, sections)
	if err != nil {
		return Manifest{}, fmt.Errorf("write backup: %w", err) // without the last segment it can never be taken for whole
	}
	if err := sealed.Close(); err != nil {
		return Manifest{}, fmt.Errorf("write backup: %w", err)
	}
	return m, nil
}

// pack writes what is sealed.
func pack(ctx context.Context, w io.Writer, made time.Time, sections []Section) (Manifest, error) {
	m := Manifest{Format: Format, Made: made.UTC().Truncate(time.Millisecond), Sections: []Sum{}}
	zipped, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return m, err
	}
	out := tar.NewWriter(zipped)
	for _, s := range sections {
		p := &parts{ctx: ctx, out: out, tally: newTally(s.Name)}
		err := s.Write(ctx, p.put)
		if err == nil {
			err = p.flush()
		}
		if err != nil {
			return m, fmt.Errorf("%s: %w", s.Name, err)
		}
		m.Sections = append(m.Sections, p.tally.done())
	}
	src, err := json.Marshal(m)
	if err != nil {
		return m, err
	}
	return m, errors.Join(entry(out, manifestName, append(src, '\n')), out.Close(), zipped.Close())
}

// parts cuts the records of a section into entries.
type parts struct {
	ctx   context.Context //nolint:containedctx // lives no longer than one call of Write
	out   *tar.Writer
	tally *tally
	buf   bytes.Buffer
	n     int
}

func (p *parts) put(record []byte) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if len(record) == 0 || len(record) > MaxRecord || bytes.IndexByte(record, '\n') >= 0 {
		return fmt.Errorf("record of %d bytes cannot be kept", len(record))
	}
	start := p.buf.Len()
	p.buf.Write(record)
	p.buf.WriteByte('\n')
	p.tally.add(p.buf.Bytes()[start:])
	if p.buf.Len() < partSize {
		return nil
	}
	return p.flush()
}

func (p *parts) flush() error {
	if p.buf.Len() == 0 {
		return nil
	}
	p.n++
	err := entry(p.out, partName(p.tally.sum.Name, p.n), p.buf.Bytes())
	p.buf.Reset()
	return err
}

func entry(out *tar.Writer, name string, data []byte) error {
	err := out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o600, Format: tar.FormatUSTAR})
	if err == nil {
		_, err = out.Write(data)
	}
	return err
}
