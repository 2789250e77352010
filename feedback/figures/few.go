package figures

// Least is from how many cases on a kind stands by itself, and a share is told:
// below it a figure would tell of single people, and mean nothing.
const Least = 5

// Few makes one row of all kinds that are fewer than Least, so that no such
// number can be read or reckoned: where they are too few together, or only one,
// the smallest other kind goes with them. Kinds of which there are none stay.
func (f Figures) Few() Figures {
	counts := func(list []Count) []Count {
		return few(list, func(c Count) int { return c.N }, func(a, b Count) Count { return Count{Rest: true, N: a.N + b.N} })
	}
	f.Channels, f.Categories, f.Notices, f.Items = counts(f.Channels), counts(f.Categories), counts(f.Notices), counts(f.Items)
	f.Kept = few(f.Kept, func(k Kept) int { return k.Due }, Kept.with)
	return f
}

// with is the sum of two, as the rest of a table.
func (k Kept) with(o Kept) Kept {
	return Kept{Rest: true, Due: k.Due + o.Due, InTime: k.InTime + o.InTime, Late: k.Late + o.Late, Unanswered: k.Unanswered + o.Unanswered}
}

// KeptInAll is the sum over all categories; what was extended stays apart.
func (f *Figures) KeptInAll() Kept {
	var sum Kept
	for _, k := range f.Kept {
		sum = sum.with(k)
	}
	sum.Rest = false
	return sum
}

// few answers the rows that stand by themselves, in their order, and the rest
// as the last.
func few[T any](list []T, n func(T) int, add func(a, b T) T) []T {
	var out, small []T
	sum := 0
	for _, x := range list {
		if k := n(x); k > 0 && k < Least {
			small = append(small, x)
			sum += k
		} else {
			out = append(out, x)
		}
	}
	if len(small) == 0 {
		return list
	}
	if at := least(out, n); at >= 0 && (sum < Least || len(small) == 1) {
		small = append(small, out[at])
		out = append(out[:at:at], out[at+1:]...)
	}
	var rest T
	for _, x := range small {
		rest = add(rest, x)
	}
	return append(out, rest)
}

// least is where the smallest row that is not empty stands, or -1.
func least[T any](list []T, n func(T) int) int {
	at := -1
	for i, x := range list {
		if n(x) > 0 && (at < 0 || n(x) < n(list[at])) {
			at = i
		}
	}
	return at
}
