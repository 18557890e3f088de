package accesslog

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// Bill counts what logs say. Its size does not grow with theirs: it has a count
// for each operation, up to maxKinds of them, and a few sums.
type Bill struct {
	Files      int // that were read
	Records    int
	Unreadable int // lines that are no records
	From, To   time.Time

	counts map[string]*count
	// out is what was sent to clients, accelerated what of it and of what came in
	// went through an accelerated address, in bytes.
	out, acceleratedIn, acceleratedOut float64
	// in is what was stored, and inTimes the same times the seconds from the first
	// record on: what is stored until the last one is then a product and a difference.
	in, inTimes float64
}

// maxKinds bounds the operations that are told apart.
const maxKinds = 200

type count struct {
	kind  kind
	n     int // all
	free  int // for which S3 takes nothing
	wrong int // answered with an error
}

// Line is what an operation, or something else, costs.
type Line struct {
	What   string     `json:"what"`
	Item   price.Item `json:"item,omitempty"`
	Count  int        `json:"requests,omitempty"`
	Errors int        `json:"errors,omitempty"`
	Amount float64    `json:"amount"` // that is billed
	Unit   string     `json:"unit,omitempty"`
	USD    float64    `json:"usd"`
}

func (b *Bill) add(r Record) {
	if b.Records == 0 || r.Time.Before(b.From) {
		b.rebase(r.Time)
	}
	if r.Time.After(b.To) || b.Records == 0 {
		b.To = r.Time
	}
	b.Records++
	c := b.countOf(r.Operation)
	c.n++
	if r.Status >= 400 {
		c.wrong++
	}
	if unbilled(r) {
		c.free++
	}
	b.bytes(r, c.kind.name)
}

// rebase makes an earlier time the first one.
func (b *Bill) rebase(to time.Time) {
	if b.Records > 0 {
		b.inTimes += b.in * b.From.Sub(to).Seconds()
	}
	b.From = to
}

func (b *Bill) countOf(operation string) *count {
	if b.counts == nil {
		b.counts = map[string]*count{}
	}
	k := kindOf(operation)
	if b.counts[k.name] == nil && len(b.counts) >= maxKinds {
		k = kind{"other operations", price.Tier2(price.Standard)}
	}
	if b.counts[k.name] == nil {
		b.counts[k.name] = &count{kind: k}
	}
	return b.counts[k.name]
}

// unbilled is what S3 takes nothing for: errors of its own, and AccessDenied to
// somebody outside of the account
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorCodeBilling.html). A
// log names no account of a requester that was not known.
func unbilled(r Record) bool {
	return r.Status >= 500 || r.Status == http.StatusForbidden && r.Requester == ""
}

// bytes counts what came and went.
func (b *Bill) bytes(r Record, name string) {
	accelerated := strings.Contains(r.Host, ".s3-accelerate.")
	b.out += float64(r.BytesSent)
	if accelerated {
		b.acceleratedOut += float64(r.BytesSent)
	}
	switch name {
	case upload.PutObject.String(), upload.PostObject.String(), upload.UploadPart.String(), upload.CopyObject.String():
	default:
		return
	}
	if r.Status >= 400 || r.Size <= 0 { // a form may be answered by 303
		return
	}
	b.in += float64(r.Size)
	b.inTimes += float64(r.Size) * r.Time.Sub(b.From).Seconds()
	if accelerated && name != upload.CopyObject.String() {
		b.acceleratedIn += float64(r.Size)
	}
}

// Requests is how often each operation was asked for, by its name in the table
// of S3's operations.
func (b *Bill) Requests() map[string]int {
	all := map[string]int{}
	for name, c := range b.counts {
		all[name] = c.n
	}
	return all
}

// StoredSeconds is the bytes that came in, each times the seconds from then to the
// last record.
func (b *Bill) StoredSeconds() float64 { return b.in*b.To.Sub(b.From).Seconds() - b.inTimes }

const monthSeconds = 365.0 / 12 * 86400

// Lines prices what was counted: operations by what they cost, then bytes.
func (b *Bill) Lines(prices price.Table) (lines []Line, usd float64) {
	sums := map[price.Item]float64{}
	add := func(l Line) {
		if l.Item != "" {
			figure := prices.Figure(l.Item)
			before := sums[l.Item]
			sums[l.Item] += l.Amount
			l.Unit, l.USD = figure.Unit, figure.Cost(sums[l.Item])-figure.Cost(before)
		}
		usd += l.USD
		lines = append(lines, l)
	}
	for _, name := range slices.Sorted(maps.Keys(b.counts)) {
		c := b.counts[name]
		l := Line{What: name, Item: c.kind.item, Count: c.n, Errors: c.wrong}
		if c.kind.item != "" {
			l.Amount = float64(c.n - c.free)
		}
		add(l)
	}
	slices.SortStableFunc(lines, func(x, y Line) int { return cmp.Compare(y.USD, x.USD) })
	const gb = upload.GiB
	add(Line{What: "sent to clients", Item: price.TransferOut, Amount: b.out / gb})
	add(Line{What: "stored of what came in, until the last record", Item: price.Storage(price.Standard), Amount: b.StoredSeconds() / gb / monthSeconds})
	if b.acceleratedIn+b.acceleratedOut > 0 {
		add(Line{What: "accelerated, in", Item: price.AccelerationIn, Amount: b.acceleratedIn / gb})
		add(Line{What: "accelerated, out", Item: price.AccelerationOut, Amount: b.acceleratedOut / gb})
	}
	return lines, usd
}

// Unknown says what no access log tells.
func Unknown() []string {
	return []string{
		"what was stored before, and versions and parts that rules removed",
		"the class that an object was read from: GETs are priced as of STANDARD, with no retrieval",
		"KMS, Lambda, the HTTP API, CloudFront, CloudTrail, CloudWatch",
		"whether bytes went to the internet: all are priced as if they did, the account's 100 free GB included",
		"requests that S3 did not log: delivery is best effort",
	}
}
