package remote

import (
	"context"
	"fmt"
	"path"
	"strings"

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
	best, least := "", min(3, len(name)/4)+1
	for list, err := range f.Pages(ctx, api.FilesQuery{Folder: strings.TrimSuffix(folder, "/")}) {
		if err != nil {
			break
		}
		for _, file := range list.Files {
			if d := distance(strings.ToLower(form(file.Name)), strings.ToLower(form(name))); d < least {
				best, least = Path(file), d
			}
		}
		break // the first of many
	}
	if best != "" {
		return best
	}
	for list, err := range f.Pages(ctx, api.FilesQuery{Search: name, Recursive: true, Limit: 1}) {
		if err != nil || len(list.Files) == 0 {
			break
		}
		return Path(list.Files[0])
	}
	return ""
}

// distance is how many characters have to be put in, left out or changed to make one
// text of another (Levenshtein's).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range to {
			changed := diagonal
			if r != s {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
