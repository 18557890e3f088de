package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"signet/lambda/api"
)

// block is a code block of the README's guide, in a language.
func block(t *testing.T, name, language string) string {
	t.Helper()
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "<!-- example: "+name+" -->\n```"+language+"\n")
	code, _, end := strings.Cut(rest, "\n```")
	if !ok || !end {
		t.Fatalf("the README has no example %s in %s", name, language)
	}
	return code
}

// node runs a module where @aws-sdk is installed for the benchmarks.
func node(t *testing.T, environment []string, code string) {
	t.Helper()
	c := exec.Command("node", "--input-type=module", "-e", code)
	c.Dir, c.Env = "../../bench/peers/node", environment
	wantOK(t, c)
}

const nodeHead = `
const { API: api, TOKEN: token, S3: endpoint, BUCKET: Bucket } = process.env;
const content = 'hello', type = 'text/plain', name = '안녕.txt', size = 5;
const send = async (url, headers) => {
  const put = await fetch(url, { method: 'PUT', headers, body: content });
  if (!put.ok) throw new Error(put.status + await put.text());
};
`

// The guide's examples of other signers, before and after.
func TestGuideSigners(t *testing.T) {
	c, environment := withReader(t)
	node(t, environment, `
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
`+nodeHead+`
const s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' });
`+block(t, "presigner before", "js")+`
await send(url, headers);
console.log('ok');`)
	node(t, environment, nodeHead+block(t, "presigner after", "js")+`
await send(url, headers);
if (!key.endsWith(name.slice(name.lastIndexOf('.'))) || !key.includes('/' + name.slice(0, name.lastIndexOf('.')) + '~')) throw new Error(key);
console.log('ok');`)
	node(t, environment, nodeHead+block(t, "endpoint after", "js")+`
const key = await upload(new File([content], name, { type }));
if (!key.endsWith(name.slice(name.lastIndexOf('.'))) || !key.includes('/' + name.slice(0, name.lastIndexOf('.')) + '~')) throw new Error(key);
console.log('ok');`)

	python := exec.Command(clientTool(t, "python"), "-c", fmt.Sprintf(`
import os, boto3, requests
from botocore.config import Config
from flask import Flask, request, jsonify
app, bucket = Flask("before"), os.environ["BUCKET"]
s3 = boto3.client("s3", endpoint_url=os.environ["S3"], region_name="us-east-1", config=Config(signature_version="s3v4"))
%s
answer = app.test_client().post("/presign", json={"key": "uploads/before.txt", "contentType": "text/plain"})
requests.put(answer.json["url"], data=b"hello", headers={"Content-Type": "text/plain"}).raise_for_status()
assert s3.get_object(Bucket=bucket, Key="uploads/before.txt")["Body"].read() == b"hello"
print("ok")`, block(t, "flask before", "python")))
	python.Env = environment
	wantOK(t, python)

	files, err := c.client().ListFiles(t.Context(), api.FilesQuery{})
	if err != nil || len(files.Files) != 2 {
		t.Errorf("got %+v, %v, want the two files of after", files, err)
	}
}
