package attachment_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/attachment"
)

func shop() *attachment.Workshop { return attachment.NewWorkshop(256 << 20) }

// accepted takes a file that must be taken.
func accepted(t testing.TB, name string, data []byte) (feedback.Attachment, []byte) {
	t.Helper()
	a, kept, err := shop().Take(t.Context(), name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if a.Size != int64(len(kept)) || a.Digest != feedback.DigestOf(kept) {
		t.Errorf("%s: %+v does not fit its %d bytes", name, a, len(kept))
	}
	return a, kept
}

// reason is why a file is refused; empty when it is taken.
func reason(t testing.TB, data []byte) string {
	t.Helper()
	_, kept, err := shop().Take(t.Context(), "来件.bin", data)
	var v feedback.Invalid
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &v) || v.Field != "files" || kept != nil:
		t.Fatalf("refused as %v", err)
	case !slices.Contains(attachment.Refusals(), v.Rule) || len(v.Args) == 0 || v.Args[0] != "来件.bin":
		t.Errorf("refused as %+v", v)
	}
	return v.Rule
}

// scene is a picture whose corners tell which way up it is.
func scene(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(x * 200 / w), uint8(y * 200 / h), uint8((x ^ y) & 31), 255}
			if x < w/4 && y < h/4 {
				c = color.RGBA{255, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, frames int) []byte {
	t.Helper()
	var all gif.GIF
	for i := range frames {
		p := image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.Black, color.White})
		p.Pix[i%64] = 1
		all.Image, all.Delay = append(all.Image, p), append(all.Delay, 1)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &all); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is EXIF data with an orientation, a maker, a place, and a thumbnail that
// is only a word.
func exif(order binary.AppendByteOrder, turn int, mark string) []byte {
	b := []byte("II")
	if order.String() == "BigEndian" {
		b = []byte("MM")
	}
	b = order.AppendUint32(order.AppendUint16(b, 42), 8)
	b = order.AppendUint16(b, 3)
	entry := func(tag, kind uint16, n, v uint32) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, n)
		if kind == 3 {
			b = order.AppendUint16(b, uint16(v))
			b = append(b, 0, 0)
			return
		}
		b = order.AppendUint32(b, v)
	}
	entry(0x010f, 2, uint32(len(mark)), 50)
	entry(0x0112, 3, 1, uint32(turn))
	entry(0x8825, 4, 1, 50)
	b = order.AppendUint32(b, 0)
	return append(b, mark+"-GPS 30.27N 120.15E"...)
}

// inJPEG puts segments behind the first two bytes.
func inJPEG(src []byte, segments ...[]byte) []byte {
	out := slices.Clone(src[:2])
	for _, s := range segments {
		out = append(out, 0xff, s[0])
		out = binary.BigEndian.AppendUint16(out, uint16(len(s)+1))
		out = append(out, s[1:]...)
	}
	return append(out, src[2:]...)
}

func pngChunk(name string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, name...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// inPNG puts chunks behind the head.
func inPNG(src []byte, chunks ...[]byte) []byte {
	return slices.Concat(src[:33], slices.Concat(chunks...), src[33:])
}

// dot is a WebP of one pixel, without loss.
const dot = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"

// inWebP wraps a picture of one pixel and other chunks into an extended file.
func inWebP(flags byte, w, h int, chunks ...string) []byte {
	body := "WEBPVP8X\x0a\x00\x00\x00" + string([]byte{flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0})
	body += dot[12:]
	for i := 0; i+1 < len(chunks); i += 2 {
		data := chunks[i+1]
		body += chunks[i] + string(binary.LittleEndian.AppendUint32(nil, uint32(len(data)))) + data
		if len(data)%2 == 1 {
			body += "\x00"
		}
	}
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body)
}

