package doctor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/lambda/upload"
)

// heldChecks are about settings of keeping that stop what was signed.
func heldChecks() []Check {
	return []Check{
		{
			ID: "lock-retention", Title: "Uploads bring the checksum that Object Lock wants", Group: keeping, Severity: Medium,
			Why:   "with a default retention S3 answers 400 to every PUT and form without Content-MD5 or an x-amz-checksum- header",
			Fix:   "aws s3api put-object-lock-configuration --bucket BUCKET --object-lock-configuration ObjectLockEnabled=Enabled # takes the default retention away; or sign a checksum, as signet does",
			Reads: reads(theLock), Judge: lockRetention,
		},
		{
			ID: "archived", Title: "What may be downloaded stays where it can be", Group: keeping, Severity: Medium,
			Why:   "signed downloads of archived objects get 403 InvalidObjectState until somebody restores them, which takes hours",
			Fix:   editLifecycle(`(.Rules[].Transitions[]? | select(.StorageClass == "GLACIER" or .StorageClass == "DEEP_ARCHIVE")).StorageClass = "GLACIER_IR"`),
			Reads: reads(theLifecycle), Judge: archived,
		},
	}
}

// lockRetention judges by who uploads: our client and the SDKs bring a checksum,
// Uppy and plain forms do not.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
func lockRetention(f *facts.Facts) Finding {
	switch l := f.Bucket.Lock.Value; {
	case !l.Enabled || l.Mode == "":
		return skip("no default retention")
	case slices.Contains([]string{Signet, sdk}, client(f)):
		return pass("%s for %d day(s); %s sends a checksum", l.Mode, l.Days, client(f))
	case len(f.Signs) > 0 && !signs(f, upload.PutObject) && !signs(f, upload.PostObject) && !signs(f, upload.UploadPart):
		return pass("nothing that is stored is signed")
	default:
		return certain(f, fail("%s for %d day(s) is the default, and nothing says that uploads bring a checksum (--client)", l.Mode, l.Days))
	}
}

// archived finds transitions of current versions to classes that have to be
// restored before they can be read. Of older versions that was meant.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
func archived(f *facts.Facts) Finding {
	var trouble, old []string
	for _, r := range f.Bucket.Lifecycle.Value {
		if r.Status != types.ExpirationStatusEnabled || !meets(f, r) {
			continue
		}
		for _, t := range r.Transitions {
			if cold(t.StorageClass) {
				trouble = append(trouble, fmt.Sprintf("%s moves objects to %s after %d day(s)", ruleName(r), t.StorageClass, aws.ToInt32(t.Days)))
			}
		}
		for _, t := range r.NoncurrentVersionTransitions {
			if cold(t.StorageClass) {
				old = append(old, fmt.Sprintf("%s moves old versions to %s after %d day(s)", ruleName(r), t.StorageClass, aws.ToInt32(t.NoncurrentDays)))
			}
		}
	}
	downloads := signs(f, upload.GetObject)
	switch {
	case len(trouble) > 0 && len(f.Signs) > 0 && !downloads:
		return pass("no download is signed; %s", strings.Join(trouble, "; "))
	case len(trouble) > 0 && downloads:
		return failIf(trouble, "").at(High)
	case len(trouble) > 0:
		return failIf(trouble, "")
	case len(old) > 0:
		return advise("%s, and cannot be downloaded at once", strings.Join(old, "; "))
	}
	return pass("no rule archives it")
}

func cold(c types.TransitionStorageClass) bool {
	return c == types.TransitionStorageClassGlacier || c == types.TransitionStorageClassDeepArchive
}

func index(i int) string { return strconv.Itoa(i) }
