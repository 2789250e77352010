package suspect

import "time"

// Enough is the score from which a text is suspected. No single sign that an
// honest sender may show reaches it: not the lack of scripts, not a pasted
// text, not a petition that many send, not a shared address.
const Enough = 3

// Bounds of what people do.
const (
	fastest = 3 * time.Second // to open the form, paste a text and send it
	crowd   = 5               // near-equal texts within about an hour
)

// Signs are what is known of how a text came, beside the text.
type Signs struct {
	Text    string
	Trapped bool          // a field was filled in that people leave empty
	Open    time.Duration // how long its form was open
	Dated   bool          // Open is known
	Unseen  bool          // it has a form, and that was never opened
	Reused  bool          // the same form brought several other texts before
	Asked   bool          // proof of work was asked for
	Proved  bool          // and given
	Crowded bool          // its network sent more than networks do
	Alike   int           // near-equal texts that came lately
}

// The reasons, as codes for which the site has words.
const (
	Trap     = "trap"     // 填了不该填的栏
	Unseen   = "unseen"   // 没有打开表单就提交
	Haste    = "haste"    // 打开几秒就提交
	Reuse    = "reuse"    // 同一张表单反复提交不同内容
	Unproved = "unproved" // 繁忙时没有附上计算证明
	Crowd    = "crowd"    // 同一网络短时间内提交很多
	Copies   = "copies"   // 与近来多条几乎相同
	Links    = "links"    // 链接很多
	Foreign  = "foreign"  // 大段外文
	Advert   = "advert"   // 像广告
)

// Reasons lists every reason.
func Reasons() []string {
	return []string{Trap, Unseen, Haste, Reuse, Unproved, Crowd, Copies, Links, Foreign, Advert}
}

// Suspicion is the sum of all signs.
type Suspicion struct {
	Score   int
	Reasons []string // in the order of Reasons; also those that do not suffice
}

// Suspected reports whether the signs suffice.
func (s Suspicion) Suspected() bool { return s.Score >= Enough }

// Judge adds up the signs.
func Judge(s Signs) Suspicion {
	adverts := adverts(s.Text)
	var sum Suspicion
	for _, sign := range []struct {
		there  bool
		reason string
		weight int
	}{
		{s.Trapped, Trap, 3},
		{s.Unseen, Unseen, 3},
		{s.Dated && s.Open < fastest, Haste, 2},
		{s.Reused, Reuse, 2},
		{s.Asked && !s.Proved, Unproved, 2},
		{s.Crowded, Crowd, 2},
		{s.Alike >= crowd, Copies, 1},
		{links(s.Text) >= 3, Links, 2},
		{foreign(s.Text), Foreign, 1},
		{adverts > 0, Advert, min(adverts, 3)},
	} {
		if sign.there {
			sum.Score += sign.weight
			sum.Reasons = append(sum.Reasons, sign.reason)
		}
	}
	return sum
}
