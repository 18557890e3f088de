package api

import "signet/lambda/upload"

// SpaceQuota is what an owner's part of a space takes of what it may. Of Used, which
// counts what is on its way too, Deleted are versions that are deleted or older; S3
// removes them after DeletedDays.
type SpaceQuota struct {
	Used        Amount     `json:"used"`
	Limit       QuotaLimit `json:"limit"`
	Deleted     Amount     `json:"deleted"`
	DeletedDays int        `json:"deletedDays"`
}

// QuotaLimit is a quota; a missing number is no limit.
type QuotaLimit struct {
	Files int64 `json:"files,omitempty"`
	Bytes int64 `json:"bytes,omitempty"`
}

// quotaIn is what a part takes of its quota; nil where there is none.
func (h *Handler) quotaIn(x *exchange, space string, owner upload.Caller) (*SpaceQuota, error) {
	limit, limited := h.quota(x, space)
	if !limited {
		return nil, nil
	}
	_, l, err := h.reserveIn(x.ctx(), ledgerPart{space, owner}, limit, nil)
	if err != nil {
		return nil, err
	}
	taken := l.Taken()
	return &SpaceQuota{
		Used: Amount{taken.Files, taken.Bytes}, Limit: QuotaLimit{limit.Files, int64(limit.Bytes)},
		Deleted: Amount{l.Deleted.Files, l.Deleted.Bytes}, DeletedDays: h.options.Config.Lifecycle.Noncurrent,
	}, nil
}

// addQuotas adds to spaces what their parts take.
func (h *Handler) addQuotas(x *exchange, spaces []Space, areas []upload.Area) error {
	if !h.options.Config.Counts() {
		return nil
	}
	rows := make([]int, len(spaces))
	for i := range rows {
		rows[i] = i
	}
	return firstError(eachOnce(rows, func(i int) (err error) {
		if areas[i].Rights().Has(upload.Write) {
			spaces[i].Quota, err = h.quotaIn(x, areas[i].Space().Name, areas[i].Segment())
		}
		return err
	}))
}
