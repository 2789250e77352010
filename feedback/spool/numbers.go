package spool

import (
	"encoding/binary"
	"slices"
	"sync"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// block is a run of reserved numbers that are not used yet.
type block struct {
	year        int
	first, last int64
	leads       bool // it began its year's series
}

// numbers are the reserved ones, by year. A number that was taken is not given
// again: it stands in the journal with its entry, or is a gap.
type numbers struct {
	mu     sync.Mutex
	blocks []block // those of one year in ascending order
}

// add takes a reserved block in.
func (n *numbers) add(b block) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if b.first <= b.last {
		n.blocks = append(n.blocks, b)
	}
}

// take gives the next reserved number of a year; false when there is none.
func (n *numbers) take(year int) (feedback.Number, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, b := range n.blocks {
		if b.year == year {
			n.use(i, b.first)
			return feedback.MakeNumber(year, b.first), true
		}
	}
	return "", false
}

// use strikes everything up to nth out of the ith block.
func (n *numbers) use(i int, nth int64) {
	if n.blocks[i].first = nth + 1; nth >= n.blocks[i].last {
		n.blocks = slices.Delete(n.blocks, i, i+1)
	}
}

// used strikes out a number that the journal holds, and those before it.
func (n *numbers) used(number feedback.Number) {
	year, nth := split(number)
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, b := range n.blocks {
		if b.year == year && b.first <= nth && nth <= b.last {
			n.use(i, nth)
			return
		}
	}
}

// left is how many numbers of a year there are, and whether the next of them is
// of the block that began the year. That block is used up in ordinary times
// too, so that a year begins with its first number.
func (n *numbers) left(year int) (left int64, leads bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, b := range n.blocks {
		if b.year == year {
			leads = leads || (left == 0 && b.leads)
			left += b.last - b.first + 1
		}
	}
	return left, leads
}

// all is a copy of the blocks, without those of years before the given one.
func (n *numbers) all(from int) []block {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.blocks = slices.DeleteFunc(n.blocks, func(b block) bool { return b.year < from })
	return slices.Clone(n.blocks)
}

// split takes a number apart; zeros for one that is none.
func split(number feedback.Number) (year int, nth int64) {
	serial, _ := cursor.Serial(number)
	return int(serial / (cursor.MaxSerial + 1)), serial % (cursor.MaxSerial + 1)
}

func (b block) frame() frame {
	p := binary.LittleEndian.AppendUint32(nil, uint32(b.year)) //nolint:gosec // a year
	p = binary.LittleEndian.AppendUint64(p, uint64(b.first))   //nolint:gosec // positive
	p = binary.LittleEndian.AppendUint64(p, uint64(b.last))    //nolint:gosec // positive
	leads := byte(0)
	if b.leads {
		leads = 1
	}
	return frame{kind: kindBlock, payload: append(p, leads)}
}

func parseBlock(p []byte) (block, bool) {
	if len(p) != 4+8+8+1 {
		return block{}, false
	}
	b := block{
		year:  int(binary.LittleEndian.Uint32(p)),
		first: int64(binary.LittleEndian.Uint64(p[4:])),  //nolint:gosec // checked below
		last:  int64(binary.LittleEndian.Uint64(p[12:])), //nolint:gosec // checked below
		leads: p[20] == 1,
	}
	return b, b.first > 0 && b.last <= cursor.MaxSerial
}
