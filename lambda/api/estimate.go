package api

import (
	"signet/lambda/estimate"
	"signet/lambda/estimate/price"
	"signet/lambda/upload"
)

// estimate says what it will cost, how long it takes and which limit binds, under
// this stack's own configuration. It asks nobody.
func (h *Handler) estimate(x *exchange) (any, error) {
	var q estimate.Question
	if err := decode(x.Request, &q); err != nil {
		return nil, err
	}
	book, err := price.Snapshot() // read when the first caller asks
	if err != nil {
		return nil, err
	}
	answer, err := estimate.Estimator{Config: h.options.Config, Prices: book, Now: h.options.Now}.Answer(q)
	if err != nil {
		return nil, upload.Errorf(upload.InvalidArgument, "%v: correct it", err)
	}
	return answer, nil
}
