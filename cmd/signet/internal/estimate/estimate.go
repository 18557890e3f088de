// Package estimate answers how long an upload takes and which limit binds first,
// from what people write, "1TB" and "200Mbps". It asks the packages that do the
// arithmetic: duration and limits. What a stack costs is package cost's to say.
package estimate

// FieldError is a value that cannot be read, or is out of its range.
type FieldError struct {
	Field string // as in the JSON
	Err   error
}

// Error implements error.
func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap gives what is wrong with the value.
func (e *FieldError) Unwrap() error { return e.Err }
