package spool

import (
	"bufio"
	"bytes"
	"testing"
)

// FuzzFrames reads any bytes as a journal: what is read is written back as it
// was, and what is no frame ends the reading.
func FuzzFrames(f *testing.F) {
	whole := frame{kind: kindEntry, seq: 7, payload: []byte("sealed")}.bytes()
	f.Add(whole)
	f.Add(append(whole, whole[:len(whole)-1]...))
	f.Add([]byte("\xff\xff\xff\xff\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, src []byte) {
		r := bufio.NewReader(bytes.NewReader(src))
		for at := 0; ; {
			x, n, err := readFrame(r)
			if err != nil {
				return
			}
			if n < frameHead+frameMin || at+n > len(src) || !bytes.Equal(x.bytes(), src[at:at+n]) {
				t.Fatalf("frame of %d bytes at %d is not what stands there", n, at)
			}
			if x.kind == kindBlock {
				if b, ok := parseBlock(x.payload); ok && !bytes.Equal(b.frame().payload[:20], x.payload[:20]) {
					t.Fatalf("block %+v is not what stands there", b)
				}
			}
			at += n
		}
	})
}
