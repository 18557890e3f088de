"""A cloud for the doctor's tests: moto, with our own stack's settings on it and,
one at a time, what somebody got wrong.

The first line of standard output is the endpoint. Each line of standard input is
a world to make, {"template": "full", "seed": "cors-star"} (no seed: as the
template has it); the answer is a line with its names. With "each": true the world
has a bucket more for each seed of the bucket, with a key, role and log bucket of
its own where the seed is about those; with "again": true what watches the last
world is put back, and the rest left.
"""
import io
import json
import logging
import pathlib
import sys
import zipfile

import boto3

import plain
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.s3.responses import S3Response
from moto.server import ThreadedMotoServer

HERE = pathlib.Path(__file__).parent
REGION = "eu-west-1"
SERVICES = ["s3", "kms", "iam", "lambda", "logs", "apigatewayv2", "cloudfront", "cloudtrail", "cloudwatch", "budgets", "ec2", "s3control", "sqs", "sns"]


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
            world = World(aws, order["template"])
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


class World:
    def __init__(self, aws, template):
        self.aws = aws
        self.resources = json.loads((HERE / "own" / f"{template}.json").read_text())
        self.template, self.physical, self.arns = template, {}, {}

    def of(self, kind):
        return [(id, r["Properties"]) for id, r in self.resources.items() if r["Type"] == kind]

    def one(self, kind, stem):
        return next(id for id, _ in self.of(kind) if id[:-8] == stem)

    def resolve(self, v):
        if isinstance(v, list):
            return [self.resolve(x) for x in v]
        if not isinstance(v, dict):
            return v
        if "Ref" in v:
            pseudo = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::StackName": self.template,
                      "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.template}/01234567-89ab-cdef-0123-456789abcdef"}
            return pseudo.get(v["Ref"]) or self.physical.get(v["Ref"], v["Ref"].lower())
        if "Fn::GetAtt" in v:
            id, attribute = v["Fn::GetAtt"]
            if id in self.resources and self.resources[id]["Type"] == "AWS::S3::Bucket":
                name = self.physical[id]
                return {"Arn": "arn:aws:s3:::" + name}.get(attribute, f"{name}.s3.{REGION}.amazonaws.com")
            other = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{id}" if attribute == "Arn" else f"{id.lower()}.example.com"
            return self.arns.get((id, attribute), other)
        if "Fn::Join" in v:
            return v["Fn::Join"][0].join(str(x) for x in self.resolve(v["Fn::Join"][1]))
        if "Fn::Select" in v:
            return self.resolve(v["Fn::Select"][1])[int(v["Fn::Select"][0])]
        if "Fn::Split" in v:
            return self.resolve(v["Fn::Split"][1]).split(v["Fn::Split"][0])
        return {k: self.resolve(x) for k, x in v.items()}

    def build(self):
        for id, p in self.of("AWS::S3::Bucket"):
            self.physical[id] = self.resolve(p["BucketName"]) if "BucketName" in p else f"{self.template}-{id.lower()}"
            self.aws["s3"].create_bucket(Bucket=self.physical[id], CreateBucketConfiguration={"LocationConstraint": REGION})
            for rule in p.get("ReplicationConfiguration", {}).get("Rules", []):  # what it is copied to is somebody else's, and there
                copies = self.resolve(rule["Destination"]["Bucket"]).rsplit(":", 1)[-1]
                self.aws["s3"].create_bucket(Bucket=copies, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.roles()
        self.groups()
        self.keys()
        self.functions()
        self.api()
        self.site()
        self.watch()
        # Policies first: moto looks whether a log may be written.
        for _, p in self.of("AWS::S3::BucketPolicy"):
            self.aws["s3"].put_bucket_policy(Bucket=self.resolve(p["Bucket"]), Policy=json.dumps(self.resolve(p["PolicyDocument"])))
        for id, p in self.of("AWS::S3::Bucket"):
            settings(self.aws["s3"], self.physical[id], self.resolve(p))

    def keys(self):
        for id, p in self.of("AWS::KMS::Key"):
            made = self.aws["kms"].create_key(Description=p["Description"])["KeyMetadata"]
            self.physical[id], self.arns[id, "Arn"] = made["KeyId"], made["Arn"]
            self.aws["kms"].enable_key_rotation(KeyId=made["KeyId"])
        for id, p in self.of("AWS::KMS::Key"):
            self.aws["kms"].put_key_policy(KeyId=self.physical[id], PolicyName="default", Policy=json.dumps(self.resolve(p["KeyPolicy"])))
        self.role_policies()

    def roles(self):
        for id, p in self.of("AWS::IAM::Role"):
            self.physical[id] = id
            self.arns[id, "Arn"] = f"arn:aws:iam::{ACCOUNT}:role/{id}"
            self.aws["iam"].create_role(RoleName=id, AssumeRolePolicyDocument=json.dumps(self.resolve(p["AssumeRolePolicyDocument"])))

    def role_policies(self):
        for id, p in self.of("AWS::IAM::Role"):
            for policy in p.get("Policies", []):
                self.aws["iam"].put_role_policy(RoleName=id, PolicyName=policy["PolicyName"], PolicyDocument=json.dumps(self.resolve(policy["PolicyDocument"])))

    def groups(self):
        for id, p in self.of("AWS::Logs::LogGroup"):
            self.physical[id] = id
            self.arns[id, "Arn"] = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{id}:*"
            self.aws["logs"].create_log_group(logGroupName=id, **({"kmsKeyId": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs"} if "KmsKeyId" in p else {}))
            self.aws["logs"].put_retention_policy(logGroupName=id, retentionInDays=p["RetentionInDays"])

    def functions(self):
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as z:
            z.writestr("bootstrap", "")
        for id, p in self.of("AWS::Lambda::Function"):
            p = self.resolve(p)
            self.physical[id] = id
            kept = {k: p[k] for k in ("Role", "Handler", "Runtime", "Environment", "Architectures", "MemorySize", "Timeout", "TracingConfig", "LoggingConfig") if k in p}
            # moto forgets LoggingConfig, and says that the log has the name that Lambda gives it.
            group = "/aws/lambda/" + id
            self.aws["logs"].create_log_group(logGroupName=group, kmsKeyId=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs")
            self.aws["logs"].put_retention_policy(logGroupName=group, retentionInDays=30)
            self.arns[id, "Arn"] = self.aws["lambda"].create_function(FunctionName=id, Code={"ZipFile": code.getvalue()}, **kept)["FunctionArn"]
            if "ReservedConcurrentExecutions" in p:
                self.aws["lambda"].put_function_concurrency(FunctionName=id, ReservedConcurrentExecutions=p["ReservedConcurrentExecutions"])

    def api(self):
        api = self.aws["apigatewayv2"]
        for id, p in self.of("AWS::ApiGatewayV2::Api"):
            p = self.resolve(p)
            self.physical[id] = api.create_api(Name=p["Name"], ProtocolType="HTTP", **({"CorsConfiguration": p["CorsConfiguration"]} if "CorsConfiguration" in p else {}))["ApiId"]
        for _, p in self.of("AWS::ApiGatewayV2::Route"):
            api.create_route(ApiId=self.resolve(p["ApiId"]), RouteKey=p["RouteKey"], AuthorizationType=p["AuthorizationType"])
        for _, p in self.of("AWS::ApiGatewayV2::Stage"):
            p = self.resolve(p)
            api.create_stage(ApiId=p["ApiId"], StageName=p["StageName"], AccessLogSettings=p["AccessLogSettings"], DefaultRouteSettings=p["DefaultRouteSettings"])
        for id, p in self.of("AWS::Lambda::Permission"):
            p = self.resolve(p)
            self.aws["lambda"].add_permission(FunctionName=p["FunctionName"], StatementId=id, Action=p["Action"], Principal=p["Principal"], SourceArn=p["SourceArn"])

    def site(self):
        for id, p in self.of("AWS::CloudFront::Distribution"):
            made = self.aws["cloudfront"].create_distribution(DistributionConfig=distribution(self.resolve(p["DistributionConfig"])))["Distribution"]
            self.physical[id], self.arns[id, "DomainName"] = made["Id"], made["DomainName"]

    def watch(self):
        for _, p in self.of("AWS::CloudTrail::Trail"):
            p = self.resolve(p)
            trail = self.aws["cloudtrail"]
            trail.create_trail(Name=p["TrailName"], S3BucketName=p["S3BucketName"], EnableLogFileValidation=p["EnableLogFileValidation"], IsMultiRegionTrail=True)
            selectors = [{"Name": s["Name"], "FieldSelectors": s["FieldSelectors"]} for s in p["AdvancedEventSelectors"]]
            trail.put_event_selectors(TrailName=p["TrailName"], AdvancedEventSelectors=selectors)
            trail.start_logging(Name=p["TrailName"])
        for id, p in self.of("AWS::CloudWatch::Alarm"):
            p = {k: v for k, v in self.resolve(p).items() if k != "Tags"}
            self.aws["cloudwatch"].put_metric_alarm(AlarmName=id, **p)
        for _, p in self.of("AWS::Budgets::Budget"):
            budget = dict(p["Budget"], BudgetLimit={"Amount": str(p["Budget"]["BudgetLimit"]["Amount"]), "Unit": "USD"})
            self.aws["budgets"].create_budget(AccountId=ACCOUNT, Budget=budget, NotificationsWithSubscribers=p["NotificationsWithSubscribers"])

    def watch_again(self):
        for trail in self.aws["cloudtrail"].describe_trails()["trailList"]:
            self.aws["cloudtrail"].delete_trail(Name=trail["Name"])
        self.aws["cloudwatch"].delete_alarms(AlarmNames=[a["AlarmName"] for a in self.aws["cloudwatch"].describe_alarms()["MetricAlarms"]])
        for budget in self.aws["budgets"].describe_budgets(AccountId=ACCOUNT).get("Budgets", []):
            self.aws["budgets"].delete_budget(AccountId=ACCOUNT, BudgetName=budget["BudgetName"])
        ends = [e["VpcEndpointId"] for e in self.aws["ec2"].describe_vpc_endpoints()["VpcEndpoints"]]
        if ends:
            self.aws["ec2"].delete_vpc_endpoints(VpcEndpointIds=ends)
        self.watch()

    def names(self):
        by_type = {}
        for id, name in self.physical.items():
            by_type.setdefault(self.resources[id]["Type"], []).append(name)
        return {"bucket": self.bucket(), "logs": self.physical[self.one("AWS::S3::Bucket", "UploadsLogs")], "role": self.role(), "resources": by_type}

    def bucket(self):
        return self.physical[self.one("AWS::S3::Bucket", "UploadsBucket")]

    def role(self):
        return self.one("AWS::IAM::Role", "UploadsFunctionRole")

    def words(self, bucket):
        key = self.arns[self.one("AWS::KMS::Key", "UploadsKey"), "Arn"]
        return {"$BUCKET": bucket, "$LOGS": self.names()["logs"], "$ROLE": self.role(), "$KEY": key, "$FUNCTION": self.one("AWS::Lambda::Function", "UploadsFunction"),
                "$TRAIL": self.template, "$ACCOUNT": ACCOUNT, "$API": self.physical[self.one("AWS::ApiGatewayV2::Api", "UploadsApi")]}

    def plant(self, steps, words=None):
        words = words or self.words(self.bucket())
        for step in steps:
            for what, params in step.items():
                self.step(what, said(params, words), words)

    def step(self, what, p, words):
        service, operation = what.split(".")
        if service == "policy":
            self.policy(operation, p, words["$BUCKET"], lambda: self.aws["s3"].get_bucket_policy(Bucket=words["$BUCKET"])["Policy"],
                        lambda text: self.aws["s3"].put_bucket_policy(Bucket=words["$BUCKET"], Policy=text))
        elif service == "logpolicy":
            self.policy(operation, p, words["$LOGS"], lambda: self.aws["s3"].get_bucket_policy(Bucket=words["$LOGS"])["Policy"],
                        lambda text: self.aws["s3"].put_bucket_policy(Bucket=words["$LOGS"], Policy=text))
        elif service == "keypolicy":
            self.policy(operation, p, words["$KEY"], lambda: self.aws["kms"].get_key_policy(KeyId=words["$KEY"], PolicyName="default")["Policy"],
                        lambda text: self.aws["kms"].put_key_policy(KeyId=words["$KEY"], PolicyName="default", Policy=text))
        elif service == "rolepolicy":
            self.policy(operation, p, words["$ROLE"], lambda: json.dumps(self.aws["iam"].get_role_policy(RoleName=words["$ROLE"], PolicyName="Signing")["PolicyDocument"]),
                        lambda text: self.aws["iam"].put_role_policy(RoleName=words["$ROLE"], PolicyName="Signing", PolicyDocument=text))
        elif what == "moto.upload_begun":
            self.begin(words["$BUCKET"], p)
        elif what == "moto.endpoint":
            vpc = self.aws["ec2"].describe_vpcs()["Vpcs"][0]["VpcId"]
            everything = {"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
            self.aws["ec2"].create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", PolicyDocument=json.dumps(everything))
        elif operation == "disable_alarm_actions":
            self.aws["cloudwatch"].disable_alarm_actions(AlarmNames=[a["AlarmName"] for a in self.aws["cloudwatch"].describe_alarms()["MetricAlarms"]])
        else:
            if service == "kms":  # moto knows some keys by their id alone
                p["KeyId"] = p["KeyId"].rpartition("/")[2]
            getattr(self.aws[service], operation)(**p)

    def policy(self, operation, p, name, get, put):
        """drop a statement, add one, or set fields of one."""
        document = json.loads(get())
        if operation == "drop":
            document["Statement"] = [s for s in document["Statement"] if s.get("Sid") != p]
        elif operation == "add":
            document["Statement"].append(p)
        else:
            statement = next(s for s in document["Statement"] if s.get("Sid") == p["Sid"])
            statement.update(p)
            for gone in [k for k, v in statement.items() if v is None]:
                del statement[gone]
        put(json.dumps(document))

    def begin(self, bucket, _):
        """An upload in two parts. moto dates it now: who looks has to be so many days later."""
        s3 = self.aws["s3"]
        policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]  # which denies it over plain HTTP
        s3.delete_bucket_policy(Bucket=bucket)
        id = s3.create_multipart_upload(Bucket=bucket, Key="uploads/a/b/c")["UploadId"]
        for n in (1, 2):
            s3.upload_part(Bucket=bucket, Key="uploads/a/b/c", UploadId=id, PartNumber=n, Body=b"x" * 1024)
        s3.put_bucket_policy(Bucket=bucket, Policy=policy)

    def make_room(self):
        """Lets the log, the trail and the key be about the buckets to come, too."""
        logs, arn = self.names()["logs"], "arn:aws:s3:::" + self.bucket()
        policy = self.aws["s3"].get_bucket_policy(Bucket=logs)["Policy"]
        self.aws["s3"].put_bucket_policy(Bucket=logs, Policy=policy.replace(f'"aws:SourceArn": "{arn}"', f'"aws:SourceArn": ["{arn}", "arn:aws:s3:::seed-*"]'))
        key = self.words(self.bucket())["$KEY"]
        policy = self.aws["kms"].get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        self.aws["kms"].put_key_policy(KeyId=key, PolicyName="default", Policy=policy.replace(f'"{arn}"', f'"{arn}", "arn:aws:s3:::seed-*"'))
        everything = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]
        self.aws["cloudtrail"].put_event_selectors(TrailName=self.template, AdvancedEventSelectors=[{"Name": "all", "FieldSelectors": everything}])

    def another(self, id, steps):
        """A bucket beside the first one with the same settings, and one thing wrong."""
        name, text = ("seed-" + id)[:63], json.dumps(steps)
        own = self.resolve(self.resources[self.one("AWS::S3::Bucket", "UploadsBucket")]["Properties"])
        words = dict(self.words(name))
        swap = {self.bucket(): name}
        if "kms." in text or "keypolicy." in text:
            swap[words["$KEY"]] = words["$KEY"] = self.another_key(words["$KEY"])
        if "$LOGS" in text or "logpolicy." in text:
            swap[words["$LOGS"]] = words["$LOGS"] = self.another_log(id, words["$LOGS"], name)
        if "$ROLE" in text or "rolepolicy." in text:
            words["$ROLE"] = self.another_role(id, words["$ROLE"], swap)
        self.aws["s3"].create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        settings(self.aws["s3"], name, said(own, swap))
        policy = self.aws["s3"].get_bucket_policy(Bucket=self.bucket())["Policy"]
        self.aws["s3"].put_bucket_policy(Bucket=name, Policy=said(policy, swap).replace("role/" + self.role(), "role/" + words["$ROLE"]))
        self.plant(steps, words)
        return {"bucket": name, "role": words["$ROLE"] if words["$ROLE"] != self.role() else "",
                "logs": words["$LOGS"] if words["$LOGS"] != self.names()["logs"] else ""}

    def another_key(self, key):
        made = self.aws["kms"].create_key()["KeyMetadata"]
        self.aws["kms"].enable_key_rotation(KeyId=made["KeyId"])
        policy = self.aws["kms"].get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        self.aws["kms"].put_key_policy(KeyId=made["KeyId"], PolicyName="default", Policy=policy)
        return made["Arn"]

    def another_log(self, id, logs, bucket):
        name = ("seedlog-" + id)[:63]
        self.aws["s3"].create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        settings(self.aws["s3"], name, self.resolve(self.resources[self.one("AWS::S3::Bucket", "UploadsLogs")]["Properties"]))
        policy = self.aws["s3"].get_bucket_policy(Bucket=logs)["Policy"]
        self.aws["s3"].put_bucket_policy(Bucket=name, Policy=policy.replace(logs, name))
        return name

    def another_role(self, id, role, swap):
        iam, name = self.aws["iam"], "seed-" + id
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]))
        policy = iam.get_role_policy(RoleName=role, PolicyName="Signing")["PolicyDocument"]
        iam.put_role_policy(RoleName=name, PolicyName="Signing", PolicyDocument=said(json.dumps(policy), swap))
        return name


def said(v, words):
    if isinstance(v, list):
        return [said(x, words) for x in v]
    if isinstance(v, dict):
        return {said(k, words): said(x, words) for k, x in v.items()}
    if isinstance(v, str):
        for word, value in words.items():
            v = v.replace(word, value)
    return v


def settings(s3, bucket, p):
    """The settings of a bucket under the names of S3's API."""
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=p["PublicAccessBlockConfiguration"])
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": p["OwnershipControls"]["Rules"]})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=p["VersioningConfiguration"])
    rule = p["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [{
        "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"], "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
    }]})
    if "CorsConfiguration" in p:
        names = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [{names.get(k, k): v for k, v in r.items()} for r in p["CorsConfiguration"]["CorsRules"]]})
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [lifecycle(r) for r in p["LifecycleConfiguration"]["Rules"]]})
    if "LoggingConfiguration" in p:
        target = p["LoggingConfiguration"]
        s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": target["DestinationBucketName"], "TargetPrefix": target.get("LogFilePrefix", "")}})
    if "EventBridgeConfiguration" in p.get("NotificationConfiguration", {}):
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    if "AccelerateConfiguration" in p:
        s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": p["AccelerateConfiguration"]["AccelerationStatus"]})
    if "ReplicationConfiguration" in p:
        s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration={"Role": "arn:aws:iam::111122223333:role/full-replica", "Rules": [replica(r) for r in p["ReplicationConfiguration"]["Rules"]]})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [t for t in p["Tags"] if not t["Key"].startswith("aws")]})


