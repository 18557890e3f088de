package remote

import (
	"context"
	"path"

	"signet/lambda/api"
)

// Unfinished are the uploads that the caller has begun and not ended, below a folder,
// which may be in a space; "" is everywhere, one's own first. The folder of one in a
// space begins with it, as [InSpace] has it.
func (f *Files) Unfinished(ctx context.Context, folder string) ([]api.Unfinished, error) {
	if folder != "" {
		space, rest, err := f.Place(ctx, path.Clean(folder))
		if err != nil {
			return nil, err
		}
		return f.unfinishedIn(ctx, space, rest)
	}
	spaces, err := f.Spaces(ctx)
	if err != nil {
		return nil, err
	}
	all, err := f.unfinishedIn(ctx, "", "")
	for _, s := range spaces {
		if err != nil {
			break
		}
		if s.Space == "" || !s.Write {
			continue
		}
		var more []api.Unfinished
		more, err = f.unfinishedIn(ctx, s.Space, "")
		all = append(all, more...)
	}
	return all, err
}

// unfinishedIn lists those of a space below one of its folders.
func (f *Files) unfinishedIn(ctx context.Context, space, folder string) (all []api.Unfinished, err error) {
	var laps Laps
	for cursor := ""; ; {
		var page api.Uploads
		if space == "" {
			page, err = f.Client.ListUploads(ctx, cursor)
		} else {
			page, err = f.Client.ListUploadsIn(ctx, space, cursor)
		}
		if err == nil {
			err = laps.Go(page.Next)
		}
		if err != nil {
			return nil, err
		}
		for _, u := range page.Uploads {
			if !isBelow(api.StoredFile{Folder: form(u.Folder)}, form(folder)) {
				continue
			}
			if space != "" {
				u.Folder = path.Join(InSpace+space, u.Folder)
			}
			all = append(all, u)
		}
		if cursor = page.Next; cursor == "" {
			return all, nil
		}
	}
}
