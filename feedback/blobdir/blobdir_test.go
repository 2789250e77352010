package blobdir_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/blobdir"
	"rectify/feedback/blobtest"
)

func opened(t testing.TB, dir string) *blobdir.Dir {
	t.Helper()
	d, err := blobdir.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestBlobs(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blobtest.Backend {
		dir := filepath.Join(t.TempDir(), "files")
		return blobtest.Backend{
			Blobs: opened(t, dir),
			Again: func(t *testing.T) feedback.Blobs { return opened(t, dir) },
			Half: func(t *testing.T, id feedback.BlobID, data []byte) {
				for _, n := range []int{0, 1, len(data) / 2, len(data)} {
					if err := os.WriteFile(filepath.Join(dir, "new", rand.Text()), data[:n], 0o600); err != nil {
						t.Fatal(err)
					}
				}
			},
			Left: func(t *testing.T) int {
				list, err := os.ReadDir(filepath.Join(dir, "new"))
				if err != nil {
					t.Fatal(err)
				}
				return len(list)
			},
		}
	})
}

// Nobody but the owner reads the files, and a link does not lead out.
func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	d := opened(t, dir)
	id := blobtest.ID(t)
	if err := d.Put(t.Context(), id, []byte("x")); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	outside := t.TempDir()
	other := "fe" + blobtest.ID(t)[2:]
	if err := os.WriteFile(filepath.Join(outside, string(other)), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "fe")); err != nil {
		if runtime.GOOS != "windows" {
			t.Fatal(err)
		}
		t.Skip(err) // links need a right of their own there
	}
	if got, err := d.Get(t.Context(), other); err == nil {
		t.Errorf("%q was read through a link", got)
	}
	if err := d.Put(t.Context(), "fe"+blobtest.ID(t)[2:], []byte("x")); err == nil {
		t.Error("written through a link")
	}
	if list, err := os.ReadDir(outside); err != nil || len(list) != 1 {
		t.Errorf("outside: %v, %v", list, err)
	}
}

// TestMain lets the test start itself as a program that writes until it dies.
func TestMain(m *testing.M) {
	dir := os.Getenv("RECTIFY_TEST_BLOBS")
	if dir == "" {
		os.Exit(m.Run())
	}
	d, err := blobdir.Open(dir)
	for err == nil {
		data := make([]byte, 200<<10)
		_, _ = rand.Read(data)
		sum := sha256.Sum256(data)
		id := feedback.BlobID(fmt.Sprintf("%x", sum[:16]))
		if err = d.Put(context.Background(), id, data); err == nil {
			fmt.Println(id)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// F03: a program killed at any moment has kept what it acknowledged, and of the
// rest all or nothing.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	acknowledged := make(map[feedback.BlobID]bool)
	for round := range 10 {
		c := exec.CommandContext(t.Context(), os.Args[0])
		c.Env = append(os.Environ(), "RECTIFY_TEST_BLOBS="+dir)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		for n := 0; ; n++ {
			line, err := lines.ReadString('\n')
			if err == nil {
				acknowledged[feedback.BlobID(strings.TrimSpace(line))] = true
			}
			if n == 3+round*2 {
				_ = c.Process.Kill()
			}
			if errors.Is(err, io.EOF) || err != nil {
				break
			}
		}
		_ = c.Wait()
	}
	d := opened(t, dir)
	seen := 0
	err := d.Each(t.Context(), func(b feedback.BlobInfo) error {
		data, err := d.Get(t.Context(), b.ID)
		sum := sha256.Sum256(data)
		if !bytes.HasPrefix([]byte(fmt.Sprintf("%x", sum)), []byte(b.ID)) {
			t.Errorf("%s is not whole: %d bytes", b.ID, len(data))
		}
		if acknowledged[b.ID] {
			seen++
		}
		return err
	})
	if err != nil || seen != len(acknowledged) || seen < 50 {
		t.Errorf("%d of %d acknowledged are there, %v", seen, len(acknowledged), err)
	}
}
