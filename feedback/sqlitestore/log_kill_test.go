package sqlitestore

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"rectify/feedback/storetest"
	"rectify/feedback/translog"
)

// killLog is the folder of the store; set in the child only.
const killLog = "RECTIFY_KILL_LOG"

// TestLogKill kills a program that appends and signs, again and again on the
// same files (F10). Every head that it showed is there as it was shown, no size
// has two roots, and the tree is never ahead of its entries.
func TestLogKill(t *testing.T) {
	rounds := 3
	if n, err := strconv.Atoi(os.Getenv("RECTIFY_KILL_ROUNDS")); err == nil {
		rounds = n
	}
	dir := t.TempDir()
	shown := map[int64]string{}
	for round := range rounds {
		before := len(shown)
		killedLog(t, dir, round, shown)
		s := opened(t, dir)
		storetest.Sound(t, s.Log())
		for size, root := range shown {
			h, err := s.Log().Head(t.Context(), size)
			if err != nil || h.Size != size || h.Root.String() != root {
				t.Errorf("round %d: head of %d was shown as %s, is %d %s, %v", round, size, root, h.Size, h.Root, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("round %d: %d heads shown", round, len(shown)-before)
		if t.Failed() {
			return
		}
	}
}

// killedLog runs a child, kills it 20 to 200 ms after its first head, and takes
// down what it showed.
func killedLog(t *testing.T, dir string, round int, shown map[int64]string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestLogKillChild$")
	child.Env = append(os.Environ(), killLog+"="+dir, killRound+"="+strconv.Itoa(round))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said := 0
	for lines := bufio.NewScanner(out); lines.Scan(); said++ {
		if said == 0 {
			time.AfterFunc(time.Duration(20+rand.IntN(180))*time.Millisecond, func() { _ = child.Process.Kill() })
		}
		text, root, ok := strings.Cut(lines.Text(), " ")
		size, err := strconv.ParseInt(text, 10, 64)
		if raw, err := base64.StdEncoding.DecodeString(root); !ok || err != nil || len(raw) != tlog.HashSize {
			break // cut in the middle of a line
		}
		if old, known := shown[size]; err != nil || (known && old != root) {
			t.Errorf("head of %d is %s and %s", size, old, root)
		}
		shown[size] = root
	}
	if err := child.Wait(); err == nil || said == 0 {
		t.Fatalf("child ended by itself (%v) after %d heads", err, said)
	}
}

// TestLogKillChild is the program that gets killed; by itself it does nothing.
func TestLogKillChild(t *testing.T) {
	dir := os.Getenv(killLog)
	if dir == "" {
		t.Skip("runs inside TestLogKill only")
	}
	l := storetest.NewLog(t, opened(t, dir).Log())
	go func() { // another writer, so that appends and heads cross
		for k := 0; ; k++ {
			other := storetest.NewLog(t, l.Store)
			_ = other.Add(context.Background(), []translog.Entry{storetest.Line(fmt.Sprintf("round %s other %d", os.Getenv(killRound), k))})
		}
	}()
	for k := 0; ; k++ {
		var list []translog.Entry
		for i := range 1 + k%7 {
			list = append(list, storetest.Line(fmt.Sprintf("round %s line %d %d", os.Getenv(killRound), k, i)))
		}
		err := l.Add(context.Background(), list)
		h, headErr := l.Integrate(context.Background())
		if err != nil || headErr != nil {
			fmt.Fprintln(os.Stderr, "log:", err, headErr)
			os.Exit(3)
		}
		fmt.Fprintf(os.Stdout, "%d %s\n", h.Size, h.Root)
	}
}
