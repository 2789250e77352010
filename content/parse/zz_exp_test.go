package parse

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestExp(t *testing.T) {
	for _, size := range []int{16 << 10, 32 << 10, 64 << 10} {
		for name, unit := range map[string]string{
			"quote": ">", "quotesp": "> ", "quotelines": "> a\n", "bracket": "[", "bracketimg": "![", "link": "[a](", "star": "*", "stara": "*a ", "star2": "**a ", "under": "_a ", "tick": "` ``", "ticks": "`a", "lt": "<a ", "tilde": "~~a ", "list": "* a\n", "listnest": "* ", "olnest": "1. ", "fence": "```\n", "fence2": "```a\n", "fencetilde": "~~~\n````\n", "table": "|a", "tablelines": "a|b\n-|-\n", "tablerow": "|a|b|\n|-|-|\n|c|d|\n", "hash": "# a\n", "attr": "{#a}\n", "attr1": "{.a .b", "amp": "&amp", "bs": "\\", "caret": "^[", "bracket2": "[a]", "ref": "[a]:\n", "indent": "\t", "linebreak": "a  \n", "paralines": "a\n", "quoteA": "> a\n\n", "listblank": "* a\n\n", "lazy":">a\nb\n", "comment": "<!--", "html": "<div>\n\n", "q2": "> * ", "closeb":"[]()", "amp2":"&", "dash":"- - ", "tabhead": "|a|\n",
		} {
			src := strings.Repeat(unit, size/len(unit)) + "\n"
			start := time.Now()
			read([]byte(src))
			d := time.Since(start)
			if d > 100*time.Millisecond {
				fmt.Println(size>>10, name, d)
			}
			start = time.Now()
			scan(strings.Split(src, "\n"))
			if d := time.Since(start); d > 100*time.Millisecond {
				fmt.Println(size>>10, "OURS", name, d)
			}
		}
	}
	// nested list by indentation
	var b strings.Builder
	for i := range 300 {
		b.WriteString(strings.Repeat("    ", i) + "* a\n")
	}
	start := time.Now()
	read([]byte(b.String()))
	fmt.Println("indent list", b.Len(), time.Since(start))
}
