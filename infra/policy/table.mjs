// The requests of the policy table. A row is
//   [who, action, on what, with which conditions, result, by which statement]
// where "allowed" and "denied" (explicitly) name the statement that decides, and
// "not allowed" means that no statement says anything.
//
// who   function: the role that signs     deploy: the role that copies the site
//       admin: a role of this account that may do everything
//       importer: a role that is named in writers, allowed to write
//       stranger: another account, allowed everything there
//       quarantine: the role that moves malware    analyst: one named in quarantineReaders
//       replica: what copies uploads   backup, restore: the roles of AWS Backup
//       relay: the relay's machine   keys, lists, flows: the roles around it
//       nobody: an unsigned request       or an AWS service
// on    uploads/…: an object of the upload bucket; bucket: that bucket itself;
//       key, logs key; site/…, site: the site's; audit/…: the log bucket's; assets/…
//
// Unless a row says otherwise a request of S3 comes over TLS 1.3, presigned with
// SigV4 a minute ago.

import { backup, backupReasons } from './backup.mjs';
import { relay, relayLogs, relayReasons } from './relay.mjs';
import { eventReasons, events } from './events.mjs';
import { spaces, spacesReasons, state } from './spaces.mjs';
import { strict, threatReasons, threats } from './threats.mjs';

const object = 'uploads/ada/reports/report~rjcipyk4katkccx6vcexmpdq564.pdf';
const other = 'private/report.pdf';
const sse = 's3:x-amz-server-side-encryption';
const viaS3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
const direct = { 'kms:ViaService': undefined };

/** What the signing role may do, after the operation table of signet/lambda/upload. */
const signing = [
  ['function', 's3:PutObject', object, {}, 'allowed', 'Objects', 'PutObject, PostObject, CopyObject, CreateMultipartUpload, UploadPart, UploadPartCopy, CompleteMultipartUpload'],
  ['function', 's3:PutObject', other, {}, 'not allowed'],
  ['function', 's3:PutObject', 'uploadsX/report.pdf', {}, 'not allowed'],
  ['function', 's3:GetObject', object, {}, 'allowed', 'Objects', 'GetObject, HeadObject, CopyObject, UploadPartCopy'],
  ['function', 's3:GetObject', other, {}, 'not allowed'],
  ['function', 's3:GetObjectVersion', object, {}, 'allowed', 'Objects'],
  ['function', 's3:GetObjectVersion', other, {}, 'not allowed'],
  ['function', 's3:DeleteObject', object, {}, 'allowed', 'Objects'],
  ['function', 's3:DeleteObject', other, {}, 'not allowed'],
  ['function', 's3:DeleteObjectVersion', object, {}, 'allowed', 'Objects'],
  ['function', 's3:AbortMultipartUpload', object, {}, 'allowed', 'Objects'],
  ['function', 's3:AbortMultipartUpload', other, {}, 'not allowed'],
  ['function', 's3:ListMultipartUploadParts', object, {}, 'allowed', 'Objects', 'ListParts'],
  ['function', 's3:ListMultipartUploadParts', other, {}, 'not allowed'],
  ['function', 's3:ListBucket', 'bucket', { 's3:prefix': 'uploads/ada/' }, 'allowed', 'ListPrefix', 'ListObjectsV2'],
  ['function', 's3:ListBucket', 'bucket', { 's3:prefix': 'private/' }, 'not allowed'],
  ['function', 's3:ListBucket', 'bucket', {}, 'not allowed', undefined, 'without a prefix'],
  ['function', 's3:ListBucketVersions', 'bucket', { 's3:prefix': 'uploads/ada/' }, 'allowed', 'ListPrefix', 'ListObjectVersions'],
  ['function', 's3:ListBucketVersions', 'bucket', {}, 'not allowed'],
  ['function', 's3:ListBucketMultipartUploads', 'bucket', {}, 'allowed', 'ListUploads', 'ListMultipartUploads'],
  ['function', 's3:PutObjectAcl', object, {}, 'not allowed'],
  ['function', 's3:PutObjectTagging', object, {}, 'not allowed'],
  ['function', 's3:GetObjectTagging', object, {}, 'not allowed'],
  ['function', 's3:BypassGovernanceRetention', object, {}, 'not allowed'],
  ['function', 's3:PutBucketPolicy', 'bucket', {}, 'not allowed'],
  ['function', 's3:PutBucketCORS', 'bucket', {}, 'not allowed'],
  ['function', 's3:PutLifecycleConfiguration', 'bucket', {}, 'not allowed'],
  ['function', 's3:DeleteBucket', 'bucket', {}, 'denied', 'DenyDeleteBucket'],
  ['function', 's3:GetObject', 'site/index.html', {}, 'not allowed'],
  ['function', 's3:PutObject', 'site/index.html', {}, 'not allowed'],
  ['function', 's3:GetObject', 'audit/logs/s3/uploads/1', {}, 'not allowed'],
  ['function', 'logs:PutLogEvents', 'function log', {}, 'allowed', 'Logs'],
  ['function', 'logs:PutLogEvents', 'other log', {}, 'not allowed'],
  ['function', 'xray:PutTraceSegments', '*', {}, 'allowed', 'Traces'],
];

