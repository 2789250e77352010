package mail_test

import (
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"rectify/feedback/mail"
	"rectify/feedback/mail/corpus"
)

// world is the site of the tests.
func world(t testing.TB) corpus.World {
	t.Helper()
	a, err := mail.NewAddress("yijian@example.gov.cn", []byte("a key of the tests, 32 bytes long"))
	if err != nil {
		t.Fatal(err)
	}
	return corpus.World{Address: a, Number: "2026-000123", ID: "Q6V3KEXAMPLEIDOFRANDOMLETTERS"}
}

func TestCorpus(t *testing.T) {
	w := world(t)
	cases := corpus.Cases(1, w)
	if len(cases) != corpus.Size {
		t.Fatalf("%d cases, want %d", len(cases), corpus.Size)
	}
	digests := map[string][32]byte{}
	var slowest time.Duration
	var largest uint64
	for _, c := range cases {
		e := c.Envelope()
		if testing.Short() && len(e.Raw) > 2<<20 {
			continue // slow under the race detector, which has nothing to see here
		}
		m, took, memory := measured(t, e)
		slowest, largest = max(slowest, took), max(largest, memory+uint64(len(e.Raw)))
		if took > 5*time.Second {
			t.Errorf("%s: took %v", c.Name, took)
		}
		if all := memory + uint64(len(e.Raw)); all > 64<<20 {
			t.Errorf("%s: %d MB with its own bytes, want at most 64", c.Name, all>>20)
		}
		v := mail.Sort(m, w.Address)
		checkCase(t, c, m, v, w)
		digests[c.Name] = m.Digest
		if twin, ok := digests[c.Twin]; c.Twin != "" && (!ok || twin != m.Digest) {
			t.Errorf("%s: not the same as %s", c.Name, c.Twin)
		}
	}
	first := map[[32]byte]string{}
	for _, c := range cases {
		digest, read := digests[c.Name]
		if other, ok := first[digest]; read && ok && c.Twin == "" {
			t.Errorf("%s counts as the same as %s", c.Name, other)
		}
		if read {
			first[digest] = c.Name
		}
	}
	t.Logf("slowest %v, largest %d MB", slowest, largest>>20)
}

// measured reads one message and says how long it took and how much memory was
// in use at most, as the collector saw it, beyond what was there before.
func measured(t *testing.T, e mail.Envelope) (*mail.Message, time.Duration, uint64) {
	t.Helper()
	if len(e.Raw) < 1<<20 {
		began := time.Now()
		m, err := mail.Read(e, mail.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return m, time.Since(began), 0
	}
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	began := time.Now()
	m, err := mail.Read(e, mail.Limits{})
	took := time.Since(began)
	close(done)
	if err != nil {
		t.Fatal(err)
	}
	most := <-peak
	runtime.KeepAlive(e.Raw)
	return m, took, most - min(most, before.HeapAlloc)
}

func checkCase(t *testing.T, c corpus.Case, m *mail.Message, v mail.Verdict, w corpus.World) {
	t.Helper()
	if v.Kind != c.Kind || v.Outcome != c.Outcome {
		t.Errorf("%s: %s, %s; want %s, %s (marks %v)", c.Name, v.Kind, v.Outcome, c.Kind, c.Outcome, m.Marks)
	}
	if !strings.Contains(m.Text, c.Text) {
		t.Errorf("%s: text %.300q lacks %q", c.Name, m.Text, c.Text)
	}
	if c.NotText != "" && strings.Contains(m.Text, c.NotText) {
		t.Errorf("%s: text %.300q has %q", c.Name, m.Text, c.NotText)
	}
	if !strings.Contains(m.Quoted, c.Quoted) {
		t.Errorf("%s: history %.300q lacks %q", c.Name, m.Quoted, c.Quoted)
	}
	for _, mark := range c.Marks {
		if !m.Marks.Has(mark) {
			t.Errorf("%s: marks %v lack %s", c.Name, m.Marks, mark)
		}
	}
	if c.Files > 0 && len(m.Attachments) != c.Files {
		t.Errorf("%s: %d files, want %d", c.Name, len(m.Attachments), c.Files)
	}
	if c.Outcome == mail.FollowUp || c.Outcome == mail.Bounced {
		held := slices.ContainsFunc(v.Claims, func(cl mail.Claim) bool {
			return cl.Number == w.Number && w.Address.Holds(cl, w.ID)
		})
		if !held {
			t.Errorf("%s: no claim holds: %+v", c.Name, v.Claims)
		}
	}
	if strings.ContainsAny(m.Subject, "\r\n\x00\u2028") || strings.ContainsAny(m.Text, "\r\x00\u2028") {
		t.Errorf("%s: controls left in %q", c.Name, m.Subject)
	}
}

func TestCorpusIsTheSameForTheSameSeed(t *testing.T) {
	if testing.Short() {
		t.Skip("makes every huge message three times")
	}
	w := world(t)
	a, b, other := corpus.Cases(7, w), corpus.Cases(7, w), corpus.Cases(8, w)
	same := 0
	for i := range a {
		if a[i].Name != b[i].Name {
			t.Fatalf("case %d: %s and %s", i, a[i].Name, b[i].Name)
		}
		raw := a[i].Envelope().Raw
		if string(raw) != string(b[i].Envelope().Raw) {
			t.Errorf("%s differs", a[i].Name)
		}
		if string(raw) == string(other[i].Envelope().Raw) {
			same++
		}
	}
	if same > len(a)/2 {
		t.Errorf("%d of %d messages do not depend on the seed", same, len(a))
	}
}
