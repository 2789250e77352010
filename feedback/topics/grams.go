package topics

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A word is a stretch of two to longest characters that stands in at least Least
// texts, and is no mere piece: where a longer stretch around it stands in nearly
// as many texts, that one is the word. All shorter stretches of a frequent one
// are as frequent, so each length has to be counted only where the shorter ones
// were (Agrawal and Srikant 1994).
const (
	longest = 8
	piece   = 0.75 // of a stretch's texts, from which on a longer one takes its place
)

// word is one that was found, with the texts that it stands in, in order.
type word struct {
	text string
	in   []int
}

// common words of letters to an office that say nothing of the matter.
var empty = strings.Fields("希望 建议 问题 情况 反映 现在 进行 相关 有关 部门 领导 谢谢 感谢 知道 觉得 尽快 解决 处理 整改 公开 通报 意见 答复 回复 贵局 贵单位 单位 工作 时候 时间 大家 群众 市民 老百姓 百姓 措施 落实 使用 直接 写信 看到 发现 关于 根据 按照 通过 件事 告诉 说明 结果 自己 出来 起来 当时 前面 地方 愿意 如果 因为 所以 而且 但是 虽然 能够 需要 应当 认真 加强 完成 今天 昨天 上次 the and for with that this")

// words finds the words of texts.
func words(texts []Text) []word {
	sound := make(map[string]*word) // of the length before, and then of all
	all := make(map[string]*word)
	for n := 2; n <= longest; n++ {
		next := make(map[string]*word)
		for i := range texts {
			for _, run := range texts[i].runs {
				each(run, n, func(g string) {
					if n > 2 && !frequent(sound, g) {
						return
					}
					w := next[g]
					if w == nil {
						w = &word{text: g}
						next[g] = w
					}
					if len(w.in) == 0 || w.in[len(w.in)-1] != i {
						w.in = append(w.in, i)
					}
				})
			}
		}
		for g, w := range next {
			if len(w.in) < Least {
				delete(next, g)
			} else {
				all[g] = w
			}
		}
		if sound = next; len(next) == 0 {
			break
		}
	}
	return whole(all)
}

// each tells the stretches of n characters in a run. A word of letters is never
// cut: it is told with the shortest ones.
func each(run string, n int, tell func(string)) {
	if r, _ := utf8.DecodeRuneInString(run); !unicode.Is(unicode.Han, r) {
		if n == 2 && len(run) > 2 {
			tell(run)
		}
		return
	}
	var starts [maxRunes + 1]int
	k := 0
	for at := range run {
		starts[k] = at
		k++
	}
	starts[k] = len(run)
	for i := 0; i+n <= k; i++ {
		tell(run[starts[i]:starts[i+n]])
	}
}

// frequent reports whether both stretches within g that are one shorter are.
func frequent(sound map[string]*word, g string) bool {
	_, first := utf8.DecodeRuneInString(g)
	_, last := utf8.DecodeLastRuneInString(g)
	return sound[g[first:]] != nil && sound[g[:len(g)-last]] != nil
}

// whole leaves out pieces of longer words, and words that say nothing.
func whole(all map[string]*word) []word {
	pieces := make(map[string]bool)
	for g, w := range all {
		if r, _ := utf8.DecodeRuneInString(g); !unicode.Is(unicode.Han, r) || utf8.RuneCountInString(g) == 2 {
			continue
		}
		_, first := utf8.DecodeRuneInString(g)
		_, last := utf8.DecodeLastRuneInString(g)
		for _, p := range []string{g[first:], g[:len(g)-last]} {
			if float64(len(w.in)) >= piece*float64(len(all[p].in)) {
				pieces[p] = true
			}
		}
	}
	var list []word
	for g, w := range all {
		if !pieces[g] && !slices.Contains(empty, g) {
			list = append(list, *w)
		}
	}
	return list
}
