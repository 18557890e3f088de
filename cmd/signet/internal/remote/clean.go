package remote

// Clean is a path as the service makes it of one that is put there: without what no
// name can have, in the Unicode form of keys. "": it could not be put there.
func Clean(p string) string { return clean(p) }
