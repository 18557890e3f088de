package cost

import (
	"math"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// traffic is the requests of a month.
type traffic struct {
	// ops counts S3's operations, by [upload.Operation].
	ops [upload.ListObjectVersions + 1]float64
	// preflights are a browser's OPTIONS requests to S3.
	preflights float64
	// calls are those of our API, and steps the 512 KiB of answer that each begins.
	calls, steps float64
	// answered is the bytes of the API's answers and of the site's files.
	answered float64
	// s3Calls are those of ops that the function makes itself and waits for, those
	// that it makes at once as one.
	s3Calls float64
	// site is the requests for the site's own files.
	site float64
	// edge is the uploads through the site's distribution, and edgeBytes what they carry.
	edge, edgeBytes float64
	// signings are the calls that sign or complete uploads, completions the latter.
	signings, completions float64
	kept                  kept
}

// all is all requests that S3 gets.
func (t *traffic) all() (n float64) {
	for _, ops := range t.ops {
		n += ops
	}
	return n + t.preflights
}

// function counts operations that the function does itself.
func (t *traffic) function(n float64, ops ...upload.Operation) {
	for _, op := range ops {
		t.ops[op] += n
		t.s3Calls += n
	}
}

// call counts calls of the API that answer so many bytes each.
func (t *traffic) call(n, bytes float64) {
	t.calls += n
	t.steps += n * max(1, math.Ceil(bytes/(512*upload.KiB)))
	t.answered += n * bytes
}

// byEdge counts uploads of so many bytes each that go through the site's distribution.
func (t *traffic) byEdge(n, bytes float64) {
	t.edge += n
	t.edgeBytes += n * bytes
}

// byEdge says whether files that go whole do so, and parts.
func (s Settings) byEdge(w Workload) (whole, parts bool) {
	all := s.Edge == upload.EdgeAll && !w.Terminal
	return all || s.Edge == upload.EdgeSmall && !w.Terminal && w.AverageSize < upload.EdgeBelow, all
}

// trafficOf is what our own clients send, in the order in which they do: see
// lambda/api and the two engines.
func trafficOf(w Workload, s Settings) *traffic {
	t := &traffic{}
	if w.AverageSize >= MultipartFrom {
		t.inParts(w, s)
	} else {
		t.whole(w, s)
	}
	t.downloads(w)
	t.visits(w)
	if w.Retain > 0 { // a DELETE of ours looks first whether the file is there
		t.call(w.FilesPerMonth, answerBytes)
		t.function(w.FilesPerMonth, upload.HeadObject, upload.DeleteObject)
	}
	return t
}

// whole is files that go up in one request each, many signed by one call.
func (t *traffic) whole(w Workload, s Settings) {
	files := w.FilesPerMonth
	held := float64(batchBytes)
	if w.AverageSize <= wholeBytes {
		held = batchHeld
	}
	batch := min(w.FilesPerVisit, batchFiles, max(1, math.Ceil(held/max(1, float64(w.AverageSize)))))
	calls := files / batch
	t.call(calls, batch*signedBytes)
	t.signings += calls
	// Whether the file is there is looked up first, for many files at once.
	looks, looked := calls, batch
	switch edge, _ := s.byEdge(w); {
	case edge: // S3 says itself that a file is there, and it is looked for after that alone
		looks = 0
		t.ops[upload.PutObject] += files
		t.byEdge(files, float64(w.AverageSize))
	case w.Terminal:
		// By a call of its own, and as long as there are some: of new files, for the
		// first few of a command.
		looks, looked = files/w.FilesPerVisit, min(batch, lookedFirst)
		t.call(looks, looked*signedBytes)
		t.ops[upload.PutObject] += files
	default: // forms, for which a browser asks nobody for leave
		t.ops[upload.PostObject] += files
	}
	if !s.Overwrite {
		t.ops[upload.HeadObject] += looks * looked
		t.s3Calls += looks * math.Ceil(looked/lookups)
	}
}

// inParts is files that go up in parts, by the plan that all clients follow.
func (t *traffic) inParts(w Workload, s Settings) {
	plan, err := upload.NewPlan(w.AverageSize)
	if err != nil {
		return // sizes were checked
	}
	files, left, parts := w.FilesPerMonth, w.FilesPerMonth*w.Unfinished, float64(plan.PartCount)
	begun := files + left
	t.signings += begun + files
	t.completions += files
	t.call(begun, answerBytes+parts*signatureBytes)
	if !s.Overwrite {
		t.function(begun, upload.HeadObject)
	}
	// Looked for before and after, so that two clients do not both begin.
	t.function(begun, upload.ListMultipartUploads, upload.CreateMultipartUpload, upload.ListMultipartUploads)
	t.ops[upload.UploadPart] += parts * (files + left/2)
	if !w.Terminal {
		t.preflights += parts * (files + left/2)
	}
	if _, edge := s.byEdge(w); edge { // both ways share them: the dearer is counted
		t.byEdge(parts*(files+left/2), float64(plan.PartSize))
	}
	t.call(files, answerBytes)
	t.function(files*math.Ceil(parts/upload.ListPage), upload.ListParts)
	t.function(files, upload.CompleteMultipartUpload)
}

// downloads asks for a URL and uses it: in a browser once. The command line finds
// each file by its name, and fetches it in ranges; what the whole's checksum has to be
// it asks first where there are several.
func (t *traffic) downloads(w Workload) {
	t.call(w.Downloads, signedBytes)
	if !w.Terminal {
		t.ops[upload.GetObject] += w.Downloads
		return
	}
	t.call(w.Downloads, answerBytes)
	t.function(w.Downloads, upload.ListObjectsV2)
	if w.AverageSize > rangeBytes {
		t.call(w.Downloads, answerBytes)
		t.function(w.Downloads, upload.HeadObject)
	}
	t.ops[upload.GetObject] += w.Downloads * ranges(w.AverageSize)
}

// ranges is how many requests the command line fetches a file with.
func ranges(size int64) float64 {
	each := max(rangeBytes, (size+mostRanges-1)/mostRanges)
	return float64(max(1, (size+each-1)/each))
}

// visits is what comes with a visit of the page: the list of files, to which the page
// adds by itself what it has stored, that of unfinished uploads, and the page itself. A command that sends few
// files looks what else has their names.
func (t *traffic) visits(w Workload) {
	sending, fetching := w.FilesPerMonth/w.FilesPerVisit, w.Downloads/w.FilesPerVisit
	if w.Terminal {
		if w.FilesPerVisit <= fewFiles {
			t.call(w.FilesPerMonth, answerBytes)
			t.function(w.FilesPerMonth, upload.ListObjectVersions)
		}
		return
	}
	lists := sending + fetching
	t.call(lists, listBytes)
	t.function(lists, upload.ListObjectsV2)
	// And what has been begun and not finished, so that it can go on.
	t.call(lists, answerBytes)
	t.function(lists, upload.ListMultipartUploads)
	t.site += (sending + fetching) * siteRequests
	t.answered += (sending + fetching) * siteBytes
}

// requests puts them on the bill, downloads by the class that the files are in.
func (l *ledger) requests(s span, t *traffic, lives []life, w Workload) {
	for _, op := range upload.Operations() {
		switch n := t.ops[op]; {
		case op == upload.GetObject:
			l.downloads(s, n, lives, w)
		case op.Spec().Tier == upload.Tier1:
			l.add(Requests, op.String(), price.Tier1, n)
		case op.Spec().Tier == upload.Tier2:
			l.add(Requests, op.String(), price.Tier2(price.Standard), n)
		}
	}
	l.add(Requests, "preflights", price.Tier2(price.Standard), t.preflights)
}

func (l *ledger) downloads(s span, n float64, lives []life, w Workload) {
	held, all := map[price.Class]float64{}, 0.0
	for _, life := range lives {
		for _, p := range life.phases {
			if p.state == current {
				days := life.perDay * s.held(p.from, p.to)
				held[p.class] += days
				all += days
			}
		}
	}
	for _, class := range []price.Class{price.Standard, price.StandardIA, price.GlacierIR} {
		share := held[class] / all
		if all == 0 { // nothing of ours is stored: files that were there before
			share = map[bool]float64{true: 1}[class == price.Standard]
		}
		l.add(Requests, "GetObject from "+string(class), price.Tier2(class), n*share)
		if class != price.Standard {
			l.add(Requests, "retrieval from "+string(class), price.Retrieval(class), w.Downloads*share*gb(float64(w.AverageSize)))
		}
	}
}
