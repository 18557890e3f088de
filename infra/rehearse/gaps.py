"""What the emulator lacks, in one list: each gap says why it is one, and how to see
that it still is. A gap that the emulator has closed fails the rehearsal, so that
nothing is left out for longer than it must be.

What is not here is rehearsed. What AWS does and no emulator shows is in
infra/README.md, "What no emulator shows".
"""
import inspect
from dataclasses import dataclass
from typing import Callable

import ministack.core.iam_actions as actions
import ministack.core.iam_evaluator as iam
import ministack.services.cloudfront as cloudfront
import ministack.services.eventbridge as eventbridge
import ministack.services.s3 as s3
from ministack import app
from ministack.services.cloudformation import changesets, provisioners


@dataclass(frozen=True)
class Gap:
    name: str
    why: str
    still: Callable[[], bool]


def no_type(name):
    return Gap(name, "its CloudFormation has no such type: left out", lambda: name not in provisioners._RESOURCE_HANDLERS)


def in_source(module, text):
    return lambda: text in inspect.getsource(module)


# Resource types that are left out of the template.
TYPES = [
    no_type("AWS::CloudTrail::Trail"),
    no_type("AWS::Cognito::ManagedLoginBranding"),
    no_type("AWS::Budgets::Budget"),
    no_type("AWS::GuardDuty::MalwareProtectionPlan"),
]

# What patch.py changes in the template, and emulator.py in the emulator.
MENDED = [
    Gap("alarms by metric math", "it takes plain metrics: those alarms are left out",
        in_source(provisioners, "Properties.Metrics (metric math) is not supported")),
    Gap("UserPool.ProviderURL", "it has no such attribute: https:// and ProviderName stand there",
        lambda: "ProviderURL" not in inspect.getsource(provisioners._cognito_user_pool_attributes)),
    Gap("CRC64NVME of parts", "it makes a composite of them; S3 has this checksum of whole objects alone",
        lambda: str(s3._composite_checksum("CRC64NVME", ["AAAAAAAAAAA="])).endswith("-1")),
    Gap("aws:PrincipalArn of a session", "it is the session's ARN; AWS has the role's",
        lambda: "assumed-role" in str(iam._resolve_condition_key("aws:PrincipalArn", session()))),
    Gap("import of bucket policies", "it imports buckets, keys and pools alone; AWS's list of types has policies too",
        lambda: "AWS::S3::BucketPolicy" not in changesets._IMPORT_LOOKUPS),
    Gap("execute-api", "it does not know AWS's own host names of APIs: front.py and emulator.py write the ones that it knows, but where a signature is checked",
        lambda: not app._EXECUTE_API_RE.match("0123abcd.execute-api.eu-west-1.amazonaws.com")),
    Gap("origins of CloudFront", "it refuses AWS's own names, lest it asks AWS: emulator.py has it ask itself",
        in_source(cloudfront, "refusing to dial AWS-owned origin host")),
    Gap("buckets without access control as origins", "it serves them by itself, to GET alone: emulator.py has it ask them",
        in_source(cloudfront, "S3 origin — served from MiniStack's own S3 store in-process, never a socket")),
    Gap("aws.guardduty", "it takes no events of AWS's sources, as AWS does not: the functions that hear of a scan are called",
        in_source(eventbridge, "allow_aws_source")),
    Gap("s3:authType, s3:signatureAge", "it knows neither: emulator.py reads them in the query of what is signed there",
        lambda: "authtype" not in inspect.getsource(actions.s3_service_context).lower()),
    Gap("tags of what is read by CloudFront", "it lets CloudFront read, or not, without looking at them: emulator.py does",
        in_source(s3, 'service_context={"aws:sourcearn": source_arn} if source_arn else {}')),
    Gap("tags of what is copied", "it asks who may read the source without them: emulator.py puts them in",
        lambda: "ExistingObjectTag" not in inspect.getsource(actions.s3_additional_checks)),
    Gap("tags of what is written", "it asks nobody whether he may set those that come with a file: emulator.py does",
        lambda: "tagging" not in inspect.getsource(actions.s3_additional_checks).lower()),
    Gap("version-id", "it leaves an object's version out of what S3 tells EventBridge: emulator.py puts it in",
        lambda: "version-id" not in inspect.getsource(s3._fire_s3_event)),
]

# What a process on this machine cannot have, whatever the emulator does: layers at
# /opt (the AWS command line of CDK's is called where it lies), and another
# machine's programs (those of this one's kind are put into the assets).

# What its CloudFormation takes and forgets: settings.py puts it by the API, and
# finds out by itself whether it still is forgotten.
FORGOTTEN = [
    "BucketEncryption", "LifecycleConfiguration", "LoggingConfiguration", "OwnershipControls", "Tags",
    "ReservedConcurrentExecutions", "DefaultRouteSettings",
]


# Attacks of make test-attacks that it does not refuse. S3 refuses headers x-amz-… that
# are not signed; what API Gateway makes of a body that is no UTF-8 is not known.
ATTACKS = [f"a signed PUT with {header}" for header in (
    "x-amz-storage-class", "x-amz-meta-by", "x-amz-website-redirect-location", "x-amz-checksum-sha256", "x-amz-security-token",
)] + ["a message: bytes that are no UTF-8"]


def session():
    return iam.EvalContext("arn:aws:sts::000000000000:assumed-role/r/s", "AssumedRole", "000000000000", "s3:GetObject", "*", "eu-west-1")


def check():
    """The gaps that are closed, which is a failure."""
    return [f"{g.name}: the emulator has it now: take it off the list in gaps.py, and what stands in for it" for g in TYPES + MENDED if not g.still()]
