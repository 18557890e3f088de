package remote

import "errors"

// ErrLaps is a list that has no end.
var ErrLaps = errors.New("got a list that comes back to where it was, want one with an end: see that the address is Signet's")

// Laps notices a list whose cursors go round, whatever the length of the round: it
// compares with one of them, and takes a later one at twice the distance (Brent).
type Laps struct {
	mark    string
	n, next int
}

// Go fails for a cursor that was there before.
func (l *Laps) Go(cursor string) error {
	if cursor != "" && cursor == l.mark {
		return ErrLaps
	}
	if l.n++; l.n > l.next {
		l.mark, l.next = cursor, 2*l.n
	}
	return nil
}
