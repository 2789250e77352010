//go:build !race

package render_test

import "rectify/content/parse"

// hostileBytes is how long a file made to tire a parser is.
const hostileBytes = parse.MaxBytes - 1000
