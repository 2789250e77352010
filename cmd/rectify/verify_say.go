package main

import (
	"errors"
	"fmt"

	"rectify/feedback/notary"
	"rectify/feedback/translog"
	"rectify/site/i18n"
)

// sound says on standard output that something holds, after a word that a
// script can look for, and what else is to be known, a line each.
func sound(code string, args ...any) error { return saidAs("ok: ", code, args...) }

func also(code string, args ...any) error { return saidAs("    ", code, args...) }

func saidAs(before, code string, args ...any) error {
	words, err := i18n.Load()
	if err != nil {
		return err
	}
	fmt.Println(before + words.Text(language(), "verify."+code, args...))
	return nil
}

// found says faults on standard output, the first bad entry first: the code for
// scripts, the sentence for people, what is known for the operator.
func found(faults []translog.Fault) error {
	if len(faults) == 0 {
		return nil
	}
	words, err := i18n.Load()
	if err != nil {
		return err
	}
	for _, f := range faults {
		fmt.Printf("FAULT %s — %s\n", f, words.Text(language(), "verify.problem."+string(f.Problem)))
	}
	return errFound
}

// broken makes a fault of a receipt that does not hold, and gives anything else on.
func broken(err error) error {
	if !errors.Is(err, notary.ErrReceipt) {
		return err
	}
	return found([]translog.Fault{{Problem: "receipt", Index: -1, Detail: err.Error()}})
}
