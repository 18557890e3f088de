package relay

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"signet/lambda/upload"
)

const (
	checksumHeader = "x-amz-checksum-crc64nvme"
	// readAhead spares a system call for each 4 KiB that mime/multipart reads.
	readAhead = 128 << 10
	// form fields.
	fieldID       = "id"
	fieldCSRF     = "csrf"
	fieldSpace    = "space"
	fieldFolder   = "folder"
	fieldMetadata = "metadata[" // and a name and ]
	// mostValue is the longest value of such a field, in bytes.
	mostValue = 1 << 10
)

// incoming is a file as a request brings it.
type incoming struct {
	name, mediaType, id, crc64nvme string
	csrf                           string
	at                             upload.Place
	metadata                       map[string]string
	// atMost is how long the file can be by what was declared; or upload.UnknownSize.
	atMost int64
	around int64 // at most how much of that is a form's, and not the file's
	file   io.Reader
	// end sees that nothing follows the file.
	end func() error
}

// declared is how long the file is at least by what was declared.
func (in incoming) declared() int64 { return in.atMost - in.around }

// raw reads a PUT. Where there are spaces, its path may name one.
func raw(r *http.Request, from *body, spaces bool) (incoming, error) {
	for _, name := range []string{"Content-Encoding", "Content-Range"} {
		if value := r.Header.Get(name); value != "" && value != "identity" {
			return incoming{}, upload.Errorf(upload.InvalidRequest, "got %s %.80q, want the whole file as it is: leave the header out", strings.ToLower(name), value)
		}
	}
	space, name, err := pathOf(r.URL, spaces)
	if err != nil {
		return incoming{}, err
	}
	in := incoming{
		name: name, at: upload.Place{Space: space}, mediaType: r.Header.Get("Content-Type"), crc64nvme: r.Header.Get(checksumHeader),
		atMost: r.ContentLength, file: from,
		end: func() error {
			if excess(r) {
				return upload.Errorf(upload.InvalidRequest, "got more than the %d bytes of content-length, want as many as declared: nothing was stored, correct the header", r.ContentLength)
			}
			return nil
		},
	}
	if kind, _, _ := mime.ParseMediaType(in.mediaType); kind == "application/x-www-form-urlencoded" {
		in.mediaType = "" // curl --data-binary says so of anything
	}
	return in, cmp.Or(in.query(r), checkName(name))
}

// pathOf parts a PUT's path into the space, which may have its owner behind a slash,
// and the file's name. Within each a slash is written %2F. Without spaces all of it is
// the name.
func pathOf(u *url.URL, spaces bool) (space, name string, err error) {
	if !spaces {
		return "", strings.TrimPrefix(u.Path, UploadPath+"/"), nil
	}
	segments := strings.Split(strings.TrimPrefix(u.EscapedPath(), UploadPath+"/"), "/")
	for i, s := range segments {
		if segments[i], err = url.PathUnescape(s); err != nil {
			return "", "", upload.Errorf(upload.InvalidArgument, "got a path that cannot be read, want %s/NAME or %s/SPACE/NAME: encode it", UploadPath, UploadPath)
		}
	}
	last := len(segments) - 1
	return strings.Join(segments[:last], "/"), segments[last], nil
}

// query reads the parameters of a PUT. One that is unknown, or given twice, means
// something that would not happen.
func (in *incoming) query(r *http.Request) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return upload.Errorf(upload.InvalidArgument, "got a query that cannot be read, want %s=… or none: encode it", fieldID)
	}
	for name, values := range query {
		if len(values) > 1 || name == fieldSpace || !in.take(name, values[0]) {
			return upload.Errorf(upload.InvalidArgument, "got the parameter %.80q, want %s, %s and %sNAME] once or none: leave it out", name, fieldID, fieldFolder, fieldMetadata)
		}
	}
	return nil
}

// take keeps a value that says something of the file or its place.
func (in *incoming) take(name, value string) bool {
	switch {
	case name == fieldID:
		in.id = value
	case name == fieldFolder:
		in.at.Folder = value
	case name == fieldSpace:
		in.at.Space = value
	case strings.HasPrefix(name, fieldMetadata) && strings.HasSuffix(name, "]"):
		if in.metadata == nil {
			in.metadata = map[string]string{}
		}
		in.metadata[name[len(fieldMetadata):len(name)-1]] = value
	default:
		return false
	}
	return true
}

