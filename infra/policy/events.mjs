// Who tells of files, and what that takes: rows of the policy table, about a template
// with events and a strict malware scan.
const file = 'uploads/ada/report~0123456789abcdef.pdf';
const header = { 's3:authType': 'REST-HEADER', 's3:signatureAge': undefined };
const found = { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'THREATS_FOUND' };
const viaS3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
const secure = { 'aws:SecureTransport': 'true' };
const ruled = (name) => ({ ...secure, 'aws:SourceArn': `arn:aws:events:eu-west-1:111122223333:rule/${name}` });

export const events = [
  ['events', 's3:GetObjectVersion', file, header, 'allowed', 'Look', 'HeadObject of one version, scanned or not'],
  ['events', 's3:GetObjectVersion', file, { ...header, ...found }, 'denied', 'DenyThreats', 'a threat cannot be asked'],
  ['events', 's3:GetObjectVersion', 'team/design/report~0123456789abcdef.pdf', header, 'allowed', 'Look', 'in every space'],
  ['events', 's3:GetObject', file, header, 'not allowed', undefined, 'no current version, only the one that was told of'],
  ['events', 's3:GetObjectVersion', 'private/report.pdf', header, 'not allowed'],
  ['events', 's3:GetObject', `moved/${file}/v1`, header, 'allowed', 'LookMoved'],
  ['events', 's3:PutObject', file, header, 'not allowed'],
  ['events', 's3:DeleteObject', file, header, 'not allowed'],
  ['events', 's3:ListBucketVersions', 'bucket', header, 'allowed', 'List'],
  ['events', 'kms:Decrypt', 'key', viaS3, 'allowed', 'KeyViaS3', 'for the checksum'],
  ['events', 'kms:GenerateDataKey', 'key', viaS3, 'not allowed'],
  ['events', 'sqs:ReceiveMessage', 'events queue', secure, 'allowed', 'Queue'],
  ['events', 'sqs:ChangeMessageVisibility', 'events queue', secure, 'allowed', 'Queue'],
  ['events', 'sqs:SendMessage', 'events queue', secure, 'not allowed'],
  ['events', 'sqs:SendMessage', 'events failures', secure, 'allowed', 'Failures'],
  ['events', 'sqs:ReceiveMessage', 'events failures', secure, 'not allowed'],
  ['events', 'sqs:SendMessage', 'events failures', { 'aws:SecureTransport': 'false' }, 'denied', 'SecureTransport'],
  ['events', 'sqs:ReceiveMessage', 'events queue', { 'aws:SecureTransport': 'false' }, 'denied', 'SecureTransport'],
  ['events', 'secretsmanager:GetSecretValue', 'events secret', {}, 'allowed', 'Secret'],
  ['events', 'secretsmanager:GetSecretValue', 'other secret', {}, 'not allowed'],
  ['events', 'secretsmanager:PutSecretValue', 'events secret', {}, 'not allowed'],
  ['events', 'logs:PutLogEvents', 'events log', {}, 'allowed', 'Logs'],
  ['events', 'xray:PutTraceSegments', '*', {}, 'allowed', 'Traces'],
  ['events.amazonaws.com', 'sqs:SendMessage', 'events queue', ruled('UploadsFileEvents'), 'allowed'],
  ['events.amazonaws.com', 'sqs:SendMessage', 'events queue', ruled('UploadsScanEvents'), 'allowed'],
  ['events.amazonaws.com', 'sqs:SendMessage', 'events queue', ruled('theirs'), 'not allowed'],
  ['events.amazonaws.com', 'sqs:SendMessage', 'events failures', ruled('UploadsFileEvents'), 'allowed'],
  ['events.amazonaws.com', 'sqs:SendMessage', 'events failures', ruled('UploadsScanEvents'), 'allowed'],
  ['events.amazonaws.com', 'sqs:SendMessage', 'events failures', ruled('theirs'), 'not allowed'],
  ['function', 's3:PutObject', `moved/${file}/v1`, header, 'allowed', 'Moved', 'the word of a move'],
  ['function', 's3:GetObject', `moved/${file}/v1`, header, 'not allowed'],
  ['function', 'secretsmanager:GetSecretValue', 'events secret', {}, 'not allowed'],
];

export const eventReasons = {
  'UploadsEventsRole Look': 'keys of uploads are made at run time; nothing outside the prefixes',
  'UploadsEventsRole LookMoved': 'keys of moved files are those of the uploads',
  'UploadsFunctionRole Moved': 'keys of moved files are those of the uploads',
  'UploadsEventsRole Logs': 'the streams of its own log group',
  'UploadsEventsRole Traces': 'X-Ray has no resources to name',
};
