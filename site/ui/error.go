package ui

// ErrorPage says in plain words what went wrong, what the reader can do, and
// gives back what the reader had typed.
type ErrorPage struct {
	Frame
	Say  []string
	Kept string
}
