package remote

import (
	"context"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// meta are the characters that make a path a pattern.
const meta = "*?[{"

// Find finds what is meant by a name, a path, a pattern or a key. What is called so to
// the letter comes first, then what a pattern matches. Nothing is an error that names
// what may have been meant.
func (f *Files) Find(ctx context.Context, given string) ([]Found, error) {
	if given == "" || strings.HasPrefix(given, "/") || strings.HasSuffix(given, "/") {
		return nil, fmt.Errorf("got %q, want a file such as report.pdf or photos/beach.jpg: correct it", given)
	}
	ways := []func(context.Context, string) ([]Found, error){f.byKey, f.byName, f.byPattern}
	if !asKey(given) {
		// What another tool has put there has a key that may look like anything.
		ways = []func(context.Context, string) ([]Found, error){f.byName, f.byPattern, f.byKey}
	}
	for _, way := range ways {
		if found, err := way(ctx, given); err != nil || len(found) > 0 {
			if err == nil {
				found, err = f.inOrder(ctx, found)
			}
			return found, err
		}
	}
	return nil, f.notFound(ctx, given)
}

// asKey says whether a path ends as keys do.
func asKey(given string) bool { return upload.NameOf(given) != path.Base(given) }

// byKey finds the file of a key.
func (f *Files) byKey(ctx context.Context, key string) ([]Found, error) {
	if !strings.Contains(key, "/") {
		return nil, nil
	}
	if f.Deleted {
		return f.deletedKey(ctx, key)
	}
	info, err := f.Client.FileInfo(ctx, key, "")
	switch {
	case isGone(err), IsRefused(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	file := api.StoredFile{Key: key, Name: info.Name, Folder: info.Folder, Size: info.Size, Modified: info.Modified}
	return byPath(within(info.Space, api.FileList{Files: []api.StoredFile{file}}).Files), nil
}

// deletedKey finds the version under a key's delete marker.
func (f *Files) deletedKey(ctx context.Context, key string) ([]Found, error) {
	list, err := f.Client.ListVersions(ctx, key)
	if isGone(err) || IsRefused(err) {
		return nil, nil
	}
	for _, v := range list.Versions {
		switch {
		case v.Key != key:
		case v.Latest && !v.Deleted:
			return nil, nil
		case !v.Deleted:
			return byPath([]api.StoredFile{{Key: key, Name: upload.NameOf(key), Size: v.Size, Modified: v.Modified, VersionID: v.VersionID}}), nil
		}
	}
	return nil, err
}

// byName finds the files of a path, as it is and as it would be stored.
func (f *Files) byName(ctx context.Context, given string) ([]Found, error) {
	for _, p := range []string{form(given), clean(given)} {
		if p == "" {
			continue
		}
		found, err := f.named(ctx, p)
		if err != nil || len(found) > 0 {
			return found, err
		}
		if p == clean(given) {
			break
		}
	}
	return nil, nil
}

// named finds the files of a path. Keys of our own begin with the name's stem and a ~;
// where there is none, it is looked for what another tool has put under the name
// itself, of which Signet keeps no versions.
func (f *Files) named(ctx context.Context, p string) ([]Found, error) {
	folder, name := path.Split(p)
	for _, prefix := range []string{stem(name) + "~", name} {
		q := api.FilesQuery{Folder: strings.TrimSuffix(folder, "/"), Prefix: atMost(prefix, upload.MaxNameBytes)}
		var files []api.StoredFile
		for list, err := range f.Pages(ctx, q) {
			switch {
			case IsRefused(err):
				return nil, nil // a path that nothing can have
			case err != nil:
				return nil, err
			}
			for _, file := range list.Files {
				if form(file.Name) == name {
					files = append(files, file)
				}
			}
		}
		if len(files) > 0 {
			return byPath(files), nil
		}
	}
	return nil, nil
}

// stem is a name without its extension: what comes before the id in its key. It is as
// the service parts the two.
func stem(name string) string {
	as := upload.NameOf
	const id = "~aaaaaaaa"
	for i := len(name) - 1; i > 0; i-- {
		if name[i] == '.' && as(name[:i]+id+name[i:]) == name {
			return name[:i]
		}
	}
	return name
}

// atMost cuts a text to n bytes, between two characters.
func atMost(s string, n int) string {
	for len(s) > n || !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

// byPattern finds the files whose path matches: * stands for a part of a name, ** for
// folders.
func (f *Files) byPattern(ctx context.Context, pattern string) ([]Found, error) {
	pattern = form(pattern)
	if !strings.ContainsAny(pattern, meta) || !doublestar.ValidatePattern(pattern) {
		return nil, nil
	}
	folder, rest := base(pattern)
	q := api.FilesQuery{Folder: folder, Recursive: strings.Contains(rest, "/") || strings.Contains(rest, "**") || strings.Contains(rest, "{")}
	if !q.Recursive {
		// A key has the ~ where the name's extension begins.
		q.Prefix = atMost(rest[:strings.IndexAny(rest, meta+`.\`)], upload.MaxNameBytes)
	}
	var files []api.StoredFile
	for list, err := range f.Pages(ctx, q) {
		switch {
		case IsRefused(err):
			return nil, nil
		case err != nil:
			return nil, err
		}
		for _, file := range list.Files {
			if doublestar.MatchUnvalidated(pattern, form(Path(file))) {
				files = append(files, file)
			}
		}
	}
	return byPath(files), nil
}

// base parts a pattern from the folders before it that are no patterns.
func base(pattern string) (folder, rest string) {
	i := strings.LastIndexByte(Literal(pattern), '/')
	if i < 0 {
		return "", pattern
	}
	return pattern[:i], pattern[i+1:]
}

// Literal is what stands before the first character of a pattern: the whole of what is
// none.
func Literal(given string) string {
	if i := strings.IndexAny(given, meta); i >= 0 {
		return given[:i]
	}
	return given
}

// Matches says whether a path is what was given, to the letter or as a pattern.
func Matches(given, p string) bool {
	given, p = form(given), form(p)
	return given == p || strings.ContainsAny(given, meta) && doublestar.ValidatePattern(given) && doublestar.MatchUnvalidated(given, p)
}
