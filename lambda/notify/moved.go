package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// moveTime is how long after its first word a move makes the delete marker: a call of
// the API has half a minute.
const moveTime = 35 * time.Second

// byMove says whether a delete marker was made by a move. A marker says nothing of why
// it is there, so a move leaves a word of it first: see [upload.MovedPrefix].
func (n *Notifier) byMove(ctx context.Context, t Told) (bool, error) {
	versions, err := n.versions(ctx, t.key)
	if err != nil {
		return false, err
	}
	i := index(versions, t.version)
	for _, e := range versions[i+1:] { // all of them, where the marker is gone again
		if e.marker {
			continue
		}
		return n.movedBy(ctx, t, e.id)
	}
	return false, nil
}

// movedBy says whether the move of a version made the marker. One that was cut off
// between the marker and its second word has the first alone, whose time has to do.
func (n *Notifier) movedBy(ctx context.Context, t Told, version string) (bool, error) {
	out, err := n.options.S3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &n.options.Config.Bucket, Key: aws.String(upload.MovedKey(t.key, version))})
	if isGone(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", upload.MovedKey(t.key, version), err)
	}
	if marker := out.Metadata[upload.MetadataMarker]; marker != "" {
		return marker == t.version, nil
	}
	since := t.at.Sub(aws.ToTime(out.LastModified))
	return since > -2*time.Second && since < moveTime, nil
}
