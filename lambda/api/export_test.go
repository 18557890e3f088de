package api

// FieldNames lets a test hold the names to the document.
func FieldNames() []string { return fieldNames() }
