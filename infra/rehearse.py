"""Rehearses the deployment on moto, an emulator of AWS on this machine.

What moto's CloudFormation can hold of the stack is deployed with the CDK's own
command line; then the upload bucket's settings and policy are put onto moto's
S3, as the template has them, and must be read back equal.

    make rehearse
"""
import json
import logging
import os
import pathlib
import re
import shutil
import subprocess
import sys

import boto3
from moto.server import ThreadedMotoServer

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "rehearsal"
CDK = ROOT / "infra" / "node_modules" / ".bin" / "cdk"
REGION = "eu-west-1"
STACK = "signet"

# The resource types of the stack that moto 5.2 creates. It has none of the
# others, or creates them without looking at their properties.
HELD = {
    "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::KMS::Alias", "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Logs::LogGroup",
    "AWS::CloudWatch::Dashboard",
}
# What moto fails on: a tagged key, and Lambda layers.
DROPPED = {"AWS::KMS::Key": ["Tags"], "AWS::Lambda::Function": ["Layers"]}


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    shutil.rmtree(WORK, ignore_errors=True)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        rehearse(f"http://localhost:{port}")
    finally:
        server.stop()


def rehearse(endpoint):
    environment = {
        **os.environ, "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_LEGACY_EXPORT_WARNING": "1",
    }
    run(environment, CDK, "synth", "--quiet", "--output", WORK)
    template = WORK / f"{STACK}.template.json"
    whole = json.loads(template.read_text())
    part = held(whole)
    template.write_text(json.dumps(part, indent=1))
    clients = {name: boto3.client(name, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="testing",
                                  aws_secret_access_key="testing") for name in ("cloudformation", "s3", "kms", "iam", "lambda", "sts")}
    account = clients["sts"].get_caller_identity()["Account"]
    run(environment, CDK, "bootstrap", f"aws://{account}/{REGION}", "--app", WORK)
    run(environment, CDK, "deploy", "--app", WORK, "--require-approval", "never", "--no-version-reporting")
    created = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in
               clients["cloudformation"].describe_stack_resources(StackName=STACK)["StackResources"]}
    check("resources", sorted(created), sorted(part["Resources"]))
    stack = clients["cloudformation"].describe_stacks(StackName=STACK)["Stacks"][0]
    check("stack", stack["StackStatus"], "CREATE_COMPLETE")
    look(clients, whole, created, stack, account)
    print(f"rehearsal: {len(created)} of {len(whole['Resources'])} resources deployed with cdk, bucket settings and policy read back equal")


