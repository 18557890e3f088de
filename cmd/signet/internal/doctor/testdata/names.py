"""Settings under the names of AWS's APIs, out of CloudFormation's."""
import json
import uuid


def settings(s3, bucket, p):
    """The settings of a bucket under the names of S3's API."""
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=p["PublicAccessBlockConfiguration"])
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": p["OwnershipControls"]["Rules"]})
    if "VersioningConfiguration" in p:  # the state bucket has none
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
            "Destination": {"Bucket": "arn:aws:s3:::" + json.dumps(to["Bucket"]).rsplit(":::", 1)[-1].strip('"]}'),
                            **{k: to[k] for k in ("Account", "Metrics", "AccessControlTranslation") if k in to},
                            "EncryptionConfiguration": {"ReplicaKmsKeyID": to["EncryptionConfiguration"]["ReplicaKmsKeyID"]}}}


def lifecycle(r):
    out = {"ID": r["Id"], "Status": r["Status"], "Filter": {"Prefix": r.get("Prefix", "")}}
    if "TagFilters" in r:
        out["Filter"] = {"And": {"Prefix": r.get("Prefix", ""), "Tags": r["TagFilters"]}}
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

    out = {"CallerReference": str(uuid.uuid4()), "Comment": d.get("Comment", ""), "Enabled": True, "DefaultCacheBehavior": behavior(d["DefaultCacheBehavior"]),
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
