// Package mirror brings one shelf to what another holds, without undoing what
// someone else changed on it: it compares both with what they agreed on when
// they last met.
//
// It knows names and digests; it must not know what the files are.
//
// Start reading at plan.go, then apply.go and lock.go.
package mirror

import (
	"slices"
	"strings"

	"rectify/content/shelf"
)

// Act is what is done about one file.
type Act string

// What there is to do. Add, Replace and Remove change the target.
const (
	Same     Act = "same"     // both hold the same
	Add      Act = "add"      // the target has none
	Replace  Act = "replace"  // the target has another
	Remove   Act = "remove"   // only the target has one, and it is to go
	Only     Act = "only"     // only the target has one, and it stays
	Keep     Act = "keep"     // changed on the target alone: it stays as it is
	Gone     Act = "gone"     // removed from the target alone: it stays away
	Conflict Act = "conflict" // changed on both sides
)

// Changes reports whether the target is written.
func (a Act) Changes() bool { return a == Add || a == Replace || a == Remove }

// Step is what is done about one file.
type Step struct {
	Name   string
	Act    Act
	Digest string // what the target shall hold
	Was    string // what it holds now; shelf.None for nothing
}

// Options of a plan.
type Options struct {
	Delete bool // remove from the target what the source has not
	Force  bool // write over what was changed on the target
	// Strict treats files that differ and were never known to agree as changed
	// on both sides; otherwise the source is right.
	Strict bool
}

// Base is what both shelves held when they last agreed: name → digest.
type Base map[string]string

// Plan says what brings the target to what the source holds, by name.
func Plan(from, to []shelf.File, base Base, o Options) []Step {
	have, want := digests(to), digests(from)
	var steps []Step
	for name, digest := range want {
		was, there := have[name]
		s := Step{Name: name, Digest: digest, Was: was}
		if there {
			s.Act = differ(digest, was, base[name], o)
		} else {
			s.Act = Add
			if base[name] == digest && !o.Force {
				s.Act = Gone
			}
		}
		steps = append(steps, s)
	}
	for name, was := range have {
		if _, known := want[name]; !known {
			steps = append(steps, Step{Name: name, Was: was, Act: extra(was, base[name], o)})
		}
	}
	slices.SortFunc(steps, func(a, b Step) int { return strings.Compare(a.Name, b.Name) })
	return steps
}

// differ decides on a file that both have.
func differ(want, have, agreed string, o Options) Act {
	switch {
	case want == have:
		return Same
	case o.Force || agreed == have || (agreed == "" && !o.Strict):
		return Replace
	case agreed == want:
		return Keep
	}
	return Conflict
}

// extra decides on a file that only the target has.
func extra(have, agreed string, o Options) Act {
	switch {
	case !o.Delete:
		return Only
	case o.Force || agreed == have || (agreed == "" && !o.Strict):
		return Remove
	case agreed == "":
		return Only
	}
	return Conflict
}

func digests(files []shelf.File) map[string]string {
	m := make(map[string]string, len(files))
	for _, f := range files {
		m[f.Name] = f.Digest
	}
	return m
}

// Conflicts are the steps that nobody can take without deciding who is right.
func Conflicts(steps []Step) []Step {
	var list []Step
	for _, s := range steps {
		if s.Act == Conflict {
			list = append(list, s)
		}
	}
	return list
}
