package attachment

import (
	"bytes"
	"testing"
)

func FuzzSniff(f *testing.F) {
	for _, s := range signatures() {
		f.Add(append(make([]byte, s.at), s.magic...))
	}
	f.Add([]byte("\x00\x00\x00\x18ftypheic"))
	f.Add([]byte("RIFF....WEBP"))
	f.Fuzz(func(t *testing.T, src []byte) {
		kind, refuse := sniff(src)
		if (kind == "") == (refuse == "") {
			t.Errorf("%q and %q", kind, refuse)
		}
		foreign(string(src))
		_, _ = readText(src)
	})
}

func FuzzExif(f *testing.F) {
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\x00\x02\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x32"))
	f.Add([]byte("II*\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, src []byte) {
		n := []byte{byte((len(src) + 8) >> 8), byte(len(src) + 8)}
		for kind, file := range map[format][]byte{
			jpegFile: bytes.Join([][]byte{[]byte("\xff\xd8\xff\xe1"), n, []byte("Exif\x00\x00"), src}, nil),
			pngFile:  append([]byte("\x89PNG\r\n\x1a\n"), src...),
			webpFile: append([]byte("RIFF\x00\x00\x00\x00WEBP"), src...),
		} {
			if s := readShot(kind, file); s.turn < 1 || s.turn > 8 {
				t.Errorf("%+v", s)
			}
		}
		_, fr := jpegHead(src)
		if fr.samples < 1 || fr.samples > 64 {
			t.Errorf("%+v", fr)
		}
	})
}

func FuzzDocuments(f *testing.F) {
	f.Add([]byte("%PDF-1.7 obj /ObjStm stream\r\nx\x9c endstream /#41uthor(x) <dc:creator>x %%EOF"))
	f.Add([]byte("PK\x03\x04"))
	f.Add(append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2000)...))
	f.Fuzz(func(t *testing.T, src []byte) {
		_, _ = readPDF(src)
		_, _, _ = readWord(src)
		_, _ = readOle(src)
		summaryNames(src)
	})
}