def replica(r):
    to = r["Destination"]
    return {"ID": r["Id"], **{k: r[k] for k in ("Status", "Priority", "Filter", "DeleteMarkerReplication", "SourceSelectionCriteria")},
            "Destination": {"Bucket": "arn:aws:s3:::" + json.dumps(to["Bucket"]).rsplit(":::", 1)[-1].strip('"]}'), "Account": to["Account"], "Metrics": to["Metrics"],
                            "AccessControlTranslation": to["AccessControlTranslation"],
                            "EncryptionConfiguration": {"ReplicaKmsKeyID": to["EncryptionConfiguration"]["ReplicaKmsKeyID"]}}}


def lifecycle(r):
    out = {"ID": r["Id"], "Status": r["Status"], "Filter": {"Prefix": r.get("Prefix", "")}}
    for same in ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration"):
        if same in r:
            out[same] = r[same]
    if r.get("ExpiredObjectDeleteMarker"):
        out["Expiration"] = {"ExpiredObjectDeleteMarker": True}
    if "ExpirationInDays" in r:
        out["Expiration"] = {"Days": r["ExpirationInDays"]}
    if "Transitions" in r:
        out["Transitions"] = [{"Days": t["TransitionInDays"], "StorageClass": t["StorageClass"]} for t in r["Transitions"]]
    return out


