"""A cloud for the doctor's tests: moto, with our own stack's settings on it and,
one at a time, what somebody got wrong.

The first line of standard output is the endpoint. Each line of standard input is
a world to make, {"template": "full", "seed": "cors-star"} (no seed: as the
template has it); the answer is a line with its names. With "each": true the world
has a bucket more for each seed of the bucket, with a key, role and log bucket of
its own where the seed is about those; with "again": true what watches the last
world is put back, and the rest left.
"""
import json
import logging
import sys

import boto3

import plain
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.s3.responses import S3Response
from moto.server import ThreadedMotoServer
from seeds import Seeded, said
from world import HERE, REGION

SERVICES = ["s3", "kms", "iam", "lambda", "logs", "apigatewayv2", "cloudfront", "cloudtrail", "cloudwatch", "budgets", "ec2", "s3control", "sqs", "sns", "secretsmanager"]


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    remember_eventbridge()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    print(endpoint, flush=True)
    seeds = {s["id"]: s for s in json.loads((HERE / "seeds.json").read_text())}
    # In this process boto3 needs no server, which makes the worlds four times as fast.
    mock_aws().start()
    keys = {"region_name": REGION, "aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    aws = {name: boto3.client(name, **keys) for name in SERVICES}
    for line in sys.stdin:
        order = json.loads(line)
        if order.get("plain"):
            reset()
            others = json.loads((HERE / "plain.json").read_text())
            wanted = [c for c in others["fine"] + others["mistakes"] if order["plain"] in (True, c["id"])]
            plain.logs(aws["s3"], ACCOUNT)
            print(json.dumps({"bucket": "", "logs": "plain-logs", "each": {c["id"]: plain.build(aws, ACCOUNT, c, said) for c in wanted}}), flush=True)
            continue
        if order.get("again"):
            world.watch_again()
        else:
            reset()
            world = Seeded(aws, order["template"])
            world.build()
        if order.get("seed"):
            world.plant(seeds[order["seed"]]["do"])
        names = world.names()
        if order.get("each"):
            world.make_room()
            names["each"] = {id: world.another(id, s["do"]) for id, s in seeds.items() if s["on"] == "bucket"}
        print(json.dumps(names), flush=True)


def reset():
    BackendDict.reset()
    reset_model_data()


def remember_eventbridge():
    """moto stores that EventBridge is on and leaves it out of its answer. This
    puts it in, as AWS documents it (API_GetBucketNotificationConfiguration)."""
    answer = S3Response.serialized

    def serialized(self, result):
        if self.data.get("Action") == "GetBucketNotificationConfiguration" or "notification" in self.querystring and self.method == "GET":
            kept = self.backend.get_bucket_notification_configuration(self.bucket_name)
            if kept and kept.event_bridge is not None and isinstance(result.result, dict):
                result.result["EventBridgeConfiguration"] = {}
        return answer(self, result)

    S3Response.serialized = serialized


main()
