package feedback_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
)

// The standard's example, and a German tax number and a Croatian OIB that are
// published as samples: all of them use ISO 7064 MOD 11,10.
func TestCheckDigitOfTheStandard(t *testing.T) {
	for body, want := range map[string]byte{"0794": '5', "8609574271": '9', "3339200596": '1'} {
		if got := feedback.CheckDigit(body); got != want {
			t.Errorf("check digit of %s is %c, want %c", body, got, want)
		}
	}
}

// Every single wrong digit is caught, wherever it stands. Of the swaps of two
// neighbours nearly all are: the few that slip through are counted, so that a
// weaker check would show.
func TestCheckDigitCatches(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 64))
	swaps, slipped := 0, 0
	for range 300 {
		body := make([]byte, 19)
		for i := range body {
			body[i] = byte('0' + r.IntN(10))
		}
		code := append(body, feedback.CheckDigit(string(body)))
		for i := range code {
			right := code[i]
			for d := byte('0'); d <= '9'; d++ {
				code[i] = d
				if _, ok := feedback.ParseCode(string(code)); ok != (d == right) {
					t.Fatalf("%s with place %d instead of %c passes: %v", code, i, right, ok)
				}
			}
			code[i] = right
			if i == 0 || code[i-1] == code[i] {
				continue
			}
			swaps++
			code[i-1], code[i] = code[i], code[i-1]
			if _, ok := feedback.ParseCode(string(code)); ok {
				slipped++
			}
			code[i-1], code[i] = code[i], code[i-1]
		}
	}
	if slipped*40 > swaps {
		t.Errorf("%d of %d swaps of neighbours pass for codes", slipped, swaps)
	}
}

// Codes are read however they were copied: with line ends, tabs, thin spaces
// and dashes of every kind, and with what a page or a chat leaves unseen.
func TestCodeAsItIsPasted(t *testing.T) {
	c := newCode(t)
	for _, between := range []string{"\n", "\t", "\u2009", "\u202f", "–", "—", "－", "\u2011", "\u200b", " - "} {
		if got, ok := feedback.ParseCode(strings.Join(c.Groups(), between)); !ok || got != c {
			t.Errorf("joined by %q it reads as %q, %v", between, got, ok)
		}
	}
	for _, between := range []string{".", "/", "0", "\x00\x01x", "٠"} {
		if got, ok := feedback.ParseCode(strings.Join(c.Groups(), between)); ok {
			t.Errorf("joined by %q it passes as %q", between, got)
		}
	}
}

// A year's series begins at midnight in Beijing, and numbers of a year sort as
// they were given.
func TestNumbersOfAYear(t *testing.T) {
	eve := time.Date(2026, 12, 31, 15, 59, 59, 0, time.UTC)
	if a, b := feedback.NumberYear(eve), feedback.NumberYear(eve.Add(time.Second)); a != 2026 || b != 2027 {
		t.Errorf("years are %d and %d", a, b)
	}
	last := feedback.Number("")
	for _, n := range []int64{1, 2, 9, 10, 99_999, 100_000, 999_999} {
		number := feedback.MakeNumber(2026, n)
		if back, ok := feedback.ParseNumber(string(number)); !ok || back != number || number <= last {
			t.Errorf("%d-th number is %s, after %s; reads as %q, %v", n, number, last, back, ok)
		}
		last = number
	}
	if n, ok := feedback.ParseNumber(string(feedback.MakeNumber(2026, 1_000_000))); !ok || n != "2026-1000000" {
		t.Errorf("the millionth reads as %q, %v", n, ok)
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"", "2026-000123", "２０２６－０００１２３", "2026-000123[$gt]", "2026-0000001", "-", "2026-\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := feedback.ParseNumber(s)
		if !ok {
			if n != "" {
				t.Errorf("%q is no number, and answers %q", s, n)
			}
			return
		}
		if again, ok := feedback.ParseNumber(string(n)); !ok || again != n || strings.Trim(string(n), "0123456789-") != "" {
			t.Errorf("%q reads as %q, which reads as %q", s, n, again)
		}
	})
}
