package notary

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"rectify/feedback"
	"rectify/feedback/cursor"
	"rectify/feedback/translog"
)

// Receipt proves that a submission was received: it can be kept as a file and
// checked without the site. It holds no text and nothing about a person; whoever
// has it can tell which leaf is this submission's, so only its sender gets it.
type Receipt struct {
	Kind       string          `json:"kind"` // receiptKind
	Site       string          `json:"site,omitempty"`
	Number     feedback.Number `json:"number"`
	Received   string          `json:"received"`    // UTC, to the millisecond
	TextSHA256 string          `json:"text_sha256"` // of the original text, as the site kept it
	Blind      string          `json:"blind"`
	Index      int64           `json:"index"` // of the leaf
	Proof      []string        `json:"proof"` // hashes, base64, from the leaf up
	Checkpoint string          `json:"checkpoint"`
	Key        string          `json:"key"` // of the log, as the site shows it at /log/key
}

// receiptKind says what a file is, and how to read it.
const receiptKind = "rectify receipt v1"

// MaxReceipt bounds a receipt file in bytes.
const MaxReceipt = 64 << 10

// The errors of a receipt.
var (
	ErrNoReceipt = errors.New("submission is older than the public log, or was erased")
	ErrReceipt   = errors.New("receipt does not hold")
)

// Receipt makes the receipt of a submission. If it is not in the log yet it is
// put there at once. ErrNoReceipt: it has no blind.
func (n *Notary) Receipt(ctx context.Context, s feedback.Submission, site string) (Receipt, error) {
	e, ok := receiptEntry(&s)
	if !ok {
		return Receipt{}, ErrNoReceipt
	}
	kept, known, err := translog.Find(ctx, n.Log.Store, e.Ref)
	if err != nil {
		return Receipt{}, err
	}
	if !known {
		if err := n.Log.Add(ctx, []translog.Entry{e}); err != nil {
			return Receipt{}, fmt.Errorf("receipt of %s: %w", s.Number, err)
		}
		if kept, known, err = translog.Find(ctx, n.Log.Store, e.Ref); err != nil || !known {
			return Receipt{}, fmt.Errorf("receipt of %s: not in the log: %w", s.Number, err)
		}
	}
	if kept.Leaf != e.Leaf {
		return Receipt{}, fmt.Errorf("receipt of %s: %w", s.Number, translog.ErrDiffers)
	}
	h, err := n.Log.Integrate(ctx)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt of %s: %w", s.Number, err)
	}
	proof, err := translog.Prove(ctx, n.Log.Store, h.Size, kept.Index)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt of %s: %w", s.Number, err)
	}
	r := Receipt{
		Kind: receiptKind, Site: site, Number: s.Number, Received: s.Received.UTC().Format(received),
		TextSHA256: Digest([]byte(s.Text)), Blind: hex.EncodeToString(s.Blind),
		Index: kept.Index, Proof: []string{}, Checkpoint: string(h.Note), Key: n.Log.Key.Public(),
	}
	for _, hash := range proof {
		r.Proof = append(r.Proof, hash.String())
	}
	return r, nil
}

// ParseReceipt reads a receipt file strictly and within bounds.
func ParseReceipt(src []byte) (Receipt, error) {
	if len(src) > MaxReceipt {
		return Receipt{}, fmt.Errorf("%w: %d bytes", ErrReceipt, len(src))
	}
	var r Receipt
	if err := json.Unmarshal(bytes.TrimPrefix(src, []byte("\ufeff")), &r); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if r.Kind != receiptKind {
		return Receipt{}, fmt.Errorf("%w: kind %.40q, want %q", ErrReceipt, r.Kind, receiptKind)
	}
	return r, nil
}

// Leaf is the leaf that the receipt's own parts make.
func (r Receipt) Leaf() (translog.Leaf, error) {
	at, err := time.Parse(received, r.Received)
	if err != nil {
		return translog.Leaf{}, fmt.Errorf("%w: time %.40q", ErrReceipt, r.Received)
	}
	blind, err := hex.DecodeString(r.Blind)
	if err != nil || len(blind) != feedback.BlindSize {
		return translog.Leaf{}, fmt.Errorf("%w: blind", ErrReceipt)
	}
	if _, ok := cursor.Serial(r.Number); !ok {
		return translog.Leaf{}, fmt.Errorf("%w: number %.40q", ErrReceipt, string(r.Number))
	}
	if d, err := hex.DecodeString(r.TextSHA256); err != nil || len(d) != tlog.HashSize {
		return translog.Leaf{}, fmt.Errorf("%w: digest of the text", ErrReceipt)
	}
	return translog.Leaf{Kind: translog.KindReceipt, Digest: Commit(blind, r.Number, at, r.TextSHA256)}, nil
}

// Check holds a receipt to the log's key, without the site: its head is signed,
// and its leaf stands in it. It answers that head, to be compared with others.
func (r Receipt) Check(v translog.Verifier) (translog.Head, error) {
	h, err := translog.OpenCheckpoint([]byte(r.Checkpoint), v)
	if err != nil {
		return h, fmt.Errorf("%w: head: %w", ErrReceipt, err)
	}
	leaf, err := r.Leaf()
	if err != nil {
		return h, err
	}
	if len(r.Proof) > translog.MaxProof {
		return h, fmt.Errorf("%w: %d hashes in the proof", ErrReceipt, len(r.Proof))
	}
	var proof []tlog.Hash
	for _, text := range r.Proof {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return h, fmt.Errorf("%w: hash in the proof: %w", ErrReceipt, err)
		}
		proof = append(proof, hash)
	}
	if err := translog.Included(h, r.Index, leaf.String(), proof); err != nil {
		return h, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	return h, nil
}
