"""Signs what it reads from standard input with botocore, and prints the answers:
a list of URLs and of POST forms, in order."""

import json
import sys

import boto3
from botocore.config import Config


# Since 1.36 botocore adds a checksum of its own unless told otherwise; older
# ones never do, and do not know the option.
NO_CHECKSUM = {"request_checksum_calculation": "when_required"}
if "request_checksum_calculation" not in Config.OPTION_DEFAULTS:
    NO_CHECKSUM = {}


def client(job):
    credentials = job["credentials"]
    return boto3.client(
        "s3",
        region_name=job["region"],
        endpoint_url=job["endpoint"] or None,
        aws_access_key_id=credentials["AccessKeyID"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"] or None,
        config=Config(
            signature_version="s3v4",
            **NO_CHECKSUM,
            s3={
                "addressing_style": job["style"],
                "use_accelerate_endpoint": job["accelerate"],
                "use_dualstack_endpoint": job["dualStack"],
                "us_east_1_regional_endpoint": "regional",
            },
        ),
    )


def sign(job):
    if job["operation"] == "post":
        return client(job).generate_presigned_post(
            **job["params"],
            Fields=dict(job["fields"]),
            Conditions=job["conditions"],
            ExpiresIn=job["expires"],
        )
    return client(job).generate_presigned_url(
        job["operation"], Params=job["params"], ExpiresIn=job["expires"]
    )


json.dump([sign(job) for job in json.load(sys.stdin)], sys.stdout)
