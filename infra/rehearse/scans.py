"""The malware scan, which no emulator has: who gets what tag, and what follows."""
import json
import threading
import time
import urllib.parse

import told
from cloud import WORK, Failed, run

TAG = "GuardDutyMalwareScanStatus"


class Scanner:
    """What GuardDuty does with what is uploaded, but for finding anything: each version gets the tag of a clean one.
    The emulator's root may set it where the bucket's policy denies that to everybody but the scan and the function
    that moves what was found. Use it with `with`: it scans until behind it."""

    def __init__(self, cloud, bucket):
        self.s3, self.bucket, self.seen, self.over = cloud.aws("s3"), bucket, set(), threading.Event()
        self.thread = threading.Thread(target=self.scan, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join(10)

    def scan(self):
        while not self.over.wait(0.3):
            for page in self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket):
                for v in page.get("Versions", []):
                    if not v["Key"].startswith("quarantine/"):
                        self.look(v["Key"], v["VersionId"])

    def look(self, key, version):
        if (key, version) in self.seen:
            return
        of = {"Bucket": self.bucket, "Key": key, "VersionId": version}
        try:
            tags = self.s3.get_object_tagging(**of)["TagSet"]
            if not any(t["Key"] == TAG for t in tags):
                self.s3.put_object_tagging(**of, Tagging={"TagSet": [*tags, {"Key": TAG, "Value": "NO_THREATS_FOUND"}]})
            self.seen.add((key, version))
        except self.s3.exceptions.ClientError:  # it is gone, or deleted: it may come back
            pass


def malware(cloud, stack, outputs, person, tokens):
    """What GuardDuty calls a threat is unreadable at once, and then moved."""
    s3, bucket, key = cloud.aws("s3"), outputs["BucketName"], person.upload(tokens)
    version = s3.head_object(Bucket=bucket, Key=key)["VersionId"]
    if person.read(tokens, key) != 200:
        raise Failed("malware: got a file that its owner cannot read before it is scanned, want it read")
    s3.put_object_tagging(Bucket=bucket, Key=key, VersionId=version, Tagging={"TagSet": [{"Key": TAG, "Value": "THREATS_FOUND"}]})
    if (status := person.read(tokens, key)) != 403:
        raise Failed(f"malware: got {status} for a file that is one, want 403")
    event = told.scan_event(bucket, key, version, "THREATS_FOUND", ["EICAR-Test-File (not a virus)"])
    function = stack.find("UploadsQuarantine", "AWS::Lambda::Function")
    for _ in range(2):  # the second time there is nothing to do
        answer = cloud.aws("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        if answer.get("FunctionError"):
            raise Failed(f"quarantine: got {answer['Payload'].read()[:500]}")
    moved = [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="quarantine/").get("Contents", [])]
    left = s3.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", [])
    if moved != [f"quarantine/{key}/{version}"] or left:
        raise Failed(f"quarantine: got {moved} there and {left} left, want one moved and none left")


def strict(cloud, outputs, person, admin):
    """Before it is found clean nobody reads a file, by its link or by CloudFront."""
    tokens = person.sign_in()
    own, public = person.upload(tokens), person.upload(tokens, space="avatars", type="image/png")
    at = f"{outputs['PublicURL']}/{urllib.parse.quote(public)}"
    if (got := (person.read(tokens, own), person.ask(at)[0])) != (403, 403):
        raise Failed(f"strict: got {got} of files that are not scanned, want 403 of both")
    done = run([WORK / "bin" / "aws", "s3api", "get-object", "--bucket", outputs["BucketName"], "--key", own, WORK / "own"], admin, check=False)
    if "AccessDenied" not in done.stderr:
        raise Failed(f"strict: got {done.stderr} for an administrator, want AccessDenied")
    with Scanner(cloud, outputs["BucketName"]):
        person.clean(tokens, own)
        for _ in range(100):
            if person.ask(at)[0] == 200:
                break
            time.sleep(0.2)
        else:
            raise Failed("strict: got a clean public file not read, want it")