// docx is a Word file of these parts.
func docx(t testing.TB, parts ...string) []byte {
	t.Helper()
	return zipped(t, append([]string{
		"[Content_Types].xml", `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"word/document.xml", `<w:document><w:body><w:p><w:r><w:t>意见</w:t></w:r></w:p></w:body></w:document>`,
	}, parts...)...)
}

func zipped(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ole is a compound file of streams, each in sectors of its own; a name with a
// slash before it hangs under another storage.
func ole(streams ...string) []byte {
	const sector = 512
	le := binary.LittleEndian
	var body []byte
	table := []uint32{0xfffffffd}
	var dir []byte
	entry := func(name string, kind byte, left, right, child, start uint32, size int) {
		e := make([]byte, 128)
		for i, r := range []rune(name) {
			le.PutUint16(e[2*i:], uint16(r))
		}
		le.PutUint16(e[64:], uint16(2*len([]rune(name))+2))
		e[66] = kind
		le.PutUint32(e[68:], left)
		le.PutUint32(e[72:], right)
		le.PutUint32(e[76:], child)
		le.PutUint32(e[116:], start)
		le.PutUint32(e[120:], uint32(size))
		dir = append(dir, e...)
	}
	const none = 0xffffffff
	first := uint32(none)
	if len(streams) > 0 {
		first = 1
	}
	entry("Root Entry", 5, none, none, first, 0xfffffffe, 0)
	for i := 0; i+1 < len(streams); i += 2 {
		next, child, kind := uint32(none), uint32(none), byte(2)
		if i+2 < len(streams) {
			next = uint32(i/2 + 2)
		}
		if strings.HasPrefix(streams[i], "/") { // a storage that holds all that follow
			child, next, kind = next, none, 1
		}
		data := streams[i+1]
		start := uint32(0xfffffffe)
		if data != "" {
			start = uint32(len(table))
			n := (len(data) + sector - 1) / sector
			body = append(append(body, data...), make([]byte, n*sector-len(data))...)
			for k := range n {
				table = append(table, start+uint32(k)+1)
			}
			table[len(table)-1] = 0xfffffffe
		}
		entry(strings.TrimPrefix(streams[i], "/"), kind, none, next, child, start, len(data))
	}
	at := uint32(len(table))
	n := (len(dir) + sector - 1) / sector
	for k := range n {
		table = append(table, at+uint32(k)+1)
	}
	table[len(table)-1] = 0xfffffffe
	body = append(append(body, dir...), make([]byte, n*sector-len(dir))...)
	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le.PutUint16(head[26:], 3)
	le.PutUint16(head[30:], 9)
	le.PutUint32(head[44:], 1)
	le.PutUint32(head[48:], at)
	le.PutUint32(head[68:], 0xfffffffe)
	for i := range 109 {
		le.PutUint32(head[76+4*i:], none)
	}
	le.PutUint32(head[76:], 0)
	fat := make([]byte, sector)
	for i := range sector / 4 {
		v := uint32(none)
		if i < len(table) {
			v = table[i]
		}
		le.PutUint32(fat[4*i:], v)
	}
	return slices.Concat(head, fat, body)
}

// wordStream is the main stream of a .doc.
func wordStream(encrypted bool) string {
	b := make([]byte, 4096)
	binary.LittleEndian.PutUint16(b, 0xa5ec)
	if encrypted {
		b[11] = 1
	}
	return string(b)
}

// summary is a property set with an author.
func summary(name string) string {
	le := binary.LittleEndian
	b := make([]byte, 48)
	le.PutUint16(b, 0xfffe)
	le.PutUint32(b[24:], 1)
	le.PutUint32(b[44:], 48)
	b = le.AppendUint32(b, 64)
	b = le.AppendUint32(b, 1)
	b = le.AppendUint32(b, 4)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint32(b, 30)
	b = le.AppendUint32(b, uint32(len(name)+1))
	b = append(b, name...)
	return string(append(b, make([]byte, 4096-len(b))...))
}

const pdf = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"

func asPDF(more string) []byte { return []byte(pdf + more + "\ntrailer<</Root 1 0 R>>\n%%EOF\n") }
