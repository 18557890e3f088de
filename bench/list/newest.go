package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/bench/local"
	"signet/bench/report"
	"signet/bench/turns"
	"signet/lambda/api"
	"signet/lambda/upload"
)

const (
	newest = "GET /files?order=newest"
	sdk    = "AWS SDK for Go, all pages"
)

// put stores a file of the caller's under a key as the policy makes it.
func (b *cases) put(folder string, number int) error {
	stem := fmt.Sprintf("photo-%06d", number)
	key := local.Part + folder + stem + "~" + upload.ContentID(sha256.Sum256([]byte(stem))) + ".jpg"
	if k, ok := upload.NewPolicy(upload.DefaultConfig()).ParseKey(key); !ok || k.Stem != stem {
		return fmt.Errorf("got %+v of %s, want a key that the policy makes", k, key)
	}
	// Their order by time is none by name.
	age := time.Duration(number*7919%allFiles) * time.Minute
	return b.Put(key, int64(number), time.Now().Add(-age))
}

// newest has one answer hold the newest files of all, which S3 cannot tell without
// listing them all.
func (b *cases) newest() error {
	for i := range b.files {
		if err := b.put("", i); err != nil {
			return err
		}
	}
	client := &api.Client{Base: b.door.API, Token: func(context.Context) (string, error) { return local.Caller, nil }}
	asks := map[string]func() error{
		newest: func() error { return b.askNewest(client) },
		sdk:    func() error { return b.askSDK(b.Client()) },
	}
	tools := []string{newest, sdk}
	for _, tool := range tools {
		if err := asks[tool](); err != nil {
			return fmt.Errorf("%s: %w", tool, err)
		}
	}
	r, err := turns.Take(b.ctx, "newest", tools, b.rounds, func(tool string) (turns.Run, error) {
		began := time.Now()
		err := asks[tool]()
		return turns.Run{Took: time.Since(began)}, err
	}, os.Stdout)
	if err != nil {
		return err
	}
	t := report.Table{Caption: fmt.Sprintf("%s files of one folder", count(b.files)), Columns: []string{"", "seconds, median", "times ours"}}
	for _, tool := range tools {
		t.Rows = append(t.Rows, []string{tool, fmt.Sprintf("%.3f", r.Median(tool).Seconds()), report.Number(r.Ratio(tool, newest))})
	}
	b.section.Tables = append(b.section.Tables, t)
	b.goal("the newest of "+count(b.files)+" files in one answer, against listing them with the SDK", r.Ratio(newest, sdk), 1.5)
	return b.Empty(b.ctx)
}

func (b *cases) askNewest(client *api.Client) error {
	list, err := client.ListFiles(b.ctx, api.FilesQuery{Order: "newest", Limit: allFiles})
	if err != nil {
		return err
	}
	inOrder := slices.IsSortedFunc(list.Files, func(a, b api.StoredFile) int { return b.Modified.Compare(a.Modified) })
	if len(list.Files) != b.files || !list.Complete || list.Next != "" || !inOrder {
		return fmt.Errorf("got %d files, complete %t, in order %t, more to come %t; want all %d in one answer", len(list.Files), list.Complete, inOrder, list.Next != "", b.files)
	}
	return nil
}

func (b *cases) askSDK(client *s3.Client) error {
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: aws.String(local.Bucket), Prefix: aws.String(local.Part)})
	var all []types.Object
	for pages.HasMorePages() {
		page, err := pages.NextPage(b.ctx)
		if err != nil {
			return err
		}
		all = append(all, page.Contents...)
	}
	if len(all) != b.files {
		return fmt.Errorf("got %d objects, want %d", len(all), b.files)
	}
	return nil
}

// count writes a number of files as people do.
func count(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
