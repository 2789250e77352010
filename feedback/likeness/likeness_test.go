package likeness_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback/likeness"
)

func TestNormalised(t *testing.T) {
	t.Parallel()
	base := likeness.GramsOf("请把合同ABC贴出来")
	for _, same := range []string{"请把合同abc贴出来！！", "请把合同ＡＢＣ贴出来", " 请把 合同\nabc，贴出来 2026", "请\u200b把合同a-b-c贴出来【1】"} {
		if j := base.Jaccard(likeness.GramsOf(same)); j != 1 {
			t.Errorf("%q is like the first by %.2f, want 1", same, j)
		}
	}
	for text, grams := range map[string]int{"": 0, "123，！": 0, "好": 1, "好好好好": 1, "中国中国": 2} {
		if got := len(likeness.GramsOf(text)); got != grams {
			t.Errorf("%q has %d grams, want %d", text, got, grams)
		}
	}
	if id := likeness.NewClusters(9).Add("13800001234", time.Time{}).ID; id != "" {
		t.Errorf("a text without letters is in group %q", id)
	}
}

// The measure is what it says: held to sets, also where texts are cut.
func TestJaccard(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.StringOfN(rapid.RuneFrom([]rune("甲乙丙丁戊")), 0, 60, -1)
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		set := func(s string) map[string]bool {
			m, runes := map[string]bool{}, []rune(s)
			for i := range len(runes) - 1 {
				m[string(runes[i:i+2])] = true
			}
			if len(runes) == 1 {
				m[s] = true
			}
			return m
		}
		x, y, common := set(a), set(b), 0
		for g := range x {
			if y[g] {
				common++
			}
		}
		want := 0.0
		if all := len(x) + len(y) - common; all > 0 {
			want = float64(common) / float64(all)
		}
		ga, gb := likeness.GramsOf(a), likeness.GramsOf(b)
		if got := ga.Jaccard(gb); got != want || got != gb.Jaccard(ga) {
			t.Fatalf("%.3f, want %.3f", got, want)
		}
	})
	r := rand.New(rand.NewPCG(1, 2))
	long := func(from, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteRune(rune(0x4e00 + (from+i*7919)%20000))
		}
		return b.String()
	}
	for range 20 {
		shared, own := 1000+r.IntN(2000), 200+r.IntN(800)
		a, b := long(0, shared)+long(3, own), long(0, shared)+long(5, own)
		want := float64(shared) / float64(shared+2*own)
		if got := likeness.GramsOf(a).Jaccard(likeness.GramsOf(b)); got < want-.08 || got > want+.08 {
			t.Errorf("long texts: %.3f, want about %.3f", got, want)
		}
	}
}

