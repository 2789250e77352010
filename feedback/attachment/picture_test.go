package attachment_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/image/bmp"
	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/attachment"
)

const marker = "SERIAL-8841-林某某"

// marked are pictures of each format that say in every place which their format
// has who took them, and where (T53).
func marked(t testing.TB, turn int) map[string][]byte {
	photo := scene(320, 200)
	x := exif(binary.BigEndian, turn, marker)
	xmp := "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + marker + "</x:xmpmeta>"
	drawing := image.NewPaletted(image.Rect(0, 0, 60, 40), color.Palette{color.White, color.Black})
	var b bytes.Buffer
	if err := bmp.Encode(&b, photo); err != nil {
		t.Fatal(err)
	}
	g := asGIF(t, 3)
	return map[string][]byte{
		"jpeg": append(inJPEG(asJPEG(t, photo), append([]byte{0xe1}, "Exif\x00\x00"+string(x)...), append([]byte{0xe1}, xmp...),
			append([]byte{0xe2}, "ICC_PROFILE\x00\x01\x01"+marker...), append([]byte{0xed}, "Photoshop 3.0\x00"+marker...), append([]byte{0xfe}, marker...)), marker...),
		"png": append(inPNG(asPNG(t, photo), pngChunk("tEXt", []byte("Author\x00"+marker)), pngChunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"+marker)),
			pngChunk("eXIf", x), pngChunk("iCCP", []byte(marker+"\x00\x00xx"))), marker...),
		"drawing": inPNG(asPNG(t, drawing), pngChunk("tEXt", []byte("Author\x00"+marker))),
		"gif":     slices.Concat(g[:len(g)-1], []byte("\x21\xfe"+string(rune(len(marker)))+marker+"\x00\x3b"), []byte(marker)),
		"webp":    inWebP(0x0c, 1, 1, "EXIF", string(x), "XMP ", marker),
		"bmp":     append(b.Bytes(), marker...),
	}
}

// What is kept of a picture holds nothing of what its file said about itself.
func TestNothingOfTheFile(t *testing.T) {
	t.Parallel()
	for name, src := range marked(t, 1) {
		if !bytes.Contains(src, []byte(marker)) {
			t.Fatalf("%s: the sample says nothing", name)
		}
		a, kept := accepted(t, "照片.jpg", src)
		for _, word := range []string{marker, "SERIAL", "GPS", "Exif", "xmp", "ICC_PROFILE", "Photoshop", "tEXt", "iTXt", "eXIf", "iCCP"} {
			if bytes.Contains(kept, []byte(word)) {
				t.Errorf("%s: %q stands in what is kept", name, word)
			}
		}
		if place := slices.Contains(a.Warnings, attachment.WarnPlace); place != (name == "jpeg" || name == "png" || name == "webp") {
			t.Errorf("%s: warnings %v", name, a.Warnings)
		}
		want := map[string]string{"jpeg": "image/jpeg", "png": "image/jpeg", "bmp": "image/jpeg", "drawing": "image/png", "gif": "image/png", "webp": "image/png"}[name]
		if _, format, err := image.Decode(bytes.NewReader(kept)); err != nil || a.Type != want || "image/"+format != want || a.Kind != feedback.Picture {
			t.Errorf("%s: %+v is %s, %v", name, a, format, err)
		}
		if want := map[string]string{"image/jpeg": "照片.jpg", "image/png": "照片.png"}[a.Type]; a.Name != want {
			t.Errorf("%s: name %q", name, a.Name)
		}
		again, keptAgain := accepted(t, "照片.jpg", src)
		if !bytes.Equal(kept, keptAgain) || again.Digest != a.Digest {
			t.Errorf("%s: the same file becomes another each time", name)
		}
	}
}

func TestMarkersProperty(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, scene(40, 30))
	drawing := asPNG(t, scene(40, 30))
	rapid.Check(t, func(rt *rapid.T) {
		mark := rapid.StringMatching(`[A-Za-z]{24,60}`).Draw(rt, "mark")
		kind := rapid.ByteRange(0xe0, 0xef).Draw(rt, "segment")
		name := rapid.StringMatching(`[a-z][A-Za-z]{3}`).Draw(rt, "chunk")
		for _, src := range [][]byte{inJPEG(photo, append([]byte{kind}, mark...)), inPNG(drawing, pngChunk(name, []byte(mark)))} {
			_, kept, err := shop().Take(context.Background(), "a", src)
			if err == nil && bytes.Contains(kept, []byte(mark)) {
				rt.Errorf("%q came through", mark)
			}
		}
	})
}

