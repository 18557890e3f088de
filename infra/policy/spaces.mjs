// Spaces: one that anybody may read, one of groups, one whose files are confirmed; rows
// of the policy table, about the template of one space of each kind.
const own = 'uploads/ada/reports/report~rjcipyk4katkccx6vcexmpdq564.pdf';
const avatar = 'avatars/ada/me~rjcipyk4katkccx6vcexmpdq564.png';
const team = 'team/design/plan~rjcipyk4katkccx6vcexmpdq564-abcdef.pdf';
const inbox = 'in/box/all/letter~rjcipyk4katkccx6vcexmpdq564-abcdef.pdf';
const outside = 'teams/design/plan.pdf';
const cloudfront = 'cloudfront.amazonaws.com';
const tags = (...keys) => ({ 's3:RequestObjectTagKeys': keys });
const theirs = { 'aws:SourceArn': 'arn:aws:cloudfront::999900001111:distribution/X' };
const direct = { 'kms:ViaService': undefined };

export const spaces = [
  ['function', 's3:PutObject', own, {}, 'allowed', 'Objects'],
  ['function', 's3:PutObject', avatar, {}, 'allowed', 'Objects'],
  ['function', 's3:PutObject', team, {}, 'allowed', 'Objects'],
  ['function', 's3:PutObject', inbox, {}, 'allowed', 'Confirmed', 'without a tag'],
  ['function', 's3:PutObject', inbox, tags('signet-confirm'), 'allowed', 'Confirmed', 'with the tag that expires it'],
  ['function', 's3:PutObject', inbox, tags('signet-confirm', 'public'), 'not allowed', undefined, 'with one more'],
  ['function', 's3:PutObject', outside, {}, 'not allowed'],
  ['function', 's3:GetObject', team, {}, 'allowed', 'Objects'],
  ['function', 's3:GetObject', inbox, {}, 'allowed', 'Confirmed'],
  ['function', 's3:GetObject', outside, {}, 'not allowed'],
  ['function', 's3:DeleteObjectVersion', avatar, {}, 'allowed', 'Objects'],
  ['function', 's3:DeleteObjectVersion', inbox, {}, 'allowed', 'Confirmed'],
  ['function', 's3:AbortMultipartUpload', team, {}, 'allowed', 'Objects'],
  ['function', 's3:ListBucket', 'bucket', { 's3:prefix': 'team/design/' }, 'allowed', 'ListPrefix'],
  ['function', 's3:ListBucket', 'bucket', { 's3:prefix': 'in/box/all/' }, 'allowed', 'ListPrefix'],
  ['function', 's3:ListBucket', 'bucket', { 's3:prefix': 'in/' }, 'not allowed'],
  ['function', 's3:ListBucketVersions', 'bucket', { 's3:prefix': 'avatars/ada/' }, 'allowed', 'ListPrefix'],
  ['function', 's3:ListBucketVersions', 'bucket', { 's3:prefix': 'teams/' }, 'not allowed'],
  ['function', 's3:PutObjectTagging', inbox, tags('signet-confirm'), 'allowed', 'Confirmed'],
  ['function', 's3:PutObjectTagging', inbox, tags('public'), 'not allowed'],
  ['function', 's3:PutObjectTagging', team, tags('signet-confirm'), 'not allowed', undefined, 'nothing is confirmed there'],
  ['function', 's3:GetObjectTagging', inbox, {}, 'allowed', 'Confirmed'],
  ['function', 's3:DeleteObjectTagging', inbox, {}, 'allowed', 'Confirmed', 'a file is confirmed'],
  ['function', 's3:DeleteObjectTagging', own, {}, 'not allowed'],
  [cloudfront, 's3:GetObject', avatar, { 'aws:SourceArn': '{public}' }, 'allowed', 'PublicFiles', 'the distribution of public files'],
  [cloudfront, 's3:GetObject', avatar, { 'aws:SourceArn': '{distribution}' }, 'not allowed', undefined, 'the site’s'],
  [cloudfront, 's3:GetObject', avatar, theirs, 'not allowed', undefined, 'another account’s'],
  [cloudfront, 's3:GetObject', own, { 'aws:SourceArn': '{public}' }, 'not allowed', undefined, 'a space that is not public'],
  [cloudfront, 's3:GetObject', team, { 'aws:SourceArn': '{public}' }, 'not allowed', undefined, 'a space that is not public'],
  [cloudfront, 's3:GetObjectVersion', avatar, { 'aws:SourceArn': '{public}' }, 'not allowed', undefined, 'what was deleted'],
  [cloudfront, 's3:PutObject', avatar, { 'aws:SourceArn': '{public}' }, 'not allowed'],
  [cloudfront, 's3:ListBucket', 'bucket', { 'aws:SourceArn': '{public}' }, 'not allowed', undefined, 'what else there is'],
  [cloudfront, 's3:GetObject', avatar, { 'aws:SourceArn': '{public}', 'aws:SecureTransport': 'false', 's3:TlsVersion': undefined }, 'denied', 'DenyPlainHTTP'],
  [cloudfront, 'kms:Decrypt', 'key', { ...direct, 'aws:SourceArn': '{public}' }, 'allowed', 'PublicFiles'],
  [cloudfront, 'kms:Decrypt', 'key', { ...direct, ...theirs }, 'not allowed', undefined, 'another account’s'],
  [cloudfront, 'kms:GenerateDataKey', 'key', { ...direct, 'aws:SourceArn': '{public}' }, 'not allowed'],
  ['nobody', 's3:GetObject', avatar, {}, 'not allowed', undefined, 'past CloudFront'],
];

