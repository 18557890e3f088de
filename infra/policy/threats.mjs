// What malware, and whoever comes near it, gets: rows of the policy table, about
// the template of every option.
const object = 'in/box/ada/report~0123456789abcdef.pdf';
const kept = `quarantine/${object}/v1`;
const found = { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'THREATS_FOUND' };
const clean = { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'NO_THREATS_FOUND' };
const viaS3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
const rule = { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/UploadsThreatFound' };
const secure = { 'aws:SecureTransport': 'true' };

export const threats = [
  ['function', 's3:GetObject', object, clean, 'allowed', 'Objects', 'scanned'],
  ['function', 's3:GetObject', object, found, 'denied', 'DenyThreats', 'before it is moved'],
  ['function', 's3:GetObjectVersion', object, found, 'denied', 'DenyThreats', 'an old version, or restoring it'],
  ['function', 's3:GetObject', kept, {}, 'denied', 'DenyQuarantine'],
  ['admin', 's3:GetObject', object, found, 'denied', 'DenyThreats'],
  ['admin', 's3:GetObject', kept, clean, 'denied', 'DenyQuarantine', 'whatever its tag'],
  ['admin', 's3:GetObject', object, clean, 'allowed', 'All'],
  ['analyst', 's3:GetObject', kept, found, 'allowed', 'All', 'named in quarantineReaders'],
  ['analyst', 's3:GetObjectVersion', object, found, 'allowed', 'All'],
  ['analyst', 's3:DeleteObjectTagging', kept, found, 'denied', 'DenyOtherTaggers'],
  ['admin', 's3:PutObjectTagging', object, found, 'denied', 'DenyOtherTaggers', 'to call it clean'],
  ['admin', 's3:DeleteObjectVersionTagging', object, found, 'denied', 'DenyOtherTaggers'],
  ['importer', 's3:PutObjectTagging', object, {}, 'denied', 'DenyOtherTaggers'],
  ['quarantine', 's3:GetObjectVersion', object, found, 'allowed', 'Take'],
  ['quarantine', 's3:DeleteObjectVersion', object, found, 'allowed', 'Take'],
  ['quarantine', 's3:DeleteObject', object, found, 'not allowed', undefined, 'no markers'],
  ['quarantine', 's3:GetObjectVersion', 'private/report.pdf', found, 'not allowed'],
  ['quarantine', 's3:PutObject', object, {}, 'not allowed'],
  ['quarantine', 's3:PutObjectTagging', object, {}, 'not allowed'],
  ['quarantine', 's3:PutObject', kept, {}, 'allowed', 'Keep'],
  ['quarantine', 's3:PutObjectTagging', kept, {}, 'allowed', 'Keep'],
  ['quarantine', 's3:GetObject', kept, found, 'allowed', 'Keep', 'compares the copy'],
  ['quarantine', 's3:DeleteObjectVersion', kept, {}, 'not allowed'],
  ['quarantine', 's3:AbortMultipartUpload', kept, {}, 'allowed', 'Keep'],
  ['quarantine', 's3:ListBucket', 'bucket', {}, 'allowed', 'List'],
  ['quarantine', 'kms:Decrypt', 'key', viaS3, 'allowed', 'KeyViaS3'],
  ['quarantine', 'sqs:SendMessage', 'failures', secure, 'allowed', 'Failures'],
  ['quarantine', 'sqs:ReceiveMessage', 'failures', secure, 'not allowed'],
  ['quarantine', 'sqs:SendMessage', 'failures', { 'aws:SecureTransport': 'false' }, 'denied', 'SecureTransport'],
  ['events.amazonaws.com', 'sqs:SendMessage', 'failures', { ...secure, ...rule }, 'allowed', 'AllowEventRulefullUploadsThreatFound6AC64CA3'],
  ['events.amazonaws.com', 'sqs:SendMessage', 'failures', { ...secure, 'aws:SourceArn': 'arn:aws:events:eu-west-1:999900001111:rule/theirs' }, 'not allowed'],
  ['quarantine', 'logs:PutLogEvents', 'quarantine log', {}, 'allowed', 'Logs'],
  ['quarantine', 'xray:PutTraceSegments', '*', {}, 'allowed', 'Traces'],
];

const ours = 'uploads/ada/0123456789abcdef/report.pdf';
const header = { 's3:authType': 'REST-HEADER', 's3:signatureAge': undefined };
const unsupported = { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'UNSUPPORTED' };

/** With "malwareScan": "strict". */
export const strict = [
  ['function', 's3:GetObject', ours, clean, 'allowed', 'Objects', 'a link to what was found to be clean'],
  ['function', 's3:GetObject', ours, {}, 'denied', 'DenyUnscannedLinks', 'a link before the scan has looked'],
  ['function', 's3:GetObjectVersion', ours, {}, 'denied', 'DenyUnscannedLinks'],
  ['function', 's3:GetObject', ours, unsupported, 'denied', 'DenyUnscannedLinks', 'what it cannot look into'],
  ['function', 's3:GetObject', ours, header, 'allowed', 'Objects', 'HeadObject, to compare what was stored'],
  ['function', 's3:PutObject', ours, {}, 'allowed', 'Objects'],
  ['admin', 's3:GetObject', ours, header, 'denied', 'DenyUnscanned'],
  ['admin', 's3:GetObject', ours, { ...header, ...clean }, 'allowed', 'All'],
  ['analyst', 's3:GetObject', ours, header, 'allowed', 'All', 'named in quarantineReaders'],
  ['malware', 's3:GetObject', ours, header, 'allowed', 'Scan'],
  ['quarantine', 's3:GetObjectVersion', ours, { ...header, ...found }, 'allowed', 'Take'],
];

export const threatReasons = {
  'UploadsQuarantineRole Take': 'keys of uploads are made at run time; nothing outside the prefix',
  'UploadsQuarantineRole Keep': 'keys in quarantine are those of the uploads',
  'UploadsQuarantineRole Logs': 'the streams of its own log group',
  'UploadsQuarantineRole Traces': 'X-Ray has no resources to name',
};
