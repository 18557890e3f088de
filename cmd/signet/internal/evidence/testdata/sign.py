"""Signs with botocore what it reads from standard input, one JSON object a line,
and answers each with the signed URL, a line as well."""

import json
import sys

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

for line in sys.stdin:
    job = json.loads(line)
    credentials = Credentials(job["accessKey"], job["secret"], job["token"] or None)
    request = AWSRequest(method=job["method"], url=job["url"], headers=job["headers"])
    S3SigV4QueryAuth(
        credentials, job["service"], job["region"], expires=job["expires"]
    ).add_auth(request)
    print(json.dumps(request.prepare().url), flush=True)
