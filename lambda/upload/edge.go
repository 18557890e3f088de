package upload

// EdgeUse says which PUTs of browsers go through the site's own origin, whose
// distribution leads on to the bucket.
type EdgeUse string

// Which PUTs go by the edge.
const (
	EdgeSmall EdgeUse = "small" // files below [EdgeBelow]
	EdgeAll   EdgeUse = "all"   // parts too
	EdgeOff   EdgeUse = "off"
)

// EdgeBelow is the size in bytes below which a file is small to the edge: its time is
// that of its round trips, of which the edge saves the most.
const EdgeBelow = 1 * MiB

const allowEdge = `"small" (files below 1 MiB), "all" or "off"`

// ok says that it is one of them, or left out.
func (e EdgeUse) ok() bool { return e == "" || e == EdgeSmall || e == EdgeAll || e == EdgeOff }

// EdgeUse is which PUTs go by the edge, small where nothing is said, and none behind a
// web ACL, whose usual rules refuse bodies over 8 KB and queries over 2 KB. A store that
// is not AWS's has no edge.
func (c Config) EdgeUse() EdgeUse {
	switch {
	case c.Store != nil:
		return EdgeOff
	case c.Edge != "":
		return c.Edge
	case c.WebACL != "":
		return EdgeOff
	}
	return EdgeSmall
}

// ByEdge says whether a file of size bytes that goes whole may go by the edge.
func (p *Policy) ByEdge(size int64) bool {
	use := p.config.EdgeUse()
	return use == EdgeAll || use == EdgeSmall && size < EdgeBelow
}

// PartsByEdge says whether parts may.
func (p *Policy) PartsByEdge() bool { return p.config.EdgeUse() == EdgeAll }
