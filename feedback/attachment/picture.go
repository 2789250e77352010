package attachment

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"rectify/feedback"
)

// Bounds of pictures. Before anything is decoded they are held against what the
// head of the file says; no decoder used here goes beyond its head.
const (
	maxPixels  = 40_000_000
	maxSide    = 12_000
	keptSide   = 3_000 // pixels of the longer side of what is kept
	quality    = 85
	maxColours = 256 // a drawing, better kept as PNG
)

// codec reads one format.
type codec struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error) // of moving pictures the first
}

func codecs() map[format]codec {
	return map[format]codec{
		jpegFile: {jpeg.DecodeConfig, jpeg.Decode},
		pngFile:  {png.DecodeConfig, png.Decode},
		gifFile:  {gif.DecodeConfig, gif.Decode},
		webpFile: {webp.DecodeConfig, webp.Decode},
		bmpFile:  {bmp.DecodeConfig, bmp.Decode},
	}
}

// drawn is a picture as it is kept.
type drawn struct {
	data          []byte
	ext, kind     string
	width, height int
}

// measure reads the head of a picture: the size that it will have, and how
// many bytes of memory it takes to get there. Not empty: why it is not taken.
func measure(f format, data []byte) (memory int64, refuse string) {
	cfg, err := codecs()[f].config(bytes.NewReader(data))
	switch {
	case err != nil:
		return 0, damaged
	case cfg.Width < 1 || cfg.Height < 1:
		return 0, damaged
	case cfg.Width > maxSide || cfg.Height > maxSide || cfg.Width*cfg.Height > maxPixels:
		return 0, pictureLarge
	case f == webpFile && len(data) > 20 && string(data[12:16]) == "VP8X" && data[20]&2 != 0:
		return 0, pictureFormat // moving
	}
	px := int64(cfg.Width) * int64(cfg.Height)
	w, h := fit(cfg.Width, cfg.Height)
	step := int64(shrinkStep(cfg.Width, w))
	out := int64(w) * int64(h) * 4
	return px*sixteenths(f, cfg, data)/16 + 2*out + px*4/(step*step), ""
}

// sixteenths is what the decoder holds for a pixel, in sixteenths of a byte.
func sixteenths(f format, cfg image.Config, data []byte) int64 {
	if f == jpegFile {
		_, fr := jpegHead(data)
		n := int64(fr.samples)
		if fr.progressive {
			n *= 5 // beside each sample its coefficient, 4 bytes
		}
		if cfg.ColorModel != color.YCbCrModel && cfg.ColorModel != color.GrayModel {
			n += 64 // drawn once more for its colours
		}
		return n
	}
	n := int64(4)
	switch cfg.ColorModel {
	case color.GrayModel:
		n = 1
	case color.RGBA64Model, color.NRGBA64Model:
		n = 8
	case color.YCbCrModel, color.NYCbCrAModel:
		n = 6 // an alpha plane is decoded as a picture of its own
	}
	if _, ok := cfg.ColorModel.(color.Palette); ok {
		n = 1
	}
	return n * 16 * 3 / 2 // passes of an interlaced one
}

// redraw decodes a picture and makes a new one of it, upright and no larger than
// it is shown: nothing of the file itself gets into it.
func redraw(ctx context.Context, f format, data []byte) (drawn, string, error) {
	img, err := codecs()[f].decode(&paced{ctx: ctx, r: bytes.NewReader(data)})
	if ctx.Err() != nil {
		return drawn{}, "", ctx.Err()
	}
	if err != nil || img.Bounds().Empty() {
		return drawn{}, damaged, nil
	}
	lossless := f == pngFile || f == gifFile || f == bmpFile
	out := upright(shrink(img), readShot(f, data).turn)
	d, err := encode(out, lossless)
	return d, "", err
}

// encode writes a drawing as PNG and a photo as JPEG.
func encode(img *image.RGBA, lossless bool) (drawn, error) {
	size := img.Bounds().Size()
	d := drawn{width: size.X, height: size.Y}
	var out bytes.Buffer
	if !img.Opaque() || lossless && few(img) {
		pngs := png.Encoder{CompressionLevel: png.DefaultCompression}
		if err := pngs.Encode(&out, img); err != nil {
			return d, err
		}
		d.ext, d.kind = ".png", "image/png"
		if out.Len() <= feedback.MaxAttachmentBytes {
			d.data = out.Bytes()
			return d, nil
		}
		out.Reset()
		img = onWhite(img)
	}
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		return d, err
	}
	d.ext, d.kind, d.data = ".jpg", "image/jpeg", out.Bytes()
	return d, nil
}

func onWhite(img *image.RGBA) *image.RGBA {
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Over)
	return out
}

// few reports whether a picture has no more colours than a drawing.
func few(img *image.RGBA) bool {
	seen := make(map[[4]byte]bool)
	for i := 0; i+4 <= len(img.Pix); i += 4 {
		if seen[[4]byte(img.Pix[i:])] = true; len(seen) > maxColours {
			return false
		}
	}
	return true
}

// paced ends a decoder with its context: some files of a few bytes take hours.
type paced struct {
	ctx context.Context //nolint:containedctx // lives for one decoding
	r   io.Reader
}

func (p *paced) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b[:min(len(b), 4<<10)])
}
