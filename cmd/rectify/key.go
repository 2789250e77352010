package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rectify/feedback"
)

// readKey reads the master key, 64 hexadecimal digits, and makes the file when
// it is not there, readable by its owner only.
func readKey(path string) (feedback.Keys, error) {
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if src, err = makeKey(path); errors.Is(err, fs.ErrExist) {
			src, err = os.ReadFile(path) // another start was quicker
		}
	}
	if err != nil {
		return feedback.Keys{}, fmt.Errorf("key file: %w", err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(src)))
	if err != nil {
		return feedback.Keys{}, fmt.Errorf("key file %s: want %d hexadecimal digits", path, 2*feedback.KeySize)
	}
	k, err := feedback.NewKeys(raw)
	if err != nil {
		return k, fmt.Errorf("key file %s: %w", path, err)
	}
	return k, nil
}

// makeKey writes a new key whole or not at all.
func makeKey(path string) ([]byte, error) {
	key := make([]byte, feedback.KeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	src := []byte(hex.EncodeToString(key) + "\n")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, err
	}
	_, err = f.Write(src)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Link(f.Name(), path) // fails when the file is there, unlike a rename
	}
	return src, errors.Join(err, os.Remove(f.Name()))
}
