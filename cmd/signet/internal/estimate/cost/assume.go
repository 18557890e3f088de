package cost

import "signet/lambda/upload"

// What our own code and stack do. Tests hold them to it.
const (
	MultipartFrom  = 16 * upload.MiB  // both engines send files from this size on in parts
	batchFiles     = 250              // that both engines have signed by one call, at most
	batchBytes     = 64 * upload.MiB  // that the engines read before a call
	batchHeld      = 16 * upload.MiB  // … of files that they keep in memory meanwhile,
	wholeBytes     = 192 * upload.KiB // which are those up to this size
	lookups        = 64               // HEADs that the function sends at once
	lookedFirst    = 16               // files that the terminal has looked for, to learn whether any are there
	rangeBytes     = 8 * upload.MiB   // that it fetches by a request, of a file
	mostRanges     = 10_000           // … that it cuts into as many at most
	fewFiles       = 8                // that it sends at most, where it looks what else has their names
	keys           = 2                // KMS keys: of the uploads, of the logs
	functionMemory = 256.0            // MiB
	alarmMetrics   = 8                // metrics that the six alarms look at
	scanAlarms     = 2                // … and those that come with malwareScan,
	eventsAlarms   = 3                // with events; with backup.replica one for each rule
)

// What was measured here.
const (
	// callMillis is what a call is billed for that asks nothing of S3: a warm answer
	// takes 0.23 ms (bench/RESULTS.md, "The Lambda"), and Lambda bills whole ones.
	callMillis = 1
	// siteRequests and siteBytes are a first visit's files, their settings among them,
	// and their compressed bytes (frontend/weight.ts weighs them); later visits have
	// most in their cache.
	siteRequests, siteBytes = 7, 64 * upload.KiB
	signatureBytes          = 67    // of a part in the signature table, with quotes and comma
	signedBytes             = 2_000 // a signed URL with a session token, and its headers
	answerBytes             = 1_500 // any other answer
	listBytes               = 20_000
)

// What is assumed, for want of a deployment to measure.
const (
	// s3Millis is how long the function waits for one of its own calls to S3: the
	// least of the 100 to 200 ms that AWS names for small objects
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html).
	s3Millis = 100
	// bucketKeyShare is what a bucket key leaves of the requests to KMS: AWS says
	// that it takes away up to 99 percent
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
	bucketKeyShare = 0.01
	// overwrittenAfter is how many days a version is current that is replaced.
	overwrittenAfter = 30.0

	// An event is put into the queue, received and deleted; the function's poller asks
	// five at a time, for 20 seconds, when there is nothing.
	queueRequests = 3.0
	idlePolls     = secondsPerMonth / 20 * 5
	tellMillis    = 400.0 // two calls to S3, and a receiver that answers in 200 ms
	tellMemory    = 128.0 // MiB
	tellLogBytes  = 700.0 // a line for each attempt, and Lambda's own

	// passBytes and ledgerBytes are what a pass and a ledger take: some hundred bytes, and
	// fifty for each file that was signed of late.
	passBytes   = 1.0 * upload.KiB
	ledgerBytes = 8.0 * upload.KiB

	callLogBytes   = 1_200           // of CloudWatch Logs for a call: function and access log
	logCompression = 0.15            // of what CloudWatch Logs keeps
	accessRecord   = 1_000           // bytes in S3's access log for a request
	edgeRecord     = 150             // bytes in CloudFront's, compressed
	smallLog       = 64 * upload.KiB // an object of either: too small for a transition
	trailRecord    = 300             // bytes of a data event, compressed
	trailFiles     = 24 * 12.0       // that CloudTrail writes in a day, one each five minutes
)

// assumed says it in words, for people.
func assumed(w Workload, s Settings) []string {
	list := []string{
		"uploads come in evenly; a month is 365/12 days; prices are without taxes and discounts",
		"the function waits 100 ms for each of its own calls to S3, and is billed 1 ms for a call that makes none (0.23 ms measured)",
		"log records: 1,000 bytes for a request to S3, 300 for a data event, 1,200 for a call of the API",
	}
	if s.FreeTier {
		list = append(list, "nothing else in the account uses up its free amounts")
	} else {
		list = append(list, "AWS's free amounts are used up elsewhere in the account")
	}
	if s.BucketKey {
		list = append(list, "the bucket key spares 99 of 100 requests to KMS")
	}
	if w.Overwritten > 0 {
		list = append(list, "a file that is replaced was current for 30 days")
	}
	if w.Unfinished > 0 {
		list = append(list, "an upload that is left has half of its parts stored")
	}
	if len(s.Spaces) > 0 {
		list = append(list, "all files go to "+s.place()+", whose lifecycle counts")
	}
	if s.Quota {
		list = append(list, "a quota counts an owner anew at each visit, by a list of his files; each call is one change")
	}
	if s.Passes && w.Guests > 0 {
		list = append(list, "each guest's visit has a pass of its own, which counts")
	}
	if s.Events {
		list = append(list, "an event is told at the first attempt, to a receiver that answers in 200 ms, by itself")
	}
	if s.Accelerate {
		list = append(list, "acceleration makes each transfer faster: AWS takes nothing for those that it does not")
	}
	if w.Terminal {
		list = append(list, "files are fetched by their names, each named to the command; a folder with -r is found by one list for 1,000 files")
	}
	return append(list, "left out: the relay, mails of alarms, resent parts, cold starts, CloudFront beyond 10 TB")
}
