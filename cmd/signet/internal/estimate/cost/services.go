package cost

import (
	"math"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// encryption is the two keys, of the uploads and of the logs, and what S3 asks of
// the first.
func (l *ledger) encryption(n int, t *traffic, s Settings) {
	// A rotated key keeps its old versions; the first two cost as much as a key
	// each (https://aws.amazon.com/kms/pricing/). Ours rotate once a year.
	versions := 1 + min(2, (n-1)/12)
	l.add(Encryption, "keys", price.KMSKey, float64(keys*versions))
	asked := 0.0
	for _, op := range upload.Operations() {
		if len(op.Spec().KMS) > 0 {
			asked += t.ops[op]
		}
	}
	asked += t.kept.gets + t.kept.puts
	if s.BucketKey {
		asked *= bucketKeyShare
	}
	l.add(Encryption, "KMS requests", price.KMSRequest, asked)
}

// api is what stands before S3: CloudFront, the HTTP API, the function.
func (l *ledger) api(t *traffic) {
	l.add(API, "HTTP API", price.APIRequest, t.steps)
	l.add(API, "Lambda requests", price.LambdaRequest, t.calls)
	seconds := (t.calls*callMillis + t.s3Calls*s3Millis) / 1000
	l.add(API, "Lambda duration", price.LambdaGBSecond, seconds*functionMemory/1024)
	l.add(API, "CloudFront requests", price.EdgeRequest, t.calls+t.site+t.edge)
	l.add(API, "CloudFront transfer", price.EdgeOut, gb(t.answered))
	l.add(API, "CloudFront to the bucket", price.EdgeIn, gb(t.edgeBytes))
	l.add(API, "CloudFront Functions", price.EdgeFunction, t.edge)
	// Lambda traces one call a second and a twentieth of the others
	// (https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html).
	firsts := min(t.calls, secondsPerMonth)
	l.add(API, "X-Ray traces", price.XRayTrace, firsts+(t.calls-firsts)/20)
}

// logs is CloudWatch's, which keeps 30 days, and the objects in the log buckets.
func (l *ledger) logs(s span, t *traffic, o Settings) {
	written := gb(t.calls * callLogBytes)
	l.add(Logs, "CloudWatch Logs", price.LogsIngest, written)
	l.add(Logs, "CloudWatch Logs, kept", price.LogsStorage, written*logCompression*math.Min(1, (s.from+s.to)/2/daysPerMonth))
	small := ((t.all()+t.kept.gets+t.kept.puts)*accessRecord + (t.calls+t.site+t.edge)*edgeRecord) / daysPerMonth
	l.kept(s, life{perDay: small / smallLog, size: smallLog}, o)
	if !o.Trail {
		return
	}
	events := 0.0
	for _, op := range upload.Operations() {
		if op.Spec().OnKey {
			events += t.ops[op]
		}
	}
	l.add(Logs, "CloudTrail data events", price.TrailEvent, events)
	perDay := math.Min(trailFiles, events/daysPerMonth)
	if perDay > 0 {
		l.add(Logs, "CloudTrail, PutObject", price.Tier1, perDay*daysPerMonth)
		l.kept(s, life{perDay: perDay, size: events / daysPerMonth * trailRecord / perDay}, o)
	}
}

// kept is log objects, under the rule of the log buckets.
func (l *ledger) kept(s span, objects life, o Settings) {
	rule := Settings{Lifecycle: upload.Lifecycle{Transition: o.Lifecycle.LogsTransition, Noncurrent: o.Lifecycle.Noncurrent}, Class: price.Glacier}
	objects.phases = rule.phases(objects.size, float64(o.Lifecycle.LogsExpire))
	for i := range objects.phases {
		objects.phases[i].state = logObjects
	}
	l.storage(s, []life{objects}, Logs, Logs)
}

// moved is bytes on their way.
func (l *ledger) moved(w Workload, s Settings) {
	in, out := gb(w.FilesPerMonth*float64(w.AverageSize)), gb(w.Downloads*float64(w.AverageSize))
	if w.AverageSize >= MultipartFrom {
		in += in * w.Unfinished / 2
	}
	l.add(Transfer, "downloads to the internet", price.TransferOut, out)
	if s.Accelerate {
		l.add(Acceleration, "uploads", price.AccelerationIn, in)
		l.add(Acceleration, "downloads", price.AccelerationOut, out)
	}
}

// events is telling of each file once, beside what S3 tells EventBridge: the delivery
// into the queue costs nothing, the queue, a batch of one for the function, and what it
// asks of S3 do. A deleted file is told too, and its version is not looked up.
func (l *ledger) events(w Workload, s Settings) {
	if !s.Events {
		return
	}
	told := w.FilesPerMonth
	l.add(Events, "secret", price.Secret, 1)
	l.add(Events, "SQS requests", price.QueueRequest, told*queueRequests+idlePolls)
	l.add(Events, "Lambda requests", price.LambdaRequest, told)
	l.add(Events, "Lambda duration", price.LambdaGBSecond, told*tellMillis/1000*tellMemory/1024)
	l.add(Events, "HeadObject", price.Tier2(price.Standard), told)
	l.add(Events, "ListObjectVersions", price.Tier1, told)
	l.add(Events, "CloudWatch Logs", price.LogsIngest, gb(told*tellLogBytes))
}

// rest is what depends on little else.
func (l *ledger) rest(w Workload, s Settings) {
	if s.MalwareScan {
		l.add(Scan, "objects", price.ScanObject, w.FilesPerMonth)
		l.add(Scan, "bytes", price.ScanGB, gb(w.FilesPerMonth*float64(w.AverageSize)))
		l.add(Scan, "GetObject", price.Tier2(price.Standard), w.FilesPerMonth)
		l.add(Scan, "PutObjectTagging", price.Tier1, w.FilesPerMonth)
	}
	if s.Cognito {
		l.add(SignIn, "users", price.User, w.Users)
	}
	l.add(Watch, "dashboard", price.Dashboard, 1)
	if s.Alarms {
		l.add(Watch, "alarms", price.Alarm, s.alarms())
	}
}

// alarms is how many metrics the alarms look at, by which they are paid.
func (s Settings) alarms() float64 {
	n := alarmMetrics
	if s.MalwareScan {
		n += scanAlarms
	}
	if s.Events {
		n += eventsAlarms
	}
	return float64(n + s.Replica)
}
