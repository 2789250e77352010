package attachment

import (
	"image"

	"golang.org/x/image/draw"
)

// fit is the size within keptSide that a picture of w×h gets.
func fit(w, h int) (int, int) {
	long := max(w, h)
	if long <= keptSide {
		return w, h
	}
	return max(1, (w*keptSide+long/2)/long), max(1, (h*keptSide+long/2)/long)
}

// shrinkStep is by how much the side of a picture is divided first, so that what
// is left to do is less than one half.
func shrinkStep(from, to int) int { return max(1, from/to) }

// shrink draws a picture within keptSide.
func shrink(img image.Image) *image.RGBA {
	b := img.Bounds()
	w, h := fit(b.Dx(), b.Dy())
	if step := min(shrinkStep(b.Dx(), w), shrinkStep(b.Dy(), h)); step > 1 {
		img = averaged(img, step)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if size := img.Bounds().Size(); size == out.Bounds().Size() {
		draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
		return out
	}
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, img.Bounds(), draw.Src, nil)
	return out
}

// averaged makes one pixel of each square of step×step, a strip at a time.
func averaged(img image.Image, step int) *image.RGBA {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()/step, b.Dy()/step))
	w := out.Bounds().Dx()
	strip := image.NewRGBA(image.Rect(0, 0, w*step, step))
	sums := make([]int, w*4)
	for y := range out.Bounds().Dy() {
		draw.Draw(strip, strip.Bounds(), img, image.Pt(b.Min.X, b.Min.Y+y*step), draw.Src)
		clear(sums)
		for row := range step {
			line := strip.Pix[row*strip.Stride:][:w*step*4]
			for x := range w * step {
				to, px := sums[x/step*4:][:4], line[x*4:][:4]
				for c := range px {
					to[c] += int(px[c])
				}
			}
		}
		for i, sum := range sums {
			out.Pix[y*out.Stride+i] = byte(sum / (step * step)) //nolint:gosec // an average of bytes
		}
	}
	return out
}

// upright turns and mirrors a picture as its EXIF orientation says.
func upright(img *image.RGBA, turn int) *image.RGBA {
	if turn < 2 || turn > 8 {
		return img
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if turn >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := turned(x, y, w, h, turn)
			copy(out.Pix[ty*out.Stride+tx*4:][:4], img.Pix[y*img.Stride+x*4:][:4])
		}
	}
	return out
}

// turned is where the pixel at x, y of a picture of w×h belongs (Exif 3.0, tag
// Orientation: where row 0 and column 0 of the file are seen).
func turned(x, y, w, h, turn int) (int, int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
