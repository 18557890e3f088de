package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

const (
	// passPage is how many passes an answer has at most.
	passPage = 100
	// leastPass is how long a pass lives at least.
	leastPass = time.Minute
)

// makePass makes a pass for what the caller may do himself.
func (h *Handler) makePass(x *exchange) (any, error) {
	var m PassRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	return h.newPass(x, &m, x.bearer.Caller, upload.Place{Space: m.Space, Folder: m.Folder})
}

// newPass makes a pass that is on the list of by.
func (h *Handler) newPass(x *exchange, m *PassRequest, by upload.Caller, at upload.Place) (*MadePass, error) {
	now := h.options.Now()
	life, err := passLife(m.Expires, true)
	if err != nil {
		return nil, err
	}
	pass, err := h.policy.AuthorizePass(x.bearer, at, m.domain())
	if err != nil {
		return nil, err
	}
	if pass.Password, err = h.passwords.seal(m.Password); err != nil {
		return nil, err
	}
	if q, ok := h.options.Config.QuotaOf(pass.Space, x.bearer.Groups); ok && len(x.bearer.Groups) > 0 {
		pass.Quota = &q
	}
	token := upload.NewPassToken()
	pass.ID, pass.Secret, pass.By = token.ID, token.Sum(), by
	pass.Made, pass.Expires = now.Unix(), now.Add(life).Unix()
	text, err := json.Marshal(&pass)
	if err != nil {
		return nil, err
	}
	// First what it is listed by: a pass that is on no list could not be revoked.
	if err := h.records.create(x.ctx(), upload.ByKey(by, pass.ID), nil); err != nil {
		return nil, err
	}
	if err := h.records.create(x.ctx(), upload.PassKey(pass.ID), text); err != nil {
		return nil, err
	}
	return &MadePass{ID: pass.ID, Token: token.String(), URL: h.passURL(token), Expires: time.Unix(pass.Expires, 0).UTC()}, nil
}

// passURL is the address of the guest's page. What stands behind # stays in the browser.
func (h *Handler) passURL(t upload.PassToken) string {
	return h.options.Config.Site + "/p#" + t.String()
}

// passLife reads how long a pass lives: a number of days, such as 7d, or what
// time.ParseDuration reads.
func passLife(text string, required bool) (time.Duration, error) {
	if text == "" && !required {
		return 0, nil
	}
	life, err := time.ParseDuration(text)
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		var n int
		n, err = strconv.Atoi(days)
		life = time.Duration(min(max(n, 0), 1000)) * 24 * time.Hour
	}
	if err != nil || life < leastPass || life > upload.MostPassDays*24*time.Hour {
		return 0, upload.Errorf(upload.InvalidArgument, "got expires %.20q, want 1m to %dd, such as 7d or 12h: correct it", text, upload.MostPassDays)
	}
	return life, nil
}

// listPasses gives a page of the caller's passes, or the one with an id.
func (h *Handler) listPasses(x *exchange) (any, error) {
	id, err := parameter(x.Request, "id", false)
	if err != nil {
		return nil, err
	}
	if id != "" {
		pass, err := h.ownPass(x, id)
		if err != nil {
			return nil, err
		}
		return &PassList{Passes: []PassInfo{passInfo(pass, h.policy.PassSpace(x.bearer, *pass))}}, nil
	}
	at, err := cursor(x.Request, 1)
	if err != nil {
		return nil, err
	}
	ids, next, err := h.passIDs(x, at[0])
	if err != nil {
		return nil, err
	}
	passes := make([]*upload.Pass, len(ids))
	rows := make([]int, len(ids))
	for i := range rows {
		rows[i] = i
	}
	errs := eachOnce(rows, func(i int) (err error) {
		passes[i], err = h.ownPass(x, ids[i])
		return err
	})
	out := &PassList{Passes: make([]PassInfo, 0, len(ids))}
	for i, pass := range passes {
		switch {
		case is(errs[i], upload.NoSuchPass): // revoked just now, or over for long
		case errs[i] != nil:
			return nil, errs[i]
		default:
			out.Passes = append(out.Passes, passInfo(pass, h.policy.PassSpace(x.bearer, *pass)))
		}
	}
	if next != "" {
		out.Next = cursorAt(next)
	}
	return out, nil
}

