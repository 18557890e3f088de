package gateway

import (
	"slices"
	"strings"
)

// place is where an entry stands in a list: by key, then by the id of its upload
// or version.
type place struct{ key, id string }

// pageLimit is how many entries a page may have: 1,000 unless the request says
// otherwise.
func pageLimit(asked *int32) int {
	if asked == nil {
		return 1000
	}
	return int(*asked)
}

// pageOf sorts a whole list and cuts out the page that follows a place: the
// entries of later keys and, where the place has an id, those of its own key
// whose ids come after it in the order byID. more: there are entries behind.
func pageOf[T any](all []T, after place, limit int, of func(T) place, byID func(a, b string) int) (page []T, more bool) {
	page = slices.DeleteFunc(all, func(e T) bool {
		at := of(e)
		return after.key != "" && (at.key < after.key || at.key == after.key && (after.id == "" || byID(at.id, after.id) <= 0))
	})
	slices.SortFunc(page, func(a, b T) int {
		x, y := of(a), of(b)
		if c := strings.Compare(x.key, y.key); c != 0 {
			return c
		}
		return byID(x.id, y.id)
	})
	if len(page) > limit {
		return page[:limit], limit > 0
	}
	return page, false
}
