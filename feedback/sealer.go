package feedback

// Sealer makes bytes unreadable to whoever has no key. What was sealed with
// some associated data opens only with the same; ErrSeal otherwise.
type Sealer interface {
	Seal(plain, ad []byte) ([]byte, error)
	Open(sealed, ad []byte) ([]byte, error)
}
