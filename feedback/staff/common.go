package staff

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"rectify/feedback/staff/leaked"
)

// commonList holds what people who are asked for ten characters choose first,
// one a line, folded: words and names with a number behind them, walks over the
// keyboard, lines that everybody knows. It is our own; nothing is asked of
// anybody over the network.
//
//go:embed common.txt
var commonList string

var commonSet = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool)
	for line := range strings.Lines(commonList) {
		set[strings.TrimSpace(line)] = true
	}
	return set
})

// common reports whether a password is one of those that are tried first.
func common(password string) bool {
	return leaked.Common(password) || commonSet()[strings.ToLower(norm.NFKC.String(strings.TrimSpace(password)))]
}
