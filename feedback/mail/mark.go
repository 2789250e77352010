package mail

import (
	"maps"
	"slices"
)

// Mark is the code of one odd thing about a message. Words for people are said
// elsewhere.
type Mark string

// What may be odd. Those that leave something unread are in NeedsPerson.
const (
	NoHeader       Mark = "no-header"       // no header field could be read
	HeadOnly       Mark = "head-only"       // too large to be taken over; only its head was
	HeaderCut      Mark = "header-cut"      // header beyond its bound, the rest unread
	HeaderBroken   Mark = "header-broken"   // a line that is no field, left out
	FromInvalid    Mark = "from-invalid"    // no usable sender address
	FromSeveral    Mark = "from-several"    // more than one sender
	DateInvalid    Mark = "date-invalid"    // no date or none that can be read
	NoMessageID    Mark = "no-message-id"   //
	AddressesCut   Mark = "addresses-cut"   // more recipients than the bound
	DepthCut       Mark = "depth-cut"       // parts nested deeper than the bound
	PartsCut       Mark = "parts-cut"       // more parts than the bound
	NoBoundary     Mark = "no-boundary"     // a multipart without its boundary
	NoEnd          Mark = "no-end"          // the last boundary is missing
	EncodingBroken Mark = "encoding-broken" // base64 or quoted-printable with wrong bytes
	EncodingOdd    Mark = "encoding-odd"    // an unknown transfer encoding, taken as it is
	CharsetGuessed Mark = "charset-guessed" // label missing, unknown or contradicted by the bytes
	CharsetDamaged Mark = "charset-damaged" // some letters could not be read
	UTF7           Mark = "utf-7"           // not decoded
	NulBytes       Mark = "nul-bytes"       // taken out of the text
	TextCut        Mark = "text-cut"        // text longer than the bound
	HTMLOnly       Mark = "html-only"       //
	HiddenText     Mark = "hidden-text"     // text that a reader would not have seen
	RemoteContent  Mark = "remote-content"  // names something to be fetched; it was not
	HTMLForm       Mark = "html-form"       // a form or script inside
	OnlyQuoted     Mark = "only-quoted"     // all of it looks like history; it stays the text
	Calendar       Mark = "calendar"        // an invitation
	TNEF           Mark = "tnef"            // winmail.dat
	UUEncoded      Mark = "uuencoded"       // a file inside the text
	Nested         Mark = "nested-message"  // another message attached
	SignedMark     Mark = "signed"          //
	EncryptedMark  Mark = "encrypted"       // cannot be read here
)

// Marks is a set of marks, in order, each once.
type Marks []Mark

// Has reports whether any of want is in the set.
func (m Marks) Has(want ...Mark) bool {
	return slices.ContainsFunc(want, func(w Mark) bool { return slices.Contains(m, w) })
}

// NeedsPerson reports whether something of the message could not be read, so
// that somebody must look at its raw form.
func (m Marks) NeedsPerson() bool {
	return m.Has(NoHeader, HeadOnly, HeaderCut, DepthCut, PartsCut, NoBoundary, CharsetDamaged, UTF7, TextCut, EncryptedMark)
}

type markSet map[Mark]bool

func (s markSet) add(marks ...Mark) {
	for _, m := range marks {
		s[m] = true
	}
}

func (s markSet) list() Marks {
	maps.DeleteFunc(s, func(_ Mark, set bool) bool { return !set })
	return slices.Sorted(maps.Keys(s))
}
