package attachment

import (
	"bytes"
	"strings"
)

// format is what the content of a file is.
type format string

// The formats that are taken.
const (
	jpegFile format = "jpeg"
	pngFile  format = "png"
	gifFile  format = "gif"
	webpFile format = "webp"
	bmpFile  format = "bmp"
	pdfFile  format = "pdf"
	zipFile  format = "zip" // taken when it is a .docx
	oleFile  format = "ole" // taken when it is a .doc
	textFile format = "text"
)

// signature is how the content of one kind of file begins. One of format and
// refuse is set.
type signature struct {
	at     int
	magic  string
	format format
	refuse string
}

// signatures are asked in order. Nothing that is not in this list, or is no
// plain text, is taken; a name or a claimed type is never asked.
func signatures() []signature {
	return []signature{
		{magic: "\xff\xd8\xff", format: jpegFile},
		{magic: "\x89PNG\r\n\x1a\n", format: pngFile},
		{magic: "GIF87a", format: gifFile},
		{magic: "GIF89a", format: gifFile},
		{magic: "%PDF-", format: pdfFile},
		{magic: "PK\x03\x04", format: zipFile},
		{magic: "PK\x05\x06", refuse: packed},
		{magic: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", format: oleFile},

		{magic: "MZ", refuse: program},
		{magic: "\x7fELF", refuse: program},
		{magic: "\xca\xfe\xba\xbe", refuse: program},
		{magic: "\xfe\xed\xfa", refuse: program},
		{magic: "\xce\xfa\xed\xfe", refuse: program},
		{magic: "\xcf\xfa\xed\xfe", refuse: program},
		{magic: "dex\n", refuse: program},
		{magic: "\x00asm", refuse: program},
		{magic: "L\x00\x00\x00\x01\x14\x02\x00", refuse: program}, // .lnk

		{magic: "Rar!", refuse: packed},
		{magic: "7z\xbc\xaf\x27\x1c", refuse: packed},
		{magic: "\x1f\x8b", refuse: packed},
		{magic: "BZh", refuse: packed},
		{magic: "\xfd7zXZ\x00", refuse: packed},
		{magic: "(\xb5/\xfd", refuse: packed},
		{magic: "MSCF", refuse: packed},
		{at: 257, magic: "ustar", refuse: packed},

		{magic: "II*\x00", refuse: pictureFormat}, // TIFF and raw pictures
		{magic: "MM\x00*", refuse: pictureFormat},
		{magic: "\xff\x0a", refuse: pictureFormat}, // JPEG XL
		{magic: "\x00\x00\x00\x0cJXL ", refuse: pictureFormat},
		{magic: "8BPS", refuse: pictureFormat},
		{magic: "\x00\x00\x01\x00", refuse: pictureFormat}, // .ico

		{magic: "OggS", refuse: media},
		{magic: "ID3", refuse: media},
		{magic: "fLaC", refuse: media},
		{magic: "#!AMR", refuse: media},
		{magic: "#!SILK", refuse: media},
		{magic: "\x1aE\xdf\xa3", refuse: media},
		{magic: "\x00\x00\x01\xba", refuse: media},
		{magic: "0&\xb2u\x8ef\xcf\x11", refuse: media},
		{magic: "FLV\x01", refuse: media},
	}
}

// sniff tells what a file is by its content, or why it is not taken.
func sniff(data []byte) (format, string) {
	if len(data) == 0 {
		return "", empty
	}
	for _, s := range signatures() {
		if len(data) > s.at && bytes.HasPrefix(data[s.at:], []byte(s.magic)) {
			return s.format, s.refuse
		}
	}
	switch {
	case len(data) >= 12 && string(data[:4]) == "RIFF":
		if string(data[8:12]) == "WEBP" {
			return webpFile, ""
		}
		return "", media
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		return "", boxes(data)
	case len(data) >= 26 && string(data[:2]) == "BM" && bytes.Equal(data[6:10], []byte{0, 0, 0, 0}):
		return bmpFile, ""
	case len(data) > 2 && data[0] == 0xff && data[1]&0xe0 == 0xe0 && data[1]&6 != 0 && data[1] != 0xfe:
		return "", media // MPEG sound without a head
	}
	return textFile, ""
}

// boxes tells the families of ISO/IEC 14496-12 apart by their brands.
func boxes(data []byte) string {
	size := min(len(data), 64, int(data[3])|int(data[2])<<8)
	for at := 8; at+4 <= size; at += 4 {
		switch string(data[at : at+4]) {
		case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif", "avis":
			return heic
		}
	}
	return media
}

// foreign looks for what would act when it is opened, although it is text; the
// reason, or nothing.
func foreign(text string) string {
	start := strings.ToLower(strings.TrimLeft(text[:min(len(text), 4<<10)], " \t\r\n\f"))
	for _, p := range []string{"#!", "mz", "@echo off", "[internetshortcut]", "windows registry editor", "regedit4", "<?php"} {
		if strings.HasPrefix(start, p) {
			return program
		}
	}
	for _, p := range []string{`{\rt`, "%!ps"} {
		if strings.HasPrefix(start, p) {
			return office
		}
	}
	for _, p := range []string{"<!", "<?xml", "<html", "<svg", "mime-version:"} {
		if strings.HasPrefix(start, p) {
			return markup
		}
	}
	if strings.Contains(start, "\nmime-version:") {
		return markup
	}
	lower := strings.ToLower(text)
	for _, tag := range []string{"<script", "<html", "<svg", "<iframe", "<!doctype", "<body", "<object", "<embed"} {
		if strings.Contains(lower, tag) {
			return markup
		}
	}
	return ""
}