/** What the bucket refuses whoever asks. */
const refusals = [
  ['function', 's3:PutObject', object, { 'aws:SecureTransport': 'false', 's3:TlsVersion': undefined }, 'denied', 'DenyPlainHTTP'],
  ['admin', 's3:GetObject', object, { 'aws:SecureTransport': 'false', 's3:TlsVersion': undefined }, 'denied', 'DenyPlainHTTP'],
  ['admin', 's3:ListBucket', 'bucket', { 'aws:SecureTransport': 'false', 's3:TlsVersion': undefined }, 'denied', 'DenyPlainHTTP'],
  ['function', 's3:PutObject', object, { 's3:TlsVersion': '1.2' }, 'allowed', 'Objects'],
  ['function', 's3:PutObject', object, { 's3:TlsVersion': '1.1' }, 'denied', 'DenyOldTLS'],
  ['admin', 's3:GetObject', object, { 's3:TlsVersion': '1.0' }, 'denied', 'DenyOldTLS'],
  ['function', 's3:PutObject', object, { 's3:signatureversion': 'AWS' }, 'denied', 'DenySigV2'],
  ['admin', 's3:GetObject', object, { 's3:signatureversion': 'AWS' }, 'denied', 'DenySigV2'],
  ['function', 's3:PutObject', object, { 's3:signatureAge': '1200000' }, 'allowed', 'Objects', '20 minutes: expires and 5'],
  ['function', 's3:PutObject', object, { 's3:signatureAge': '1200001' }, 'denied', 'DenyOldSignatures'],
  ['function', 's3:GetObject', object, { 's3:signatureAge': '1200001' }, 'denied', 'DenyOldSignatures'],
  ['function', 's3:PutObject', object, { 's3:signatureAge': '1200001', 's3:authType': 'POST' }, 'denied', 'DenyOldSignatures', 'a form'],
  ['admin', 's3:GetObject', object, { 's3:signatureAge': '604800000' }, 'denied', 'DenyOldSignatures', "somebody's own URL of a week"],
  ['admin', 's3:GetObject', object, { 's3:signatureAge': undefined, 's3:authType': 'REST-HEADER' }, 'allowed', 'All', 'signed in headers'],
  ['function', 's3:PutObject', object, { [sse]: 'aws:kms' }, 'allowed', 'Objects'],
  ['function', 's3:PutObject', object, { [sse]: 'AES256' }, 'denied', 'DenyOtherEncryption', 'SSE-S3'],
  ['function', 's3:PutObject', object, { [sse]: 'aws:kms:dsse' }, 'denied', 'DenyOtherEncryption'],
  ['admin', 's3:PutObject', object, { [sse]: 'AES256' }, 'denied', 'DenyOtherEncryption'],
  ['function', 's3:PutObject', object, { [sse]: 'aws:kms', [`${sse}-aws-kms-key-id`]: '{key}' }, 'allowed', 'Objects', 'the bucket’s own key'],
  ['function', 's3:PutObject', object, { [sse]: 'aws:kms', [`${sse}-aws-kms-key-id`]: 'arn:aws:kms:eu-west-1:111122223333:key/other' }, 'denied', 'DenyOtherKey'],
  ['admin', 's3:PutObject', object, { [`${sse}-aws-kms-key-id`]: 'arn:aws:kms:eu-west-1:999900001111:key/theirs' }, 'denied', 'DenyOtherKey'],
  ['function', 's3:PutObject', object, { [`${sse}-customer-algorithm`]: 'AES256' }, 'denied', 'DenySSEC', 'SSE-C'],
  ['function', 's3:PutObject', object, { 's3:x-amz-acl': 'public-read' }, 'denied', 'DenyACL'],
  ['admin', 's3:PutObject', object, { 's3:x-amz-acl': 'bucket-owner-full-control' }, 'denied', 'DenyACL'],
  ['admin', 's3:PutObject', object, { 's3:x-amz-grant-read': 'uri=AllUsers' }, 'denied', 'DenyGrantRead'],
  ['admin', 's3:PutObject', object, { 's3:x-amz-grant-read-acp': 'uri=AllUsers' }, 'denied', 'DenyGrantReadACP'],
  ['admin', 's3:PutObject', object, { 's3:x-amz-grant-write': 'uri=AllUsers' }, 'denied', 'DenyGrantWrite'],
  ['admin', 's3:PutObject', object, { 's3:x-amz-grant-write-acp': 'uri=AllUsers' }, 'denied', 'DenyGrantWriteACP'],
  ['admin', 's3:PutObject', object, { 's3:x-amz-grant-full-control': 'id=a' }, 'denied', 'DenyGrantFullControl'],
  ['admin', 's3:DeleteBucket', 'bucket', {}, 'denied', 'DenyDeleteBucket'],
  ['admin', 's3:PutObject', object, {}, 'allowed', 'All', 'no writers rule'],
  ['stranger', 's3:GetObject', object, {}, 'not allowed'],
  ['stranger', 's3:PutObject', object, {}, 'not allowed'],
  ['stranger', 's3:ListBucket', 'bucket', { 's3:prefix': 'uploads/' }, 'not allowed'],
  ['nobody', 's3:GetObject', object, {}, 'not allowed'],
  ['nobody', 's3:PutObject', object, {}, 'not allowed'],
  ['cloudfront.amazonaws.com', 's3:GetObject', object, { 'aws:SourceArn': '{distribution}' }, 'not allowed', undefined, 'the site’s, which leads there for what is signed'],
  ['cloudfront.amazonaws.com', 's3:PutObject', object, { 'aws:SourceArn': '{distribution}' }, 'not allowed', undefined, 'the site’s: it signs nothing'],
];