// Each of the eight orientations comes out upright.
func TestUpright(t *testing.T) {
	t.Parallel()
	for turn := 1; turn <= 8; turn++ {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			// As a camera does it: the scene as it is seen, turned back into the file.
			seen := scene(64, 40)
			w, h := 64, 40
			if turn >= 5 {
				w, h = h, w
			}
			file := image.NewRGBA(image.Rect(0, 0, w, h))
			for y := range h {
				for x := range w {
					sx, sy := x, y
					switch turn {
					case 2:
						sx = w - 1 - x
					case 3:
						sx, sy = w-1-x, h-1-y
					case 4:
						sy = h - 1 - y
					case 5:
						sx, sy = y, x
					case 6:
						sx, sy = h-1-y, x
					case 7:
						sx, sy = h-1-y, w-1-x
					case 8:
						sx, sy = y, w-1-x
					}
					file.Set(x, y, seen.At(sx, sy))
				}
			}
			_, kept := accepted(t, "x", inJPEG(asJPEG(t, file), append([]byte{0xe1}, "Exif\x00\x00"+string(exif(order, turn, marker))...)))
			got, err := jpeg.Decode(bytes.NewReader(kept))
			if err != nil || got.Bounds().Size() != seen.Bounds().Size() {
				t.Fatalf("%d: %v, %v", turn, got.Bounds(), err)
			}
			for _, p := range []image.Point{{5, 4}, {60, 4}, {5, 36}, {60, 36}} {
				if far(got.At(p.X, p.Y), seen.At(p.X, p.Y)) {
					t.Errorf("turn %d, %v: %v at %v, want %v", turn, order, got.At(p.X, p.Y), p, seen.At(p.X, p.Y))
				}
			}
		}
	}
}

func far(a, b color.Color) bool {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	for _, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2)} {
		if d > 40<<8 || d < -40<<8 {
			return true
		}
	}
	return false
}

// A large photo is scaled down and still shows the same.
func TestScaledDown(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{4032, 3024}, {7000, 1000}, {900, 6100}, {3000, 2000}, {12000, 2}} {
		src := scene(size.X, size.Y)
		a, kept := accepted(t, "x", asJPEG(t, src))
		got, err := jpeg.Decode(bytes.NewReader(kept))
		if err != nil || got.Bounds().Dx() != a.Width || got.Bounds().Dy() != a.Height || max(a.Width, a.Height) > 3000 || max(a.Width, a.Height) < min(3000, max(size.X, size.Y)) {
			t.Fatalf("%v: %v %+v", size, err, a)
		}
		if want := float64(size.X) / float64(size.Y); size.Y > 2 && (float64(a.Width)/float64(a.Height) > want*1.02 || float64(a.Width)/float64(a.Height) < want*0.98) {
			t.Errorf("%v became %d×%d", size, a.Width, a.Height)
		}
		for _, p := range [][2]float64{{.1, .1}, {.9, .1}, {.1, .9}, {.9, .9}, {.5, .5}} {
			is := got.At(int(p[0]*float64(a.Width)), int(p[1]*float64(a.Height)))
			was := src.At(int(p[0]*float64(size.X)), int(p[1]*float64(size.Y)))
			if size.Y > 2 && far(is, was) {
				t.Errorf("%v at %v: %v, want %v", size, p, is, was)
			}
		}
	}
}

func TestSeeThrough(t *testing.T) {
	t.Parallel()
	img := image.NewNRGBA(image.Rect(0, 0, 600, 400))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 7)
	}
	a, kept := accepted(t, "x", asPNG(t, img))
	if got, err := png.Decode(bytes.NewReader(kept)); err != nil || a.Type != "image/png" || got.(interface{ Opaque() bool }).Opaque() {
		t.Errorf("%+v, %v", a, err)
	}
}

// bomb is a PNG of w×h that is a few bytes long.
func bomb(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", append(head, 8, 6, 0, 0, 0)), pngChunk("IDAT", make([]byte, 4000)), pngChunk("IEND", nil))
}

// resized changes the size in the head of a JPEG.
func resized(src []byte, w, h uint16) []byte {
	src = slices.Clone(src)
	at := bytes.Index(src, []byte("\xff\xc0"))
	binary.BigEndian.PutUint16(src[at+5:], h)
	binary.BigEndian.PutUint16(src[at+7:], w)
	return src
}

