// Package leaked knows the passwords that stand in published lists of leaked
// ones, without asking anybody over the network.
//
// filter.bin is a Bloom filter: it has no passwords in it, knows every one of the
// lists, and takes another one for one of them about once in 20,000 times.
// TestMake made it of two lists: passwords.json of the npm package
// @zxcvbn-ts/language-common 4.1.3 (49,233 passwords, MIT licence) and
// common-passwords.txt.gz of Django 3.2 (19,726, BSD licence), in lower case.
//
// It must not know accounts. Start reading at Common.
package leaked

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed filter.bin
var filter string

// hashes is how many bits of the filter stand for a password.
const hashes = 14

// decoration bounds the digits and signs around a leaked word that make no other
// password of it: a year, a date, an exclamation mark.
const decoration = 8

// shortest is the shortest leaked word that counts within a longer password:
// every text has some of three letters in it.
const shortest = 4

// Common reports whether a password is one of those that leaked, or such a one
// with digits and signs around it, or one written twice.
func Common(password string) bool {
	p := strings.ToLower(norm.NFKC.String(strings.TrimSpace(password)))
	if in(p) {
		return true
	}
	if half := len(p) / 2; len(p)%2 == 0 && p[:half] == p[half:] && in(p[:half]) {
		return true
	}
	word := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	return word != p && len(word) >= shortest && len(p)-len(word) <= decoration && in(word)
}

// in asks the filter.
func in(p string) bool {
	for _, bit := range bits(p, uint64(len(filter))*8) {
		if filter[bit/8]&(1<<(bit%8)) == 0 {
			return false
		}
	}
	return true
}

// bits are the places of a password in a filter of that many bits (Kirsch and
// Mitzenmacher: two hashes make as many as one likes).
func bits(p string, size uint64) (list [hashes]uint64) {
	sum := sha256.Sum256([]byte(p))
	a, b := binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])|1
	for i := range list {
		list[i] = (a + uint64(i)*b) % size
	}
	return list
}