def run(environment, *command):
    done = subprocess.run([str(c) for c in command], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(c) for c in command)}: exit code {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def check(what, got, want):
    if got != want:
        sys.exit(f"rehearsal: {what}: got {json.dumps(got, default=str)}, want {json.dumps(want, default=str)}")


def held(whole):
    """The template without what moto does not hold; a reference to that becomes a name."""
    keep = {name: r for name, r in whole["Resources"].items() if r["Type"] in HELD and not name.startswith("Custom")}
    gone = set(whole["Resources"]) - set(keep)

    def cut(v):
        if isinstance(v, list):
            return [cut(x) for x in v]
        if not isinstance(v, dict):
            return v
        if v.get("Ref") in gone:
            return v["Ref"].lower()
        if "Fn::GetAtt" in v and v["Fn::GetAtt"][0] in gone:
            return f"{v['Fn::GetAtt'][0].lower()}.example.com"
        return {k: cut(x) for k, x in v.items()}

    resources = {}
    for name, resource in keep.items():
        resource = cut(resource)
        resource.pop("DependsOn", None)
        for prop in DROPPED.get(resource["Type"], []):
            resource["Properties"].pop(prop, None)
        resources[name] = resource
    return {k: v for k, v in {**whole, "Resources": resources, "Outputs": {}}.items() if k != "Rules"}


def find(whole, kind, stem):
    """The logical id of a resource, without the hash that CDK adds."""
    return next(n for n, r in whole["Resources"].items() if r["Type"] == kind and re.fullmatch(stem + "[0-9A-F]{8}", n))


def look(clients, whole, created, stack, account):
    bucket = created[find(whole, "AWS::S3::Bucket", "UploadsBucket")]
    # moto keeps a key's policy from CloudFormation in a form in which DescribeKey fails.
    key = created[find(whole, "AWS::KMS::Key", "UploadsKey")]
    key_arn = next(k["KeyArn"] for k in clients["kms"].list_keys()["Keys"] if k["KeyId"] == key)
    function = clients["lambda"].get_function_configuration(FunctionName=created[find(whole, "AWS::Lambda::Function", "UploadsFunction")])
    config = json.loads(function["Environment"]["Variables"]["SIGNET_CONFIG"])
    check("environment", [config["bucket"], config["region"], config["kmsKey"]], [bucket, REGION, key_arn])
    check("bucket name", re.fullmatch(r"signet-uploads-[0-9a-f]{8}-[0-9a-f]{12}", bucket) is not None, True)
    values = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": account, "AWS::StackId": stack["StackId"]}
    resolve = resolver(whole, created, values, key_arn)

    def properties(kind, stem):
        return resolve(whole["Resources"][find(whole, kind, stem)]["Properties"])

    logs = created[find(whole, "AWS::S3::Bucket", "UploadsLogs")]
    clients["s3"].put_bucket_policy(Bucket=logs, Policy=json.dumps(properties("AWS::S3::BucketPolicy", "UploadsLogsPolicy")["PolicyDocument"]))
    replay(clients["s3"], bucket, properties("AWS::S3::Bucket", "UploadsBucket"),
           properties("AWS::S3::BucketPolicy", "UploadsBucketPolicy")["PolicyDocument"])


def resolver(whole, created, values, key_arn):
    def arn(name):
        kind = whole["Resources"][name]["Type"]
        if kind == "AWS::S3::Bucket":
            return f"arn:aws:s3:::{created[name]}"
        return key_arn if kind == "AWS::KMS::Key" else f"{name.lower()}.example.com"

    def resolve(v):
        if isinstance(v, list):
            return [resolve(x) for x in v]
        if not isinstance(v, dict):
            return v
        if "Ref" in v:
            return values.get(v["Ref"]) or created.get(v["Ref"], v["Ref"])
        if "Fn::GetAtt" in v:
            return arn(v["Fn::GetAtt"][0])
        if "Fn::Join" in v:
            return v["Fn::Join"][0].join(resolve(v["Fn::Join"][1]))
        if "Fn::Select" in v:
            return resolve(v["Fn::Select"][1])[v["Fn::Select"][0]]
        if "Fn::Split" in v:
            return resolve(v["Fn::Split"][1]).split(v["Fn::Split"][0])
        return {k: resolve(x) for k, x in v.items()}

    return resolve


def replay(s3, bucket, p, policy):
    """Puts each setting as the template has it and wants it back equal."""
    def both(what, put, put_name, get, want, pick):
        put(Bucket=bucket, **{put_name: want})
        check(what, pick(get(Bucket=bucket)), want)

    both("public access block", s3.put_public_access_block, "PublicAccessBlockConfiguration", s3.get_public_access_block,
         p["PublicAccessBlockConfiguration"], lambda a: a["PublicAccessBlockConfiguration"])
    both("ownership", s3.put_bucket_ownership_controls, "OwnershipControls", s3.get_bucket_ownership_controls,
         {"Rules": p["OwnershipControls"]["Rules"]}, lambda a: a["OwnershipControls"])
    both("versioning", s3.put_bucket_versioning, "VersioningConfiguration", s3.get_bucket_versioning,
         {"Status": p["VersioningConfiguration"]["Status"]}, lambda a: {"Status": a["Status"]})
    both("encryption", s3.put_bucket_encryption, "ServerSideEncryptionConfiguration", s3.get_bucket_encryption,
         encryption(p), lambda a: a["ServerSideEncryptionConfiguration"])
    both("CORS", s3.put_bucket_cors, "CORSConfiguration", s3.get_bucket_cors, cors(p), lambda a: {"CORSRules": a["CORSRules"]})
    both("lifecycle", s3.put_bucket_lifecycle_configuration, "LifecycleConfiguration", s3.get_bucket_lifecycle_configuration,
         lifecycle(p), lambda a: {"Rules": a["Rules"]})
    target = p["LoggingConfiguration"]
    both("logging", s3.put_bucket_logging, "BucketLoggingStatus", s3.get_bucket_logging,
         {"LoggingEnabled": {"TargetBucket": target["DestinationBucketName"], "TargetPrefix": target["LogFilePrefix"]}},
         lambda a: {"LoggingEnabled": a["LoggingEnabled"]})
    both("policy", s3.put_bucket_policy, "Policy", s3.get_bucket_policy, json.dumps(policy), lambda a: a["Policy"])


def encryption(p):
    """moto and this boto3 do not know BlockedEncryptionTypes."""
    rule = p["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    return {"Rules": [{
        "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"], "BucketKeyEnabled": rule["BucketKeyEnabled"],
    }]}


def cors(p):
    names = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    return {"CORSRules": [{names.get(k, k): v for k, v in rule.items()} for rule in p["CorsConfiguration"]["CorsRules"]]}


def lifecycle(p):
    """CloudFormation's names are not always the API's."""
    def rule(r):
        out = {"ID": r["Id"], "Status": r["Status"], "Filter": {"Prefix": r.get("Prefix", "")}}
        if "AbortIncompleteMultipartUpload" in r:
            out["AbortIncompleteMultipartUpload"] = r["AbortIncompleteMultipartUpload"]
        if "NoncurrentVersionExpiration" in r:
            out["NoncurrentVersionExpiration"] = r["NoncurrentVersionExpiration"]
        if r.get("ExpiredObjectDeleteMarker"):
            out["Expiration"] = {"ExpiredObjectDeleteMarker": True}
        return out

    return {"Rules": [rule(r) for r in p["LifecycleConfiguration"]["Rules"]]}


main()
