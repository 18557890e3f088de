package api

import (
	"context"
	"sync"
	"time"

	"signet/lambda/upload"
)

// deleteFile puts a delete marker on a file.
func (h *Handler) deleteFile(x *exchange) (any, error) {
	key, err := parameter(x.Request, "key", true)
	if err != nil {
		return nil, err
	}
	object, err := h.policy.AuthorizeDelete(x.bearer, key)
	if err != nil {
		return nil, err
	}
	if err := h.remove(x.ctx(), object); err != nil {
		return nil, err
	}
	h.removed(x, []string{key})
	return nil, nil
}

// remove deletes a file. S3 would put a delete marker on a key that never was, too, so
// the file is looked up first.
func (h *Handler) remove(ctx context.Context, object upload.Object) error {
	d, err := h.store.look(ctx, object.Key(), "")
	if err == nil {
		err = h.isUploader(object, d)
	}
	if err != nil {
		return err
	}
	return h.store.remove(ctx, object.Key(), "")
}

// isUploader holds an approval that is for one's own uploads alone to who uploaded the
// file.
func (h *Handler) isUploader(object upload.Object, d details) error {
	if by := object.MustBeBy(); by != "" && h.policy.Uploader(d.key, d.metadata) != by {
		return upload.Errorf(upload.AccessDenied, "got a file that somebody else has uploaded, want one of your own: ask who did, or somebody who may delete here")
	}
	return nil
}

// deleteFiles deletes several files, each answered for itself.
func (h *Handler) deleteFiles(x *exchange) (any, error) {
	var m DeleteRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if err := checkRows("keys", len(m.Keys)); err != nil {
		return nil, err
	}
	out := &DeletedFiles{Files: make([]DeletedFile, len(m.Keys))}
	errs := eachOnce(m.Keys, inTime(h.options.Now, func(key string) error {
		object, err := h.policy.AuthorizeDelete(x.bearer, key)
		if err != nil {
			return err
		}
		return h.remove(x.ctx(), object)
	}))
	var gone []string
	for i, key := range m.Keys {
		out.Files[i] = DeletedFile{Key: key, Error: rowProblem(errs[i])}
		if errs[i] == nil {
			gone = append(gone, key)
		}
	}
	h.removed(x, gone)
	return out, nil
}

// checkRows holds the number of rows that a call names to what it may.
func checkRows(field string, n int) error {
	if n < 1 || n > upload.ListPage {
		return upload.Errorf(upload.InvalidArgument, "got %d %s, want 1 to %d: split the call", n, field, upload.ListPage)
	}
	return nil
}

// rowProblem is the problem of a row, nil for none.
func rowProblem(err error) *Problem {
	if err == nil {
		return nil
	}
	return problemOf(err)
}

// rowsTime is how long a call begins with rows: API Gateway waits for 30 seconds.
const rowsTime = 20 * time.Second

// inTime does something for each row as long as the call has time. A row that comes too
// late is SlowDown, so that all others have their answer.
func inTime[Row any](now func() time.Time, do func(Row) error) func(Row) error {
	until := now().Add(rowsTime)
	return func(row Row) error {
		if now().After(until) {
			return upload.Errorf(upload.SlowDown, "got more rows than a call has time for, want this one in another: ask again for it")
		}
		return do(row)
	}
}

// eachOnce does something for each row, many at a time, and gives the errors by row.
// Equal rows are one.
func eachOnce[Row comparable](rows []Row, do func(Row) error) []error {
	first, errs := map[Row]int{}, make([]error, len(rows))
	places := make(chan struct{}, lookups)
	var all sync.WaitGroup
	for i, row := range rows {
		if _, again := first[row]; again {
			continue
		}
		first[row] = i
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			errs[i] = do(row)
		})
	}
	all.Wait()
	for i, row := range rows {
		errs[i] = errs[first[row]]
	}
	return errs
}
