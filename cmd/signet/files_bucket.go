package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/api"
)

// bucketFiles are a bucket's objects. They are called by their keys, to the letter: what
// looks like a folder or a path is none.
type bucketFiles struct {
	*transfer.Bucket
	etags map[string]string // of what was found, by key
}

// openBucket opens the bucket of the flags.
func (a *awsFlags) openBucket(ctx context.Context) (*bucketFiles, error) {
	bucket, _, err := a.target(ctx)
	return &bucketFiles{bucket, map[string]string{}}, err
}

// find implements [finder]: an object's name is its key.
func (b *bucketFiles) find(ctx context.Context, given string, recurse bool) (found []remote.Found, above string, err error) {
	if recurse && given != "" {
		objects, err := b.below(ctx, given)
		if err != nil || len(objects) > 0 {
			above, _ = splitPath(strings.TrimSuffix(given, "/"))
			return b.found(objects), above, err
		}
	}
	objects, err := b.objects(ctx, given)
	if err != nil {
		return nil, "", err
	}
	found = b.found(objects)
	return found, aboveOf(given, literal(given), found), nil
}

func (b *bucketFiles) found(objects []transfer.Listed) []remote.Found {
	all := make([]remote.Found, len(objects))
	for i, o := range objects {
		b.etags[o.Key] = o.ETag
		all[i] = remote.Found{Path: o.Key, Files: []api.StoredFile{{Key: o.Key, Name: o.Key, Size: o.Size, Modified: o.Modified}}}
	}
	return all
}

// objects finds the object of a key, or those that a pattern matches: * stands for what
// is between two slashes, ** for all. A key that is the pattern to the letter is meant
// alone.
func (b *bucketFiles) objects(ctx context.Context, given string) (found []transfer.Listed, err error) {
	switch {
	case given == "":
		return nil, errNoKey
	case isPattern(given):
		found, err = b.matching(ctx, given)
	default:
		o, there, failed := b.Head(ctx, given)
		if err = failed; there {
			found = []transfer.Listed{o}
		}
	}
	if err == nil && len(found) == 0 {
		err = b.missing(ctx, given)
	}
	return found, err
}

func (b *bucketFiles) matching(ctx context.Context, pattern string) (found []transfer.Listed, err error) {
	var exact []transfer.Listed
	err = b.each(ctx, literal(pattern), func(o transfer.Listed) {
		switch {
		case o.Key == pattern:
			exact = append(exact, o)
		case doublestar.MatchUnvalidated(pattern, o.Key):
			found = append(found, o)
		}
	})
	if len(exact) > 0 {
		found = exact
	}
	return found, err
}

// errNoKey refuses an empty variable.
var errNoKey = errors.New("got an empty name, want a key: name it; '**' is all")

// below finds what is below a prefix that ends with a slash, so that site is not
// site-old.
func (b *bucketFiles) below(ctx context.Context, prefix string) (found []transfer.Listed, err error) {
	err = b.each(ctx, asFolder(prefix), func(o transfer.Listed) { found = append(found, o) })
	return found, err
}

func (b *bucketFiles) each(ctx context.Context, prefix string, do func(transfer.Listed)) error {
	for page, err := range b.Pages(ctx, prefix, "") {
		if err != nil {
			return err
		}
		for _, o := range page.Objects {
			do(o)
		}
	}
	return nil
}

// missing says why nothing was found.
func (b *bucketFiles) missing(ctx context.Context, given string) error {
	for page, err := range b.Pages(ctx, asFolder(given), "/") {
		if err != nil {
			return err
		}
		if len(page.Objects)+len(page.Folders) > 0 {
			return fmt.Errorf("got %s, which is a folder: add -r", printable(given))
		}
		break
	}
	return fmt.Errorf("got %q, which is no key in the bucket: see signet ls --bucket", given)
}

func asFolder(prefix string) string {
	if strings.HasSuffix(prefix, "/") {
		return prefix
	}
	return prefix + "/"
}

// keyMatches says whether a key is what was given, to the letter or as a pattern.
func keyMatches(given, key string) bool {
	return given == key || isPattern(given) && doublestar.MatchUnvalidated(given, key)
}

func isPattern(given string) bool {
	return literal(given) != given && doublestar.ValidatePattern(given)
}

// literal is what stands before the first character that a pattern may give a meaning.
func literal(given string) string {
	if i := strings.IndexAny(given, `*?[{\`); i >= 0 {
		return given[:i]
	}
	return given
}
