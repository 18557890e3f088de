package api

import (
	"context"
	"time"

	"signet/lambda/upload"
)

// reserve makes room for files before they are signed, in the guest's pass and in the
// owner's quota: one change of each, however many files. errs has why one gets none, by
// place; nil where nothing is counted.
func (h *Handler) reserve(x *exchange, wishes []upload.Wish) (errs []error, err error) {
	counted := x.pass != nil && x.pass.Counted()
	if len(wishes) == 0 || !counted && !h.options.Config.Counts() {
		return nil, nil
	}
	errs = make([]error, len(wishes))
	var fresh map[string]upload.Hold
	if counted {
		if errs, fresh, err = h.take(x, wishes); err != nil {
			return nil, err
		}
	}
	if h.options.Config.Counts() {
		if err := h.reserveQuota(x, wishes, errs); err != nil {
			return nil, err
		}
		if counted {
			h.giveBack(x, wishes, fresh, errs)
		}
	}
	return errs, nil
}

// reserveOne is reserve for one file.
func (h *Handler) reserveOne(x *exchange, w upload.Wish) error {
	errs, err := h.reserve(x, []upload.Wish{w})
	if err != nil || errs == nil {
		return err
	}
	return errs[0]
}

// counts says whether signing for a bearer has to be reserved first.
func (h *Handler) counts(x *exchange) bool {
	return h.options.Config.Counts() || x.pass != nil && x.pass.Counted()
}

// take counts files of a pass; fresh are those that were not counted before.
func (h *Handler) take(x *exchange, wishes []upload.Wish) (errs []error, fresh map[string]upload.Hold, err error) {
	err = update(x.ctx(), h.records, upload.PassKey(x.pass.ID), func(p *upload.Pass) (changed bool, _ error) {
		if p.Made == 0 || p.Over(h.options.Now()) {
			return false, upload.ErrNoSuchPass()
		}
		errs, fresh, changed = p.Take(wishes)
		return changed, nil
	})
	if is(err, upload.NoSuchPass) {
		h.passes.forget(x.pass.ID)
	}
	return errs, fresh, err
}

// giveBack gives a pass back what the owner's quota has refused, for it to count what
// came alone. That it cannot be done leaves the pass with less, never with more.
func (h *Handler) giveBack(x *exchange, wishes []upload.Wish, fresh map[string]upload.Hold, errs []error) {
	var keys []string
	for i, err := range errs {
		if _, first := fresh[wishes[i].Key]; first && is(err, upload.QuotaExceeded) {
			keys = append(keys, wishes[i].Key)
		}
	}
	if len(keys) > 0 {
		_ = h.onPass(x, func(p *upload.Pass) (changed bool) {
			for _, key := range keys {
				changed = p.Undo(key, fresh[key]) || changed
			}
			return changed
		})
	}
}

// onPass changes the guest's pass, if it still is there and counts.
func (h *Handler) onPass(x *exchange, do func(*upload.Pass) (changed bool)) error {
	if x.pass == nil || !x.pass.Counted() {
		return nil
	}
	return update(x.ctx(), h.records, upload.PassKey(x.pass.ID), func(p *upload.Pass) (bool, error) {
		return p.Made != 0 && do(p), nil
	})
}

// reserveQuota reserves what is not refused yet, in the ledger of each part that the
// files go to.
func (h *Handler) reserveQuota(x *exchange, wishes []upload.Wish, errs []error) error {
	parts := map[ledgerPart][]int{}
	for i, w := range wishes {
		if errs[i] == nil {
			k, _ := h.policy.ParseKey(w.Key)
			parts[ledgerPart{k.Space, k.Owner}] = append(parts[ledgerPart{k.Space, k.Owner}], i)
		}
	}
	for at, places := range parts {
		limit, limited := h.quota(x, at.space)
		if !limited {
			continue
		}
		own := make([]upload.Wish, len(places))
		for i, place := range places {
			own[i] = wishes[place]
		}
		refused, _, err := h.reserveIn(x.ctx(), at, limit, own)
		if err != nil {
			return err
		}
		for i, place := range places {
			errs[place] = refused[i]
		}
	}
	return nil
}