/** The uploads' key, and the logs'. */
const keys = [
  ['function', 'kms:GenerateDataKey', 'key', viaS3, 'allowed', 'KeyViaS3'],
  ['function', 'kms:Decrypt', 'key', viaS3, 'allowed', 'KeyViaS3'],
  ['function', 'kms:GenerateDataKey', 'key', direct, 'not allowed', undefined, 'not through S3'],
  ['function', 'kms:Decrypt', 'key', direct, 'not allowed', undefined, 'not through S3'],
  ['function', 'kms:Decrypt', 'key', { 'kms:ViaService': 's3.us-east-1.amazonaws.com' }, 'not allowed', undefined, 'S3 elsewhere'],
  ['function', 'kms:Decrypt', 'key', { 'kms:ViaService': 'ebs.eu-west-1.amazonaws.com' }, 'not allowed'],
  ['function', 'kms:Encrypt', 'key', viaS3, 'not allowed'],
  ['function', 'kms:ScheduleKeyDeletion', 'key', direct, 'not allowed'],
  ['function', 'kms:PutKeyPolicy', 'key', direct, 'not allowed'],
  ['function', 'kms:Decrypt', 'logs key', direct, 'not allowed'],
  ['admin', 'kms:Decrypt', 'key', viaS3, 'allowed', 'All', 'reads an upload through S3'],
  ['admin', 'kms:Decrypt', 'key', direct, 'not allowed', undefined, 'not even an administrator'],
  ['admin', 'kms:Decrypt', 'key', { ...viaS3, 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::other-bucket' }, 'not allowed', undefined, 'for another bucket'],
  ['admin', 'kms:PutKeyPolicy', 'key', direct, 'allowed', 'All'],
  ['admin', 'kms:CreateGrant', 'key', direct, 'not allowed'],
  ['admin', 'kms:Decrypt', 'logs key', direct, 'allowed', 'All', 'reads the trail'],
  ['stranger', 'kms:Decrypt', 'key', viaS3, 'not allowed'],
  ['stranger', 'kms:Decrypt', 'logs key', direct, 'not allowed'],
  ['logs.eu-west-1.amazonaws.com', 'kms:Encrypt', 'logs key', { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:111122223333:log-group:signet-FunctionLogs' }, 'allowed', 'LogGroups'],
  ['logs.eu-west-1.amazonaws.com', 'kms:Encrypt', 'logs key', { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:111122223333:log-group:other' }, 'not allowed'],
  ['cloudtrail.amazonaws.com', 'kms:GenerateDataKey', 'logs key', { 'aws:SourceArn': '{trail}' }, 'allowed', 'Trail'],
  ['cloudtrail.amazonaws.com', 'kms:GenerateDataKey', 'logs key', { 'aws:SourceArn': 'arn:aws:cloudtrail:eu-west-1:999900001111:trail/x' }, 'not allowed', undefined, 'another account’s trail'],
];

/** The site and the logs. */
const around = [
  ['cloudfront.amazonaws.com', 's3:GetObject', 'site/index.html', { 'aws:SourceArn': '{distribution}' }, 'allowed', 'cloudfront.amazonaws.com', 'OAC'],
  ['cloudfront.amazonaws.com', 's3:GetObject', 'site/index.html', { 'aws:SourceArn': 'arn:aws:cloudfront::999900001111:distribution/X' }, 'not allowed', undefined, 'another distribution'],
  ['cloudfront.amazonaws.com', 's3:PutObject', 'site/index.html', { 'aws:SourceArn': '{distribution}' }, 'not allowed'],
  ['cloudfront.amazonaws.com', 's3:GetObject', object, { 'aws:SourceArn': '{distribution}' }, 'not allowed', undefined, 'the site’s distribution, an upload'],
  ['nobody', 's3:GetObject', 'site/index.html', {}, 'not allowed', undefined, 'past CloudFront'],
  ['deploy', 's3:PutObject', 'site/index.html', {}, 'allowed', 'Site'],
  ['deploy', 's3:ListBucket', 'site', {}, 'allowed', 'SiteList'],
  ['deploy', 's3:GetObject', 'assets/0123.zip', {}, 'allowed', 'Assets'],
  ['deploy', 's3:PutObject', 'assets/0123.zip', {}, 'not allowed'],
  ['deploy', 's3:PutObject', 'site/index.html', { 'aws:SecureTransport': 'false', 's3:TlsVersion': undefined }, 'denied', 'SecureTransport'],
  ['deploy', 's3:PutObject', 'site/index.html', { 's3:TlsVersion': '1.1' }, 'denied', 'TlsVersion'],
  ['deploy', 's3:GetObject', object, {}, 'not allowed'],
  ['deploy', 'kms:Decrypt', 'key', viaS3, 'not allowed'],
  ['deploy', 'cloudfront:CreateInvalidation', 'distribution', {}, 'allowed', 'Invalidation'],
  ['deploy', 'cloudfront:CreateInvalidation', 'other distribution', {}, 'not allowed'],
  ['deploy', 'logs:PutLogEvents', 'deploy log', {}, 'allowed', 'Logs'],
  ['deploy', 'xray:PutTraceSegments', '*', {}, 'allowed', 'Traces'],
  ['logging.s3.amazonaws.com', 's3:PutObject', 'audit/logs/s3/uploads/1', { 'aws:SourceArn': '{bucket}', 'aws:SourceAccount': '111122223333' }, 'allowed', 'logging.s3.amazonaws.com'],
  ['logging.s3.amazonaws.com', 's3:PutObject', 'audit/logs/s3/site/1', { 'aws:SourceArn': '{site}', 'aws:SourceAccount': '111122223333' }, 'allowed', 'logging.s3.amazonaws.com'],
  ['logging.s3.amazonaws.com', 's3:PutObject', 'audit/logs/s3/edge/1', { 'aws:SourceArn': '{edge}', 'aws:SourceAccount': '111122223333' }, 'allowed', 'logging.s3.amazonaws.com'],
  ['logging.s3.amazonaws.com', 's3:PutObject', 'audit/logs/s3/uploads/1', { 'aws:SourceArn': 'arn:aws:s3:::theirs', 'aws:SourceAccount': '999900001111' }, 'not allowed'],
  ['cloudtrail.amazonaws.com', 's3:GetBucketAcl', 'audit', { 'aws:SourceArn': '{trail}' }, 'allowed', 'TrailCheck'],
  ['cloudtrail.amazonaws.com', 's3:PutObject', 'audit/logs/cloudtrail/AWSLogs/111122223333/1', { 'aws:SourceArn': '{trail}', 's3:x-amz-acl': 'bucket-owner-full-control' }, 'allowed', 'TrailWrite'],
  ['cloudtrail.amazonaws.com', 's3:PutObject', 'audit/logs/cloudtrail/AWSLogs/999900001111/1', { 'aws:SourceArn': '{trail}', 's3:x-amz-acl': 'bucket-owner-full-control' }, 'not allowed'],
];

/** With roles named in writers: the template of every option. */
const writers = [
  ['function', 's3:PutObject', 'in/box/ada/0123456789abcdef/report.pdf', {}, 'allowed', 'Objects'],
  ['importer', 's3:PutObject', 'in/box/ada/0123456789abcdef/report.pdf', {}, 'allowed', 'Write'],
  ['admin', 's3:PutObject', 'in/box/ada/0123456789abcdef/report.pdf', {}, 'denied', 'DenyOtherWriters'],
  ['admin', 's3:DeleteObject', 'in/box/ada/0123456789abcdef/report.pdf', {}, 'denied', 'DenyOtherWriters'],
  ['admin', 's3:GetObject', 'in/box/ada/0123456789abcdef/report.pdf', {}, 'allowed', 'All'],
  ['importer', 's3:PutObject', 'in/box/ada/0123456789abcdef/report.pdf', { [sse]: 'AES256' }, 'denied', 'DenyOtherEncryption'],
  ['function', 's3:PutObject', 'in/box/ada/0123456789abcdef/report.pdf', { 's3:signatureAge': '3900001' }, 'denied', 'DenyOldSignatures', 'expires of an hour'],
  ['malware', 's3:GetObject', 'in/box/ada/0123456789abcdef/report.pdf', {}, 'allowed', 'Scan'],
  ['malware', 's3:PutObjectTagging', 'in/box/ada/0123456789abcdef/report.pdf', {}, 'allowed', 'Scan'],
  ['malware', 's3:PutObject', 'malware-protection-resource-validation-object', {}, 'allowed', 'Validate'],
  ['malware', 's3:PutObject', 'in/box/ada/0123456789abcdef/report.pdf', {}, 'not allowed'],
  ['malware', 's3:DeleteObject', 'in/box/ada/0123456789abcdef/report.pdf', {}, 'not allowed'],
  ['malware', 's3:GetBucketNotification', 'bucket', {}, 'allowed', 'Notify'],
  ['malware', 'kms:Decrypt', 'key', viaS3, 'allowed', 'KeyViaS3'],
  ['malware', 'kms:Decrypt', 'key', direct, 'not allowed'],
  ['malware', 'events:PutRule', 'GuardDuty rule', { 'events:ManagedBy': 'malware-protection-plan.guardduty.amazonaws.com' }, 'allowed', 'ManagedRule'],
  ['malware', 'events:PutRule', 'other rule', { 'events:ManagedBy': 'malware-protection-plan.guardduty.amazonaws.com' }, 'not allowed'],
  ['malware', 'events:DescribeRule', 'GuardDuty rule', {}, 'allowed', 'SeeRule'],
];

/** The parts of the table: title, the stack whose template it is about, rows. */
export const parts = [
  { title: 'The role that signs', stack: 'signet', rows: signing },
  { title: 'What the upload bucket refuses', stack: 'signet', rows: refusals },
  { title: 'The keys', stack: 'signet', rows: keys },
  { title: 'The site and the logs', stack: 'signet', rows: around },
  { title: 'With every option on: writers, malware scan', stack: 'full', rows: writers },
  { title: 'Malware, and the function that moves it', stack: 'full', rows: threats },
  { title: 'What is not known to be clean, with a strict scan', stack: 'strict', rows: strict },
  { title: 'Who tells of files', stack: 'told', rows: events },
  { title: 'Copies and backups', stack: 'full', rows: backup },
  { title: 'Spaces', stack: 'spaces', rows: spaces },
  { title: 'Passes and quotas', stack: 'spaces', rows: state },
  { title: 'The relay', stack: 'full-relay', rows: relay },
  { title: 'The relay’s log', stack: 'full', rows: relayLogs },
];

/**
 * Why an allowing statement's resource has a wildcard: by the resource that it
 * stands on and its Sid, or the service that it lets in.
 */
export const reasons = {
  'UploadsFunctionRole Objects': 'keys of uploads are made at run time; nothing outside the prefix',
  'UploadsFunctionRole Traces': 'X-Ray has no resources to name',
  'UploadsFunctionRole Logs': 'the streams of its own log group',
  'UploadsSiteDeployRole Assets': 'the bootstrap bucket’s archives, whose names are hashes; read only',
  'UploadsSiteDeployRole Site': 'the files of the site’s own bucket',
  'UploadsSiteDeployRole Logs': 'the streams of its own log group',
  'UploadsSiteDeployRole Traces': 'X-Ray has no resources to name',
  'UploadsKey Administration': 'in a key policy * is that key',
  'UploadsKey UseThroughS3': 'in a key policy * is that key',
  'UploadsLogsKey Administration': 'in a key policy * is that key',
  'UploadsLogsKey LogGroups': 'in a key policy * is that key',
  'UploadsLogsKey ReadLogs': 'in a key policy * is that key',
  'UploadsLogsKey Trail': 'in a key policy * is that key',
  'UploadsLogsKey Alarms': 'in a key policy * is that key',
  'UploadsLogsPolicy TrailWrite': 'CloudTrail names its files by time; this account’s folder only',
  'UploadsLogsPolicy logging.s3.amazonaws.com': 'S3 names its log files by time; one folder for each bucket',
  'UploadsSiteBucketPolicy cloudfront.amazonaws.com': 'every file of the site, for this distribution',
  'UploadsMalwareRole ManagedRule': 'GuardDuty makes the rule’s name; AWS documents this pattern',
  'UploadsMalwareRole SeeRule': 'GuardDuty makes the rule’s name; AWS documents this pattern',
  'UploadsMalwareRole Scan': 'keys of uploads are made at run time; nothing outside the prefix',
  ...threatReasons,
  ...eventReasons,
  ...backupReasons,
  ...spacesReasons,
  ...relayReasons,
};
