package staff

// MaxHashing lets tests ask for more at once than is hashed at once.
const MaxHashing = maxHashing

// Occupy takes one place of those in which passwords are hashed, and answers
// what gives it back.
func (k *Keeper) Occupy() (leave func()) {
	k.hashing <- struct{}{}
	return k.leave
}
