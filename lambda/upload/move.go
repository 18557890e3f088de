package upload

import "crypto/sha256"

// Move is an approved move of a file, within a part or into another one.
type Move struct {
	From Object
	// To are the keys that the file may get, in the order in which they are to be
	// tried: the next one where another file has the key. They follow from the file and
	// the place alone, so that a move that was cut off is gone on with by asking again.
	To []Object
	// By is who uploads the file where it goes. Empty: whoever did so before.
	By string
	// Tagging are the copy's tags, as of [Multipart.Tagging].
	Tagging string
}

// Moving is the file that is to be moved, as S3 has it.
type Moving struct {
	Version  string // tells apart what the key held at different times
	Type     string
	Size     int64
	Metadata map[string]string // as it travels
	// Gone says that it is not there, so that nothing else is known of it.
	Gone bool
}

// AuthorizeMove approves giving a file another place, another name, or both; name may
// be a relative path, as of [File]. The id stays where it says something of the content
// or nothing of the name: those of known and of unknown content. A file that is where
// it is to go has no To. What moves into another part has to be what may be uploaded
// there. Errors are those of AuthorizeDelete, of AuthorizePlace and of naming a file.
func (p *Policy) AuthorizeMove(b Bearer, key string, at Place, name string, of Moving) (Move, error) {
	from, err := p.AuthorizeDelete(b, key)
	if err == nil {
		err = from.need(Read)
	}
	if err != nil {
		return Move{}, err
	}
	to, err := p.partAt(b, at)
	if err == nil {
		err = to.need(Write)
	}
	if err != nil {
		return Move{}, err
	}
	move := Move{From: from}
	if to.space != from.space || to.owner != from.owner {
		if err := to.arrive(b, of, &move); err != nil {
			return Move{}, err
		}
	}
	had, _ := p.ParseKey(key)
	for _, id := range movedIDs(withoutDigits(had.ID), key, of.Version) {
		key, err := to.name(at, name, id)
		if err != nil {
			return Move{}, err
		}
		if now, _ := p.ParseKey(key); now.Space == had.Space && now.Owner == had.Owner && now.Folder == had.Folder && now.Name() == had.Name() {
			return Move{From: from}, nil
		}
		move.To = append(move.To, Object{part: to, key: key, expires: p.expires()})
	}
	return move, nil
}

// arrive holds a file that comes into a part to what may be uploaded there.
func (t part) arrive(b Bearer, of Moving, move *Move) error {
	if t.digits != "" {
		move.By = b.By()
	}
	if t.space.Confirm > 0 {
		move.Tagging = ConfirmTag + "=" + ConfirmNo
	}
	if of.Gone {
		return nil
	}
	if err := t.CheckSize(of.Size); err != nil {
		return err
	}
	if err := t.CheckType(of.Type); err != nil {
		return err
	}
	return t.checkMetadata(withoutOwn(PlainMetadata(of.Metadata)))
}

// movedIDs are the ids that a moved file may get, in the order in which they are tried.
func movedIDs(had, key, version string) []string {
	ids := []string{movedID(key), movedID(key + "\n" + version)}
	if had != "" && (had[0] == 'h' || had[0] == 'r') && checkID(had, maxID-1-byDigits) == nil {
		ids = append([]string{had}, ids...)
	}
	return ids
}

// movedID is an id of unknown content that is the same each time.
func movedID(of string) string {
	sum := sha256.Sum256([]byte("signet-moved\n" + of))
	return "r" + digits(sum[:])[:contentDigits]
}