// A campaign of 5,000 among 2,000 people who wrote alone on the same matter:
// the campaign is one group and holds nobody else.
func TestCampaignAmongHonest(t *testing.T) {
	t.Parallel()
	const senders, people = 5000, 2000
	r := rand.New(rand.NewPCG(2026, 11))
	type one struct {
		text     string
		campaign bool
	}
	all := make([]one, 0, senders+people)
	seen := map[string]bool{}
	for len(all) < people {
		if text := honest(r); !seen[text] {
			seen[text] = true
			all = append(all, one{text, false})
		}
	}
	for range senders {
		all = append(all, one{variant(r), true})
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	c := likeness.NewClusters(200_000)
	members, alone := map[string][2]int{}, map[string]int{}
	begun := time.Now()
	for i, x := range all {
		id := c.Add(x.text, time.Unix(int64(i), 0)).ID
		n := members[id]
		if x.campaign {
			n[1]++
		} else {
			n[0]++
			alone[id]++
		}
		members[id] = n
	}
	took := time.Since(begun) / time.Duration(len(all))
	most, strangers := 0, 0
	for _, n := range members {
		if n[1] > most {
			most, strangers = n[1], n[0]
		}
	}
	collapsed := 0
	for _, n := range alone {
		if n > 1 {
			collapsed += n
		}
	}
	recall, precision := float64(most)/senders, float64(most)/float64(most+strangers)
	t.Logf("campaign of %d: %d in one group (recall %.4f), %d strangers in it (precision %.4f); %d honest: %d share a group with another honest one (%.2f %%); %d texts kept; %v a text",
		senders, most, recall, strangers, precision, people, collapsed, 100*float64(collapsed)/people, c.Len(), took)
	if recall < 0.999 || precision < 1 {
		t.Errorf("recall %.4f, precision %.4f", recall, precision)
	}
	if collapsed > people/50 {
		t.Errorf("%d of %d honest texts collapse", collapsed, people)
	}
	if c.Len() > people+senders/20 {
		t.Errorf("%d texts are kept", c.Len())
	}
}

// Memory is bounded, and who floods the index with ever new texts does not
// drive out what is met again and again.
func TestBounded(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	c := likeness.NewClusters(300)
	now := time.Unix(0, 0)
	first := c.Add(campaignText, now).ID
	for i := range 5000 {
		noise := make([]rune, 80)
		for k := range noise {
			noise[k] = rune(0x4e00 + r.IntN(20000))
		}
		c.Add(string(noise), now)
		if i%100 == 0 {
			if id := c.Add(variant(r), now).ID; id != first {
				t.Fatalf("after %d others the campaign is %s, was %s", i, id, first)
			}
		}
	}
	if c.Len() > 300 {
		t.Errorf("%d texts are kept, at most 300 may be", c.Len())
	}
}

func TestLately(t *testing.T) {
	t.Parallel()
	c := likeness.NewClusters(100)
	now := time.Unix(1e9, 0)
	for i := range 10 {
		if got := c.Add(campaignText, now); got.Lately != i {
			t.Errorf("text %d: %d came lately", i, got.Lately)
		}
	}
	if got := c.Add(campaignText, now.Add(-time.Hour)); got.Lately != 10 {
		t.Errorf("a clock that goes back: %d lately", got.Lately)
	}
	if got := c.Add(campaignText, now.Add(8*time.Hour)); got.Lately != 0 {
		t.Errorf("after a night: %d lately", got.Lately)
	}
}

// Two copies that began apart agree once they have read each other.
func TestLearn(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	a, b := likeness.NewClusters(100), likeness.NewClusters(100)
	now := time.Unix(0, 0)
	textA, textB := variant(r), variant(r)
	idA, idB := a.Add(textA, now).ID, b.Add(textB, now).ID
	a.Learn(idB, textB)
	b.Learn(idA, textA)
	want := min(idA, idB)
	for i := range 50 {
		text := variant(r)
		if x, y := a.Add(text, now).ID, b.Add(text, now).ID; x != want || y != want {
			t.Fatalf("variant %d is %s in one copy and %s in the other, want %s", i, x, y, want)
		}
	}
	fresh := likeness.NewClusters(100) // after a restart
	fresh.Learn(want, textA)
	if id := fresh.Add(variant(r), now).ID; id != want {
		t.Errorf("after a restart: %s, want %s", id, want)
	}
	fresh.Learn("", textA)
	fresh.Learn("x", "123")
}

func TestDistance(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	far, close := 0, 0
	base := likeness.GramsOf(campaignText).Print()
	for range 500 {
		far += base.Distance(likeness.GramsOf(honest(r)).Print())
		close += base.Distance(likeness.GramsOf(variant(r)).Print())
	}
	if far < 500*26 || close > 500*14 {
		t.Errorf("mean distance %.1f to other texts, %.1f to variants", float64(far)/500, float64(close)/500)
	}
	if len(base.String()) != 16 || base.Distance(base) != 0 {
		t.Errorf("print %s", base)
	}
}

func FuzzGrams(f *testing.F) {
	for _, s := range []string{"", "好", "中国\x00中国", "\xff\xfe", "𠀀𠀁", "e\u0301"} {
		f.Add(s, campaignText)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := likeness.GramsOf(a), likeness.GramsOf(b)
		if j := x.Jaccard(y); j < 0 || j > 1 || len(x) > likeness.MaxGrams || (len(x) > 0 && x.Jaccard(x) != 1) {
			t.Errorf("%d grams, like by %v", len(x), x.Jaccard(y))
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	for _, n := range []int{1000, 20_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			c := likeness.NewClusters(n)
			noise := func() string {
				runes := make([]rune, 120)
				for k := range runes {
					runes[k] = rune(0x4e00 + r.IntN(3000))
				}
				return string(runes)
			}
			for c.Len() < n {
				c.Learn(fmt.Sprint(c.Len()), noise())
			}
			for b.Loop() {
				c.Add(noise(), time.Time{})
			}
		})
	}
}
