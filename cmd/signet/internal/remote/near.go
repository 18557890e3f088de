package remote

import (
	"context"
	"fmt"
	"path"
	"strings"

	"signet/cmd/signet/internal/spell"
	"signet/lambda/api"
)

// FolderError is the error for a folder where a file is meant.
type FolderError struct{ Path string }

// Error says what it is.
func (e FolderError) Error() string {
	return fmt.Sprintf("got %s, which is a folder, want a file", e.Path)
}

// notFound is the error for what nothing is called.
func (f *Files) notFound(ctx context.Context, given string) error {
	if _, folder, err := f.Folder(ctx, given); err != nil || folder {
		if err == nil {
			err = FolderError{given}
		}
		return err
	}
	called, see := "none of your files is called", "signet ls"
	if f.Deleted {
		called, see = "none of your deleted files is called", "signet ls --deleted"
	}
	if strings.ContainsAny(given, meta) {
		called = strings.Replace(called, "is called", "matches", 1)
	}
	hint := ""
	if near := f.near(ctx, given); near != "" {
		hint = fmt.Sprintf("; did you mean %q", near)
	}
	return fmt.Errorf("got %q, which %s: see %s%s", given, called, see, hint)
}

// near is the path of a file that may have been meant: one that is spelt nearly so in
// the folder, else one anywhere whose name has the given one within it. Nothing is
// found where the service does not answer: it is a help, no more.
func (f *Files) near(ctx context.Context, given string) string {
	folder, name := path.Split(given)
	if name == "" {
		return ""
	}
	for list, err := range f.Pages(ctx, api.FilesQuery{Folder: strings.TrimSuffix(folder, "/")}) {
		if err != nil {
			break
		}
		names := make([]string, len(list.Files))
		for i, file := range list.Files {
			names[i] = form(file.Name)
		}
		if best := spell.Nearest(form(name), names); best != "" {
			return folder + best
		}
		break // the first of many
	}
	for list, err := range f.Pages(ctx, api.FilesQuery{Search: name, Recursive: true, Limit: 1}) {
		if err != nil || len(list.Files) == 0 {
			break
		}
		return Path(list.Files[0])
	}
	return ""
}
