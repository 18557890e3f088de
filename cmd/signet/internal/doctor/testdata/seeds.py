"""What somebody got wrong in a world, one thing at a time, and buckets beside the first one that each have one of them."""
import json

from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT

from names import settings
from world import REGION, World


class Seeded(World):
    def names(self):
        by_type = {}
        for id, name in self.physical.items():
            by_type.setdefault(self.resources[id]["Type"], []).append(name)
        return {"bucket": self.bucket(), "logs": self.physical[self.one("AWS::S3::Bucket", "UploadsLogs")], "role": self.role(), "resources": by_type,
                "logical": {name: id for id, name in self.physical.items()}}

    def bucket(self):
        return self.physical[self.one("AWS::S3::Bucket", "UploadsBucket")]

    def role(self):
        return self.one("AWS::IAM::Role", "UploadsFunctionRole")

    def words(self, bucket):
        key = self.arns[self.one("AWS::KMS::Key", "UploadsKey"), "Arn"]
        state = [name for id, name in self.physical.items() if id.startswith("UploadsState")]  # with passes or quotas
        return {"$STATE": state[0] if state else "", "$DEPLOYER": self.one("AWS::IAM::Role", "UploadsSiteDeployRole"), "$BUCKET": bucket, "$LOGS": self.names()["logs"], "$ROLE": self.role(), "$KEY": key, "$FUNCTION": self.one("AWS::Lambda::Function", "UploadsFunction"),
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
        elif service == "statepolicy":
            self.policy(operation, p, words["$STATE"], lambda: self.aws["s3"].get_bucket_policy(Bucket=words["$STATE"])["Policy"],
                        lambda text: self.aws["s3"].put_bucket_policy(Bucket=words["$STATE"], Policy=text))
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
