package spool

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// A journal is a run of frames:
//
//	4 bytes  length of what follows the checksum, little endian
//	4 bytes  CRC-32C of it
//	1 byte   kind
//	8 bytes  the item that it is about
//	…        payload
//
// A frame is whole or it is not there: what is cut or does not fit its checksum
// is set aside, and reading goes on at the next that does. The payload of an entry, an intent and a receipt is
// its number in clear (8 bytes, as cursor.Serial), by which the journal knows
// what was given also when it cannot open or need not keep the rest, and then
// the sealed rest.
const (
	frameHead = 4 + 4
	frameMin  = 1 + 8
	frameMax  = 4 << 20
)

// The kinds of frames.
const (
	kindBegin  = 'R' // the first: payload is the version of the format
	kindBlock  = 'b' // reserved numbers: a block, see numbers.go
	kindIntent = 'i' // an entry, sealed, of which the sender was told nothing yet
	kindEntry  = 'e' // an entry, sealed, that is promised to its sender
	kindTold   = 't' // the intent is promised now
	kindFiled  = 'f' // the store has it; nothing about it need be kept
	kindKey    = 'k' // the store has it; a receipt, sealed, answers its key
)

// kinds are all of them.
const kinds = "Rbietfk"

const format = "rectify spool 1"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errTorn means that what follows is no whole frame.
var errTorn = errors.New("torn frame")

type frame struct {
	kind    byte
	seq     uint64
	payload []byte
}

// bytes is the frame as it is written.
func (f frame) bytes() []byte {
	b := make([]byte, frameHead, frameHead+frameMin+len(f.payload))
	b = append(b, f.kind)
	b = binary.LittleEndian.AppendUint64(b, f.seq)
	b = append(b, f.payload...)
	binary.LittleEndian.PutUint32(b, uint32(len(b)-frameHead)) //nolint:gosec // bounded by frameMax
	binary.LittleEndian.PutUint32(b[4:], crc32.Checksum(b[frameHead:], castagnoli))
	return b
}

// withNumber puts a number before what is sealed; cutNumber takes it off.
func withNumber(serial int64, sealed []byte) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, uint64(serial)), sealed...) //nolint:gosec // positive
}

func cutNumber(payload []byte) (serial int64, sealed []byte, ok bool) {
	if len(payload) < 8 {
		return 0, nil, false
	}
	return int64(binary.LittleEndian.Uint64(payload)), payload[8:], true //nolint:gosec // as it was written
}

// readFrame reads the next frame and answers its length on the disk; io.EOF
// when nothing follows, errTorn when what follows is none.
func readFrame(r *bufio.Reader) (frame, int, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errTorn
		}
		return frame{}, 0, err
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n < frameMin || n > frameMax {
		return frame{}, 0, errTorn
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			err = errTorn
		}
		return frame{}, 0, err
	}
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(head[4:]) {
		return frame{}, 0, errTorn
	}
	return frame{kind: body[0], seq: binary.LittleEndian.Uint64(body[1:]), payload: body[frameMin:]}, frameHead + len(body), nil
}
