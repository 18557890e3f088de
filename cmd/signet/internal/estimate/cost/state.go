package cost

import (
	"math"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// kept is what the state bucket is asked for passes and quotas.
type kept struct{ gets, puts float64 }

// change counts changes of a pass or a ledger: each is read, and written on a condition.
func (k *kept) change(n float64) {
	k.gets += n
	k.puts += n
}

// keep counts what passes and quotas ask of S3. A quota is held by one change for each
// call that signs and each that completes, which looks first that room is held; an owner who comes back after an hour is
// counted anew, from the list of what he has. Each visit of a guest has a pass of its
// own, which is made, read once, and counts what comes.
func (t *traffic) keep(s span, lives []life, w Workload, o Settings) {
	visits := w.FilesPerMonth / w.FilesPerVisit
	if o.Quota {
		pages := max(1, math.Ceil(versions(s, lives)/owners(w)/upload.ListPage))
		t.function(visits*pages, upload.ListObjectVersions)
		t.kept.change(t.signings + visits)
		t.kept.gets += t.completions
		if w.Retain > 0 { // a deletion looks whether the file's signature still lives
			t.kept.gets += w.FilesPerMonth
		}
	}
	if o.Passes {
		guests := w.Guests * (visits + w.Downloads/w.FilesPerVisit)
		t.kept.puts += 2 * guests // the pass, and what its maker's list has of it
		t.kept.gets += guests
		t.kept.change(w.Guests * t.signings)
		t.kept.gets += w.Guests * t.completions
	}
	t.s3Calls += t.kept.gets + t.kept.puts
}

// state puts the state bucket on the bill.
func (l *ledger) state(s span, t *traffic, w Workload, o Settings) {
	l.add(Requests, "passes and quotas, GetObject", price.Tier2(price.Standard), t.kept.gets)
	l.add(Requests, "passes and quotas, PutObject", price.Tier1, t.kept.puts)
	bytes := 0.0
	if o.Quota {
		bytes += ledgerBytes * owners(w)
	}
	if o.Passes {
		perDay := w.Guests * (w.FilesPerMonth + w.Downloads) / w.FilesPerVisit / daysPerMonth
		bytes += passBytes * perDay * s.held(0, upload.StateDays) / daysPerMonth
	}
	l.add(Storage, "passes and quotas, STANDARD", price.Storage(price.Standard), gb(bytes))
}

// told is what EventBridge asks for what S3 tells it: the bucket tells of each file that
// comes, is deleted, expires or is moved to another class, whoever listens.
func (l *ledger) told(s span, lives []life, w Workload) {
	events := w.FilesPerMonth
	for _, life := range lives {
		for i, p := range life.phases {
			if p.state == unfinished {
				continue
			}
			if i > 0 {
				events += life.perDay * s.reached(p.from)
			}
			if i == len(life.phases)-1 {
				events += life.perDay * s.reached(p.to)
			}
		}
	}
	l.add(Events, "what S3 tells EventBridge", price.BusEvent, events)
}

// owners is whose files they are: whoever signs in, at least one.
func owners(w Workload) float64 { return max(1, w.Users) }

// versions is how many files are there in a month, deleted ones included.
func versions(s span, lives []life) (n float64) {
	for _, life := range lives {
		for _, p := range life.phases {
			if p.state != unfinished {
				n += life.perDay * s.held(p.from, p.to) / (s.to - s.from)
			}
		}
	}
	return n
}
