// Package accesslog reads S3's server access logs and counts what they say was
// asked of a bucket, by S3's own operations, and what that costs.
//
// The format is AWS's
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html): a line a
// request, fields with a space between, some in quotes, the time in brackets, and
// a - for what is not known. New fields come at the end, so more are taken as they
// come. A log is read line by line: its length costs no memory.
package accesslog

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"time"
)

// Record is what counts of one request.
type Record struct {
	Bucket    string
	Time      time.Time
	Requester string // empty: nobody was known
	Operation string // such as REST.PUT.OBJECT
	Key       string // as it stands there, escaped
	Status    int    // of HTTP; 0: none
	ErrorCode string
	BytesSent int64
	Size      int64 // of the object or part; -1: not known
	Host      string
}

// The places of the fields.
const (
	atBucket = iota + 1
	atTime
	atRemoteIP
	atRequester
	atRequestID
	atOperation
	atKey
	atURI
	atStatus
	atErrorCode
	atBytesSent
	atSize
	atTotalTime
	atTurnAround
	atReferer
	atUserAgent
	atVersionID
	leastFields
	atHost = 22
	places = 32 // that are looked at
)

// timeLayout is strftime's [%d/%b/%Y:%H:%M:%S %z].
const timeLayout = "02/Jan/2006:15:04:05 -0700"

// errFields says that a line is none of the format's.
var errFields = errors.New("got a line that is no record of an S3 access log")

// Parse reads one line.
func Parse(line []byte) (Record, error) {
	var fields [places][]byte
	n := split(line, &fields)
	if n < leastFields {
		return Record{}, errFields
	}
	at, err := time.Parse(timeLayout, string(fields[atTime]))
	if err != nil {
		return Record{}, errFields
	}
	r := Record{
		Bucket: string(fields[atBucket]), Time: at, Requester: known(fields[atRequester]), Operation: string(fields[atOperation]),
		Key: known(fields[atKey]), ErrorCode: known(fields[atErrorCode]), Host: known(fields[atHost]), Size: -1,
	}
	for _, number := range []struct {
		field []byte
		set   func(int64)
	}{
		{fields[atStatus], func(n int64) { r.Status = int(n) }},
		{fields[atBytesSent], func(n int64) { r.BytesSent = n }},
		{fields[atSize], func(n int64) { r.Size = n }},
	} {
		if known(number.field) == "" {
			continue
		}
		n, err := strconv.ParseInt(string(number.field), 10, 63)
		if err != nil || n < 0 {
			return Record{}, errFields
		}
		number.set(n)
	}
	if r.Status > 999 {
		return Record{}, errFields
	}
	return r, nil
}

// known is a field's text, empty for a -.
func known(field []byte) string {
	if string(field) == "-" {
		return ""
	}
	return string(field)
}

// split cuts a line into fields, up to as many as there is room for, and says how
// many it found.
func split(line []byte, fields *[places][]byte) (n int) {
	for line = bytes.TrimRight(line, "\r\n"); len(line) > 0 && n < places; n++ {
		fields[n], line = next(n, line)
	}
	return n
}

// next takes the field at a place off a line, and the space after it. In quotes S3
// leaves a quote that the client sent as it is: of those with a space or nothing after
// them the first ends the field after which the rest is what follows at that place.
func next(place int, line []byte) (field, rest []byte) {
	end := byte(' ')
	switch line[0] {
	case '"':
		end = '"'
	case '[':
		end = ']'
	default:
		field, rest, _ = bytes.Cut(line, []byte{' '})
		return field, rest
	}
	field = line[1:]
	for i, found := 1, false; i < len(line); i++ {
		if line[i] != end || i+1 < len(line) && line[i+1] != ' ' {
			continue
		}
		after := line[min(i+2, len(line)):]
		fits := follows(place, after)
		if !found || fits {
			field, rest, found = line[1:i], after, true
		}
		if fits {
			break
		}
	}
	return field, rest
}

// follows says whether a rest may stand after the quoted field at a place.
func follows(place int, rest []byte) bool {
	switch place {
	case atURI: // status, error code, bytes sent, size, two times
		words := first(atReferer-atStatus, rest)
		return len(words) == atReferer-atStatus && !bytes.ContainsRune(words[1], '"') && isNumber(words[0]) && !slices.ContainsFunc(words[2:], func(w []byte) bool { return !isNumber(w) })
	case atReferer:
		return bytes.HasPrefix(rest, []byte{'"'}) || bytes.HasPrefix(rest, []byte("- "))
	case atUserAgent: // version id, host id, version of the signature
		words := first(3, rest)
		return !bytes.ContainsRune(bytes.Join(words, nil), '"') &&
			(len(words) < 3 || string(words[2]) == "-" || bytes.HasPrefix(words[2], []byte("SigV")))
	}
	return true
}

// first gives the first words of a text, n at most.
func first(n int, text []byte) (words [][]byte) {
	for word := range bytes.FieldsSeq(text) {
		if len(words) == n {
			break
		}
		words = append(words, word)
	}
	return words
}

// isNumber says whether a field is a number, or unknown.
func isNumber(field []byte) bool {
	_, err := strconv.ParseUint(string(field), 10, 63)
	return err == nil || string(field) == "-"
}
