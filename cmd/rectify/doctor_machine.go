package main

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rectify/feedback"
	"rectify/feedback/spool"
)

// checkClock asks the machine whether its clock is set by another.
func checkClock(_ context.Context, x *examination) {
	if info, err := os.Stat(os.Args[0]); err == nil && x.now().Before(info.ModTime()) {
		x.add(levelFault, "clock.past", x.now().Format("2006-01-02 15:04"))
	}
	if set, known := clockIsSet(); known && !set {
		x.add(levelWarn, "clock.unset")
	}
	x.fine()
}

// Free room on the disk, in bytes.
const (
	roomLow  = 2 << 30
	roomNone = 200 << 20
)

// checkDisk looks at the data folder: whether it is there, nobody else's, and
// has room.
func checkDisk(_ context.Context, x *examination) {
	dir := x.cmd.Data
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.add(levelNote, "disk.none", dir)
		if info, err = os.Stat(filepath.Dir(dir)); err != nil || !info.IsDir() {
			x.add(levelFault, "disk.parent", dir)
		}
		return
	case err != nil || !info.IsDir():
		x.add(levelFault, "disk.no-folder", dir)
		return
	case info.Mode().Perm()&0o077 != 0:
		x.add(levelWarn, "disk.open", dir, info.Mode().Perm())
	}
	if !writable(dir) {
		x.add(levelFault, "disk.read-only", dir)
	}
	free, known := room(dir)
	switch {
	case known && free < roomNone:
		x.add(levelFault, "disk.full", free>>20)
	case known && free < roomLow:
		x.add(levelWarn, "disk.low", free>>20)
	}
	x.fine(free >> 30)
}

// checkKeys looks at the master key and the keyset, without which nothing that
// is kept can be read.
func checkKeys(_ context.Context, x *examination) {
	master, keyset := x.cmd.keyPath(), x.cmd.keysetPath()
	src, err := os.ReadFile(master)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.add(levelNote, "keys.none", master)
	case err != nil:
		x.add(levelFault, "keys.unreadable", master, err)
	default:
		raw, err := hex.DecodeString(strings.TrimSpace(string(src)))
		if err == nil {
			_, err = feedback.NewKeys(raw)
		}
		if err != nil {
			x.add(levelFault, "keys.broken", master)
		}
	}
	for _, path := range []string{master, keyset} {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		if info.Mode().Perm()&0o077 != 0 {
			x.add(levelWarn, "keys.open", path, info.Mode().Perm())
		}
		if rel, err := filepath.Rel(x.cmd.Data, path); err == nil && !strings.HasPrefix(rel, "..") {
			x.add(levelNote, "keys.inside", path)
		}
	}
	x.fine()
}

// checkFingerprint holds the master key to the store.
func checkFingerprint(ctx context.Context, x *examination) {
	src, err := os.ReadFile(x.cmd.keyPath())
	if err != nil || x.kept == nil {
		return
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(src)))
	if err != nil {
		return
	}
	k, err := feedback.NewKeys(raw)
	if err != nil {
		return
	}
	marks, err := marked(x.kept)(ctx)
	if err != nil {
		x.add(levelFault, "store.unreadable", err)
		return
	}
	if kept := marks[keyMark]; kept != "" && kept != k.Fingerprint() {
		x.add(levelFault, "keys.other", x.cmd.keyPath())
	}
}

// checkSpool counts what waits on this machine to be registered.
func checkSpool(_ context.Context, x *examination) {
	if x.cmd.Mongo == "" {
		return
	}
	n, err := spool.Peek(filepath.Join(x.cmd.Data, "spool"))
	switch {
	case err != nil:
		x.add(levelFault, "spool.unreadable", err)
	case n > 0 && x.running == "":
		x.add(levelFault, "spool.waiting", n)
	case n > 0:
		x.add(levelWarn, "spool.draining", n)
	}
	x.fine()
}
