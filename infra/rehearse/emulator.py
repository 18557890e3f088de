"""The emulator, with three of its gaps mended (gaps.py): python emulator.py."""
import base64
import re
import struct
import sys

import ministack.core.iam_evaluator as iam
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


if __name__ == "__main__":
    mend_import()
    mend_checksum()
    mend_principal()
    from ministack.app import main

    main()
