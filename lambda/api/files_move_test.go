package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

func (w *world) bytesOf(sub, key string) string {
	w.Helper()
	body, _ := fetch(w.T, must[api.FileURL](w)(w.as(sub).FileURL(w.Context(), key, "")).URL)
	return string(body)
}

func (w *world) move(sub string, m api.MoveRequest) string {
	w.Helper()
	return must[api.Moved](w)(w.as(sub).MoveFile(w.Context(), m)).Key
}

// place is a folder as a move names it.
func in(folder string) *string { return &folder }

// idOf is what stands in a key between ~ and the extension.
func idOf(key string) string {
	id, _, _ := strings.Cut(key[strings.LastIndexByte(key, '~')+1:], ".")
	return id
}

func TestMove(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	key := w.putFile(me, api.File{Name: "a b+c.txt", Folder: "사진/2026", Type: "text/plain", Metadata: map[string]string{"note": "봄  1"}}, []byte("123456789"))
	for _, step := range []struct {
		name string
		m    api.MoveRequest
		want string // folder and name
	}{
		{"to another folder", api.MoveRequest{Folder: in("archive/old")}, "archive/old/a b+c.txt"},
		{"another name", api.MoveRequest{Name: "새 이름.tar.gz"}, "archive/old/새 이름.tar.gz"},
		{"to the root", api.MoveRequest{Folder: in("")}, "새 이름.tar.gz"},
		{"both, by a path", api.MoveRequest{Folder: in("x"), Name: `y\z.txt`}, "x/y/z.txt"},
		{"nowhere", api.MoveRequest{Name: "z.txt"}, "x/y/z.txt"},
	} {
		before := key
		step.m.Key = key
		key = w.move(me, step.m)
		info := must[api.FileInfo](w)(w.as(me).FileInfo(ctx, key, ""))
		if got := strings.TrimPrefix(info.Folder+"/"+info.Name, "/"); got != step.want {
			t.Errorf("%s: is %s, want %s", step.name, got, step.want)
		}
		if info.Type != "text/plain" || info.Metadata["note"] != "봄  1" || len(info.Metadata) != 1 || w.bytesOf(me, key) != "123456789" {
			t.Errorf("%s: it is now %+v", step.name, info)
		}
		if step.name != "nowhere" && idOf(key) != idOf(before) {
			t.Errorf("%s: id %s became %s", step.name, idOf(before), idOf(key))
		}
		if again := w.move(me, step.m); again != key {
			t.Errorf("%s: asked again, it is %s, want %s", step.name, again, key)
		}
		w.wantFiles(me, key)
	}
	head, err := w.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: &key})
	if err != nil || !strings.Contains(head.Metadata[upload.MetadataMovedFrom], "?") && !strings.HasPrefix(head.Metadata[upload.MetadataMovedFrom], "uploads/"+me) {
		t.Errorf("the moved file says that it comes from %q, %v", head.Metadata[upload.MetadataMovedFrom], err)
	}
}

// A name that is taken by other content is kept, and so is what is moved.
func TestMoveOverwritesNothing(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	hint := "p" + strings.Repeat("a", 25)
	there := w.putFile(me, api.File{Name: "a.txt", Folder: "to", ID: hint}, []byte("one"))
	mine := w.putFile(me, api.File{Name: "a.txt", Folder: "from", ID: hint}, []byte("two"))
	moved := w.move(me, api.MoveRequest{Key: mine, Folder: in("to")})
	if moved == there || w.bytesOf(me, there) != "one" || w.bytesOf(me, moved) != "two" {
		t.Errorf("moved to %s, beside %s: %q and %q", moved, there, w.bytesOf(me, there), w.bytesOf(me, moved))
	}
	// The key that it had gets another file, which goes the same way.
	again := w.putFile(me, api.File{Name: "a.txt", Folder: "from", ID: hint}, []byte("three"))
	if again != mine {
		t.Fatalf("the same id and name have keys %s and %s", mine, again)
	}
	third := w.move(me, api.MoveRequest{Key: again, Folder: in("to")})
	if w.bytesOf(me, moved) != "two" || w.bytesOf(me, third) != "three" {
		t.Errorf("moved to %s and %s: %q and %q", moved, third, w.bytesOf(me, moved), w.bytesOf(me, third))
	}
	w.wantFiles(me, there, moved, third)
	versions := must[api.Versions](w)(w.as(me).ListVersions(ctx, third)).Versions
	if len(versions) != 3 {
		t.Errorf("the name has %d versions, want 3: %+v", len(versions), versions)
	}
}

// Known content that is there already under the name is that file.
func TestMoveOfKnownContent(t *testing.T) {
	w := service(t)
	me := caller(t)
	file := known("a", []byte("the same"))
	file.Folder = "to"
	there := w.putFile(me, file, []byte("the same"))
	file.Folder = "from"
	mine := w.putFile(me, file, []byte("the same"))
	if moved := w.move(me, api.MoveRequest{Key: mine, Folder: in("to")}); moved != there {
		t.Errorf("moved to %s, want %s, which has the same bytes", moved, there)
	}
	w.wantFiles(me, there)
}

