//go:build race

package parse_test

// hostileBytes is less here: the race detector makes matching patterns some fifty times slower.
const hostileBytes = 64 << 10
