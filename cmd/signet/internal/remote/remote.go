// Package remote finds a caller's files by what people call them: folder/name, in
// either Unicode form, a pattern, or a key.
//
// A key tells files of one name apart and is never two files; a name is all of them,
// of which the newest is usually meant.
package remote

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// Files are a caller's files.
type Files struct {
	// Client calls the API. Required.
	Client *api.Client
	// Deleted means those that were deleted and can be brought back, in place of those
	// that are there.
	Deleted bool
}

// Found are the files of one name in one folder, newest first. There is at least one.
type Found struct {
	Path  string // folder/name
	Files []api.StoredFile
}

// Path is a file's folder and name.
func Path(f api.StoredFile) string { return path.Join(f.Folder, f.Name) }

// page is a page of a list, or why there is none.
type page struct {
	api.FileList
	err error
}

// Pages lists, page after page; the next one is asked for while one is looked at.
func (f *Files) Pages(ctx context.Context, q api.FilesQuery) iter.Seq2[api.FileList, error] {
	q.Deleted = f.Deleted
	if q.Limit == 0 {
		q.Limit = upload.ListPage
	}
	return func(yield func(api.FileList, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		pages := make(chan page, 1)
		go func() {
			defer close(pages)
			for more := true; more; {
				list, err := f.Client.ListFiles(ctx, q)
				select {
				case pages <- page{list, err}:
				case <-ctx.Done():
					return
				}
				q.Cursor = list.Next
				more = err == nil && list.Next != ""
			}
		}()
		for p := range pages {
			if !yield(p.FileList, p.err) {
				return
			}
		}
	}
}

// Below gives all files below a folder, in no order that matters.
func (f *Files) Below(ctx context.Context, folder string) (all []api.StoredFile, err error) {
	for list, err := range f.Pages(ctx, api.FilesQuery{Folder: folder, Recursive: true}) {
		if err != nil {
			return nil, err
		}
		all = append(all, list.Files...)
	}
	return all, nil
}

// IsFolder says whether anything lies below a path. The root, "", always is one.
func (f *Files) IsFolder(ctx context.Context, at string) (bool, error) {
	if at == "" {
		return true, nil
	}
	q := api.FilesQuery{Folder: at, Recursive: true, Limit: 1}
	for list, err := range f.Pages(ctx, q) {
		if isRefused(err) {
			return false, nil // a path that no folder can have
		}
		if err != nil || len(list.Files) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// ByPath puts files together that have one path.
func ByPath(files []api.StoredFile) []Found {
	at := map[string]int{}
	var all []Found
	for _, file := range files {
		p := Path(file)
		i, known := at[p]
		if !known {
			i = len(all)
			at[p] = i
			all = append(all, Found{Path: p})
		}
		all[i].Files = append(all[i].Files, file)
	}
	for _, found := range all {
		slices.SortStableFunc(found.Files, func(a, b api.StoredFile) int { return b.Modified.Compare(a.Modified) })
	}
	slices.SortFunc(all, func(a, b Found) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// isRefused says that the service could not make sense of what was asked.
func isRefused(err error) bool {
	p, ok := errors.AsType[*api.Problem](err)
	return ok && p.Status == http.StatusBadRequest
}

func isGone(err error) bool {
	p, ok := errors.AsType[*api.Problem](err)
	return ok && p.Status == http.StatusNotFound
}

// form is a path in the one Unicode form in which paths are compared.
func form(p string) string { return norm.NFC.String(p) }

// clean is a path as the service makes it of one that is put there: without what no
// name can have. "": it could not be put there.
func clean(p string) string {
	policy := upload.NewPolicy(upload.DefaultConfig())
	as, err := policy.AuthorizeStream(upload.Bearer{Caller: "anybody"}, upload.Place{}, upload.File{Name: p, Size: upload.UnknownSize})
	if err != nil {
		return ""
	}
	k, _ := policy.ParseKey(as.Object().Key())
	return path.Join(k.Folder, k.Name())
}
