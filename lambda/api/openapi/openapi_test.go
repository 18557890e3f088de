package openapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write openapi.json.gz")

// What is embedded is the document that people read.
func TestPacked(t *testing.T) {
	readable, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, readable); err != nil {
		t.Fatal(err)
	}
	if *update {
		write(t, compact.Bytes())
		return
	}
	got, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, compact.Bytes()) {
		t.Error("got another document in openapi.json.gz than openapi.json: run go test ./lambda/api/openapi -update")
	}
}

func write(t *testing.T, document []byte) {
	t.Helper()
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(document); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("openapi.json.gz", packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
