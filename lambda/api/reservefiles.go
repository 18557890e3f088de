package api

import (
	"time"

	"signet/lambda/upload"
)

// reserveFiles reserves room for the files of a presign call; refused has why one is not
// to be signed, by place, nil where nothing is counted. A file without an id gets one
// here, for its key to be the one that is signed afterwards. A form of known content is
// looked for first: what is there already takes nothing.
func (h *Handler) reserveFiles(x *exchange, files []File, want shape) (refused []error, err error) {
	if !h.counts(x) {
		return nil, nil
	}
	refused = make([]error, len(files))
	keys := make([]string, len(files))
	for i := range files {
		form := want.form && !(want.edge && h.byEdge(&files[i]))
		if files[i].ID == "" && !form {
			files[i].ID = upload.RandomID()
		}
		keys[i], refused[i] = h.keyOf(x, &files[i], form)
	}
	if want.form {
		h.lookFor(x, files, keys, refused)
	}
	var wishes []upload.Wish
	var places []int
	until := h.options.Now().Add(h.policy.Life())
	for i, f := range files {
		if refused[i] == nil {
			wishes, places = append(wishes, upload.Wish{Key: keys[i], Bytes: *f.Size, Until: until, Whole: true}), append(places, i)
		}
	}
	errs, err := h.reserve(x, wishes)
	for i, place := range places {
		if errs != nil {
			refused[place] = errs[i]
		}
	}
	h.tellThere(x, keys, refused)
	return refused, err
}

// tellThere answers for files that there is no room for, and that need none, because they
// are there: with what is there, and not with a signature, which would make another
// version of them that nobody has counted as soon as they are deleted.
func (h *Handler) tellThere(x *exchange, keys []string, refused []error) {
	var rows []int
	for i, err := range refused {
		if is(err, upload.QuotaExceeded) {
			rows = append(rows, i)
		}
	}
	for i, err := range h.areFree(x, keys, rows) {
		if is(err, upload.PreconditionFailed) {
			refused[rows[i]] = err
		}
	}
}

// keyOf is the key that a file will be signed for.
func (h *Handler) keyOf(x *exchange, m *File, form bool) (string, error) {
	file, err := m.domain()
	if err != nil {
		return "", err
	}
	if form {
		approved, err := h.policy.AuthorizeContent(x.bearer, m.place(), file)
		return approved.Key(), err
	}
	approved, err := h.policy.Authorize(x.bearer, m.place(), file)
	return approved.Key(), err
}

// lookFor finds out which files of known content are there already.
func (h *Handler) lookFor(x *exchange, files []File, keys []string, refused []error) {
	x.looked = true
	var rows []int
	for i := range files {
		if refused[i] == nil && upload.IsContentID(files[i].ID) {
			rows = append(rows, i)
		}
	}
	for i, err := range h.areFree(x, keys, rows) {
		refused[rows[i]] = err
	}
}

// areFree is checkFree for the keys of some rows, by the caller's places for that
// ([askers]).
func (h *Handler) areFree(x *exchange, keys []string, rows []int) []error {
	turns, done := h.askers.of(upload.Caller(x.bearer.By()))
	defer done()
	return eachOnce(rows, func(i int) error {
		if err := turns.take(x.ctx()); err != nil {
			return err
		}
		defer turns.leave()
		return h.checkFree(x.ctx(), keys[i])
	})
}

// reserveUpload reserves room for an upload in parts, for as long as S3 keeps it.
func (h *Handler) reserveUpload(x *exchange, key string, size int64) error {
	return h.reserveOne(x, upload.Wish{Key: key, Bytes: size, Until: h.options.Now().AddDate(0, 0, h.options.Config.Lifecycle.Abort)})
}

// reserveCompletion holds what is put together to what was reserved for it: the abort of
// another upload of its key may have given that back. Of a file that there is no room for,
// and that is there, it is PreconditionFailed.
func (h *Handler) reserveCompletion(x *exchange, key string, size int64) error {
	err := h.reserveOne(x, upload.Wish{Key: key, Bytes: size, Until: h.options.Now()})
	return h.orThere(x, key, err)
}

// orThere is checkFree's error for a file that there is no room for, if it has one.
func (h *Handler) orThere(x *exchange, key string, err error) error {
	if !is(err, upload.QuotaExceeded) {
		return err
	}
	if taken := h.checkFree(x.ctx(), key); is(taken, upload.PreconditionFailed) {
		return taken
	}
	return err
}

// copyLife is how long a copy within S3 may take, over several calls.
const copyLife = 24 * time.Hour

// reserveCopy reserves room for a copy: what it is made of stays, as a deleted version.
func (h *Handler) reserveCopy(x *exchange, key string, size int64) error {
	if !h.options.Config.Counts() {
		return nil
	}
	return h.reserveOne(x, upload.Wish{Key: key, Bytes: size, Until: h.options.Now().Add(copyLife)})
}
