package upload

import "time"

// Wish is a file that somebody wants to reserve room for.
type Wish struct {
	Key   string
	Bytes int64
	Until time.Time // when its signature ends, or S3 drops the upload
	Whole bool      // it is sent in one request, and not in parts
}

// Hold is a reservation.
type Hold struct {
	Bytes int64 `json:"b"`
	Until int64 `json:"u"` // Unix seconds: when nothing more can come by it
	// Whole is until when it may come in one request, which the abort of an upload of the
	// same key does not end, or when it came: Unix seconds. 0: neither.
	Whole int64 `json:"w,omitempty"`
	// Seen says that the last count has found its file, so that it takes nothing more.
	Seen bool `json:"s,omitempty"`
}

// wider is a hold that has room for a wish, too.
func (h Hold) wider(w Wish) Hold {
	until := w.Until.Unix()
	wide := Hold{Bytes: max(w.Bytes, h.Bytes), Until: max(until, h.Until), Whole: h.Whole}
	if w.Whole {
		wide.Whole = max(until, h.Whole)
	}
	return wide
}

// come is a hold whose file has come.
func (h Hold) come(now time.Time) Hold {
	if h.Until > now.Unix() || h.Whole != h.Until {
		h.Whole = max(h.Whole, now.Unix())
		h.Until = h.Whole
	}
	return h
}

// aborted is what is left of a hold when an upload in parts was aborted; false: nothing.
// A file of its key may have come in one request, or still come.
func (h Hold) aborted() (left Hold, held bool) {
	h.Until = h.Whole
	return h, h.Whole != 0
}
