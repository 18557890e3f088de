"""Puts by the API what the emulator's CloudFormation takes and forgets (gaps.FORGOTTEN),
as the template has it. What it does not forget any more fails."""
import json

import gaps
from cloud import Failed


class Stack:
    """A deployed stack and the template that it was made of."""

    def __init__(self, cloud, folder, name):
        self.cloud, self.name = cloud, name
        self.resources = json.loads((folder / f"{name}.template.json").read_text())["Resources"]
        described = cloud.aws("cloudformation").describe_stack_resources(StackName=name)["StackResources"]
        self.physical = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in described}
        self.arns = {n: f"arn:aws:kms:eu-west-1:000000000000:key/{p}" for n, p in self.physical.items() if self.type(n) == "AWS::KMS::Key"}

    def type(self, name):
        return self.resources.get(name, {}).get("Type")

    def find(self, stem, kind):
        """The physical name of the resource of a type whose logical id begins so."""
        found = [n for n in self.resources if n.startswith(stem) and self.type(n) == kind]
        if len(found) != 1:
            raise Failed(f"got the resources {found}, want one {kind} of {stem}…")
        return self.physical[found[0]]

    def value(self, v):
        """A value of the template with its references filled in."""
        if isinstance(v, list):
            return [self.value(x) for x in v]
        if not isinstance(v, dict):
            return v
        if "Ref" in v:
            return self.physical.get(v["Ref"], v["Ref"])
        if "Fn::GetAtt" in v:
            return self.arns.get(v["Fn::GetAtt"][0]) or "arn:aws:s3:::" + self.physical[v["Fn::GetAtt"][0]]
        if "Fn::Join" in v:
            return v["Fn::Join"][0].join(self.value(v["Fn::Join"][1]))
        return {k: self.value(x) for k, x in v.items()}


def put(stack, stem=""):
    """Puts all that is forgotten, of resources whose logical ids begin so, and says how many settings that were."""
    done = {name: 0 for name in gaps.FORGOTTEN}
    for name, resource in stack.resources.items():
        if not name.startswith(stem):
            continue
        p = resource.get("Properties", {})
        for kind, of, setter in SETTERS:
            if resource["Type"] == of and kind in p:
                setter(stack, stack.physical[name], stack.value(p[kind]), p)
                done[kind] += 1
    return sum(done.values())


def encryption(stack, bucket, value, _):
    rules = [{{"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}.get(k, k): v for k, v in r.items()}
             for r in value["ServerSideEncryptionConfiguration"]]
    s3 = stack.cloud.aws("s3")
    forgotten(lambda: s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0].get("BucketKeyEnabled") and rules[0].get("BucketKeyEnabled"), "BucketEncryption")
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def lifecycle(stack, bucket, value, _):
    s3 = stack.cloud.aws("s3")
    forgotten(lambda: s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"], "LifecycleConfiguration")
    rules = []
    for r in value["Rules"]:
        rule = {"ID": r["Id"], "Status": r["Status"], "Filter": {"Prefix": r.get("Prefix", "")}}
        rule |= {k: r[k] for k in ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration") if k in r}
        if r.get("ExpiredObjectDeleteMarker"):
            rule["Expiration"] = {"ExpiredObjectDeleteMarker": True}
        if "ExpirationInDays" in r:
            rule["Expiration"] = {"Days": r["ExpirationInDays"]}
        if "Transitions" in r:
            rule["Transitions"] = [{"Days": t["TransitionInDays"], "StorageClass": t["StorageClass"]} for t in r["Transitions"]]
        rules.append(rule)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def logging(stack, bucket, value, _):
    s3 = stack.cloud.aws("s3")
    forgotten(lambda: s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled"), "LoggingConfiguration")
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": {
        "TargetBucket": value.get("DestinationBucketName", bucket), "TargetPrefix": value.get("LogFilePrefix", "")}})


def ownership(stack, bucket, value, _):
    s3 = stack.cloud.aws("s3")
    own = lambda: s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"][0]["ObjectOwnership"]
    if value["Rules"][0]["ObjectOwnership"] != "BucketOwnerEnforced":  # what all of the emulator's buckets have
        forgotten(lambda: own() == value["Rules"][0]["ObjectOwnership"], "OwnershipControls")
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": value["Rules"]})


def tags(stack, bucket, value, _):
    s3 = stack.cloud.aws("s3")
    forgotten(lambda: [t for t in s3.get_bucket_tagging(Bucket=bucket)["TagSet"] if t["Key"] == "Owner"], "Tags")
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": value})


def concurrency(stack, function, value, _):
    client = stack.cloud.aws("lambda")
    forgotten(lambda: client.get_function_concurrency(FunctionName=function).get("ReservedConcurrentExecutions"), "ReservedConcurrentExecutions")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=value)


def throttle(stack, _, value, p):
    client, api = stack.cloud.aws("apigatewayv2"), stack.value(p["ApiId"])
    forgotten(lambda: client.get_stage(ApiId=api, StageName=p["StageName"]).get("DefaultRouteSettings", {}).get("ThrottlingRateLimit"), "DefaultRouteSettings")
    client.update_stage(ApiId=api, StageName=p["StageName"], DefaultRouteSettings=value)


def forgotten(read, name):
    """Fails where the emulator has it by itself."""
    try:
        had = read()
    except Exception:  # "there is none" has a name of its own in each API
        had = None
    if had and not had == []:
        raise Failed(f"{name}: the emulator keeps it now ({had}): take it off gaps.FORGOTTEN")


SETTERS = [
    ("BucketEncryption", "AWS::S3::Bucket", encryption), ("LifecycleConfiguration", "AWS::S3::Bucket", lifecycle),
    ("LoggingConfiguration", "AWS::S3::Bucket", logging), ("OwnershipControls", "AWS::S3::Bucket", ownership), ("Tags", "AWS::S3::Bucket", tags),
    ("ReservedConcurrentExecutions", "AWS::Lambda::Function", concurrency), ("DefaultRouteSettings", "AWS::ApiGatewayV2::Stage", throttle),
]
