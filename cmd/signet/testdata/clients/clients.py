"""Sends what Signet signs with requests and with botocore's own HTTP, and reads it back with boto3.

Addresses are arguments; the token and the keys of the bucket's reader are in the environment.
"""
import email.header
import hashlib
import os
import sys

import boto3
import botocore.awsrequest
import botocore.httpsession
import requests
from botocore.config import Config

api, s3_address, bucket = sys.argv[1:]
session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["SIGNET_TOKEN"]
s3 = boto3.client("s3", endpoint_url=s3_address, region_name="us-east-1", config=Config(s3={"addressing_style": "path"}))


def call(method, path, **options):
    answer = session.request(method, api + path, **options)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def stored(key):
    """Length and SHA-256 of an object, read with boto3."""
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return len(body), hashlib.sha256(body).hexdigest()


def same(key, content):
    assert stored(key) == (len(content), hashlib.sha256(content).hexdigest()), key


# requests: one PUT. requests itself sets the content-length that is signed.
content = os.urandom(70_001)
signed = call("POST", "/presign", json={"name": "보고서.pdf", "type": "application/pdf", "size": len(content), "metadata": {"album": "여름"}})
requests.request(signed["method"], signed["url"], headers=signed["headers"], data=content).raise_for_status()
same(signed["key"], content)
head = s3.head_object(Bucket=bucket, Key=signed["key"])
assert head["ContentType"] == "application/pdf" and str(email.header.make_header(email.header.decode_header(head["Metadata"]["album"]))) == "여름", head
again = requests.request(signed["method"], signed["url"], headers=signed["headers"], data=content)
assert again.status_code == 412, again.status_code

# requests: a form. The file goes last, and its field has the name file.
form = call("POST", "/presign/form", json={"name": "form.txt", "type": "text/plain", "maxSize": 10})
answer = requests.post(form["url"], data=form["fields"], files={"file": ("form.txt", b"0123456789")})
assert answer.status_code == 201, answer.text
same(form["fields"]["key"], b"0123456789")
assert requests.post(form["url"], data=form["fields"], files={"file": ("form.txt", b"0123456789+")}).status_code == 400

# Parts by URL: the first with requests, the others with botocore's HTTP.
content = os.urandom(17 << 20)
upload = call("POST", "/uploads", json={"name": "large.bin", "size": len(content)})
http = botocore.httpsession.URLLib3Session()
table, size = upload["sign"], upload["partSize"]
for n in range(1, upload["partCount"] + 1):
    url = f"{table['url']}&partNumber={n}&X-Amz-Signature={table['signatures'][n - table['first']]}"
    part = content[(n - 1) * size : n * size]
    if n == 1:
        requests.put(url, data=part).raise_for_status()
    else:
        answer = http.send(botocore.awsrequest.AWSRequest("PUT", url, data=part).prepare())
        assert answer.status_code == 200, answer.text
listed = s3.list_parts(Bucket=bucket, Key=upload["key"], UploadId=upload["uploadId"])["Parts"]
assert [p["Size"] for p in listed] == [8 << 20, 8 << 20, 1 << 20], listed
call("POST", "/uploads/complete", json={"key": upload["key"], "uploadId": upload["uploadId"], "size": len(content)})
same(upload["key"], content)
download = requests.get(call("GET", "/files/url", params={"key": upload["key"]})["url"])
assert hashlib.sha256(download.content).digest() == hashlib.sha256(content).digest()
print("ok")
