package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"signet/cmd/signet/internal/transfer"
)

// bucketFiles are a bucket's objects. They are called by their keys, to the letter: what
// looks like a folder or a path is none.
type bucketFiles struct {
	*transfer.Bucket
}

// objects finds the object of a key, or those that a pattern matches: * stands for what is
// between two slashes, ** for all.
func (b *bucketFiles) objects(ctx context.Context, given string) ([]transfer.Listed, error) {
	if given == "" {
		return nil, errNoKey
	}
	o, there, err := b.Head(ctx, given)
	switch {
	case err != nil:
		return nil, err
	case there:
		return []transfer.Listed{o}, nil
	case isPattern(given):
		var found []transfer.Listed
		err := b.each(ctx, literal(given), func(o transfer.Listed) {
			if doublestar.MatchUnvalidated(given, o.Key) {
				found = append(found, o)
			}
		})
		if err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, b.missing(ctx, given)
}

// errNoKey refuses an empty variable.
var errNoKey = errors.New("got an empty name, want a key: name it; '**' is all")

// below finds what is below a prefix that ends with a slash, so that site is not
// site-old; the empty objects that stand for folders count where marks says so.
func (b *bucketFiles) below(ctx context.Context, prefix string, marks bool) (found []transfer.Listed, err error) {
	err = b.each(ctx, asFolder(prefix), func(o transfer.Listed) {
		if marks || o.Size > 0 || !strings.HasSuffix(o.Key, "/") {
			found = append(found, o)
		}
	})
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
