"""Writes buckets of moto as CloudFormation templates, so that a tool that reads
templates sees the same mistakes: `templates.py OUT` with, on standard input, a
JSON object of {id: {bucket, role, logs}}. One template each, OUT/ID.json."""
import json
import pathlib
import sys

import boto3
from botocore.exceptions import ClientError

ACLS = {("AllUsers", "READ"): "PublicRead", ("AllUsers", "WRITE"): "PublicReadWrite", ("AuthenticatedUsers", "READ"): "AuthenticatedRead"}


def asked(call, *path, **params):
    """What the call answers, below path; None where there is no such setting."""
    try:
        answer = call(**params)
    except ClientError:
        return None
    for step in path:
        answer = answer.get(step)
        if not answer:
            return None
    return answer


def bucket(s3, name):
    b = {"Bucket": name}
    p = {
        "BucketName": name,
        "PublicAccessBlockConfiguration": asked(s3.get_public_access_block, "PublicAccessBlockConfiguration", **b),
        "OwnershipControls": asked(s3.get_bucket_ownership_controls, "OwnershipControls", **b),
        "BucketEncryption": encryption(asked(s3.get_bucket_encryption, "ServerSideEncryptionConfiguration", "Rules", **b)),
        "CorsConfiguration": cors(asked(s3.get_bucket_cors, "CORSRules", **b)),
        "LifecycleConfiguration": lifecycle(asked(s3.get_bucket_lifecycle_configuration, "Rules", **b)),
        "LoggingConfiguration": logging(asked(s3.get_bucket_logging, "LoggingEnabled", **b)),
        "Tags": asked(s3.get_bucket_tagging, "TagSet", **b),
        "WebsiteConfiguration": website(asked(s3.get_bucket_website, **b)),
    }
    if status := asked(s3.get_bucket_versioning, "Status", **b):
        p["VersioningConfiguration"] = {"Status": status}
    if status := asked(s3.get_bucket_accelerate_configuration, "Status", **b):
        p["AccelerateConfiguration"] = {"AccelerationStatus": status}
    if "EventBridgeConfiguration" in (asked(s3.get_bucket_notification_configuration, **b) or {}):
        p["NotificationConfiguration"] = {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    if rules := asked(s3.get_bucket_replication, "ReplicationConfiguration", **b):
        p["ReplicationConfiguration"] = {"Role": rules["Role"], "Rules": [{"Status": r["Status"], "Prefix": "", "Destination": r["Destination"]} for r in rules["Rules"]]}
    for grant in asked(s3.get_bucket_acl, "Grants", **b) or []:
        group = grant["Grantee"].get("URI", "").rpartition("/")[2]
        p["AccessControl"] = ACLS.get((group, grant["Permission"]), p.get("AccessControl"))
    return {k: v for k, v in p.items() if v}


def encryption(rules):
    return rules and {"ServerSideEncryptionConfiguration": [
        {"ServerSideEncryptionByDefault": r["ApplyServerSideEncryptionByDefault"], "BucketKeyEnabled": r.get("BucketKeyEnabled", False)} for r in rules]}


def cors(rules):
    names = {"ExposeHeaders": "ExposedHeaders", "MaxAgeSeconds": "MaxAge"}
    return rules and {"CorsRules": [{names.get(k, k): v for k, v in r.items()} for r in rules]}


def lifecycle(rules):
    out = []
    for r in rules or []:
        one = {"Id": r["ID"], "Status": r["Status"], "Prefix": r.get("Filter", {}).get("Prefix", "")}
        one.update({k: r[k] for k in ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration") if k in r})
        if days := r.get("Expiration", {}).get("Days"):
            one["ExpirationInDays"] = days
        if r.get("Expiration", {}).get("ExpiredObjectDeleteMarker"):
            one["ExpiredObjectDeleteMarker"] = True
        if "Transitions" in r:
            one["Transitions"] = [{"StorageClass": t["StorageClass"], "TransitionInDays": t["Days"]} for t in r["Transitions"]]
        out.append(one)
    return out and {"Rules": out}


def logging(target):
    return target and {"DestinationBucketName": target["TargetBucket"], "LogFilePrefix": target["TargetPrefix"]}


def website(site):
    if site and "IndexDocument" in site:
        return {"IndexDocument": site["IndexDocument"]["Suffix"]}


def key(kms, arn):
    id = arn.rpartition("/")[2]
    about = asked(kms.describe_key, "KeyMetadata", KeyId=id)
    if about:
        return {"Type": "AWS::KMS::Key", "Properties": {
            "Enabled": about["Enabled"], "EnableKeyRotation": bool(asked(kms.get_key_rotation_status, "KeyRotationEnabled", KeyId=id)),
            "KeyPolicy": json.loads(kms.get_key_policy(KeyId=id, PolicyName="default")["Policy"])}}


def role(iam, name):
    inline = [iam.get_role_policy(RoleName=name, PolicyName=n) for n in iam.list_role_policies(RoleName=name)["PolicyNames"]]
    policies = [{"PolicyName": p["PolicyName"], "PolicyDocument": p["PolicyDocument"]} for p in inline]
    for p in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=p["PolicyArn"])["Policy"]["DefaultVersionId"]
        policies.append({"PolicyName": p["PolicyName"], "PolicyDocument": iam.get_policy_version(PolicyArn=p["PolicyArn"], VersionId=version)["PolicyVersion"]["Document"]})
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"], "Policies": policies}}


def template(aws, world):
    resources = {}
    for id, name in (("Uploads", world["bucket"]), ("Logs", world.get("logs"))):
        if not name:
            continue
        properties = bucket(aws["s3"], name)
        resources[id] = {"Type": "AWS::S3::Bucket", "Properties": properties}
        if policy := asked(aws["s3"].get_bucket_policy, "Policy", Bucket=name):
            resources[id + "Policy"] = {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": id}, "PolicyDocument": json.loads(policy)}}
        for rule in properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", []):
            arn = rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID", "")
            if made := arn.startswith("arn:") and key(aws["kms"], arn):
                resources[id + "Key"] = made
    if world.get("role"):
        resources["Role"] = role(aws["iam"], world["role"])
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


def main():
    out = pathlib.Path(sys.argv[1])
    aws = {name: boto3.client(name) for name in ("s3", "kms", "iam")}
    for id, world in json.load(sys.stdin).items():
        (out / f"{id}.json").write_text(json.dumps(template(aws, world), indent=1))


main()
