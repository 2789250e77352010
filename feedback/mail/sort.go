package mail

// maxClaims bounds the tokens that one message may bring: each costs its
// caller a look into the store.
const maxClaims = 20

// Outcome is what is to be done with a message, as far as the message itself
// can tell.
type Outcome string

// The outcomes. FollowUp and Bounced stand only once one of the Claims holds;
// otherwise a FollowUp is to be filed as new, and a Bounced one dropped.
const (
	File     Outcome = "file"      // a new submission
	FollowUp Outcome = "follow-up" // an answer, if a claim holds
	Bounced  Outcome = "bounced"   // changes a delivery record, if a claim holds
	Hold     Outcome = "hold"      // kept aside for a person, raw
	Drop     Outcome = "drop"      // by a program: never a submission, never answered
)

// Verdict is a message's kind, what to do with it, and which of our letters it
// says it is about.
type Verdict struct {
	Kind    Kind
	Outcome Outcome
	Claims  []Claim // tokens of recipients first, then of references; not yet proved
}

// Sort decides about a message that came to one of ours.
func Sort(m *Message, ours ...Address) Verdict {
	own := make([]Addr, len(ours))
	for i, a := range ours {
		own[i] = a.Plain()
	}
	v := Verdict{Kind: Classify(m, own), Claims: claims(m, ours)}
	switch v.Kind {
	case Human:
		v.Outcome = File
		if has(v.Claims, ForReply, ForID) {
			v.Outcome = FollowUp
		}
	case Bounce:
		v.Outcome = Drop
		if has(v.Claims, ForReturn, ForID, ForNews) {
			v.Outcome = Bounced
		}
	case AutoLike, Broken, Empty:
		v.Outcome = Hold
	default:
		v.Outcome = Drop
	}
	return v
}

func has(list []Claim, want ...Purpose) bool {
	for _, c := range list {
		for _, p := range want {
			if c.Purpose == p {
				return true
			}
		}
	}
	return false
}

// claims are the tokens in a message, each once, at most maxClaims.
func claims(m *Message, ours []Address) []Claim {
	var list []Claim
	seen := map[Claim]bool{}
	try := func(read func(Address, string) (Claim, bool), s string) {
		for _, a := range ours {
			if c, ok := read(a, s); ok && !seen[c] && len(list) < maxClaims {
				seen[c] = true
				list = append(list, c)
			}
		}
	}
	for _, d := range m.Delivered {
		try(Address.ReadAddress, d)
	}
	for _, boxes := range [][]Mailbox{m.To, m.Cc} {
		for _, b := range boxes {
			try(Address.ReadAddress, string(b.Addr))
		}
	}
	for _, refs := range [][]string{m.InReplyTo, m.References} {
		for _, id := range refs {
			try(Address.ReadID, id)
		}
	}
	if m.Report != nil {
		try(Address.ReadID, m.Report.OriginalID)
	}
	return list
}
