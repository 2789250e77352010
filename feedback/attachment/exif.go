package attachment

import (
	"bytes"
	"encoding/binary"
)

// shot is what a picture says of how it was taken, as far as it matters here.
type shot struct {
	turn  int  // EXIF orientation, 1 to 8
	place bool // says where
}

// The tags that are read (Exif 3.0, 4.6).
const (
	tagOrientation = 0x0112
	tagPlace       = 0x8825
)

// readShot reads the EXIF data of a picture; what is not sound is as if it were
// not there.
func readShot(f format, data []byte) shot {
	s := shot{turn: 1}
	exif := exifOf(f, data)
	if len(exif) < 8 {
		return s
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(exif[:2]) == "MM" {
		order = binary.BigEndian
	}
	if order.Uint16(exif[2:]) != 42 {
		return s
	}
	at := int64(order.Uint32(exif[4:]))
	if at+2 > int64(len(exif)) {
		return s
	}
	entries := exif[at+2:]
	for n := order.Uint16(exif[at:]); n > 0 && len(entries) >= 12; n-- {
		switch order.Uint16(entries) {
		case tagOrientation:
			if v := order.Uint16(entries[8:]); v >= 1 && v <= 8 {
				s.turn = int(v)
			}
		case tagPlace:
			s.place = true
		}
		entries = entries[12:]
	}
	return s
}

// exifOf finds the EXIF data in the frame of a picture.
func exifOf(f format, data []byte) []byte {
	switch f {
	case jpegFile:
		exif, _ := jpegHead(data)
		return exif
	case pngFile:
		return chunk(data, 8, "eXIf", binary.BigEndian, 4)
	case webpFile:
		exif := chunk(data, 12, "EXIF", binary.LittleEndian, 0)
		return bytes.TrimPrefix(exif, []byte("Exif\x00\x00"))
	}
	return nil
}

// chunk finds a chunk of PNG (length, name, data, tail of 4 bytes) or RIFF
// (name, length, data, filled up to an even length).
func chunk(data []byte, at int, name string, order binary.ByteOrder, tail int) []byte {
	for at >= 0 && at+8 <= len(data) {
		is, size := data[at:at+4], data[at+4:at+8]
		if tail > 0 {
			is, size = size, is
		}
		n := int64(order.Uint32(size))
		if n > int64(len(data)-at-8) {
			return nil
		}
		body := data[at+8 : at+8+int(n)]
		if string(is) == name {
			return body
		}
		at += 8 + int(n) + tail
		if tail == 0 {
			at += int(n & 1)
		}
	}
	return nil
}

// frame is what decoding a JPEG costs: samples a pixel in sixteenths, and
// whether it comes in passes over the whole picture.
type frame struct {
	samples     int
	progressive bool
}

// jpegHead walks over the segments of a JPEG up to its picture (ITU-T T.81, B.1).
func jpegHead(data []byte) (exif []byte, f frame) {
	f.samples = 64
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		marker := data[at+1]
		if marker == 0xff { // filling
			at++
			continue
		}
		n := int(binary.BigEndian.Uint16(data[at+2:]))
		if marker == 0xda || n < 2 || at+2+n > len(data) {
			break
		}
		body := data[at+4 : at+2+n]
		switch {
		case marker == 0xe1 && exif == nil && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
			exif = body[6:]
		case marker == 0xc0 || marker == 0xc1 || marker == 0xc2:
			f.progressive = marker == 0xc2
			f.samples = samples(body)
		}
		at += 2 + n
	}
	return exif, f
}

// samples reads from the frame header how many samples a pixel takes.
func samples(sof []byte) int {
	if len(sof) < 6 {
		return 64
	}
	sum, h, v := 0, 1, 1
	for c := sof[6:]; len(c) >= 3; c = c[3:] {
		ch, cv := int(c[1]>>4), int(c[1]&15)
		sum, h, v = sum+ch*cv, max(h, ch), max(v, cv)
	}
	return min(64, max(16, (16*sum+h*v-1)/(h*v)))
}
