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
	"slices"
	"strings"
	"testing"
	"time"
)

// box is a section kept in memory.
type box struct {
	name  string
	lines []string
	ended int
}

func (b *box) section() Section {
	return Section{
		Name: b.name,
		Write: func(_ context.Context, put func([]byte) error) error {
			for _, l := range b.lines {
				if err := put([]byte(l)); err != nil {
					return err
				}
			}
			return nil
		},
		Check: func(record []byte) error {
			if !json.Valid(record) {
				return errors.New("no JSON")
			}
			return nil
		},
		Read: func(_ context.Context, record []byte) error {
			b.lines = append(b.lines, string(record))
			return nil
		},
		End: func(context.Context) error { b.ended++; return nil },
	}
}

func key() Key { return Key{Name: "00ff", Secret: bytes.Repeat([]byte{7}, 32)} }

func made() time.Time { return time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC) }

func write(t testing.TB, boxes ...*box) []byte {
	t.Helper()
	var out bytes.Buffer
	var sections []Section
	for _, b := range boxes {
		sections = append(sections, b.section())
	}
	if _, err := Write(context.Background(), &out, key(), made(), sections); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sample is an archive of three sections, one of several parts and one empty.
func sample(t testing.TB) []byte {
	t.Helper()
	return write(t, many(), &box{name: "none"}, &box{name: "few", lines: []string{`{"姓名":"证人"}`, `2`}})
}

func many() *box {
	b := &box{name: "many"}
	for i := range 3000 {
		b.lines = append(b.lines, fmt.Sprintf(`{"n":%d,"text":%q}`, i, strings.Repeat("意见", i%300)))
	}
	return b
}

func sections() []Section {
	return []Section{(&box{name: "few"}).section(), (&box{name: "none"}).section(), (&box{name: "many"}).section()}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	src := sample(t)
	if !bytes.Equal(src[:len("rectify-backup 1 00ff\n")], []byte("rectify-backup 1 00ff\n")) {
		t.Errorf("begins with %q", src[:30])
	}
	m, err := Verify(t.Context(), bytes.NewReader(src), key(), sections())
	if err != nil {
		t.Fatal(err)
	}
	got := []*box{{name: "many"}, {name: "none"}, {name: "few"}}
	again, err := Read(t.Context(), bytes.NewReader(src), key(), []Section{got[0].section(), got[1].section(), got[2].section()})
	if err != nil || again.ID() != m.ID() {
		t.Fatalf("read: %v, %v", again, err)
	}
	if !slices.Equal(got[0].lines, many().lines) || len(got[1].lines) != 0 || len(got[2].lines) != 2 {
		t.Error("not the records that were put")
	}
	if got[0].ended != 1 || got[1].ended != 0 || got[2].ended != 1 {
		t.Errorf("ended %d, %d, %d times", got[0].ended, got[1].ended, got[2].ended)
	}
	if m.Section("many").Records != 3000 || m.Section("none").Records != 0 || !m.Made.Equal(made()) {
		t.Errorf("manifest %+v", m)
	}
}

// The same content has the same sums; nothing of it stands in the file (T83).
func TestSealed(t *testing.T) {
	t.Parallel()
	a, b := sample(t), sample(t)
	if bytes.Equal(a, b) {
		t.Error("sealed twice the same way")
	}
	for _, clear := range []string{"证人", "many", "few", "jsonl", "ustar", "manifest", "\x1f\x8b\x08"} {
		if bytes.Contains(a[30:], []byte(clear)) {
			t.Errorf("%q stands in the file", clear)
		}
	}
	m, err := Verify(t.Context(), bytes.NewReader(a), key(), sections())
	n, err2 := Verify(t.Context(), bytes.NewReader(b), key(), sections())
	if err != nil || err2 != nil || m.ID() != n.ID() {
		t.Errorf("%v %v, %v %v", m, err, n, err2)
	}
}

func verify(src []byte) error {
	_, err := Verify(context.Background(), bytes.NewReader(src), key(), sections())
	return err
}

// Cut anywhere, it is refused; so it is with any byte altered, doubled or added.
func TestDamage(t *testing.T) {
	t.Parallel()
	src := sample(t)
	first := bytes.IndexByte(src, '\n') + 1
	for n := 0; n < len(src); n += 1 + n/50 {
		if err := verify(src[:n]); !errors.Is(err, ErrDamaged) && (n >= first || !errors.Is(err, ErrNone)) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	if err := verify(src[:len(src)-1]); !errors.Is(err, ErrDamaged) {
		t.Errorf("last byte cut: %v", err)
	}
	for n := first; n < len(src); n += 1 + n/50 {
		bad := bytes.Clone(src)
		bad[n] ^= 1 << (n % 8)
		if err := verify(bad); !errors.Is(err, ErrDamaged) {
			t.Errorf("bit at %d: %v", n, err)
		}
	}
	if err := verify(append(bytes.Clone(src), 'x')); !errors.Is(err, ErrDamaged) {
		t.Errorf("a byte more: %v", err)
	}
	if err := verify(slices.Concat(src, src)); !errors.Is(err, ErrDamaged) {
		t.Errorf("twice: %v", err)
	}
}

func TestFirstLine(t *testing.T) {
	t.Parallel()
	src := sample(t)
	rest := src[bytes.IndexByte(src, '\n'):]
	for line, want := range map[string]error{
		"": ErrNone, "PK": ErrNone, "rectify-backup 2 00ff": ErrFormat, "rectify-backup 1 00fe": ErrKey, "rectify-backup 0 00ff": ErrNone,
		"rectify-backup 01 00ff": ErrNone, "rectify-backup  1 00ff": ErrNone, "rectify-backup x 00ff": ErrNone, "rectify-backup 1 00ff x": ErrNone,
		"rectify-backup 99999999999999999999 00ff": ErrNone, strings.Repeat("x", 500): ErrNone,
	} {
		if err := verify(append([]byte(line), rest...)); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", line, err, want)
		}
	}
	other := key()
	other.Secret = bytes.Repeat([]byte{8}, 32)
	if _, err := Verify(t.Context(), bytes.NewReader(src), other, sections()); !errors.Is(err, ErrDamaged) {
		t.Errorf("other secret of the same name: %v", err)
	}
}

// sealedTar seals what is no backup at all.
func sealedTar(t testing.TB, put func(w io.Writer)) []byte {
	t.Helper()
	var out bytes.Buffer
	line := head(Format, key().Name)
	out.WriteString(line)
	seal, err := key().sealer()
	if err != nil {
		t.Fatal(err)
	}
	w, err := seal.NewEncryptingWriter(&out, []byte(line))
	if err != nil {
		t.Fatal(err)
	}
	put(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Whoever holds the key can seal anything; it is refused all the same (T46, T48).
func TestHostileInside(t *testing.T) {
	t.Parallel()
	file := func(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name, Size: 2} }
	pack := func(entries ...tar.Header) []byte {
		return sealedTar(t, func(w io.Writer) {
			zipped := gzip.NewWriter(w)
			out := tar.NewWriter(zipped)
			for _, h := range entries {
				if err := out.WriteHeader(&h); err != nil {
					t.Fatal(err)
				}
				if h.Size == 2 {
					_, _ = out.Write([]byte("1\n"))
				}
			}
			if err := errors.Join(out.Close(), zipped.Close()); err != nil {
				t.Fatal(err)
			}
		})
	}
	for name, src := range map[string][]byte{
		"climbs":          pack(file("../few/000001.jsonl")),
		"absolute":        pack(file("/etc/passwd")),
		"climbs inside":   pack(file("few/../../000001.jsonl")),
		"backslashes":     pack(file(`few\000001.jsonl`)),
		"link":            pack(tar.Header{Typeflag: tar.TypeSymlink, Name: "few/000001.jsonl", Linkname: "/etc/passwd"}),
		"folder":          pack(tar.Header{Typeflag: tar.TypeDir, Name: "few/"}),
		"second part":     pack(file("few/000002.jsonl")),
		"part left out":   pack(file("few/000001.jsonl"), file("few/000003.jsonl")),
		"part twice":      pack(file("few/000001.jsonl"), file("few/000001.jsonl")),
		"section twice":   pack(file("few/000001.jsonl"), file("many/000001.jsonl"), file("few/000001.jsonl")),
		"no manifest":     pack(file("few/000001.jsonl")),
		"empty part":      pack(tar.Header{Typeflag: tar.TypeReg, Name: "few/000001.jsonl"}),
		"broken manifest": pack(file("few/000001.jsonl"), file("manifest.json")),
		"nothing":         pack(),
		"not packed":      sealedTar(t, func(w io.Writer) { _, _ = w.Write([]byte("hello")) }),
		"sealed nothing":  sealedTar(t, func(io.Writer) {}),
		"bomb":            sealedTar(t, bomb),
		"huge entry": sealedTar(t, func(w io.Writer) {
			zipped := gzip.NewWriter(w)
			_ = tar.NewWriter(zipped).WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "few/000001.jsonl", Size: 1 << 40})
			_ = zipped.Close()
		}),
	} {
		if err := verify(src); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := verify(pack(file("later/000001.jsonl"))); !errors.Is(err, ErrFormat) {
		t.Errorf("unknown section: %v", err)
	}
}

// bomb writes a part that repeats itself for ever, as far as anyone can tell.
func bomb(w io.Writer) {
	zipped := gzip.NewWriter(w)
	out := tar.NewWriter(zipped)
	line := append(bytes.Repeat([]byte("1"), partSize), '\n')
	for i := range 600 {
		_ = out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: partName("few", i+1), Size: int64(len(line))})
		_, _ = out.Write(line)
	}
	_ = zipped.Close()
}

