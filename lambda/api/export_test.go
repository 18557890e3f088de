package api

// FieldNames lets a test hold the names to the document.
func FieldNames() []string { return fieldNames() }

// Parameters lets a test hold what a call knows to the document.
func Parameters(method, path string) []string {
	for _, c := range (*Handler)(nil).calls() {
		if c.method == method && Base+c.path == path {
			return c.query
		}
	}
	return nil
}
