package api

// FieldNames lets a test hold the names to the document.
func FieldNames() []string { return fieldNames() }

// Parameters lets a test hold what a call knows to the document.
func Parameters(method, path string) []string {
	for _, c := range append((*Handler)(nil).calls(), (*Handler)(nil).sharing()...) {
		if c.method == method && Base+c.path == path {
			return c.query
		}
	}
	return nil
}

// CursorAt lets a test make up cursors.
func CursorAt(at ...string) string { return cursorAt(at...) }

// CopyInParts makes what is larger than part bytes be copied in parts of so many.
func (h *Handler) CopyInParts(part int64) { h.copies.whole, h.copies.part = part, part }

// CopyAtOnce makes n parts be copied at once.
func (h *Handler) CopyAtOnce(n int) { h.copies.atOnce = n }

// HoldPasswords takes all places in which passwords are computed, until release.
func (h *Handler) HoldPasswords() (release func()) {
	for range argonAtOnce {
		h.passwords.places <- struct{}{}
	}
	return func() {
		for range argonAtOnce {
			<-h.passwords.places
		}
	}
}
