package main

import (
	"context"
	"errors"
	"net/http"
	"os"

	"signet/cmd/signet/internal/transfer"
	"signet/lambda/api"
)

// pipe sends standard input, whose length shows at its end.
func (f *putFlags) pipe(ctx context.Context, t transfer.Target, out *tally) int {
	piper, ok := t.(transfer.Piper)
	if !ok {
		return out.fail(errors.New("got standard input, want a service that takes what has no known length: give a file"))
	}
	file := transfer.File{Path: "-", Name: f.name, Folder: f.folder, Key: f.prefix + f.name, Type: f.contentType}
	file.Metadata, _ = f.pairs() // checked before
	if file.Type == "" {
		file.Type = mediaType(f.name)
	}
	if err := stillSignedIn(ctx, t); err != nil {
		return out.fail(err)
	}
	r := f.engine(out, t, &f.awsFlags).Pipe(ctx, piper, os.Stdin, file, int64(f.expected))
	if ctx.Err() != nil {
		out.stopped = "stopped: nothing is stored, for what was read is gone"
	}
	r.File.Path = f.name
	out.tell(r)
	return out.end(ctx)
}

// stillSignedIn fails for a session that has ended, before anything is read that would be lost.
func stillSignedIn(ctx context.Context, t transfer.Target) error {
	a, ok := t.(*transfer.API)
	if !ok || a.Client.Guest != nil {
		return nil // whose link has been looked at
	}
	_, err := a.Client.ListFiles(ctx, api.FilesQuery{Limit: 1})
	if p, refused := errors.AsType[*api.Problem](err); refused && p.Status == http.StatusUnauthorized {
		return err
	}
	return nil // what else it is shows when the bytes are sent
}
