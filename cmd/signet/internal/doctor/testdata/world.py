"""What our own stack has, in moto: the resources of a template, made one after the other."""
import io
import json
import pathlib
import zipfile

from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT

from names import distribution, settings

HERE = pathlib.Path(__file__).parent
REGION = "eu-west-1"


class World:
    def __init__(self, aws, template):
        self.aws = aws
        file = HERE / "own" / f"{template}.json"  # or where a whole path says
        self.resources = json.loads(file.read_text())
        self.template, self.physical, self.arns = file.stem, {}, {}

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
            pseudo = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::URLSuffix": "amazonaws.com", "AWS::AccountId": ACCOUNT, "AWS::StackName": self.template,
                      "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.template}/01234567-89ab-cdef-0123-456789abcdef"}
            return pseudo.get(v["Ref"]) or self.physical.get(v["Ref"], v["Ref"].lower())
        if "Fn::GetAtt" in v:
            id, attribute = v["Fn::GetAtt"]
            if id in self.resources and self.resources[id]["Type"] == "AWS::S3::Bucket":
                name = self.physical[id]
                return {"Arn": "arn:aws:s3:::" + name}.get(attribute, f"{name}.s3.{REGION}.amazonaws.com")
            other = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{id}" if attribute == "Arn" else f"{id.lower()}.example.com"
            return self.arns.get((id, attribute), other)
        if "Fn::GetStackOutput" in v:  # of the stack in us-east-1 that makes a certificate
            return f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/{v['Fn::GetStackOutput']['OutputName']}"
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
            rules = p.get("ReplicationConfiguration", {}).get("Rules", [])
            for copies in {self.resolve(rule["Destination"]["Bucket"]).rsplit(":", 1)[-1] for rule in rules}:  # somebody else's, and there
                self.aws["s3"].create_bucket(Bucket=copies, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.roles()
        self.telling()
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

    def telling(self):
        for id, _ in self.of("AWS::SQS::Queue"):
            self.physical[id] = self.aws["sqs"].create_queue(QueueName=id)["QueueUrl"]
        for id, _ in self.of("AWS::SecretsManager::Secret"):
            self.physical[id] = self.aws["secretsmanager"].create_secret(Name=id, SecretString="whsec")["ARN"]

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
