package sqlitestore

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/storetest"
)

// What the parent tells its child by the environment.
const (
	killDir   = "RECTIFY_KILL_DIR"   // the store; set in the child only
	killRound = "RECTIFY_KILL_ROUND" // makes the texts of a round its own
)

// TestKill kills a program in the middle of its work, again and again on the
// same files. Whatever it had acknowledged is there, once, under its number.
// RECTIFY_KILL_ROUNDS sets how often, 3 if it is not set.
func TestKill(t *testing.T) {
	rounds := 3
	if n, err := strconv.Atoi(os.Getenv("RECTIFY_KILL_ROUNDS")); err == nil {
		rounds = n
	}
	dir := t.TempDir()
	var acked storetest.Ledger
	for round := range rounds {
		before := acked.Len()
		killed(t, dir, round, &acked)
		s := opened(t, dir)
		kept := acked.Audit(t, s)
		var sound string
		if err := s.h.readers.QueryRow("PRAGMA integrity_check").Scan(&sound); err != nil || sound != "ok" {
			t.Fatalf("round %d: integrity %q, %v", round, sound, err)
		}
		t.Logf("round %d: %d acknowledged, %d kept in all", round, acked.Len()-before, kept)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
}

// killed runs a child on the store, kills it 50 to 300 ms after its first
// acknowledgement, and adds what it said to acked.
func killed(t *testing.T, dir string, round int, acked *storetest.Ledger) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self, "-test.run=^TestKillChild$")
	child.Env = append(os.Environ(), killDir+"="+dir, killRound+"="+strconv.Itoa(round))
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
			time.AfterFunc(time.Duration(50+rand.IntN(250))*time.Millisecond, func() { _ = child.Process.Kill() })
		}
		n, text, ok := strings.Cut(lines.Text(), "\t")
		if !ok || !strings.HasSuffix(text, ".") {
			t.Fatalf("child said %q", lines.Text())
		}
		acked.Note(feedback.Number(n), text)
	}
	if err := child.Wait(); err == nil || said == 0 {
		t.Fatalf("child ended by itself (%v) after %d acknowledgements", err, said)
	}
}

// TestKillChild is the program that gets killed; by itself it does nothing.
func TestKillChild(t *testing.T) {
	dir := os.Getenv(killDir)
	if dir == "" {
		t.Skip("runs inside TestKill only")
	}
	s := opened(t, dir)
	var mu sync.Mutex // one line is one write
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for k := 0; ; k++ {
				text := fmt.Sprintf("round %s writer %d nr %d.", os.Getenv(killRound), i, k)
				kept, _, err := s.Insert(context.Background(), storetest.Piece(text))
				if err != nil {
					fmt.Fprintln(os.Stderr, "insert:", err)
					os.Exit(3)
				}
				mu.Lock()
				fmt.Fprintf(os.Stdout, "%s\t%s\n", kept.Submission.Number, text)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}
