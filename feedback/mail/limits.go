package mail

// Limits bounds the reading of one message. A field that is zero takes its
// value from DefaultLimits.
type Limits struct {
	Bytes       int // the whole message
	HeaderBytes int // one header block; what is beyond is left unread
	Fields      int // fields of one header block
	Depth       int // levels of parts inside parts
	Parts       int // parts altogether
	Addresses   int // in To and Cc each
	References  int // ids in References and In-Reply-To each
	TextBytes   int // readable text, history and hidden text each, in UTF-8
}

// DefaultLimits are far above what people send and keep one message under
// 64 MB of memory, its own bytes included.
func DefaultLimits() Limits {
	return Limits{
		Bytes: 25 << 20, HeaderBytes: 1 << 20, Fields: 2000, Depth: 20, Parts: 200,
		Addresses: 10000, References: 200, TextBytes: 256 << 10,
	}
}

func (l Limits) filled() Limits {
	d := DefaultLimits()
	for _, f := range []struct {
		v *int
		d int
	}{
		{&l.Bytes, d.Bytes}, {&l.HeaderBytes, d.HeaderBytes}, {&l.Fields, d.Fields}, {&l.Depth, d.Depth},
		{&l.Parts, d.Parts}, {&l.Addresses, d.Addresses}, {&l.References, d.References}, {&l.TextBytes, d.TextBytes},
	} {
		if *f.v <= 0 {
			*f.v = f.d
		}
	}
	return l
}
