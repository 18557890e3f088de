// Package limits says which quota of AWS binds first at so many uploads a second,
// at which rate, and what to raise; and simulates what happens beyond it.
//
// A quota is what AWS gives an account that has asked for nothing, or what the
// stack sets below that. What an upload takes of each follows from what the
// handler and the engines do: one call and one PUT for a small file; for a large
// one, two calls, its parts, and what S3 is asked besides.
package limits

import (
	"cmp"
	"math"
	"slices"

	"signet/cmd/signet/internal/estimate/field"
	"signet/lambda/upload"
)

// Workload is what is asked for.
type Workload struct {
	// Rate is uploads that are begun each second, above 0 and at most [MaxRate].
	Rate float64
	// Size of each in bytes, 1 to [upload.MaxObjectSize].
	Size int64
	// Region of the stack, such as us-east-1; a region that no quota names has the
	// quota of all others.
	Region string
	// BucketKey says that S3 keeps a key for the bucket, so that it asks KMS little.
	BucketKey bool
	// Partitions is how many partitions S3 has made of the key space, 1 or more. It
	// begins with one.
	Partitions int
	// FilesPerCall is how many small files one presign call signs, 1 to 1,000.
	FilesPerCall int
	// UploadsPerSignIn is how many uploads a token is used for. 0: tokens are not
	// Cognito's.
	UploadsPerSignIn float64
}

// MaxRate is the most uploads a second that are looked at: a million.
const MaxRate = 1e6

// Check says what is wrong with a workload; what is out of its range is a
// [field.Error].
func (w Workload) Check() error {
	switch {
	case !(w.Rate > 0 && w.Rate <= MaxRate):
		return field.Outside("rate", w.Rate, "above 0 and at most 1,000,000 uploads a second")
	case w.Partitions < 1 || w.Partitions > 1e6:
		return field.Outside("partitions", w.Partitions, "1 to 1,000,000")
	case w.FilesPerCall < 1 || w.FilesPerCall > 1000:
		return field.Outside("filesPerCall", w.FilesPerCall, "1 to 1,000")
	case !(w.UploadsPerSignIn >= 0 && w.UploadsPerSignIn <= 1e9):
		return field.Outside("uploadsPerSignIn", w.UploadsPerSignIn, "0 (tokens are not Cognito's) to 1,000,000,000")
	}
	_, err := upload.NewPlan(w.Size)
	return err
}

// Stack is what our own stack sets; a test compares it with package infra.
type Stack struct {
	StageRate, StageBurst float64 // of the HTTP API's stage
	Concurrency           float64 // copies of the function: reserved, or the account's
}

// Deployed is the stack as infra makes it without configuration
// (lambda/upload/config_deploy.go): it reserves no copies of the function, so that all of
// the account's are there, 1,000 once a new account's ten have been raised.
func Deployed() Stack { return Stack{StageRate: 100, StageBurst: 200, Concurrency: 1000} }

// Quota is one limit, and how much of it the workload takes.
type Quota struct {
	Name string `json:"name"`
	// Limit is in Unit. Burst is what may come at once above it; 0: nothing known.
	Limit float64 `json:"limit"`
	Unit  string  `json:"unit"`
	Burst float64 `json:"burst,omitempty"`
	// PerUpload is how much of it one upload takes, in Unit.
	PerUpload float64 `json:"perUpload"`
	// At is the rate, in uploads a second, at which it binds.
	At float64 `json:"at"`
	// Used is the share that the workload takes; above 1 it binds.
	Used float64 `json:"used"`
	// Answer is what is answered beyond it.
	Answer string `json:"answer"`
	// Raise says how to raise it.
	Raise  string `json:"raise"`
	Source string `json:"source"`

	stage stage
}

// Report is what binds at a rate.
type Report struct {
	Rate float64 `json:"rate"` // uploads a second
	// Quotas are in the order in which they bind.
	Quotas []Quota `json:"quotas"`
	// Binds names the first that binds, whether the rate reaches it or not; Most is
	// the rate at which it does.
	Binds string  `json:"binds"`
	Most  float64 `json:"most"`
}

// Fits says whether the rate stays within all quotas.
func (r Report) Fits() bool { return r.Rate <= r.Most }

// Find lists the quotas of a workload on a stack.
func Find(w Workload, s Stack) (Report, error) {
	if err := w.Check(); err != nil {
		return Report{}, err
	}
	r := Report{Rate: w.Rate, Quotas: quotas(w, s)}
	slices.SortStableFunc(r.Quotas, func(a, b Quota) int { return cmp.Compare(a.At, b.At) })
	r.Binds, r.Most = r.Quotas[0].Name, r.Quotas[0].At
	return r, nil
}

// quotas are in the order in which an upload meets them.
func quotas(w Workload, s Stack) []Quota {
	n := needOf(w)
	all := []Quota{cloudFront(n), stageThrottle(s, n), accountThrottle(w.Region, n), invocations(s, n), concurrency(s, n),
		writes(w, n), reads(w, n), kms(w, n)}
	if w.UploadsPerSignIn > 0 {
		all = append([]Quota{signIns(w)}, all...)
	}
	for i := range all {
		q := &all[i]
		q.At = q.Limit / q.PerUpload
		q.Used = w.Rate / q.At
	}
	return slices.DeleteFunc(all, func(q Quota) bool { return q.PerUpload == 0 })
}

// multipartFrom is the size from which files go up in parts; a test compares it
// with the engines'.
const multipartFrom = 16 << 20

// need is what one upload takes.
type need struct {
	calls    float64 // of the API
	busy     float64 // seconds of the function
	writes   float64 // PUT and POST at S3, by client or function
	reads    float64 // GET and HEAD at S3
	kmsCalls float64 // by S3, without a bucket key
}

// What the function takes for a call, in seconds.
const (
	// decide is what a call takes that asks nobody: at least the 99th percentile of
	// warm answers in bench/RESULTS.md and at most twice that, for it differs from run
	// to run; a test compares the two.
	decide = 1e-3
	// askS3 is the middle of the 100 to 200 ms that S3 names for small requests
	// (docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html).
	askS3 = 0.15
)

func needOf(w Workload) need {
	if w.Size < multipartFrom {
		share := 1 / float64(w.FilesPerCall)
		return need{calls: share, busy: share * decide, writes: 1, kmsCalls: 1}
	}
	plan, err := upload.NewPlan(w.Size)
	if err != nil {
		return need{} // Check has refused it
	}
	parts := float64(plan.PartCount)
	pages := math.Ceil(parts / upload.ListPage)
	// To begin: two times ListMultipartUploads, HeadObject, CreateMultipartUpload
	// (lambda/api/uploads.go). To end: ListParts and CompleteMultipartUpload (complete.go).
	return need{
		calls: 2, busy: 2*decide + (4+pages+1)*askS3, writes: parts + 2, reads: 3 + pages,
		// One data key for the upload, decrypted for each part and at the end
		// (docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html).
		kmsCalls: parts + 2,
	}
}
