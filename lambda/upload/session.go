package upload

import (
	"crypto/sha256"
	"strings"
)

// What a session's request asks for: a part of an upload that there never is, of a
// key that no policy makes and no folder holds. The id is one that every store can
// read and none makes.
const (
	sessionName = "~session-companion"
	noUploadID  = "00000000-0000-0000-0000-000000000000"
)

// Bind holds a bearer to a place in which he has some rights, and to these alone.
// Errors are those of [Policy.AuthorizePlace].
func (p *Policy) Bind(b Bearer, at Place, rights Rights) (Bearer, error) {
	a, err := p.area(b, at, rights)
	if err != nil {
		return Bearer{}, err
	}
	if !a.rights.Has(rights) {
		return Bearer{}, Errorf(AccessDenied, "got a place in which you may not do all of this, want one where you may: GET /spaces says what you may do where")
	}
	bound := Bound{Space: a.space.Name, Owner: a.owner, Folder: a.folder, Rights: rights, By: b.By()}
	if b.Bound != nil { // further into his place
		bound.Metadata, bound.Limits = b.Bound.Metadata, b.Bound.Limits
		bound.Folder = strings.Trim(b.Bound.Folder+"/"+a.folder, "/")
	}
	b.Bound = &bound
	return b, nil
}

// AuthorizeSession approves a request that does nothing: part 1 of an upload that does
// not exist, in the place that the bearer is bound to. Signed, it proves to whoever
// sends it to S3 that somebody who may write there let this bearer have it, and until
// when. Errors are AccessDenied and those of [Policy.AuthorizePlace].
func (p *Policy) AuthorizeSession(b Bearer) (Request, error) {
	t, err := p.partAt(b, Place{})
	if err == nil {
		err = t.need(Write)
	}
	if err != nil {
		return Request{}, err
	}
	name := sessionName
	if t.space.Name != "" || string(t.owner) != b.By() || b.Bound != nil && b.Bound.Folder != "" {
		// The key says nothing of whom it is for; so its name does.
		sum := sha256.Sum256([]byte(b.By()))
		name += "-" + digits(sum[:])
	}
	return Request{
		operation: UploadPart, key: t.base + name,
		query: []Header{{"partNumber", "1"}, {"uploadId", noUploadID}}, expires: p.expires(),
	}, nil
}
