package search

import (
	"context"
	"strings"
)

// Bounds of Loosen: how long a piece it tries, and how often.
const (
	longestPiece = 8
	mostTries    = 60
)

// Loosen answers a query that may find something where q finds nothing: what
// stands together in it is cut into the longest pieces that are found
// somewhere, because people write 黄河战略 where the document says
// 黄河重大国家战略. It is empty where that is no other query. The filters of q
// hold for the pieces too.
func (x *Index) Loosen(ctx context.Context, q Query) (string, error) {
	words, _ := parseQuery(q.Text)
	var pieces []string
	tries := 0
	for _, w := range words {
		for _, run := range runs(w.runes) {
			for len(run) > 0 {
				n, err := x.piece(ctx, q, run, &tries)
				if err != nil || tries > mostTries {
					return "", err
				}
				if n > 1 || !whole(run[0]) {
					pieces = append(pieces, string(run[:n]))
				}
				run = run[n:]
			}
		}
	}
	if len(pieces) <= len(words) || len(pieces) > maxWords {
		return "", nil
	}
	return strings.Join(pieces, " "), nil
}

// piece is the length of the longest beginning of run that is found somewhere,
// at least 1. A word of letters is not cut.
func (x *Index) piece(ctx context.Context, q Query, run []rune, tries *int) (int, error) {
	if !whole(run[0]) {
		return len(run), nil
	}
	for n := min(longestPiece, len(run)); n > 1; n-- {
		if *tries++; *tries > mostTries {
			return 1, nil
		}
		q.Text, q.Page = string(run[:n]), 1
		res, err := x.Search(ctx, q)
		if err != nil || res.Total.N > 0 {
			return n, err
		}
	}
	return 1, nil
}

// runs cuts a word where Chinese and letters meet.
func runs(word []rune) (list [][]rune) {
	for i, from := 1, 0; i <= len(word); i++ {
		if i == len(word) || whole(word[i]) != whole(word[i-1]) {
			list = append(list, word[from:i])
			from = i
		}
	}
	return list
}
