package translog

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxNote bounds a signed checkpoint in bytes: a head and some dozens of witnesses.
const maxNote = 16 << 10

// ErrCheckpoint means that something is no checkpoint of the log that was asked for.
var ErrCheckpoint = errors.New("no checkpoint of this log")

// checkpointText is the signed text of a head (C2SP tlog-checkpoint).
func checkpointText(origin string, size int64, root tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(root[:]))
}

// sign makes the head of a tree. The same tree always gets the same bytes, so
// copies that sign at once sign the same.
func (k Key) sign(size int64, root tlog.Hash, at time.Time) (Head, error) {
	signed, err := note.Sign(&note.Note{Text: checkpointText(k.Origin, size, root)}, k.signer)
	if err != nil {
		return Head{}, fmt.Errorf("sign head: %w", err)
	}
	return Head{Size: size, Root: root, At: at.UTC().Truncate(time.Millisecond), Note: signed}, nil
}

// OpenCheckpoint reads a checkpoint and holds it to the log's key: its origin
// must be the key's name, its form exact, and the log must have signed it once
// with that key. Signatures of others, and by other keys of the same name, are
// left alone (C2SP signed-note); Cosigned looks at them.
func OpenCheckpoint(msg []byte, v Verifier) (Head, error) {
	if len(msg) > maxNote {
		return Head{}, fmt.Errorf("%w: %d bytes", ErrCheckpoint, len(msg))
	}
	if n := signatures(msg, v); n != 1 {
		return Head{}, fmt.Errorf("%w: %d signatures of %s", ErrCheckpoint, n, v.Name())
	}
	opened, err := note.Open(msg, note.VerifierList(v.Verifier))
	if err != nil {
		return Head{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	h, origin, err := parseText(opened.Text)
	if err != nil {
		return Head{}, err
	}
	if origin != v.Name() {
		return Head{}, fmt.Errorf("%w: origin %q", ErrCheckpoint, origin)
	}
	h.Note = bytes.Clone(msg)
	return h, nil
}

// signatures counts the lines that say to be signed with the key.
func signatures(msg []byte, v Verifier) (n int) {
	for line := range bytes.Lines(msg) {
		b64, ok := bytes.CutPrefix(line, []byte("— "+v.Name()+" "))
		id := make([]byte, 6)
		if ok && len(b64) >= 8 {
			if _, err := base64.StdEncoding.Decode(id, b64[:8]); err == nil && binary.BigEndian.Uint32(id) == v.KeyHash() {
				n++
			}
		}
	}
	return n
}

// parseText reads exactly what checkpointText writes.
func parseText(text string) (h Head, origin string, err error) {
	part := strings.Split(text, "\n")
	if len(part) != 4 || part[3] != "" {
		return Head{}, "", fmt.Errorf("%w: %d lines", ErrCheckpoint, len(part)-1)
	}
	size, err := strconv.ParseInt(part[1], 10, 64)
	if err != nil || size < 0 || size > math.MaxInt64/4 {
		return Head{}, "", fmt.Errorf("%w: size %q", ErrCheckpoint, part[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(part[2])
	if err != nil || len(root) != tlog.HashSize {
		return Head{}, "", fmt.Errorf("%w: root %q", ErrCheckpoint, part[2])
	}
	h.Size = size
	copy(h.Root[:], root)
	if checkpointText(part[0], h.Size, h.Root) != text {
		return Head{}, "", fmt.Errorf("%w: not in its one form", ErrCheckpoint)
	}
	return h, part[0], nil
}

// Text is the part of a checkpoint that is signed, without the signatures.
func (h Head) Text() string {
	if i := bytes.LastIndex(h.Note, []byte("\n\n")); i >= 0 {
		return string(h.Note[:i+1])
	}
	return ""
}

// With is the checkpoint with further signature lines.
func (h Head) With(lines ...Cosignature) []byte {
	out := bytes.Clone(h.Note)
	for _, c := range lines {
		if c.Size == h.Size {
			out = append(out, c.Line...)
			out = append(out, '\n')
		}
	}
	return out
}