/** The bucket of passes and quotas. */
export const state = [
  ['function', 's3:PutObject', 'state/passes/1', {}, 'allowed', 'StateObjects'],
  ['function', 's3:GetObject', 'state/passes/1', {}, 'allowed', 'StateObjects'],
  ['function', 's3:DeleteObject', 'state/by/ada/1', {}, 'allowed', 'StateObjects'],
  ['function', 's3:ListBucket', 'state', { 's3:prefix': 'by/ada/' }, 'allowed', 'StateList'],
  ['function', 's3:GetObjectVersion', 'state/passes/1', {}, 'not allowed'],
  ['function', 's3:PutBucketPolicy', 'state', {}, 'not allowed'],
  ['function', 's3:GetObject', 'state/passes/1', { 'aws:SecureTransport': 'false', 's3:TlsVersion': undefined }, 'denied', 'DenyPlainHTTP'],
  ['function', 's3:GetObject', 'state/passes/1', { 's3:TlsVersion': '1.1' }, 'denied', 'DenyOldTLS'],
  ['function', 's3:GetObject', 'state/passes/1', { 's3:signatureversion': 'AWS' }, 'denied', 'DenySigV2'],
  ['function', 's3:GetObject', 'state/passes/1', { 's3:signatureAge': '120001' }, 'denied', 'DenyOldSignatures', 'nobody has a link to it'],
  ['function', 'kms:Decrypt', 'key', { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:EncryptionContext:aws:s3:arn': '{state}' }, 'allowed', 'KeyViaS3'],
  ['admin', 's3:GetObject', 'state/passes/1', {}, 'denied', 'DenyOthers', 'not even an administrator'],
  ['admin', 's3:PutObject', 'state/usage/ada', {}, 'denied', 'DenyOthers'],
  ['admin', 's3:DeleteObject', 'state/passes/1', {}, 'denied', 'DenyOthers'],
  ['admin', 's3:ListBucket', 'state', {}, 'denied', 'DenyOthers'],
  ['deploy', 's3:GetObject', 'state/passes/1', {}, 'denied', 'DenyOthers'],
  [cloudfront, 's3:GetObject', 'state/passes/1', { 'aws:SourceArn': '{public}' }, 'denied', 'DenyOthers'],
  ['stranger', 's3:GetObject', 'state/passes/1', {}, 'denied', 'DenyOthers'],
];

export const spacesReasons = {
  'UploadsFunctionRole StateObjects': 'the ids of passes are made at run time; nothing outside the one bucket',
  'UploadsFunctionRole Confirmed': 'keys of uploads are made at run time; nothing outside the spaces’ prefixes',
  'UploadsKey PublicFiles': 'in a key policy * is that key',
  'UploadsBucketPolicy PublicFiles': 'every file of the public spaces, for one distribution',
};
