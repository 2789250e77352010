//go:build !race

package parse_test

// hostileBytes is how long a file made to tire a parser is.
const hostileBytes = 1 << 20
