// Package remote finds a caller's files by what people call them: folder/name, in
// either Unicode form, a pattern, or a key.
//
// A key tells files of one name apart and is never two files; a name is all of them,
// of which the newest is usually meant.
package remote

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"signet/cmd/signet/internal/transfer"
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

	spaces spaces
}

// Found are the files of one name in one folder, newest first. There is at least one.
type Found struct {
	Path  string // folder/name
	Files []api.StoredFile
}

// Path is a file's folder and name, as the service tells them: what they lead to, it
// does not look.
func Path(f api.StoredFile) string {
	if f.Folder == "" {
		return f.Name
	}
	return f.Folder + "/" + f.Name
}

// page is a page of a list, or why there is none.
type page struct {
	api.FileList
	err error
}

// Pages lists, page after page; the next one is asked for while one is looked at. A
// folder may be in a space, as [InSpace] has it; so are those of the files then.
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
			space, folder, err := f.In(ctx, q.Folder)
			if err != nil {
				pages <- page{err: err}
				return
			}
			q.Space, q.Folder = space, folder
			var laps Laps
			for more := true; more; {
				list, err := f.Client.ListFiles(ctx, q)
				if err == nil {
					err = laps.Go(list.Next)
				}
				select {
				case pages <- page{within(space, list), err}:
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

// Below gives all files below a folder, as [Files.Folder] calls it.
func (f *Files) Below(ctx context.Context, folder string) ([]Found, error) {
	var all []api.StoredFile
	for list, err := range f.Pages(ctx, api.FilesQuery{Folder: folder, Recursive: true}) {
		if err != nil {
			return nil, err
		}
		for _, file := range list.Files {
			if !isBelow(file, folder) {
				return nil, fmt.Errorf("got %q in a list of %s, want what is in it: see that --api is Signet's", Path(file), folder)
			}
		}
		all = append(all, list.Files...)
	}
	return f.inOrder(ctx, byPath(all))
}

func isBelow(file api.StoredFile, folder string) bool {
	return folder == "" || file.Folder == folder || strings.HasPrefix(file.Folder, folder+"/")
}

// Folder finds a folder, and says what it is called there: names are cleaned, and in
// one Unicode form. The root, "", always is one.
func (f *Files) Folder(ctx context.Context, given string) (called string, there bool, err error) {
	if given == "" {
		return "", true, nil
	}
	if whole, err := f.IsSpace(ctx, given); err != nil || whole {
		return given, whole, err
	}
	for list, err := range f.Pages(ctx, api.FilesQuery{Folder: given, Recursive: true, Limit: 1}) {
		if IsRefused(err) {
			return "", false, nil // a path that no folder can have
		}
		if err != nil {
			return "", false, err
		}
		for _, file := range list.Files {
			for _, called := range []string{given, form(given), clean(given)} {
				if called != "" && isBelow(file, called) {
					return called, true, nil
				}
			}
		}
	}
	return "", false, nil
}

// inOrder orders files of one name that were stored within one second, which is all
// that S3 tells: by the times of modification that they had where they came from.
func (f *Files) inOrder(ctx context.Context, all []Found) ([]Found, error) {
	for _, found := range all {
		same := 1
		for same < len(found.Files) && found.Files[same].Modified.Equal(found.Files[0].Modified) {
			same++
		}
		if same == 1 {
			continue
		}
		times := map[string]time.Time{}
		for _, file := range found.Files[:same] {
			info, err := f.Client.FileInfo(ctx, file.Key, file.VersionID)
			if err != nil && !isGone(err) {
				return nil, err
			}
			times[file.Key] = transfer.Modified(info.Metadata["mtime"])
		}
		slices.SortStableFunc(found.Files[:same], func(a, b api.StoredFile) int { return times[b.Key].Compare(times[a.Key]) })
	}
	return all, nil
}

// byPath puts files together that have one path.
func byPath(files []api.StoredFile) []Found {
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

// IsRefused says that the service could not make sense of what was asked.
func IsRefused(err error) bool {
	p, ok := errors.AsType[*api.Problem](err)
	return ok && p.Status == http.StatusBadRequest
}

func isGone(err error) bool {
	p, ok := errors.AsType[*api.Problem](err)
	return ok && p.Status == http.StatusNotFound
}

// form is a path in the one Unicode form in which paths are compared.
func form(p string) string { return norm.NFC.String(p) }

// Stored is the folder and the name under which a file was stored that was to be at
// wish: as many segments of the key as the wish has once it is cleaned.
func Stored(key, wish string) string {
	segments := strings.Split(key, "/")
	last := len(segments) - 1
	folders := min(strings.Count(clean(wish), "/"), last)
	return path.Join(path.Join(segments[last-folders:last]...), upload.NameOf(key))
}

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
