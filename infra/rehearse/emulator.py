"""The emulator, with some of its gaps mended (gaps.py): python emulator.py."""
import base64
import calendar
import inspect
import json
import os
import re
import struct
import sys
import threading
import time
import urllib.parse

import ministack.core.iam_actions as actions
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


def mend_signature_keys():
    """What a request says of its own signature."""
    was = actions.s3_service_context

    def context(action, query, path="", headers=None):
        found, sent = was(action, query, path, headers), {k.lower(): v[0] if isinstance(v, list) else v for k, v in (query or {}).items()}
        if date := sent.get("x-amz-date"):
            signed = calendar.timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
            found |= {"s3:authType": "REST-QUERY-STRING", "s3:signatureAge": str(int((time.time() - signed) * 1000))}
        return found

    actions.s3_service_context = context


def mend_tags():
    """Who reads a file by CloudFront, or to copy it, reads what has these tags."""
    from ministack import app

    allows, evaluate, enforce, now = s3._cloudfront_origin_allows, iam.evaluate_resource_policy, app._enforce_data_plane, threading.local()
    tags = lambda bucket, key, query: {"s3:existingobjecttag/" + k.lower(): v for k, v in s3.object_tags_for_condition(bucket, key, query).items()}

    def origin(owner, bucket, key, *args):
        now.tags = tags(bucket, key, {})
        try:
            return allows(owner, bucket, key, *args)
        finally:
            now.tags = None

    def evaluated(policy, context, **more):
        if getattr(now, "tags", None):
            context.service_context = {**context.service_context, **now.tags}
        return evaluate(policy, context, **more)

    def enforced(service, action, headers, *args, resource_arn="", service_context=None, **more):
        source = headers.get("x-amz-copy-source")
        if source and action in ("s3:GetObject", "s3:GetObjectVersion"):
            bucket, _, key = resource_arn.removeprefix("arn:aws:s3:::").partition("/")
            version = urllib.parse.parse_qs(source.partition("?")[2]).get("versionId")
            service_context = {**(service_context or {}), **tags(bucket, key, {"versionId": version} if version else {})}
        return enforce(service, action, headers, *args, resource_arn=resource_arn, service_context=service_context, **more)

    s3._cloudfront_origin_allows, iam.evaluate_resource_policy, app._enforce_data_plane = origin, evaluated, enforced


def mend_taggers():
    """Who writes a file with tags, or copies one that has some, sets tags."""
    was = actions.s3_additional_checks

    def checks(method, path, headers, body, query):
        found, source = was(method, path, headers, body, query), actions._s3_source_object(headers)
        tagged = headers.get("x-amz-tagging")
        if source and headers.get("x-amz-tagging-directive", "COPY") == "COPY":
            bucket, _, key = source[0].removeprefix("arn:aws:s3:::").partition("/")
            tagged = s3.object_tags_for_condition(bucket, key, {"versionId": [source[1]]} if source[1] else {})
        if tagged and actions._s3_action(method, path, query) == "PutObject" and "partNumber" not in query:
            found.append(("s3:PutObjectTagging", "arn:aws:s3:::" + path.lstrip("/")))
        return found

    actions.s3_additional_checks = checks


if __name__ == "__main__":
    mend_versions()
    mend_signature_keys()
    mend_import()
    mend_taggers()
    mend_origins()
    mend_checksum()
    mend_principal()
    mend_signed_host()
    mend_tags()
    from ministack.app import main

    main()
