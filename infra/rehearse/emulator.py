"""The emulator, with some of its gaps mended (gaps.py): python emulator.py."""
import base64
import inspect
import json
import os
import re
import struct
import sys
import threading

import ministack.core.iam_evaluator as iam
import ministack.services.cloudfront as cloudfront
import ministack.services.eventbridge as eventbridge
import ministack.services.s3 as s3
from ministack.services.cloudformation import changesets, provisioners
from awscrt import checksums


def mend_checksum():
    was = s3._composite_checksum
    s3._crc64nvme = lambda body: checksums.crc64nvme(bytes(body))

    def composite(algorithm, parts):
        if algorithm != "CRC64NVME":
            return was(algorithm, parts)
        whole = b"".join(sys._getframe(1).f_locals["combined_parts"])
        return base64.b64encode(struct.pack(">Q", s3._crc64nvme(whole))).decode()

    s3._composite_checksum = composite


def mend_principal():
    was = iam._resolve_condition_key

    def resolve(key, context):
        value = was(key, context)
        if key.lower() == "aws:principalarn" and isinstance(value, str):
            value = re.sub(r"^arn:aws:sts::(\d+):assumed-role/([^/]+)/.*$", r"arn:aws:iam::\1:role/\2", value)
        return value

    iam._resolve_condition_key = resolve


def mend_import():
    changesets._IMPORT_LOOKUPS["AWS::S3::BucketPolicy"] = (("Bucket",), lambda bucket: None)
    provisioners._RESOURCE_HANDLERS["AWS::S3::BucketPolicy"]["import"] = lambda of: (f"{of['Bucket']}-policy", {})


def mend_origins():
    """CloudFront reaches AWS's names where they are: here."""
    was = cloudfront._origin_request_headers

    def headers(*args):
        sent = was(*args)
        sent["Host"] = re.sub(r"\.execute-api\.[a-z0-9-]+\.amazonaws\.com$", ".execute-api.localhost", sent["Host"])
        return {**sent, "X-Forwarded-Proto": "https"}

    plain = cloudfront._dataplane_origin

    def origin(element):
        """A bucket without access control is asked over the wire, as whoever signed the query."""
        o = plain(element)
        if o["s3_bucket"] and not o["oac_id"] and not o["oai_id"]:
            o["s3_bucket"] = None
        return o

    cloudfront._dataplane_origin = origin
    cloudfront._origin_request_headers = headers
    cloudfront._origin_connect_target = lambda origin, viewer_is_https: ("127.0.0.1", int(os.environ["GATEWAY_PORT"]), False)


def mend_signed_host():
    """A signature names the API's own host, which the front has put the emulator's in the place of."""
    from ministack import app  # which takes over what the others have mended

    was = app.pin_signed_request
    own = f".execute-api.{os.environ['MINISTACK_REGION']}.amazonaws.com".encode()

    def pin(method, path, query, headers, *args, **more):
        return was(method, path, query, [(n, v.replace(b".execute-api.localhost", own) if n.lower() == b"host" else v) for n, v in headers], *args, **more)

    app.pin_signed_request = pin


def mend_versions():
    """What S3 tells EventBridge of an object has its version."""
    fire, dispatch, now = s3._fire_s3_event, eventbridge._dispatch_event, threading.local()
    shape = inspect.signature(fire)

    def told(*args, **more):
        now.version = shape.bind(*args, **more).arguments.get("version_id")
        return fire(*args, **more)

    def handed(event, *args, **more):
        if event.get("Source") == "aws.s3" and getattr(now, "version", None):
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = now.version
            event = {**event, "Detail": json.dumps(detail)}
        return dispatch(event, *args, **more)

    s3._fire_s3_event, eventbridge._dispatch_event = told, handed


if __name__ == "__main__":
    mend_versions()
    mend_import()
    mend_origins()
    mend_checksum()
    mend_principal()
    mend_signed_host()
    from ministack.app import main

    main()
