package upload

// OpenPart is the least part size, in bytes, of an upload whose length shows at its
// end: 10,000 of them hold 156 GiB.
const OpenPart = 16 * MiB

// OpenPlan is how an upload of unknown length is cut: in parts of 16 MiB, or as
// large as about expected bytes (0: unknown) need to fit into [MaxParts]. PartCount
// are the full parts that a file of most bytes has, and Size is theirs.
func OpenPlan(expected, most int64) (Plan, error) {
	if expected < 0 || expected > most {
		return Plan{}, Errorf(EntityTooLarge, "got expectedSize %d, want 0 (unknown) to %d (%s): send less, or raise maxObjectSize", expected, most, Size(most))
	}
	part := int64(OpenPart)
	if plan, err := NewPlan(max(expected, 1)); err == nil {
		part = max(part, plan.PartSize)
	}
	full := min(most/part, MaxParts)
	if full == 0 {
		return Plan{}, Errorf(EntityTooLarge, "got a file of %d bytes and more, want at most %d (%s): send what is smaller by a PUT, or raise maxObjectSize", int64(OpenPart), most, Size(most))
	}
	return Plan{Size: full * part, PartSize: part, PartCount: int(full)}, nil
}

// AuthorizeOpen approves an upload in parts whose length shows at its end; f.Size
// counts for nothing. Its plan is [OpenPlan]'s.
func (p *Policy) AuthorizeOpen(b Bearer, at Place, f File, expected int64) (Multipart, error) {
	f.Size = 0
	object, headers, err := p.file(b, at, f)
	if err != nil {
		return Multipart{}, err
	}
	plan, err := OpenPlan(expected, object.MostBytes())
	if err != nil {
		return Multipart{}, err
	}
	sortHeaders(headers)
	return Multipart{object: object, plan: plan, headers: headers}, nil
}

// AuthorizeOpenParts approves count full parts from number first of an upload that
// [Policy.AuthorizeOpen] approved with the same expected size; first 0 is 1 and
// count 0 is all that remain.
func (p *Policy) AuthorizeOpenParts(b Bearer, key, uploadID string, expected int64, first, count int) (Parts, error) {
	object, err := p.AuthorizeUpload(b, key, uploadID)
	if err != nil {
		return Parts{}, err
	}
	plan, err := OpenPlan(expected, object.MostBytes())
	if err != nil {
		return Parts{}, err
	}
	if first > plan.PartCount && first <= MaxParts {
		return Parts{}, Errorf(EntityTooLarge, "got part %d of %d bytes, want at most %d bytes in all: send less, or raise maxObjectSize", first, plan.PartSize, object.MostBytes())
	}
	if first, count, err = plan.Range(first, count); err != nil {
		return Parts{}, err
	}
	return Parts{request: object.uploadPart(), uploadID: uploadID, plan: plan, first: first, count: count}, nil
}

// AuthorizeLastPart approves part number of such an upload as its last, of size
// bytes, 1 to the part size.
func (p *Policy) AuthorizeLastPart(b Bearer, key, uploadID string, expected int64, number int, size int64) (Parts, error) {
	object, err := p.AuthorizeUpload(b, key, uploadID)
	if err != nil {
		return Parts{}, err
	}
	plan, err := OpenPlan(expected, object.MostBytes())
	switch {
	case err != nil:
		return Parts{}, err
	case number < 1 || number > MaxParts:
		return Parts{}, Errorf(InvalidArgument, "got last.partNumber %d, want 1 to %d: send larger parts, see expectedSize", number, MaxParts)
	case size < 1 || size > plan.PartSize:
		return Parts{}, Errorf(InvalidArgument, "got last.size %d, want 1 to %d, the part size: send full parts before it", size, plan.PartSize)
	}
	plan.Size, plan.PartCount = int64(number-1)*plan.PartSize+size, number
	if err := object.CheckSize(plan.Size); err != nil {
		return Parts{}, err
	}
	return Parts{request: object.uploadPart(), uploadID: uploadID, plan: plan, first: number, count: 1}, nil
}

// OpenEnd is the plan of such an upload that has ended with a size that is allowed, by
// its first part, which says what all have but the last.
func OpenEnd(size, firstPart int64) (Plan, error) {
	if firstPart < 1 || firstPart > size || firstPart < OpenPart && firstPart != size {
		return Plan{}, Errorf(InvalidPart, "got a first part of %d bytes, want one of %d at least, or of the whole: send it again", firstPart, int64(OpenPart))
	}
	return Plan{Size: size, PartSize: firstPart, PartCount: int((size + firstPart - 1) / firstPart)}, nil
}

// part is a part's request, but for what tells it from the others.
func (o Object) uploadPart() Request {
	return Request{operation: UploadPart, key: o.key, expires: o.expires}
}
