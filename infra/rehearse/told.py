"""What an application's server is told: by EventBridge where the emulator delivers, which
it does for S3's own events, and by events as AWS documents them where it does not.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html
"""
import json
import time

from botocore.exceptions import ClientError

from cloud import ACCOUNT, REGION, Failed

QUEUE = "told"
ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{QUEUE}"


def s3_event(kind, bucket, key, version, **more):
    """An event of S3's, with every field of the documentation's example."""
    detail = {"version": "0", "bucket": {"name": bucket}, "object": {
        "key": key, "size": 4, "etag": "b1946ac92492d2347c6235b4d2611184", "version-id": version, "sequencer": "00617F08299329D189"},
        "request-id": "N4N7GDK58NMKJ12R", "requester": "123456789012", "source-ip-address": "1.2.3.4", **more}
    return envelope("aws.s3", kind, detail, [f"arn:aws:s3:::{bucket}"])


def scan_event(bucket, key, version, status, threats=None):
    """An event of GuardDuty's, with every field of the documentation's example."""
    detail = {"schemaVersion": "1.0", "scanStatus": "COMPLETED", "resourceType": "S3_OBJECT",
              "s3ObjectDetails": {"bucketName": bucket, "objectKey": key, "eTag": "b1946ac92492d2347c6235b4d2611184", "versionId": version, "s3Throttled": False},
              "scanResultDetails": {"scanResultStatus": status, "threats": threats and [{"name": name} for name in threats]}}
    return envelope("aws.guardduty", "GuardDuty Malware Protection Object Scan Result", detail,
                    [f"arn:aws:guardduty:{REGION}:{ACCOUNT}:malware-protection-plan/b4c7f464ab3a4EXAMPLE"])


def envelope(source, kind, detail, resources):
    return {"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": kind, "source": source, "account": ACCOUNT,
            "time": "2026-11-27T10:15:04Z", "region": REGION, "resources": resources, "detail": detail}


class Told:
    """The application's queue, and the deployed function that fills it."""

    def __init__(self, cloud):
        self.plain, self.sqs, self.aws = cloud.aws("sqs"), cloud.aws("sqs", tls=True), cloud.aws
        self.queue = self.sqs.create_queue(QueueName=QUEUE)["QueueUrl"]

    def of(self, stack):
        self.function = stack.find("UploadsEvents", "AWS::Lambda::Function")
        self.failures = stack.find("UploadsEventsFailures", "AWS::SQS::Queue")
        return self

    def take(self, queue, count, about="", seconds=30):
        """So many messages of a queue about a key, and no more after them: others' files are told of meanwhile."""
        got, end = [], time.monotonic() + seconds
        while len(got) < count and time.monotonic() < end:
            got += [m for m in self.receive(queue) if about in m]
        got += [m for m in self.receive(queue) if about in m]
        if len(got) != count:
            raise Failed(f"events: got {json.dumps(got)[:800]}, want {count}")
        return got

    def receive(self, queue):
        messages = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        for m in messages:
            self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=m["ReceiptHandle"])
        return [m["Body"] for m in messages]

    def hand(self, *events):
        """Calls the function as SQS does, with a batch; the answer names those that failed."""
        records = [{"messageId": str(n), "receiptHandle": "r", "body": e if isinstance(e, str) else json.dumps(e), "attributes": {"ApproximateReceiveCount": "1"},
                    "eventSource": "aws:sqs", "eventSourceARN": ARN, "awsRegion": REGION} for n, e in enumerate(events)]
        answer = self.aws("lambda").invoke(FunctionName=self.function, Payload=json.dumps({"Records": records}))
        text = answer["Payload"].read().decode()
        if answer.get("FunctionError") or json.loads(text)["batchItemFailures"]:
            raise Failed(f"events: got {text[:500]}, want all taken")

    def rehearse(self, person, tokens, bucket):
        """Each type of the table once, of one file; a repetition has the same id."""
        s3, key = self.aws("s3"), person.upload(tokens)
        version = s3.head_object(Bucket=bucket, Key=key)["VersionId"]
        self.hand(s3_event("Object Created", bucket, key, version, reason="PutObject"))  # it waits for the scan
        clean = scan_event(bucket, key, version, "NO_THREATS_FOUND")
        self.hand(clean, clean)
        stored = [json.loads(m) for m in self.take(self.queue, 2, key)]
        self.want("file.stored", stored[0], key, version)
        if stored[0] != stored[1] or stored[0]["data"]["scan"] != {"status": "NO_THREATS_FOUND"} or stored[0]["data"]["size"] != 4:
            raise Failed(f"events: got {stored}, want the same file stored twice, by its id and its verdict")
        person.remove(tokens, key)  # of which EventBridge tells by itself
        deleted = json.loads(self.take(self.queue, 1, key)[0])
        self.want("file.deleted", deleted, key, s3.list_object_versions(Bucket=bucket, Prefix=key)["DeleteMarkers"][0]["VersionId"])
        person.restore(tokens, key, version)
        self.want("file.restored", json.loads(self.take(self.queue, 1, key)[0]), key, version)
        self.hand(scan_event(bucket, key, version, "THREATS_FOUND", ["EICAR-Test-File (not a virus)"]))
        found = json.loads(self.take(self.queue, 1, key)[0])
        self.want("file.quarantined", found, key, version)
        if found["data"]["scan"]["threats"] != ["EICAR-Test-File (not a virus)"] or "size" in found["data"]:
            raise Failed(f"events: got {found}, want the threat's name and no more of the file")
        self.hand("no event", s3_event("Object Created", "another-bucket", key, version))
        self.take(self.failures, 1)
        self.closed()

    def closed(self):
        """Without TLS nobody reads the stack's queues, whoever it is: their policies say so."""
        try:
            self.plain.receive_message(QueueUrl=self.failures)
        except ClientError as e:
            if e.response["Error"]["Code"] == "AccessDenied":
                return
        raise Failed("events: got a queue of the stack read without TLS, want AccessDenied")

    def want(self, kind, event, key, version):
        got = (event["type"], event["data"]["key"], event["data"]["versionId"], event["id"][:4])
        if got != (kind, key, version, "msg_"):
            raise Failed(f"events: got {got}, want {kind} of {key}, {version}")