def distribution(d):
    """A distribution under the names of CloudFront's API."""
    def behavior(b):
        return {"TargetOriginId": b["TargetOriginId"], "ViewerProtocolPolicy": b["ViewerProtocolPolicy"], "CachePolicyId": b["CachePolicyId"],
                **({"ResponseHeadersPolicyId": b["ResponseHeadersPolicyId"]} if "ResponseHeadersPolicyId" in b else {})}

    def origin(o):
        out = {"Id": o["Id"], "DomainName": o["DomainName"]}
        if "OriginAccessControlId" in o:
            out["OriginAccessControlId"] = o["OriginAccessControlId"]
        if "S3OriginConfig" in o:
            out["S3OriginConfig"] = {"OriginAccessIdentity": o["S3OriginConfig"].get("OriginAccessIdentity", "")}
        if "CustomOriginConfig" in o:
            c = o["CustomOriginConfig"]
            out["CustomOriginConfig"] = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": c["OriginProtocolPolicy"]}
        return out

    out = {"CallerReference": "doctor", "Comment": d.get("Comment", ""), "Enabled": True, "DefaultCacheBehavior": behavior(d["DefaultCacheBehavior"]),
           "Origins": {"Quantity": len(d["Origins"]), "Items": [origin(o) for o in d["Origins"]]},
           "CacheBehaviors": {"Quantity": len(d.get("CacheBehaviors", [])), "Items": [{"PathPattern": b["PathPattern"], **behavior(b)} for b in d.get("CacheBehaviors", [])]}}
    if "Aliases" in d:
        out["Aliases"] = {"Quantity": len(d["Aliases"]), "Items": d["Aliases"]}
    if "ViewerCertificate" in d:
        v = d["ViewerCertificate"]
        out["ViewerCertificate"] = {"ACMCertificateArn": v["AcmCertificateArn"], "MinimumProtocolVersion": v["MinimumProtocolVersion"], "SSLSupportMethod": v["SslSupportMethod"]}
    if "Logging" in d:
        out["Logging"] = {"Enabled": True, "IncludeCookies": False, "Bucket": d["Logging"]["Bucket"], "Prefix": d["Logging"].get("Prefix", "")}
    return out


main()
