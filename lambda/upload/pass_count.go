package upload

import "time"

// PassLimits say how much can come by a pass. Zero fields limit nothing that the space
// does not.
type PassLimits struct {
	Files         int64    `json:"files,omitempty"`         // 1 to MostPassFiles
	Bytes         Size     `json:"bytes,omitempty"`         // of all files together
	MaxObjectSize Size     `json:"maxObjectSize,omitempty"` // of each
	Types         []string `json:"types,omitempty"`         // media types or patterns, as of Config.AllowedTypes
	Uses          int      `json:"uses,omitempty"`          // guests that may begin, 1 to MostPassUses
}

// Counted says whether what comes by the pass has to be written down.
func (p *Pass) Counted() bool { return p.Files != 0 || p.Bytes != 0 }

// UsedUp says that nothing new can come by it.
func (p *Pass) UsedUp() bool {
	return p.Files != 0 && p.Used.Files >= p.Files || p.Bytes != 0 && p.Used.Bytes >= int64(p.Bytes)
}

// Busy says that something is on its way by it.
func (p *Pass) Busy(now time.Time) bool {
	for _, h := range p.Taken {
		if now.Unix() < h.Until {
			return true
		}
	}
	return false
}

// Take counts files, each by itself in their order: errs has why one is refused, by
// place. What was signed before takes nothing more; fresh are the holds, by key, of what
// was not.
func (p *Pass) Take(wishes []Wish) (errs []error, fresh map[string]Hold, changed bool) {
	errs, fresh = make([]error, len(wishes)), map[string]Hold{}
	for i, w := range wishes {
		hash := HashOf(w.Key)
		had, again := p.Taken[hash]
		hold := had.wider(w)
		more := Amount{Bytes: hold.Bytes - had.Bytes}
		if !again {
			more.Files = 1
		}
		if hold == had {
			continue
		}
		if more != (Amount{}) {
			if errs[i] = p.refuses(more); errs[i] != nil {
				continue
			}
		}
		if p.Taken == nil {
			p.Taken = map[string]Hold{}
		}
		p.Taken[hash], p.Used, changed = hold, p.Used.plus(more), true
		if !again {
			fresh[w.Key] = hold
		}
	}
	return errs, fresh, changed
}

// Undo gives back what a file took that was not signed after all, unless it was signed
// again since.
func (p *Pass) Undo(key string, fresh Hold) (changed bool) {
	if p.Taken[HashOf(key)] != fresh {
		return false
	}
	p.drop(HashOf(key))
	return true
}

func (p *Pass) drop(hash string) {
	p.Used = Amount{p.Used.Files - 1, p.Used.Bytes - p.Taken[hash].Bytes}
	delete(p.Taken, hash)
}

func (p *Pass) refuses(more Amount) error {
	if p.Files != 0 && p.Used.Files+more.Files > p.Files {
		return ErrNoSuchPass()
	}
	limit := Quota{Bytes: p.Bytes}
	if !limit.covers(p.Used.plus(more)) {
		if p.UsedUp() {
			return ErrNoSuchPass()
		}
		return limit.exceeded(p.Used, more)
	}
	return nil
}

// Finish says that a file has come. It stays counted.
func (p *Pass) Finish(now time.Time, key string) (changed bool) {
	hash := HashOf(key)
	h, ok := p.Taken[hash]
	come := h.come(now)
	if !ok || h == come {
		return false
	}
	p.Taken[hash] = come
	return true
}

// Release gives back what an upload in parts took that was aborted. What may have come
// under its key in another way stays counted.
func (p *Pass) Release(key string) (changed bool) {
	hash := HashOf(key)
	h, ok := p.Taken[hash]
	if !ok {
		return false
	}
	left, held := h.aborted()
	if held {
		p.Taken[hash] = left
		return left != h
	}
	p.drop(hash)
	return true
}

// BeginGuest counts a guest. One who has begun goes on; a new one beyond Uses is
// [NoSuchPass]. anew makes him a new one whoever he is.
func (p *Pass) BeginGuest(guest string, anew bool) (changed bool, err error) {
	hash := HashOf(guest)
	if p.Uses == 0 || p.Guests[hash] && !anew {
		return false, nil
	}
	if p.Begun >= p.Uses {
		return false, ErrNoSuchPass()
	}
	if p.Guests == nil {
		p.Guests = map[string]bool{}
	}
	p.Begun++
	p.Guests[hash] = true
	return true, nil
}