// form reads a multipart/form-data body up to its file.
func form(r *http.Request, from *body) (incoming, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return incoming{}, upload.Errorf(upload.InvalidRequest, "got content-type %.80q, want multipart/form-data with a boundary: send a form, or PUT %s/NAME", r.Header.Get("Content-Type"), UploadPath)
	}
	bounded := &budget{from: bufio.NewReaderSize(from, readAhead), left: mostFields}
	reader := multipart.NewReader(bounded, params["boundary"])
	in := incoming{atMost: r.ContentLength, around: mostFields + mostValue}
	for {
		part, err := reader.NextRawPart()
		if err != nil {
			return in, formError(err)
		}
		_, disposition, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil {
			return in, upload.Errorf(upload.InvalidRequest, "got a part with content-disposition %.80q, want form-data with a name: correct it", part.Header.Get("Content-Disposition"))
		}
		name, isFile := disposition["filename"]
		if !isFile {
			if err := in.field(part); err != nil {
				return in, err
			}
			continue
		}
		bounded.lift()
		in.name, in.mediaType, in.file = name, part.Header.Get("Content-Type"), partOf{part}
		in.end = func() error { return endOfForm(reader, bounded) }
		return in, cmp.Or(checkName(name), checkEncoding(part))
	}
}

// field keeps a field that means something.
func (in *incoming) field(part *multipart.Part) error {
	value, err := io.ReadAll(io.LimitReader(part, mostValue+1))
	if err != nil {
		return formError(err)
	}
	if len(value) > mostValue {
		return upload.Errorf(upload.InvalidRequest, "got a field %.80q of more than %d bytes, want less: leave it out", part.FormName(), mostValue)
	}
	switch name := part.FormName(); name {
	case fieldCSRF:
		in.csrf = string(value)
	case "crc64nvme":
		in.crc64nvme = string(value)
	default:
		in.take(name, string(value)) // what means nothing is passed over
	}
	return nil
}

// checkName refuses a name with a path. The policy would strip it; but who sends
// one means something by it that does not happen.
func checkName(name string) error {
	if name == "" {
		return upload.Errorf(upload.InvalidArgument, "got no file name, want one such as photo.jpg: choose a file")
	}
	if strings.ContainsAny(name, `/\`) {
		return upload.Errorf(upload.InvalidArgument, "got file name %.80q, which has a path, want the name alone: say the folder with folder", name)
	}
	return nil
}

// checkEncoding refuses what would have to be decoded: base64 of old mail programs.
func checkEncoding(part *multipart.Part) error {
	switch encoding := strings.ToLower(part.Header.Get("Content-Transfer-Encoding")); encoding {
	case "", "binary", "8bit", "7bit":
		return nil
	default:
		return upload.Errorf(upload.InvalidRequest, "got content-transfer-encoding %.80q, want binary: send the file as it is", encoding)
	}
}

// endOfForm wants the form to end after its file: what came behind it, another file
// perhaps, would be lost without a word.
func endOfForm(reader *multipart.Reader, rest io.Reader) error {
	if _, err := reader.NextRawPart(); err == nil {
		return upload.Errorf(upload.InvalidRequest, "got something after the file, want the file last, and one in a form: put fields before it")
	} else if err != io.EOF {
		return formError(err)
	}
	if n, err := io.Copy(io.Discard, io.LimitReader(rest, mostValue+1)); err != nil || n > mostValue {
		return cmp.Or(err, error(upload.Errorf(upload.InvalidRequest, "got more after the form's end, want nothing: correct the form")))
	}
	return nil
}

// partOf reads a part's bytes.
type partOf struct{ part *multipart.Part }

// Read implements io.Reader. mime/multipart gives 4 KiB at a time; what follows is
// done once for a few more.
func (p partOf) Read(into []byte) (n int, err error) {
	into = into[:min(len(into), readAhead)]
	for n < len(into) && err == nil {
		var got int
		got, err = p.part.Read(into[n:])
		n += got
	}
	if err != nil && err != io.EOF {
		err = formError(err)
	}
	return n, err
}

// formError is what is wrong with a form: our own error if there is one within, or
// that it is no form with this boundary.
func formError(err error) error {
	if e, ok := errors.AsType[*upload.Error](err); ok {
		return e
	}
	return &upload.Error{Code: upload.InvalidRequest, Err: err,
		Detail: "got a form that ends before its last boundary, or has no file with a filename, want multipart/form-data with one: see that the boundary of content-type is the body's, and send it again"}
}
