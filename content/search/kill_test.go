package search_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"rectify/content/search"
)

// killDir names the index to the child, and is set in the child only.
const killDir = "RECTIFY_SEARCH_KILL_DIR"

// A program that is killed while it builds an index leaves one that opens, and
// that is whole once everything was put in again.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "search")
	for round := range 3 {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		child := exec.CommandContext(t.Context(), self, "-test.run=^TestKillChild$")
		child.Env = append(os.Environ(), killDir+"="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for said := 0; lines.Scan(); said++ {
			if said == 0 {
				time.AfterFunc(time.Duration(rand.IntN(200))*time.Millisecond, func() { _ = child.Process.Kill() })
			}
		}
		_ = child.Wait() // it was killed
		x, err := search.Open(dir, "kill")
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		before, err := x.Len(t.Context())
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		t.Logf("round %d: %d were there", round, before)
		if round == 2 {
			for n := range 60 {
				put(t, x, killBatch(n)...)
			}
			if n, err := x.Len(t.Context()); n < 3000 || err != nil {
				t.Errorf("holds %d, %v", n, err)
			}
			if r := find(t, x, search.Query{Text: "第59批"}); r.Total.N != 50 {
				t.Errorf("found %+v", r.Total)
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func killBatch(n int) []search.Group {
	groups := make([]search.Group, 50)
	for i := range groups {
		groups[i] = passage(fmt.Sprintf("%d-%d", n, i), fmt.Sprintf("第%d批的整改意见，第%d条", n, i))
	}
	return groups
}

// TestKillChild is what is killed.
func TestKillChild(t *testing.T) {
	dir := os.Getenv(killDir)
	if dir == "" {
		t.Skip("only as a child of TestKill")
	}
	x, err := search.Open(dir, "kill")
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		if err := x.Put(context.Background(), killBatch(n)...); err != nil {
			t.Fatal(err)
		}
		fmt.Println(n)
	}
}
