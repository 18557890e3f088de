package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/progress"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// names of a page's size: as many as the API gives at once.
const listPage = upload.ListPage

// allFiles lists the caller's files, or the deleted ones.
func allFiles(ctx context.Context, client *api.Client, deleted bool) (all []api.StoredFile, err error) {
	for cursor := ""; ; {
		page, err := client.ListFiles(ctx, api.FilesQuery{Recursive: true, Deleted: deleted, Cursor: cursor, Limit: listPage})
		if err != nil {
			return nil, err
		}
		all = append(all, page.Files...)
		if cursor = page.Next; cursor == "" {
			return all, nil
		}
	}
}

// finder finds files by what people call them. It lists them once.
type finder struct {
	client *api.Client
	all    []api.StoredFile
}

// newFinder lists the caller's files; deleted adds those that can be brought back.
func newFinder(ctx context.Context, client *api.Client, deleted bool) (*finder, error) {
	all, err := allFiles(ctx, client, false)
	if err == nil && deleted {
		var gone []api.StoredFile
		gone, err = allFiles(ctx, client, true)
		all = append(all, gone...)
	}
	return &finder{client, all}, err
}

// find finds the one file of a name or a key. Several of one name are told apart
// by their keys, which the error lists.
func (f *finder) find(name string) (api.StoredFile, error) {
	var found []api.StoredFile
	for _, file := range f.all {
		if file.Key == name {
			return file, nil
		}
		if file.Name == name {
			found = append(found, file)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return api.StoredFile{}, fmt.Errorf("got %q, which none of your files is called: see signet ls%s", name, f.near(name))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "got %q, which %d files are called: give one's key instead", name, len(found))
	slices.SortFunc(found, func(a, b api.StoredFile) int { return b.Modified.Compare(a.Modified) })
	for _, file := range found {
		fmt.Fprintf(&b, "\n  %s  %10s  %s", stamp(file.Modified), progress.Bytes(file.Size), file.Key)
	}
	return api.StoredFile{}, fmt.Errorf("%s", b.String())
}

// near names files that may have been meant.
func (f *finder) near(name string) string {
	for _, file := range f.all {
		if strings.EqualFold(file.Name, name) || name != "" && strings.Contains(strings.ToLower(file.Name), strings.ToLower(name)) {
			return fmt.Sprintf("; did you mean %q", file.Name)
		}
	}
	return ""
}

func stamp(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") }
