package upload

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// An id keeps apart what one owner has twice under one name. Its first character
// says what it is of:
//
//	h  known content: 26 digits of the content's SHA-256. A request that brings it
//	   brings that SHA-256 too, which is signed, so that S3 holds key and bytes together.
//	p  parts: 25 digits of a hash that the client makes of what it knows of the file
//	   before it has read it. A hint, good for finding an unfinished upload; where the
//	   content turns out to differ from what is there, a hyphen and the 13 digits of
//	   its CRC64NVME follow.
//	r  unknown content: 26 digits of 128 random bits.
//
// Where several write, a hyphen and six digits of the SHA-256 of who uploads follow,
// which the policy adds. Digits are base32, lower-case (RFC 4648, a-z2-7). Other ids of
// [a-z0-9-]{8,48} are a client's own.
const (
	contentDigits  = 26
	hintDigits     = 25
	checksumDigits = 13

	minID, maxID = 8, 48
)

// digits is base32 in lower case, without padding.
func digits(b []byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}

func isDigit32(c byte) bool { return c >= 'a' && c <= 'z' || c >= '2' && c <= '7' }

// ContentID is the id of known content, which has this SHA-256.
func ContentID(sha256 [sha256.Size]byte) string { return "h" + digits(sha256[:])[:contentDigits] }

// DifferentID is the id for content whose hint, a p id, is taken by other content:
// the hint with the CRC64NVME of the whole file appended, base64 as S3 writes it. A
// hint that already has one gets the new one in its place. Errors are InvalidDigest
// and InvalidArgument.
func DifferentID(hint, crc64nvme string) (string, error) {
	sum, err := decodeSum(crc64nvme, 8)
	if err != nil {
		return "", errCRC64NVME(crc64nvme)
	}
	hint, _, _ = strings.Cut(hint, "-")
	id := hint + "-" + digits(sum)
	return id, checkID(id, maxID)
}

// RandomID is an id of unknown content.
func RandomID() string { return newID() }

// newID makes an id of 128 random bits.
func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails, says crypto/rand
	return "r" + digits(b[:])
}

// isID says whether a key's segment may hold it as an id.
func isID(id string) bool {
	return len(id) >= minID && len(id) <= maxID && only(id, func(c byte) bool { return isLowerDigit(c) || c == '-' })
}

// checkID accepts an id that a client brings, of at most so many bytes. One that claims
// to be of known content, or a hint, has the form of one, so that nothing else looks
// like them.
func checkID(id string, most int) error {
	hint, sum, summed := strings.Cut(id, "-")
	switch {
	case !isID(id) || len(id) > most:
		return Errorf(InvalidArgument, "got id %s, want %d to %d of a-z, 0-9 and -: leave it out to get one", quote(id), minID, most)
	case id[0] == 'h' && !(len(id) == 1+contentDigits && only(id, isDigit32)):
		return Errorf(InvalidArgument, "got id %s, want h and %d base32 digits of the content's SHA-256: leave it out to get one", quote(id), contentDigits)
	case id[0] == 'p' && !(len(hint) == 1+hintDigits && only(hint, isDigit32) && (!summed || len(sum) == checksumDigits && only(sum, isDigit32))):
		return Errorf(InvalidArgument, "got id %s, want p and %d base32 digits, and after a hyphen %d of the file's CRC64NVME or nothing: leave it out to get one",
			quote(id), hintDigits, checksumDigits)
	}
	return nil
}

// IsContentID says whether an id claims to be of known content.
func IsContentID(id string) bool { return id != "" && id[0] == 'h' }
