package api_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// countedClients are those for whom one file is all that there is room for: a guest, and
// a caller with a quota. refused is how a second file is.
func countedClients(t *testing.T, try func(t *testing.T, w *world, c *api.Client, refused upload.Code)) {
	t.Run("by a pass", func(t *testing.T) {
		w := sharing(t)
		made := w.pass(caller(t), api.PassRequest{Do: "upload", Folder: "in", Files: 1})
		try(t, w, w.guest(made.Token), upload.NoSuchPass)
	})
	t.Run("by a quota", func(t *testing.T) {
		w, _ := limited(t, upload.Quota{Files: 1})
		try(t, w, w.as(caller(t)), upload.QuotaExceeded)
	})
}

// twin is an upload in parts and a signed PUT of one key.
func twin(t *testing.T, w *world, c *api.Client, name string) (api.Upload, api.Presigned) {
	t.Helper()
	begun := must[api.Upload](w)(c.CreateUpload(t.Context(), api.UploadRequest{Name: name, Size: size(5), ID: hint(name)}))
	signed := must[api.Presigned](w)(c.Presign(t.Context(), api.File{Name: name, Size: size(5), ID: hint(name)}))
	if begun.Key != signed.Key {
		t.Fatalf("got keys %s and %s, want one: this test sees nothing else", begun.Key, signed.Key)
	}
	return begun, signed
}

// Who aborts an upload gets no room back for what came, or may still come, under its key
// by a PUT that was signed besides.
func TestAbortBesideAPut(t *testing.T) {
	countedClients(t, func(t *testing.T, w *world, c *api.Client, refused upload.Code) {
		begun, signed := twin(t, w, c, "a.bin")
		if status, code, _ := send(t, signed.Method, signed.URL, signed.Headers, []byte("hello")); status != 200 {
			t.Fatalf("PUT: status %d %s", status, code)
		}
		if err := c.AbortUpload(t.Context(), begun.Key, begun.UploadID); err != nil {
			t.Fatal(err)
		}
		wantCode(t, errOf(c.Presign(t.Context(), api.File{Name: "b.bin", Size: size(1)})), refused)
	})
	countedClients(t, func(t *testing.T, w *world, c *api.Client, refused upload.Code) {
		begun, signed := twin(t, w, c, "later.bin")
		if err := c.AbortUpload(t.Context(), begun.Key, begun.UploadID); err != nil {
			t.Fatal(err)
		}
		wantCode(t, errOf(c.Presign(t.Context(), api.File{Name: "b.bin", Size: size(1)})), refused)
		if status, code, _ := send(t, signed.Method, signed.URL, signed.Headers, []byte("hello")); status != 200 {
			t.Fatalf("PUT: status %d %s", status, code)
		}
	})
}

// Two that begin within the same second have an upload each of one key: the abort of one
// gives its room back, and the other is not completed without any.
func TestAbortOfATwin(t *testing.T) {
	countedClients(t, func(t *testing.T, w *world, c *api.Client, refused upload.Code) {
		begun := must[api.Upload](w)(c.CreateUpload(t.Context(), api.UploadRequest{Name: "a.bin", Size: size(5), ID: hint("a.bin")}))
		other, err := w.s3.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: &begun.Key})
		if err != nil {
			t.Fatal(err)
		}
		signed := must[api.Signed](w)(c.SignParts(t.Context(), api.SignRequest{Key: begun.Key, UploadID: *other.UploadId, Size: size(5)}))
		sendParts(t, api.Upload{Sign: signed.Sign, PartCount: 1, PartSize: 5}, []byte("hello"))
		if err := c.AbortUpload(t.Context(), begun.Key, begun.UploadID); err != nil {
			t.Fatal(err)
		}
		must[api.Presigned](w)(c.Presign(t.Context(), api.File{Name: "b.bin", Size: size(1)}))
		complete := api.CompleteRequest{Key: begun.Key, UploadID: *other.UploadId, Size: size(5)}
		wantCode(t, errOf(c.CompleteUpload(t.Context(), complete)), refused)
	})
}

// What was completed is not given back by beginning the same again and aborting that.
func TestAbortOfWhatCame(t *testing.T) {
	overwrite := func(c *upload.Config) { c.Overwrite, c.Passes = true, true }
	try := func(t *testing.T, w *world, c *api.Client, refused upload.Code) {
		ask := api.UploadRequest{Name: "a.bin", Size: size(5), ID: hint("a.bin")}
		begun := must[api.Upload](w)(c.CreateUpload(t.Context(), ask))
		sendParts(t, begun, []byte("hello"))
		must[api.Completed](w)(c.CompleteUpload(t.Context(), api.CompleteRequest{Key: begun.Key, UploadID: begun.UploadID, Size: size(5)}))
		again := must[api.Upload](w)(c.CreateUpload(t.Context(), ask))
		if err := c.AbortUpload(t.Context(), again.Key, again.UploadID); err != nil {
			t.Fatal(err)
		}
		wantCode(t, errOf(c.Presign(t.Context(), api.File{Name: "b.bin", Size: size(1)})), refused)
	}
	t.Run("by a pass", func(t *testing.T) {
		w := sharing(t, overwrite)
		try(t, w, w.guest(w.pass(caller(t), api.PassRequest{Do: "upload", Folder: "in", Files: 1}).Token), upload.NoSuchPass)
	})
	t.Run("by a quota", func(t *testing.T) {
		w, _ := limited(t, upload.Quota{Files: 1}, overwrite)
		try(t, w, w.as(caller(t)), upload.QuotaExceeded)
	})
}

