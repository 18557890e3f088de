// Package field has the one error of what people ask estimate: which value is
// wrong, by its name in the JSON, so that whoever shows it can name a flag.
package field

import "fmt"

// Error is a value that cannot be read, or is out of its range.
type Error struct {
	Field string // as in the JSON, such as filesPerMonth
	Err   error  // what was got, and what is wanted
}

// Error implements error.
func (e *Error) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap gives what is wrong with the value.
func (e *Error) Unwrap() error { return e.Err }

// Outside is the error of a value that is not what is wanted.
func Outside(field string, got any, want string) *Error {
	return &Error{field, fmt.Errorf("got %v, want %s", got, want)}
}
