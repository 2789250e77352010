package main

import (
	"fmt"
	"os"
	"slices"

	"rectify/feedback/pii"
	"rectify/feedback/pii/sentences"
)

// piiCmd measures the finder of personal data on five hundred sentences.
type piiCmd struct{}

// Run prints precision and recall by kind: of all sentences, of the quarter that
// was kept out of sight while the rules were made, and of those that were written after them.
func (piiCmd) Run() error {
	all, err := sentences.All()
	if err != nil {
		return err
	}
	later, err := sentences.Later()
	if err != nil {
		return err
	}
	held := slices.DeleteFunc(slices.Clone(all), func(s sentences.Sentence) bool { return !s.Held })
	finder := pii.Finder{Public: sentences.Public()}
	for _, part := range []struct {
		name string
		list []sentences.Sentence
	}{{"all", all}, {"held out", held}, {"written later", later}} {
		fmt.Printf("%s: %d sentences\n", part.name, len(part.list))
		if err := sentences.Measure(part.list, finder.Find).Print(os.Stdout); err != nil {
			return err
		}
	}
	return nil
}