// What the owner's quota refuses takes nothing from a pass of what was signed before.
func TestRefusedByTheQuotaIsNotGivenBackTwice(t *testing.T) {
	w, _ := limited(t, upload.Quota{Bytes: 10}, func(c *upload.Config) { c.Passes = true })
	c := w.guest(w.pass(caller(t), api.PassRequest{Do: "upload", Folder: "in", Files: 1}).Token)
	must[api.Presigned](w)(c.Presign(t.Context(), api.File{Name: "a", Size: size(5), ID: hint("a")}))
	wantCode(t, errOf(c.Presign(t.Context(), api.File{Name: "a", Size: size(11), ID: hint("a")})), upload.QuotaExceeded)
	wantCode(t, errOf(c.Presign(t.Context(), api.File{Name: "b", Size: size(1)})), upload.NoSuchPass)
}

// Who has left a group keeps no door to it open: he cannot change his pass any more, only
// revoke it.
func TestPassOfWhoHasLeft(t *testing.T) {
	members := map[string][]string{"bob": {"design"}}
	w := spaces(t, func(o *api.Options) {
		o.Config.Passes, o.Config.StateBucket = true, stateBucket
		groups := o.Groups
		o.Groups = func(r *http.Request) []string {
			if mine, ok := members[subject(r)]; ok {
				return mine
			}
			return groups(r)
		}
	})
	made := w.pass("bob", api.PassRequest{Do: "upload", Space: "team/design", Folder: "in", Expires: "1h"})
	must[api.PassInfo](w)(w.as("bob").ChangePass(t.Context(), made.ID, api.PassChange{Expires: "2h"}))
	members["bob"] = []string{"other"}
	files := int64(1000)
	for what, change := range map[string]api.PassChange{"its end": {Expires: "365d"}, "its files": {Files: &files}} {
		if _, err := w.as("bob").ChangePass(t.Context(), made.ID, change); !isCode(err, upload.AccessDenied) {
			t.Errorf("%s: got %v, want AccessDenied", what, err)
		}
	}
	if err := w.as("bob").RevokePass(t.Context(), made.ID); err != nil {
		t.Error(err)
	}
}

// While a pass pauses no password is computed for whoever asks: it costs memory and time.
func TestPausedPassComputesNothing(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "read", Folder: "x", Password: "right"})
	for i := range 10 {
		if _, err := w.guest(made.Token, fmt.Sprint("wrong", i)).ShowPass(t.Context()); !isCode(err, upload.WrongPassword) {
			t.Fatalf("wrong %d: %v", i, err)
		}
	}
	release := w.handler.(*api.Handler).HoldPasswords()
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // less than a call waits
	defer cancel()
	if _, err := w.guest(made.Token, "another").ShowPass(ctx); !isCode(err, upload.SlowDown) {
		t.Errorf("got %v, want SlowDown without a computation", err)
	}
}

// What was deleted or moved still takes its room, and what is sent again under its key
// takes more.
func TestSentAgainAfterADeletion(t *testing.T) {
	inParts := func(t *testing.T, w *world, c *api.Client) (key string, err error) {
		begun, err := c.CreateUpload(t.Context(), api.UploadRequest{Name: "a.bin", Size: size(5), ID: hint("a.bin")})
		if err != nil {
			return "", err
		}
		sendParts(t, begun, []byte("hello"))
		_, err = c.CompleteUpload(t.Context(), api.CompleteRequest{Key: begun.Key, UploadID: begun.UploadID, Size: size(5)})
		return begun.Key, err
	}
	t.Run("deleted", func(t *testing.T) {
		w, now := limited(t, upload.Quota{Files: 2})
		c := w.as(caller(t))
		for range 2 {
			key, err := inParts(t, w, c)
			if err == nil {
				err = c.DeleteFile(t.Context(), key)
			}
			if err != nil {
				t.Fatal(err)
			}
			*now = now.Add(time.Second)
		}
		wantCode(t, errOf(inParts(t, w, c)), upload.QuotaExceeded)
	})
	t.Run("moved", func(t *testing.T) {
		w, _ := limited(t, upload.Quota{Files: 3})
		c := w.as(caller(t))
		key, err := inParts(t, w, c)
		if err == nil {
			_, err = c.MoveFile(t.Context(), api.MoveRequest{Key: key, Name: "b.bin"})
		}
		if err == nil {
			_, err = inParts(t, w, c)
		}
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, errOf(c.MoveFile(t.Context(), api.MoveRequest{Key: key, Name: "c.bin"})), upload.QuotaExceeded)
	})
}
