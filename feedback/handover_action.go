package feedback

// HandOver gives a matter whose person in charge left to a colleague, or back to
// the queue if To is empty (离岗交接). The program does it, for the administrator
// By who closed the account. From must still be in charge.
type HandOver struct{ From, To, By string }

// Act names the row of the action in the table of moves.
func (HandOver) Act() Act { return ActHandOver }

func (a HandOver) apply(w *work) error {
	if a.From == "" || w.s.Owner != a.From || a.To == a.From {
		return ErrMove
	}
	w.s.Owner = a.To
	to := a.To
	if to == "" {
		to = "—"
	}
	w.note = a.From + " → " + to + "（" + a.By + "）"
	return nil
}