func TestMoveAtOnce(t *testing.T) {
	w := service(t)
	me := caller(t)
	key := w.putFile(me, api.File{Name: "a"}, random(100_000))
	var all sync.WaitGroup
	var keys [6]string
	for i := range keys {
		all.Go(func() { keys[i] = w.move(me, api.MoveRequest{Key: key, Folder: in("to")}) })
	}
	all.Wait()
	for _, k := range keys {
		if k != keys[0] {
			t.Errorf("moved to %q, want one key", keys)
		}
	}
	w.wantFiles(me, keys[0])
}

func TestMoveRefuses(t *testing.T) {
	w := service(t)
	me := caller(t)
	key := w.putFile(me, api.File{Name: "a"}, []byte("x"))
	team := "team"
	for _, row := range []struct {
		name string
		m    api.MoveRequest
		code upload.Code
	}{
		{"no key", api.MoveRequest{Name: "b"}, upload.InvalidArgument},
		{"nothing to do", api.MoveRequest{Key: key}, upload.InvalidArgument},
		{"up", api.MoveRequest{Key: key, Folder: in("..")}, upload.InvalidArgument},
		{"up by the name", api.MoveRequest{Key: key, Name: "../../bob/x"}, upload.InvalidArgument},
		{"an empty segment", api.MoveRequest{Key: key, Folder: in("a//b")}, upload.InvalidArgument},
		{"another space", api.MoveRequest{Key: key, Space: &team}, upload.NoSuchSpace},
		{"nothing there", api.MoveRequest{Key: key + "x", Name: "b"}, upload.NoSuchKey},
		{"too long", api.MoveRequest{Key: key, Folder: in(strings.Repeat(strings.Repeat("a", 190)+"/", 4) + strings.Repeat("a", 190))}, upload.KeyTooLongError},
	} {
		_, err := w.as(me).MoveFile(t.Context(), row.m)
		if p, ok := err.(*api.Problem); !ok || p.Code != row.code {
			t.Errorf("%s: got %v, want %s", row.name, err, row.code)
		}
	}
	w.wantFiles(me, key)
}

// meddler is somebody else, who writes just before a request of a kind goes to S3.
type meddler struct {
	before func(*http.Request) bool
	write  func(*http.Request)
	once   sync.Once
}

func (m *meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.before(r) {
		m.once.Do(func() { m.write(r) })
	}
	return http.DefaultTransport.RoundTrip(r)
}

// Another tool may write to either key while a file is moved: nothing of it is lost.
func TestMoveBesideAnotherWriter(t *testing.T) {
	m := &meddler{}
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) { o.HTTP = &http.Client{Transport: m} })
	write := func(key string) {
		if _, err := w.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader("theirs")}); err != nil {
			t.Error(err)
		}
	}
	for _, row := range []struct {
		name   string
		before func(*http.Request) bool
		source bool // is written, else the target
	}{
		{"the target, before the copy", func(r *http.Request) bool { return r.Header.Get("X-Amz-Copy-Source") != "" }, false},
		{"the source, before its deletion", func(r *http.Request) bool { return r.Method == http.MethodDelete }, true},
	} {
		me := caller(t)
		key := w.putFile(me, api.File{Name: "a"}, []byte("mine"))
		var written string
		*m = meddler{before: row.before, write: func(r *http.Request) {
			written = strings.TrimPrefix(r.URL.Path, "/"+bucket+"/")
			write(written)
		}}
		moved := w.move(me, api.MoveRequest{Key: key, Folder: in("to")})
		if (written == key) != row.source || moved == written || w.bytesOf(me, moved) != "mine" || w.bytesOf(me, written) != "theirs" {
			t.Errorf("%s: moved to %s, written was %s", row.name, moved, written)
		}
		w.wantFiles(me, moved, written)
	}
}

// What another tool put there goes along, and is named as ours from then on.
func TestMoveOfAForeignFile(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	key := "uploads/" + me + "/their folder/data.json"
	if _, err := w.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: &key, Body: bytes.NewReader([]byte("{}")), ContentEncoding: aws.String("gzip"), CacheControl: aws.String("max-age=1"), ContentLanguage: aws.String("ko"),
	}); err != nil {
		t.Fatal(err)
	}
	moved := w.move(me, api.MoveRequest{Key: key, Folder: in("ours")})
	head, err := w.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: &moved})
	if err != nil || aws.ToString(head.ContentEncoding) != "gzip" || aws.ToString(head.CacheControl) != "max-age=1" || aws.ToString(head.ContentLanguage) != "ko" {
		t.Errorf("got %+v, %v", head, err)
	}
	if !strings.Contains(moved, "/ours/data~r") || upload.NameOf(moved) != "data.json" {
		t.Errorf("moved to %s", moved)
	}
	w.wantFiles(me, moved)
}
