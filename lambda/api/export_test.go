package api

// FieldNames lets a test hold the names to the document.
func FieldNames() []string { return fieldNames() }

// CursorAt lets a test make up cursors.
func CursorAt(at ...string) string { return cursorAt(at...) }

// CopyInParts makes what is larger than part bytes be copied in parts of so many.
func (h *Handler) CopyInParts(part int64) { h.copies.whole, h.copies.part = part, part }
