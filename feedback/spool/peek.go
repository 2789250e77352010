package spool

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Peek answers how many submissions were promised to their senders and wait in a
// folder to be registered, without taking the folder or changing anything in it.
// What a program writes at the same moment may or may not be counted.
func Peek(dir string) (waiting int, err error) {
	f, err := os.Open(filepath.Join(dir, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("spool: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	promised := make(map[uint64]bool)
	for r := bufio.NewReaderSize(f, 1<<20); ; {
		fr, _, err := readFrame(r)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, errTorn):
			return len(promised), nil
		case err != nil:
			return 0, fmt.Errorf("spool: %w", err)
		}
		switch fr.kind {
		case kindEntry, kindTold:
			promised[fr.seq] = true
		case kindFiled, kindKey:
			delete(promised, fr.seq)
		}
	}
}
