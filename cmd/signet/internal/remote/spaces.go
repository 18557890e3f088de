package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"

	"signet/cmd/signet/internal/spell"
	"signet/lambda/api"
)

// InSpace is what a path begins with that is in a space: @team/design/photos is the
// folder photos of the space team/design. What names no space is a path of one's own.
const InSpace = "@"

// spaces are those of whoever asks, once they are known.
type spaces struct {
	once sync.Once
	all  []api.Space
	err  error
}

// Spaces are those that the caller sees, his own files first. A service without any has
// none but these.
func (f *Files) Spaces(ctx context.Context) ([]api.Space, error) {
	f.spaces.once.Do(func() {
		var out api.Spaces
		out, f.spaces.err = f.Client.ListSpaces(ctx)
		if p, ok := errors.AsType[*api.Problem](f.spaces.err); ok && (p.Status == http.StatusNotFound || p.Status == http.StatusForbidden) {
			f.spaces.err = nil // of a service that knows no spaces
		}
		f.spaces.all = out.Spaces
	})
	return f.spaces.all, f.spaces.err
}

// In parts a path into its space, as calls take it, and the path there. Space "" is
// one's own files.
func (f *Files) In(ctx context.Context, p string) (space, rest string, err error) {
	if !strings.HasPrefix(p, InSpace) {
		return "", p, nil
	}
	all, err := f.Spaces(ctx)
	for _, s := range all {
		at := InSpace + s.Space
		if s.Space != "" && len(s.Space) > len(space) && (p == at || strings.HasPrefix(p, at+"/")) {
			space, rest = s.Space, strings.TrimPrefix(p[len(at):], "/")
		}
	}
	if space == "" {
		return "", p, err
	}
	return space, rest, err
}

// Place is In for where something is to be stored: what is no space that the caller sees
// is an error there, for else it would be a folder of his own that nobody else sees. One
// that is there already is meant.
func (f *Files) Place(ctx context.Context, p string) (space, folder string, err error) {
	if space, folder, err = f.In(ctx, p); err != nil || space != "" || !strings.HasPrefix(p, InSpace) {
		return space, folder, err
	}
	all, err := f.Spaces(ctx)
	segments := strings.Split(p, "/")
	for _, s := range all {
		n := min(len(segments), strings.Count(s.Space, "/")+1)
		if s.Space != "" && spell.Nearest(strings.TrimPrefix(strings.Join(segments[:n], "/"), InSpace), []string{s.Space}) != "" {
			return "", "", fmt.Errorf("got %q, want a space that you see; did you mean %s", p, InSpace+s.Space)
		}
	}
	if err == nil {
		_, there, failed := f.Folder(ctx, segments[0])
		if err = failed; err == nil && !there {
			err = fmt.Errorf("got %q, which is in no space that you see: see signet spaces", p)
		}
	}
	return "", p, err
}

// IsSpace says whether a path is a space as a whole.
func (f *Files) IsSpace(ctx context.Context, p string) (bool, error) {
	space, rest, err := f.In(ctx, p)
	return space != "" && rest == "", err
}

// Space finds a space by what it is called, with or without the @.
func (f *Files) Space(ctx context.Context, called string) (api.Space, error) {
	all, err := f.Spaces(ctx)
	if err != nil {
		return api.Space{}, err
	}
	var names []string
	for _, s := range all {
		if s.Space != "" && s.Space == strings.TrimPrefix(called, InSpace) {
			return s, nil
		}
		if s.Space != "" {
			names = append(names, s.Space)
		}
	}
	hint := ""
	if near := spell.Nearest(called, names); near != "" {
		hint = "; did you mean " + near
	}
	return api.Space{}, fmt.Errorf("got space %q, want one of those that you see (%s): see signet spaces%s", called, strings.Join(names, ", "), hint)
}

// within gives the files of a page of a space the folders by which they are called.
func within(space string, list api.FileList) api.FileList {
	if space == "" {
		return list
	}
	files := make([]api.StoredFile, len(list.Files))
	for i, file := range list.Files {
		file.Folder = path.Join(InSpace+space, file.Folder)
		files[i] = file
	}
	list.Files = files
	return list
}