// passIDs lists the ids of the caller's passes behind one of them.
func (h *Handler) passIDs(x *exchange, after string) (ids []string, next string, err error) {
	prefix := upload.ByPrefix(x.bearer.Caller)
	in := &s3.ListObjectsV2Input{
		Bucket: aws.String(h.options.Config.StateBucket), Prefix: &prefix, MaxKeys: aws.Int32(passPage), EncodingType: upload.ListEncoding,
	}
	if after != "" {
		in.StartAfter = aws.String(prefix + after)
	}
	out, err := h.store.s3().ListObjectsV2(x.ctx(), in)
	if err != nil {
		return nil, "", s3Error(err)
	}
	for i := range out.Contents {
		ids = append(ids, strings.TrimPrefix(listed(out.EncodingType, out.Contents[i].Key), prefix))
	}
	if aws.ToBool(out.IsTruncated) && len(ids) > 0 {
		next = ids[len(ids)-1]
	}
	return ids, next, nil
}

// ownPass reads one of the caller's passes, as it is now. Anybody else's is NoSuchPass.
func (h *Handler) ownPass(x *exchange, id string) (*upload.Pass, error) {
	if !upload.IsPassID(id) {
		return nil, upload.ErrNoSuchPass()
	}
	pass, err := h.readPass(x.ctx(), id)
	if err != nil {
		return nil, err
	}
	if pass == nil || pass.By != x.bearer.Caller {
		return nil, upload.ErrNoSuchPass()
	}
	return pass, nil
}

// changePass changes the title, the end and the limits of a pass.
func (h *Handler) changePass(x *exchange) (any, error) {
	id, err := parameter(x.Request, "id", true)
	if err != nil {
		return nil, err
	}
	var m PassChange
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	life, err := passLife(m.Expires, false)
	if err != nil {
		return nil, err
	}
	if !upload.IsPassID(id) {
		return nil, upload.ErrNoSuchPass()
	}
	var changed upload.Pass
	err = update(x.ctx(), h.records, upload.PassKey(id), func(p *upload.Pass) (bool, error) {
		if p.Made == 0 || p.By != x.bearer.Caller {
			return false, upload.ErrNoSuchPass()
		}
		p.ID = id
		wanted := *p
		m.apply(&wanted)
		if life > 0 {
			wanted.Expires = h.options.Now().Add(life).Unix()
		}
		if err := h.policy.CheckPass(x.bearer, &wanted); err != nil {
			return false, err
		}
		*p, changed = wanted, wanted
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	h.passes.forget(id)
	info := passInfo(&changed, h.policy.PassSpace(x.bearer, changed))
	return &info, nil
}

func (m *PassChange) apply(p *upload.Pass) {
	p.Title = *cmp.Or(m.Title, &p.Title)
	p.Files = *cmp.Or(m.Files, &p.Files)
	p.Uses = *cmp.Or(m.Uses, &p.Uses)
	if m.Bytes != nil {
		p.Bytes = upload.Size(*m.Bytes)
	}
	if m.MaxObjectSize != nil {
		p.MaxObjectSize = upload.Size(*m.MaxObjectSize)
	}
	if m.Types != nil {
		p.Types = m.Types
	}
}

// revokePass ends a pass at once; an instance that has just seen it takes it for up to
// 30 seconds more.
func (h *Handler) revokePass(x *exchange) (any, error) {
	id, err := parameter(x.Request, "id", true)
	if err != nil {
		return nil, err
	}
	if _, err := h.ownPass(x, id); err != nil {
		return nil, err
	}
	h.passes.forget(id)
	return nil, errors.Join(
		h.records.remove(x.ctx(), upload.PassKey(id)),
		h.records.remove(x.ctx(), upload.ByKey(x.bearer.Caller, id)),
	)
}
