package main

import (
	"context"
	"path"

	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/api"
)

// fewFiles are so few that it is looked, for each that was sent, what else has its name.
const fewFiles = 8

// tellVersions says of files that were stored, or were there already, that others have
// the same name: a name means the newest of them.
func (r *tally) tellVersions(ctx context.Context, client *api.Client, sent []transfer.Result) {
	for _, s := range sent {
		list, err := client.ListVersions(ctx, s.Key)
		if err != nil {
			return // the file is stored: that nothing more can be said of it is no failure
		}
		var there []string
		for _, v := range list.Versions {
			if isThere(v) {
				there = append(there, v.Key)
			}
		}
		name := printable(inSpace(r.space, remote.Stored(s.Key, path.Join(s.File.Folder, s.File.Name))))
		switch {
		case len(there) < 2:
		case s.Existed && there[0] != s.Key:
			r.note("%s is a newer file than this one, which is %s: see signet versions -l %s", name, printable(s.Key), name)
		default:
			r.note("%d versions of %s, of which this is the newest: see signet versions %s", len(there), name, name)
		}
	}
}
