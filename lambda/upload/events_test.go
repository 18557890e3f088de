package upload

import (
	"strings"
	"testing"
)

func TestEventsConfig(t *testing.T) {
	for _, ok := range []string{
		`{"url": "https://app.example.com/hooks/signet"}`, `{"url": "https://app.example.com:8443/?a=b", "types": ["file.stored"]}`,
		`{"url": "http://localhost:3000/hooks"}`, `{"url": "http://127.0.0.1/"}`, `{"url": "http://[::1]:80/"}`,
		`{"queue": "arn:aws:sqs:eu-west-1:123456789012:files"}`, `{"queue": "arn:aws:sqs:eu-west-1:123456789012:files.fifo"}`,
		`{"bus": "arn:aws:events:eu-west-1:123456789012:event-bus/files"}`, `{"function": "arn:aws:lambda:eu-west-1:123456789012:function:files:live"}`,
		`null`,
	} {
		if _, err := ParseContext([]byte(`{"events": ` + ok + `}`)); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	for _, bad := range []string{
		`{}`, `"https://app.example.com"`, `{"url": ""}`, `{"url": "http://app.example.com/"}`, `{"url": "ftp://app.example.com/"}`, `{"url": "app.example.com"}`,
		`{"url": "https://user:secret@app.example.com/"}`, `{"url": "https://app.example.com/#x"}`, `{"url": "https:///x"}`,
		`{"url": "https://a.example/", "queue": "arn:aws:sqs:eu-west-1:123456789012:files"}`, `{"types": ["file.stored"]}`,
		`{"url": "https://a.example/", "types": []}`, `{"url": "https://a.example/", "types": ["file.created"]}`,
		`{"url": "https://a.example/", "types": ["file.stored", "file.stored"]}`, `{"urls": "https://a.example/"}`,
		`{"queue": "arn:aws:sns:eu-west-1:123456789012:files"}`, `{"queue": "files"}`, `{"bus": "arn:aws:events:eu-west-1:123456789012:rule/files"}`,
		`{"function": "arn:aws:lambda::123456789012:function:files"}`,
	} {
		if _, err := ParseContext([]byte(`{"events": ` + bad + `}`)); err == nil || !strings.Contains(err.Error(), "events") {
			t.Errorf("%s: got %v, want it refused with the field's name", bad, err)
		}
	}
	if _, err := ParseContext([]byte(`{"prefix": "moved/", "events": {"url": "https://a.example/"}}`)); err == nil {
		t.Error("got a prefix where moves leave their word")
	}
	if _, err := DefaultConfig().Telling("http://app.example.com/"); err == nil || !strings.Contains(err.Error(), "events") {
		t.Errorf("got %v, want the address refused", err)
	}
	if c, err := DefaultConfig().Telling("http://localhost:1/x"); err != nil || !c.Events.Wants(FileMoved) || !c.Events.Plain() {
		t.Errorf("got %+v, %v", c.Events, err)
	}
	var none *Events
	if none.Wants(FileStored) || none.Plain() {
		t.Error("got somebody who is told, want nobody")
	}
	if some := (&Events{Types: []string{FileStored}}); some.Wants(FileMoved) || !some.Wants(FileStored) {
		t.Error("got other types than those of the configuration")
	}
}
