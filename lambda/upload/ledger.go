package upload

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

const (
	// CountAge is after how long what an owner has is counted anew.
	CountAge = time.Hour
	// recountAge is after how long it is counted anew for somebody who is refused.
	recountAge = time.Minute
	// mostHolds is how many reservations a ledger tells apart. Those that end first are
	// added up beyond it, which keeps the object below about a megabyte.
	mostHolds = 10_000
	// countLease is how long nobody else counts once somebody has begun to.
	countLease = 4 * time.Second
)

// Amount is a number of files, and their bytes.
type Amount struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

func (a Amount) plus(b Amount) Amount { return Amount{a.Files + b.Files, a.Bytes + b.Bytes} }

// Ledger is what an owner's part of a space takes: what was there when it was counted,
// and what has been signed since. Everybody who signs reads it, decides and writes it
// back on the condition that it has not changed.
//
// A reservation counts until a count has begun after its end: until then nobody knows
// whether its file came. So nothing that is there goes uncounted, and what never came
// is free again after a while.
type Ledger struct {
	There   Amount `json:"there"`             // all versions, as counted
	Deleted Amount `json:"deleted"`           // those among them that are deleted, or older
	Counted int64  `json:"counted,omitempty"` // Unix seconds at which the count began; 0: never
	// Held are reservations by the hash of their keys.
	Held map[string]Hold `json:"held,omitempty"`
	// More are sums of reservations that there is no room for, by the minute of their end.
	More map[int64]Amount `json:"more,omitempty"`
	// Count is the one under way; nil: none.
	Count *Count `json:"count,omitempty"`
}

// Count is a count under way, and where it goes on.
type Count struct {
	Began   int64    `json:"began"` // Unix seconds
	Lease   int64    `json:"lease"` // until then somebody is at it
	Key     string   `json:"key,omitempty"`
	Version string   `json:"version,omitempty"`
	There   Amount   `json:"there"`
	Deleted Amount   `json:"deleted"`
	Seen    []string `json:"seen,omitempty"` // hashes among those held
}

// Taken is what counts now: what is there and what may still come.
func (l *Ledger) Taken() Amount {
	sum := l.There
	if l.Counted == 0 && l.Count != nil { // the first count of many files: what is known of it
		sum = l.Count.There
	}
	for _, h := range l.Held {
		if !h.Seen {
			sum = sum.plus(Amount{1, h.Bytes})
		}
	}
	for _, a := range l.More {
		sum = sum.plus(a)
	}
	return sum
}

// Unknown says that nobody has counted yet, and somebody is about to: whoever asks now
// had better wait.
func (l *Ledger) Unknown(now time.Time) bool {
	return l.Counted == 0 && l.Count != nil && l.Count.Key == "" && now.Unix() < l.Count.Lease
}

// Reserve reserves room for files, each by itself in their order: errs has why one is
// refused, by place. Signing the same file again takes nothing more. changed says that
// the ledger has to be written.
func (l *Ledger) Reserve(limit Quota, wishes []Wish) (errs []error, changed bool) {
	errs = make([]error, len(wishes))
	taken := l.Taken()
	for i, w := range wishes {
		hash := HashOf(w.Key)
		had, again := l.Held[hash]
		hold := had.wider(w)
		var more Amount
		switch {
		case !again:
			more = Amount{1, w.Bytes}
		case !had.Seen:
			more.Bytes = hold.Bytes - had.Bytes
		case w.Bytes > had.Bytes: // another file than the one that the count has found
			more = Amount{1, w.Bytes}
		default:
			hold.Seen = true
		}
		if more != (Amount{}) && !limit.covers(taken.plus(more)) {
			errs[i] = limit.exceeded(taken, more)
			continue
		}
		if hold == had {
			continue
		}
		if l.Held == nil {
			l.Held = map[string]Hold{}
		}
		l.Held[hash], taken, changed = hold, taken.plus(more), true
	}
	l.pack()
	return errs, changed
}

// Finish ends reservations whose file has come, or cannot any more. They count until
// the next count.
func (l *Ledger) Finish(now time.Time, key string) (changed bool) {
	hash := HashOf(key)
	h, ok := l.Held[hash]
	come := h.come(now)
	if !ok || h == come {
		return false
	}
	l.Held[hash] = come
	return true
}

// Release gives back what an upload held that was aborted: nothing of it is there. What
// may have come under its key in another way counts until the next count.
func (l *Ledger) Release(key string) (changed bool) {
	hash := HashOf(key)
	h, ok := l.Held[hash]
	if !ok || h.Seen {
		return false
	}
	left, held := h.aborted()
	if held {
		l.Held[hash] = left
		return left != h
	}
	delete(l.Held, hash)
	return true
}

