package price

import "slices"

// Class is a storage class of S3, by S3's own name.
type Class string

// The classes that the stack's lifecycle rules know, and STANDARD_IA to compare
// them with.
const (
	Standard   Class = "STANDARD"
	StandardIA Class = "STANDARD_IA"
	GlacierIR  Class = "GLACIER_IR"
	Glacier    Class = "GLACIER" // S3 Glacier Flexible Retrieval
)

// Item is something that AWS asks a price for.
type Item string

// The items that are not of a storage class. The comments name the unit.
const (
	Tier1           Item = "s3.tier1.STANDARD"   // request: PUT, COPY, POST, LIST
	AccelerationIn  Item = "s3.acceleration.in"  // GB
	AccelerationOut Item = "s3.acceleration.out" // GB
	TransferOut     Item = "transfer.out"        // GB, to the internet
	KMSKey          Item = "kms.key"             // key-month, for each of a key's versions
	KMSRequest      Item = "kms.request"         // request
	LambdaRequest   Item = "lambda.request"      // request
	LambdaGBSecond  Item = "lambda.gbsecond"     // GB-second, arm64
	APIRequest      Item = "api.request"         // request of an HTTP API, in steps of 512 KiB
	EdgeRequest     Item = "cloudfront.request"  // HTTPS request, at the edges of PriceClass_100
	EdgeOut         Item = "cloudfront.out"      // GB
	EdgeIn          Item = "cloudfront.in"       // GB, from an edge to the bucket
	EdgeFunction    Item = "cloudfront.function" // run of a CloudFront Function
	LogsIngest      Item = "logs.ingest"         // GB, CloudWatch Logs
	LogsStorage     Item = "logs.storage"        // GB-month, as compressed by CloudWatch Logs
	TrailEvent      Item = "trail.event"         // event, CloudTrail data events
	XRayTrace       Item = "xray.trace"          // trace
	Alarm           Item = "alarm.month"         // alarm-month
	Dashboard       Item = "dashboard.month"     // dashboard-month
	ScanObject      Item = "guardduty.object"    // object, Malware Protection for S3
	ScanGB          Item = "guardduty.gb"        // GB
	User            Item = "cognito.user"        // user-month, Cognito Essentials
	BackupGB        Item = "backup.storage"      // GB-month, AWS Backup of S3
	TransferRegion  Item = "transfer.region"     // GB, to another region
	ReplicaMetrics  Item = "replica.metrics"     // metric-month, of replication
	QueueRequest    Item = "sqs.request"         // request of a standard queue
	Secret          Item = "secret.month"        // secret-month, Secrets Manager
	BusEvent        Item = "eventbridge.event"   // event of S3's that EventBridge takes in, in steps of 64 KiB
)

// Storage is a GB-month of a class.
func Storage(c Class) Item { return Item("s3.storage." + string(c)) }

// Tier2 is a GET, or any other request that is neither [Tier1] nor free, of an
// object in a class.
func Tier2(c Class) Item { return Item("s3.tier2." + string(c)) }

// Transition is a lifecycle transition of one object into a class.
func Transition(c Class) Item { return Item("s3.transition." + string(c)) }

// Retrieval is a GB read out of a class.
func Retrieval(c Class) Item { return Item("s3.retrieval." + string(c)) }

const (
	perRequest = "request"
	perGB      = "GB"
	perGBMonth = "GB-month"
)

// units has each item and what it is counted in. A GB is 2^30 bytes, as on
// AWS's bills.
func units() map[Item]string {
	all := map[Item]string{
		Tier1: perRequest, KMSRequest: perRequest, LambdaRequest: perRequest, APIRequest: perRequest, EdgeRequest: perRequest,
		AccelerationIn: perGB, AccelerationOut: perGB, TransferOut: perGB, EdgeOut: perGB, EdgeIn: perGB, EdgeFunction: "run", LogsIngest: perGB, ScanGB: perGB,
		KMSKey: "key-month", LambdaGBSecond: "GB-second", LogsStorage: perGBMonth, TrailEvent: "event", XRayTrace: "trace",
		Alarm: "alarm-month", Dashboard: "dashboard-month", ScanObject: "object", User: "user-month",
		BackupGB: perGBMonth, TransferRegion: perGB, ReplicaMetrics: "metric-month",
		QueueRequest: perRequest, Secret: "secret-month", BusEvent: "event",
	}
	for _, c := range []Class{Standard, StandardIA, GlacierIR, Glacier} {
		all[Storage(c)] = perGBMonth
	}
	for _, c := range []Class{Standard, StandardIA, GlacierIR} { // GLACIER is read after a restore alone, which Signet does not ask for
		all[Tier2(c)] = perRequest
	}
	for _, c := range []Class{StandardIA, GlacierIR, Glacier} {
		all[Transition(c)] = perRequest
	}
	for _, c := range []Class{StandardIA, GlacierIR} {
		all[Retrieval(c)] = perGB
	}
	return all
}

// Items lists all items in a fixed order.
func Items() []Item {
	var all []Item
	for item := range units() {
		all = append(all, item)
	}
	slices.Sort(all)
	return all
}

// Unit is what the item is counted in; empty for one that is not known.
func (i Item) Unit() string { return units()[i] }
