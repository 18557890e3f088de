package api

import (
	"signet/lambda/upload"
)

// listSpaces says where the caller may do what: so that a client knows before it sends
// a byte what would be refused.
func (h *Handler) listSpaces(x *exchange) (any, error) {
	out := &Spaces{Spaces: []Space{}}
	areas := h.policy.Spaces(x.bearer)
	for _, a := range areas {
		out.Spaces = append(out.Spaces, h.spaceOf(a))
	}
	return out, h.addQuotas(x, out.Spaces, areas)
}

func (h *Handler) spaceOf(a upload.Area) Space {
	rules, may := a.Space(), a.Rights()
	s := Space{
		Space: a.Label(), Name: rules.Name, Owner: a.Owner(), Per: rules.Per, Several: a.Several(), Digits: a.Digits(),
		Read: may.Has(upload.Read), Write: may.Has(upload.Write), Delete: may.Has(upload.Delete), DeleteOwn: may&(upload.Delete|upload.DeleteOwn) != 0,
		AllowedTypes: rules.AllowedTypes, MaxObjectSize: int64(rules.MaxObjectSize), MaxFiles: rules.MaxFiles, Public: h.policy.PublicURL(a.Root()),
	}
	if rules.Metadata != nil {
		s.Metadata = &MetadataRules{Must: list(rules.Metadata.Must), May: list(rules.Metadata.May)}
	}
	if rules.Confirm > 0 {
		s.Confirm = rules.Confirm.String()
	}
	return s
}

func list(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}

// mostFiles is how many files one call may name whatever their spaces say: their
// answers have to fit Lambda's 6 MB.
const mostFiles = 1000

// checkFiles holds the number of files that a call names to what it may, in all and of
// each space.
func (h *Handler) checkFiles(x *exchange, field string, spaces []string) error {
	count := map[string]int{"": 0}
	for _, space := range spaces {
		count[space]++
	}
	if len(spaces) > mostFiles {
		return upload.Errorf(upload.InvalidArgument, "got %d %s, want 1 to %d: split the call", len(spaces), field, mostFiles)
	}
	for space, n := range count {
		if most := h.policy.MaxFiles(x.bearer, space); n > most || len(spaces) == 0 {
			return upload.Errorf(upload.InvalidArgument, "got %d %s, want 1 to %d: split the call", n, field, most)
		}
	}
	return nil
}