// Removed says that the file of a key was deleted. It can be sent again, beside the version
// that the deletion leaves: by a signature that still lives, or by one that is asked for,
// which takes room anew.
func (l *Ledger) Removed(now time.Time, key string) (changed bool) {
	hash := HashOf(key)
	h, ok := l.Held[hash]
	switch {
	case !ok:
		return false
	case h.Until <= now.Unix():
		delete(l.Held, hash)
		if !h.Seen { // it counts until the next count, as what it is
			l.Held[HashOf(key+"\n"+strconv.FormatInt(now.UnixNano(), 36))] = h
		}
	case h.Seen:
		h.Seen = false
		l.Held[hash] = h
	default:
		left := Amount{1, h.Bytes}
		l.There, l.Deleted = l.There.plus(left), l.Deleted.plus(left)
	}
	return true
}

// Due says whether it is time for a count, and nobody is at it; refused, that somebody
// was refused by what the last one found.
func (l *Ledger) Due(now time.Time, refused bool) bool {
	age := CountAge
	if refused {
		age = recountAge
	}
	if l.Count != nil {
		return now.Unix() >= l.Count.Lease
	}
	since := now.Sub(time.Unix(l.Counted, 0))
	return since >= age || since < 0
}

// Begin takes the count over, for as long as a call has for it.
func (l *Ledger) Begin(now time.Time) {
	if l.Count == nil {
		l.Count = &Count{Began: now.Unix()}
	}
	l.Count.Lease = now.Add(countLease).Unix()
}

// Advance puts in what a call has counted. A count that somebody else has gone on with
// meanwhile, or has ended, is left as it is.
func (l *Ledger) Advance(from, to Count, done bool) (changed bool) {
	c := l.Count
	if c == nil || c.Began != from.Began || c.Key != from.Key || c.Version != from.Version {
		return false
	}
	if !done {
		to.Lease = 0 // whoever comes next goes on
		l.Count = &to
		return true
	}
	seen := map[string]bool{}
	for _, hash := range to.Seen {
		seen[hash] = true
	}
	maps.DeleteFunc(l.Held, func(hash string, h Hold) bool { return h.Until < to.Began })
	for hash, h := range l.Held {
		h.Seen = seen[hash]
		l.Held[hash] = h
	}
	maps.DeleteFunc(l.More, func(minute int64, _ Amount) bool { return minute*60 < to.Began })
	l.There, l.Deleted, l.Counted, l.Count = to.There, to.Deleted, to.Began, nil
	return true
}

// Clone is a copy that shares nothing.
func (l *Ledger) Clone() Ledger {
	c := *l
	c.Held, c.More = maps.Clone(l.Held), maps.Clone(l.More)
	if l.Count != nil {
		count := *l.Count
		c.Count = &count
	}
	return c
}

// pack adds up the reservations that there is no room for.
func (l *Ledger) pack() {
	if len(l.Held) <= mostHolds {
		return
	}
	hashes := slices.SortedFunc(maps.Keys(l.Held), func(a, b string) int { return int(l.Held[a].Until - l.Held[b].Until) })
	if l.More == nil {
		l.More = map[int64]Amount{}
	}
	for _, hash := range hashes[:len(hashes)-mostHolds] {
		if h := l.Held[hash]; !h.Seen {
			minute := h.Until/60 + 1
			l.More[minute] = l.More[minute].plus(Amount{1, h.Bytes})
		}
		delete(l.Held, hash)
	}
}

// Sane says whether a ledger can be what we have written. Somebody's hand may have been
// at it; what cannot be is counted anew.
func (l *Ledger) Sane(now time.Time) bool {
	ok := func(a Amount) bool { return a.Files >= 0 && a.Bytes >= 0 }
	soon := now.Add(time.Minute).Unix()
	if !ok(l.There) || !ok(l.Deleted) || l.Counted < 0 || l.Counted > soon {
		return false
	}
	if c := l.Count; c != nil && (!ok(c.There) || !ok(c.Deleted) || c.Began > soon || c.Lease > soon) {
		return false
	}
	for _, h := range l.Held {
		if h.Bytes < 0 || h.Until > now.AddDate(0, 0, StateDays).Unix() {
			return false
		}
	}
	for _, a := range l.More {
		if !ok(a) {
			return false
		}
	}
	return true
}
