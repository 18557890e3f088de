package upload

import "crypto/sha256"

// Move is an approved move of a file within a bearer's own.
type Move struct {
	From Object
	// To are the keys that the file may get, in the order in which they are to be
	// tried: the next one where another file has the key. They follow from the file and
	// the place alone, so that a move that was cut off is gone on with by asking again.
	To []Object
}

// AuthorizeMove approves giving a file another folder, another name, or both; name may
// be a relative path, as of [File]. The id stays where it says something of the content
// or nothing of the name: those of known and of unknown content. version tells apart
// what the file's key held at different times. A file that is where it is to go has no
// To. Errors are those of AuthorizeKey, AuthorizePlace and of naming a file.
func (p *Policy) AuthorizeMove(b Bearer, key string, at Place, name, version string) (Move, error) {
	from, err := p.AuthorizeKey(b, key)
	if err != nil {
		return Move{}, err
	}
	had, _ := p.ParseKey(key)
	var ids []string
	if had.ID != "" && (had.ID[0] == 'h' || had.ID[0] == 'r') && checkID(had.ID) == nil {
		ids = append(ids, had.ID)
	}
	ids = append(ids, movedID(key), movedID(key+"\n"+version))
	move := Move{From: from}
	for _, id := range ids {
		to, err := p.name(b, at, name, id)
		if err != nil {
			return Move{}, err
		}
		if now, _ := p.ParseKey(to); now.Folder == had.Folder && now.Name() == had.Name() {
			return Move{From: from}, nil
		}
		move.To = append(move.To, Object{key: to, expires: p.expires()})
	}
	return move, nil
}

// movedID is an id of unknown content that is the same each time.
func movedID(of string) string {
	sum := sha256.Sum256([]byte("signet-moved\n" + of))
	return "r" + digits(sum[:])[:contentDigits]
}
