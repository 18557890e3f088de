"""The usual presigning Lambda in Python."""

import json

import boto3

s3 = boto3.client("s3", region_name="ap-northeast-2")
BUCKET = "my-upload-demo-2025"


def handler(event, context):
    body = json.loads(event.get("body") or "{}")
    url = s3.generate_presigned_url(
        ClientMethod="put_object",
        Params={
            "Bucket": BUCKET,
            "Key": body["key"],
            "ContentType": body.get("contentType", "application/octet-stream"),
            "ServerSideEncryption": "aws:kms",
        },
        ExpiresIn=900,
        HttpMethod="PUT",
    )
    return {"statusCode": 200, "body": json.dumps({"url": url})}
