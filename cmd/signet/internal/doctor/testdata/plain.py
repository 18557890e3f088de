"""Buckets of other people: as AWS makes one today, with what plain.json does to it."""
import json

REGION = "eu-west-1"
BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def build(aws, account, case, said):
    """Makes the case's bucket; the answer has its name and, where it has one, its role."""
    text = json.dumps(case["do"])
    words = {"$BUCKET": "plain-" + case["id"], "$OTHER": "other-" + case["id"], "$ACCOUNT": account, "$ROLE": "role-" + case["id"]}
    bucket(aws["s3"], words["$BUCKET"], case.get("lock", False))
    if "$OTHER" in text:
        bucket(aws["s3"], words["$OTHER"])
    if "$KEY" in text:
        words["$KEY"] = aws["kms"].create_key()["KeyMetadata"]["Arn"]
    if "$FUNCTION" in text:
        words["$FUNCTION"] = f"arn:aws:lambda:{REGION}:{account}:function:gone"
    if "role" in case:
        trust = case["role"] if isinstance(case["role"], dict) else TRUST
        aws["iam"].create_role(RoleName=words["$ROLE"], AssumeRolePolicyDocument=json.dumps(said(trust, words)))
    for step in case["do"]:
        for what, params in step.items():
            service, operation = what.split(".")
            params = {k: json.dumps(v) if k.startswith("Policy") and isinstance(v, dict) else v for k, v in said(params, words).items()}
            if service == "kms":  # moto knows some keys by their id alone
                params["KeyId"] = params["KeyId"].rpartition("/")[2]
            getattr(aws[service], operation)(**params)
    return {"bucket": words["$BUCKET"], "role": words["$ROLE"] if "role" in case else "", "logs": ""}


def bucket(s3, name, lock=False):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}, ObjectLockEnabledForBucket=lock)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=BLOCK)
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})


def logs(s3, account):
    """A bucket that S3 may write its log to."""
    bucket(s3, "plain-logs")
    s3.put_bucket_policy(Bucket="plain-logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::plain-logs/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": account}}}]}))