// quota is what the owner may have in a space whose part the bearer writes to.
func (h *Handler) quota(x *exchange, space string) (upload.Quota, bool) {
	if x.pass != nil && x.pass.Quota != nil {
		return *x.pass.Quota, true
	}
	return h.options.Config.QuotaOf(space, x.bearer.Groups)
}

// ledgerPart is a part of a space, as a ledger is kept of it.
type ledgerPart struct {
	space string
	owner upload.Caller
}

// reserveIn reserves room in one ledger, and sees to its count where that is due. Without
// wishes it looks. ledger is what was decided by.
func (h *Handler) reserveIn(ctx context.Context, at ledgerPart, limit upload.Quota, wishes []upload.Wish) (errs []error, ledger upload.Ledger, err error) {
	for try := 0; ; try++ {
		var count *upload.Count
		var held map[string]upload.Hold
		refused, decided := false, false
		err := update(ctx, h.records, upload.UsageKey(at.space, at.owner), func(l *upload.Ledger) (changed bool, _ error) {
			now := h.options.Now()
			count, errs, refused, decided = nil, nil, false, false
			if !l.Sane(now) {
				*l = upload.Ledger{}
			}
			switch {
			case l.Unknown(now) && try == 0:
				return false, errAgain
			case l.Counted == 0 && l.Count == nil:
				l.Begin(now)
				changed = true
			default:
				errs, changed = l.Reserve(limit, wishes)
				decided, refused = true, firstError(errs) != nil
				if !l.Due(now, refused) || try > 0 {
					ledger = l.Clone()
					return changed, nil
				}
				l.Begin(now)
				changed = true
			}
			ledger = l.Clone()
			begun := *l.Count
			count, held = &begun, ledger.Held
			return changed, nil
		})
		if err != nil || count == nil {
			return errs, ledger, err
		}
		if err := h.countOn(ctx, at, *count, held); err != nil && !decided {
			return nil, ledger, err
		}
		if decided && !refused && len(wishes) > 0 {
			return errs, ledger, nil
		}
	}
}

// countTime is how long a call counts at most.
const countTime = time.Second

// countOn goes on with a count for as long as a call has time for it.
func (h *Handler) countOn(ctx context.Context, at ledgerPart, from upload.Count, held map[string]upload.Hold) error {
	to, done, err := h.count(ctx, h.policy.PartPrefix(at.space, at.owner), from, held)
	if err != nil {
		return err
	}
	return update(ctx, h.records, upload.UsageKey(at.space, at.owner), func(l *upload.Ledger) (bool, error) {
		return l.Advance(from, to, done), nil
	})
}

// settle says of a file that it has come, or with gone that it was aborted. That it
// cannot be said costs the owner room until the next count, and nothing else.
func (h *Handler) settle(x *exchange, key string, gone bool) {
	if !h.counts(x) {
		return
	}
	_ = h.onPass(x, func(p *upload.Pass) bool {
		if gone {
			return p.Release(key)
		}
		return p.Finish(h.options.Now(), key)
	})
	h.onLedgers(x, []string{key}, func(l *upload.Ledger, key string) bool {
		if gone {
			return l.Release(key)
		}
		return l.Finish(h.options.Now(), key)
	})
}

// removed says of files that they were deleted.
func (h *Handler) removed(x *exchange, keys []string) {
	h.onLedgers(x, keys, func(l *upload.Ledger, key string) bool { return l.Removed(h.options.Now(), key) })
}

// onLedgers changes the ledgers of the parts that keys lie in.
func (h *Handler) onLedgers(x *exchange, keys []string, do func(*upload.Ledger, string) bool) {
	if !h.options.Config.Counts() {
		return
	}
	parts := map[ledgerPart][]string{}
	for _, key := range keys {
		k, _ := h.policy.ParseKey(key)
		parts[ledgerPart{k.Space, k.Owner}] = append(parts[ledgerPart{k.Space, k.Owner}], key)
	}
	for at, own := range parts {
		_ = update(x.ctx(), h.records, upload.UsageKey(at.space, at.owner), func(l *upload.Ledger) (changed bool, _ error) {
			for _, key := range own {
				changed = do(l, key) || changed
			}
			return changed, nil
		})
	}
}