// T52: what is too large is refused by its head, in no time and in no memory.
func TestPictureBombs(t *testing.T) {
	g := asGIF(t, 1)
	binary.LittleEndian.PutUint16(g[6:], 65535)
	binary.LittleEndian.PutUint16(g[8:], 65535)
	photo := asJPEG(t, scene(64, 64))
	huge := []byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x40\x9c\x00\x00\x40\x9c\x00\x00\x01\x00\x18\x00" + strings.Repeat("\x00", 100))
	for name, c := range map[string]struct {
		src  []byte
		want string
	}{
		"PNG 65000²":          {bomb(65000, 65000), "picture-large"},
		"PNG 2³²":             {bomb(1<<31-1, 1<<31-1), "damaged"},
		"PNG 12001×1":         {bomb(12001, 1), "picture-large"},
		"PNG 8000×5001":       {bomb(8000, 5001), "picture-large"},
		"PNG 16 bit 40 MP":    {func() []byte { b := bomb(8000, 5000); b[24] = 16; copy(b[8:], pngChunk("IHDR", b[16:29])); return b }(), "picture-large"},
		"JPEG 65500²":         {resized(photo, 65500, 65500), "picture-large"},
		"GIF 65535²":          {g, "picture-large"},
		"WebP 16384²":         {inWebP(0, 16384, 16384), "picture-large"},
		"WebP, two sizes":     {inWebP(0, 10, 10), "damaged"},
		"WebP VP8L 16384²":    {[]byte(dot[:21] + "\xff\xff\xff\x0f" + dot[25:]), "picture-large"},
		"WebP, moving":        {inWebP(2, 1, 1), "picture-format"},
		"BMP 40000²":          {huge, "picture-large"},
		"TIFF, strip outside": {[]byte("II*\x00\x08\x00\x00\x00\x01\x00\x11\x01\x04\x00\x01\x00\x00\x00\xff\xff\xff\xff"), "picture-format"},
		"HEIC":                {[]byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + strings.Repeat("\x00", 50)), "heic"},
		"film":                {[]byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42" + strings.Repeat("\x00", 50)), "media"},
		"JPEG, cut":           {photo[:len(photo)/2], "damaged"},
		"JPEG, head only":     {photo[:20], "damaged"},
		"PNG, cut":            {asPNG(t, scene(60, 60))[:300], "damaged"},
		"PNG of 40 MP, cut":   {bomb(8000, 4000), "damaged"},
		"GIF, cut":            {asGIF(t, 1)[:20], "damaged"},
		"GIF that is JS":      {[]byte("GIF89a=1/*" + strings.Repeat("A", 90) + "*/;alert(1)"), "picture-large"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		if got := reason(t, c.src); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; c.want != "damaged" && grown > 4<<20 || time.Since(began) > 5*time.Second {
			t.Errorf("%s: %d bytes in %v", name, grown, time.Since(began))
		}
	}
}

// Of 10,000 frames one is drawn.
func TestManyFrames(t *testing.T) {
	t.Parallel()
	src := asGIF(t, 10_000)
	began := time.Now()
	a, _ := accepted(t, "x.gif", src)
	if a.Width != 8 || a.Type != "image/png" || time.Since(began) > time.Second {
		t.Errorf("%+v after %v", a, time.Since(began))
	}
}

// A file of a thousand passes over a large picture ends with its reader's patience.
func TestEndlessPicture(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, scene(64, 64))
	at := bytes.Index(photo, []byte("\xff\xc0"))
	slow := resized(photo, 5000, 5000)
	slow[at+1] = 0xc2 // progressive
	sos := bytes.Index(slow, []byte("\xff\xda"))
	head := slices.Clone(slow[:sos])
	scan := "\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00" + strings.Repeat("\x00", 100)
	head = append(head, strings.Repeat(scan, 8_000_000/len(scan))...)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, _, err := shop().Take(ctx, "x", head)
	var v feedback.Invalid
	if err == nil || !errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &v) {
		t.Errorf("taken: %v", err)
	}
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("worked on for %v", d)
	}
}

// Whoever comes while all memory is used waits, and leaves when told to.
func TestWaitForMemory(t *testing.T) {
	t.Parallel()
	w := attachment.NewWorkshop(attachment.LeastMemory)
	photo := asJPEG(t, scene(4000, 3000))
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, _, err := w.Take(t.Context(), "x", photo); err != nil {
				t.Errorf("waiting: %v", err)
			}
		})
	}
	wg.Wait()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := w.Take(gone, "x", photo); !errors.Is(err, context.Canceled) {
		t.Errorf("gone: %v", err)
	}
	// More than there is at all.
	if _, _, err := w.Take(t.Context(), "x", bomb(7000, 5000)); err == nil || !strings.Contains(err.Error(), "picture-large") {
		t.Errorf("larger than the workshop: %v", err)
	}
}

// A photo of 12 million pixels, as phones take them.
func BenchmarkPhoto(b *testing.B) {
	photo, w := asJPEG(b, scene(4032, 3024)), shop()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := w.Take(b.Context(), "x", photo); err != nil {
			b.Fatal(err)
		}
	}
}