// Content that was exchanged for other content of the same kind is noticed.
func TestManifestIsHeld(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Manifest){
		"count":  func(m *Manifest) { m.Sections[0].Records++ },
		"length": func(m *Manifest) { m.Sections[0].Bytes-- },
		"digest": func(m *Manifest) { m.Sections[0].SHA256 = strings.Repeat("0", 64) },
		"name":   func(m *Manifest) { m.Sections[0].Name = "many" },
		"format": func(m *Manifest) { m.Format = 2 },
		"more":   func(m *Manifest) { m.Sections = append(m.Sections, Sum{Name: "many", Records: 1}) },
		"less":   func(m *Manifest) { m.Sections = nil },
		"":       func(*Manifest) {},
	} {
		sum := newTally("few")
		sum.add([]byte("1\n"))
		m := Manifest{Format: Format, Made: made(), Sections: []Sum{sum.done()}}
		change(&m)
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		err = verify(sealedTar(t, func(w io.Writer) {
			zipped := gzip.NewWriter(w)
			out := tar.NewWriter(zipped)
			err := errors.Join(entry(out, "few/000001.jsonl", []byte("1\n")), entry(out, manifestName, text), out.Close(), zipped.Close())
			if err != nil {
				t.Error(err)
			}
		}))
		if (name == "") != (err == nil) || (err != nil && !errors.Is(err, ErrDamaged)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefusedRecords(t *testing.T) {
	t.Parallel()
	for _, record := range []string{"", "a\nb", strings.Repeat("x", MaxRecord+1)} {
		b := &box{name: "few", lines: []string{record}}
		if _, err := Write(t.Context(), io.Discard, key(), made(), []Section{b.section()}); err == nil {
			t.Errorf("%.10q was kept", record)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Write(ctx, io.Discard, key(), made(), []Section{many().section()}); !errors.Is(err, context.Canceled) {
		t.Errorf("write: %v", err)
	}
	if _, err := Verify(ctx, bytes.NewReader(sample(t)), key(), sections()); !errors.Is(err, context.Canceled) {
		t.Errorf("verify: %v", err)
	}
}

// FuzzUnpack reads what is sealed; FuzzOpen the file as it comes.
func FuzzUnpack(f *testing.F) {
	var plain bytes.Buffer
	if _, err := pack(context.Background(), &plain, made(), []Section{(&box{name: "few", lines: []string{"1", "2"}}).section()}); err != nil {
		f.Fatal(err)
	}
	f.Add(plain.Bytes())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, src []byte) {
		r := &reader{sections: sections(), each: func(context.Context, Section, []byte) error { return nil }}
		if _, err := r.unpack(context.Background(), bytes.NewReader(src)); err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFormat) {
			t.Error(err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add(write(f, &box{name: "few", lines: []string{"1"}}))
	f.Add([]byte("rectify-backup 1 00ff\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if err := verify(src); err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrKey) && !errors.Is(err, ErrNone) {
			t.Error(err)
		}
	})
}
