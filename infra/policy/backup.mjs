// What copies uploads, backs them up and restores them: rows of the policy table,
// about the template of every option.
const object = 'in/box/ada/0123456789abcdef/report.pdf';
const viaS3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
const viaTheirS3 = { 'kms:ViaService': 's3.eu-central-1.amazonaws.com', 'kms:EncryptionContext:aws:s3:arn': undefined };
const direct = { 'kms:ViaService': undefined };

export const backup = [
  ['replica', 's3:GetReplicationConfiguration', 'bucket', {}, 'allowed', 'Rules'],
  ['replica', 's3:GetObjectVersionForReplication', object, {}, 'allowed', 'Read'],
  ['replica', 's3:GetObjectVersionForReplication', 'private/report.pdf', {}, 'not allowed'],
  ['replica', 's3:GetObject', object, {}, 'not allowed', undefined, 'as whoever reads a file'],
  ['replica', 's3:PutObject', object, {}, 'denied', 'DenyOtherWriters'],
  ['replica', 's3:ReplicateObject', `their copy/${object}`, {}, 'allowed', 'Write'],
  ['replica', 's3:ObjectOwnerOverrideToBucketOwner', `their copy/${object}`, {}, 'allowed', 'Write', 'the copy is the other account’s'],
  ['replica', 's3:ReplicateDelete', `their copy/${object}`, {}, 'not allowed', undefined, 'a deletion is not copied'],
  ['replica', 's3:DeleteObject', `their copy/${object}`, {}, 'not allowed'],
  ['replica', 's3:ReplicateObject', `their bucket/${object}`, {}, 'not allowed'],
  ['replica', 'kms:Decrypt', 'key', viaS3, 'allowed', 'OurKey'],
  ['replica', 'kms:Decrypt', 'key', direct, 'not allowed'],
  ['replica', 'kms:GenerateDataKey', 'their key', viaTheirS3, 'allowed', 'TheirKey'],
  ['replica', 'kms:Decrypt', 'their key', viaTheirS3, 'not allowed', undefined, 'nothing is read back'],
  ['function', 's3:DeleteObject', `their copy/${object}`, {}, 'not allowed', undefined, 'whoever has the function has not the copies'],
  ['backup', 's3:ListBucketVersions', 'bucket', {}, 'allowed', 'Bucket'],
  ['backup', 's3:GetObjectVersion', object, {}, 'allowed', 'Objects'],
  ['backup', 's3:GetObject', object, { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'THREATS_FOUND' }, 'denied', 'DenyThreats', 'malware is not backed up'],
  ['backup', 's3:PutObject', object, {}, 'denied', 'DenyOtherWriters'],
  ['backup', 's3:GetObject', 'site/index.html', {}, 'not allowed'],
  ['backup', 'kms:Decrypt', 'key', viaS3, 'allowed', 'KeyViaS3'],
  ['backup', 'kms:Decrypt', 'key', direct, 'not allowed'],
  ['backup', 'events:PutRule', 'backup rule', {}, 'allowed', 'ManagedRule'],
  ['backup', 'events:PutRule', 'other rule', {}, 'not allowed'],
  ['backup', 'events:ListRules', '*', {}, 'allowed', 'Look'],
  ['restore', 's3:PutObject', object, {}, 'allowed', 'Objects', 'named among the writers'],
  ['restore', 's3:PutObjectTagging', object, {}, 'allowed', 'Objects', 'with its verdict'],
  ['restore', 's3:PutObject', object, { 's3:x-amz-server-side-encryption': 'AES256' }, 'denied', 'DenyOtherEncryption'],
  ['restore', 's3:DeleteObjectVersion', object, {}, 'not allowed'],
  ['restore', 's3:GetBucketOwnershipControls', 'bucket', {}, 'allowed', 'Bucket'],
  ['restore', 'kms:GenerateDataKey', 'key', viaS3, 'allowed', 'KeyViaS3'],
  ['restore', 'kms:GenerateDataKey', 'key', direct, 'not allowed'],
];

export const backupReasons = {
  'UploadsReplicaRole Read': 'keys of uploads are made at run time; nothing outside the prefix',
  'UploadsReplicaRole Write': 'keys of uploads are made at run time; nothing outside the prefix of the one bucket',
  'UploadsBackupRole Objects': 'a backup is of the whole bucket',
  'UploadsBackupRole ManagedRule': 'AWS Backup makes the rule’s name; AWS documents this pattern',
  'UploadsBackupRole Look': 'the two actions take no resource',
  'UploadsBackupRestoreRole Objects': 'a backup is of the whole bucket',
};
