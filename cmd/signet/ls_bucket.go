package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/transfer"
)

// bucketLister prints what a bucket holds, by its keys as they are.
type bucketLister struct {
	*lister
	store *bucketFiles
}

// object is an object of a bucket in JSON.
type object struct {
	Key      string    `json:"key"`
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	ETag     string    `json:"etag"`
}

// list prints what keys begin with the prefix, put together in folders at the next
// slash unless all is meant. Where there is none the prefix may be a pattern.
func (l bucketLister) list(ctx context.Context, prefix string) error {
	there, err := l.begun(ctx, prefix)
	if err != nil || there || prefix == "" {
		return err
	}
	found, err := l.store.objects(ctx, prefix)
	if err != nil {
		return err
	}
	l.sort(found)
	for i := range found {
		l.object(&found[i], found[i].Key)
	}
	return nil
}

// begun prints what begins with a prefix, and says whether that is anything. By name it
// is page after page.
func (l bucketLister) begun(ctx context.Context, prefix string) (there bool, err error) {
	delimiter, in := "/", prefix[:strings.LastIndexByte(prefix, '/')+1]
	if l.all {
		delimiter, in = "", ""
	}
	var kept []transfer.Listed
	for page, err := range l.store.Pages(ctx, prefix, delimiter) {
		if err != nil {
			return there, err
		}
		there = there || len(page.Objects)+len(page.Folders) > 0
		for _, folder := range page.Folders {
			l.folderRow(folder, strings.TrimPrefix(folder, in))
		}
		if l.order != "name" {
			kept = append(kept, page.Objects...)
			continue
		}
		l.objects(page.Objects, in)
		if err := l.out.Flush(); err != nil {
			return there, err
		}
	}
	l.sort(kept)
	l.objects(kept, in)
	return there, nil
}

func (l bucketLister) objects(all []transfer.Listed, in string) {
	for i := range all {
		l.object(&all[i], strings.TrimPrefix(all[i].Key, in))
	}
}

func (l bucketLister) sort(all []transfer.Listed) {
	slices.SortStableFunc(all, func(a, b transfer.Listed) int {
		switch l.order {
		case "time":
			return cmp.Or(b.Modified.Compare(a.Modified), strings.Compare(a.Key, b.Key))
		case "size":
			return cmp.Or(cmp.Compare(b.Size, a.Size), strings.Compare(a.Key, b.Key))
		}
		return strings.Compare(a.Key, b.Key)
	})
}

func (l bucketLister) folderRow(folder, shown string) {
	if l.quiet || l.long {
		shown = folder
	}
	l.row(map[string]string{"folder": folder}, "", "-", shown)
}

// object prints an object, called as it is to be shown.
func (l bucketLister) object(o *transfer.Listed, shown string) {
	if l.quiet || l.long {
		shown = o.Key
	}
	if l.json {
		l.print(object{o.Key, o.Size, o.Modified, strings.Trim(o.ETag, `"`)}, "")
		return
	}
	l.row(nil, stamp(o.Modified), progress.Bytes(o.Size), shown)
}

func (l bucketLister) row(v any, modified, size, shown string) {
	switch shown = printable(shown); {
	case l.json:
		l.print(v, "")
	case l.quiet:
		l.out.WriteString(shown)
		l.out.WriteByte('\n')
	default:
		l.print(v, "%19s  %10s  %s", modified, size, shown)
	}
}
