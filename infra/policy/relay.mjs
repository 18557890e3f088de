// What the relay and what stands around it get: rows of the policy table, about
// the relay's template and, for the buckets, that of its uploads.
const object = 'in/box/ada/report~0123456789abcdef.pdf';
const keysFile = 'site/relay/jwks.json';
const viaS3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
const elsewhere = { from: 'elsewhere' };
const within = { from: 'the VPC' };
const found = { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'THREATS_FOUND' };

export const relay = [
  ['relay', 's3:PutObject', object, {}, 'allowed', 'Objects', 'named among the writers, by its role'],
  ['relay', 's3:PutObject', object, elsewhere, 'denied', 'DenyElsewhere', 'stolen credentials'],
  ['relay', 's3:GetObject', object, elsewhere, 'denied', 'DenyElsewhere', 'a URL that it presigned'],
  ['relay', 's3:PutObject', 'private/report.pdf', {}, 'not allowed'],
  ['relay', 's3:PutObject', object, { 's3:x-amz-server-side-encryption': 'AES256' }, 'denied', 'DenyOtherEncryption'],
  ['relay', 's3:GetObject', object, {}, 'allowed', 'Objects'],
  ['relay', 's3:GetObject', object, found, 'denied', 'DenyThreats'],
  ['relay', 's3:GetObject', `quarantine/${object}/v1`, {}, 'denied', 'DenyQuarantine'],
  ['relay', 's3:PutObjectTagging', object, {}, 'denied', 'DenyOtherTaggers'],
  ['relay', 's3:AbortMultipartUpload', object, {}, 'allowed', 'Objects'],
  ['relay', 's3:ListBucket', 'bucket', { 's3:prefix': 'in/box/ada/' }, 'allowed', 'ListPrefix'],
  ['relay', 's3:ListBucket', 'bucket', { 's3:prefix': 'private/' }, 'not allowed'],
  ['relay', 's3:ListBucketMultipartUploads', 'bucket', {}, 'allowed', 'ListUploads'],
  ['relay', 's3:PutBucketPolicy', 'bucket', {}, 'not allowed'],
  ['relay', 'kms:GenerateDataKey', 'key', viaS3, 'allowed', 'KeyViaS3'],
  ['relay', 'kms:Decrypt', 'key', { 'kms:ViaService': undefined }, 'not allowed'],
  ['relay', 's3:GetObject', 'program', {}, 'allowed', 'Program'],
  ['relay', 's3:GetObject', 'other asset', {}, 'not allowed'],
  ['relay', 's3:GetObject', keysFile, {}, 'allowed', 'Keys'],
  ['relay', 's3:PutObject', keysFile, {}, 'not allowed', undefined, 'to make tokens of its own'],
  ['relay', 's3:GetObject', 'site/index.html', {}, 'not allowed'],
  ['relay', 'ssm:UpdateInstanceInformation', 'machine', {}, 'allowed', 'Register'],
  ['relay', 'ssmmessages:OpenDataChannel', '*', {}, 'allowed', 'Sessions'],
  ['relay', 'ssm:GetParameter', 'parameter', {}, 'not allowed'],
  ['relay', 'sts:AssumeRole', 'role', {}, 'not allowed'],
  ['admin', 's3:GetObject', object, within, 'allowed', 'All', 'somebody else’s credentials on the machine'],
  ['admin', 's3:GetObject', 'audit/logs/s3/uploads/1', within, 'not allowed', undefined, 'the endpoint'],
  ['admin', 's3:PutObject', 'other asset', within, 'not allowed', undefined, 'the endpoint'],
  ['stranger', 's3:PutObject', 'their bucket/loot', within, 'not allowed', undefined, 'credentials that a thief brings along'],
  ['cloudformation.amazonaws.com', 's3:PutObject', 'first start', within, 'allowed', 'Start', 'the presigned address of the wait condition'],
  ['cloudformation.amazonaws.com', 's3:GetObject', 'first start', within, 'not allowed'],
  ['keys', 's3:PutObject', keysFile, {}, 'allowed', 'Keys'],
  ['keys', 's3:GetObject', keysFile, {}, 'allowed', 'Keys'],
  ['keys', 's3:ListBucket', 'site', {}, 'allowed', 'List'],
  ['keys', 's3:PutObject', 'site/index.html', {}, 'not allowed'],
  ['keys', 's3:GetObject', object, {}, 'not allowed'],
  ['keys', 'logs:PutLogEvents', 'keys log', {}, 'allowed', 'Logs'],
  ['keys', 'xray:PutTraceSegments', '*', {}, 'allowed', 'Traces'],
  ['lists', 'ec2:DescribeManagedPrefixLists', '*', {}, 'allowed', 'Look'],
  ['lists', 'ec2:DescribeAvailabilityZones', '*', {}, 'allowed', 'Look'],
  ['lists', 'ec2:DescribeInstances', '*', {}, 'not allowed'],
  ['lists', 'logs:PutLogEvents', 'lists log', {}, 'allowed', 'Logs'],
  ['lists', 'xray:PutTraceSegments', '*', {}, 'allowed', 'Traces'],
  ['flows', 'logs:PutLogEvents', 'flow log', {}, 'allowed', 'Logs'],
  ['flows', 'logs:PutLogEvents', 'other log', {}, 'not allowed'],
];

const balancer = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/relay/1';

/** The relay's load balancer writes into the log bucket, which is in the other template. */
export const relayLogs = [
  ['logdelivery.elasticloadbalancing.amazonaws.com', 's3:PutObject', 'audit/logs/elb/AWSLogs/111122223333/1', { 'aws:SourceArn': balancer, 'aws:SourceAccount': '111122223333' }, 'allowed', 'LoadBalancerLogs'],
  ['logdelivery.elasticloadbalancing.amazonaws.com', 's3:PutObject', 'audit/logs/s3/uploads/1', { 'aws:SourceArn': balancer, 'aws:SourceAccount': '111122223333' }, 'not allowed'],
  ['logdelivery.elasticloadbalancing.amazonaws.com', 's3:PutObject', 'audit/logs/elb/AWSLogs/111122223333/1', { 'aws:SourceArn': balancer.replace('111122223333', '999900001111'), 'aws:SourceAccount': '999900001111' }, 'not allowed', undefined, 'another account’s'],
];

export const relayReasons = {
  'UploadsLogsPolicy LoadBalancerLogs': 'the load balancer names its files by time; this account’s folder only',
  'RelayRole Objects': 'keys of uploads are made at run time; nothing outside the prefix',
  'RelayRole Register': 'the machine’s id is made when it starts',
  'RelayRole Sessions': 'Session Manager’s actions take no resource',
  'RelayVpcStorage Uploads': 'keys of uploads are made at run time; nothing outside the prefix',
  'RelayVpcStorage Start': 'CloudFormation presigns the address, and names the object',
  'RelayVpcSsm Sessions': 'Session Manager’s actions take no resource',
  'RelayVpcSsmMessages Sessions': 'Session Manager’s actions take no resource',
  'RelayKeysRole Logs': 'the streams of its own log group',
  'RelayKeysRole Traces': 'X-Ray has no resources to name',
  'RelayLookupRole Look': 'EC2’s lists and zones are AWS’s: they have no resource to name',
  'RelayLookupRole Logs': 'the streams of its own log group',
  'RelayLookupRole Traces': 'X-Ray has no resources to name',
  'RelayFlowRole Logs': 'the streams of its own log group',
};
