// One request against the policies of one stack.
import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate';
import { account, region } from './stack.mjs';

/**
 * The simulator knows no condition key whose name ends in what the caller likes,
 * so the encryption context and an object's tag go under keys that it does know,
 * in policy and request alike.
 */
const renamed = {
  'kms:EncryptionContext:aws:s3:arn': 'aws:PrincipalTag/S3EncryptionContext',
  'kms:EncryptionContext:aws:logs:arn': 'aws:PrincipalTag/LogsEncryptionContext',
  's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'aws:PrincipalTag/ScanStatus',
};
const swap = (v, names) => JSON.parse(names.reduce((text, [from, to]) => text.replaceAll(`"${from}"`, `"${to}"`), JSON.stringify(v)));
const rename = (v) => swap(v, Object.entries(renamed));
const back = (v) => swap(v, Object.entries(renamed).map(([from, to]) => [to, from]));

/** What a statement is called: its Sid, or the service that it lets in, or what it denies. */
export const called = (s) => s.Sid ?? (s.Effect === 'Allow' ? s.Principal?.Service : undefined) ?? Object.keys(Object.values(s.Condition)[0])[0].split(':')[1];

const everything = { Version: '2012-10-17', Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }] };
const writing = { Version: '2012-10-17', Statement: [{ Sid: 'Write', Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }] };

/** Who asks: principal, ARN for aws:PrincipalArn and own policies. */
const principal = (stack, who) => {
  const role = (id, arn, policies) => ({ is: `arn:aws:sts::${arn.split(':')[4]}:assumed-role/${id}/session`, arn, account: arn.split(':')[4], policies });
  const own = (id) => role(id, stack.roles[id].arn, stack.roles[id].policies);
  switch (who) {
    case 'function':
      return own('UploadsFunctionRole');
    case 'deploy':
      return own('UploadsSiteDeployRole');
    case 'malware':
      return own('UploadsMalwareRole');
    case 'quarantine':
      return own('UploadsQuarantineRole');
    case 'events':
      return own('UploadsEventsRole');
    case 'replica':
      return own('UploadsReplicaRole');
    case 'backup':
      return own('UploadsBackupRole');
    case 'restore':
      return own('UploadsBackupRestoreRole');
    case 'relay':
      return own('RelayRole');
    case 'keys':
      return own('RelayKeysRole');
    case 'lists':
      return own('RelayLookupRole');
    case 'flows':
      return own('RelayFlowRole');
    case 'analyst':
      return role('analyst', `arn:aws:iam::${account}:role/analyst`, [everything]);
    case 'admin':
      return role('admin', `arn:aws:iam::${account}:role/admin`, [everything]);
    case 'importer':
      return role('importer', `arn:aws:iam::${account}:role/importer`, [writing]);
    case 'stranger':
      return role('theirs', 'arn:aws:iam::999900001111:role/theirs', [everything]);
    case 'nobody':
      return { is: anonymousPrincipal, policies: [] };
    default:
      return { is: who, service: true, policies: [] };
  }
};

/** What is asked for: its ARN and its policy. */
const resource = (stack, on) => {
  const bucket = (id, key) => ({ arn: stack.buckets[id].arn + (key ? `/${key}` : ''), policy: stack.buckets[id].policy });
  const [place, ...rest] = on.split('/');
  const logs = (name) => `arn:aws:logs:${region}:${account}:log-group:${name}:log-stream:1`;
  const rule = `arn:aws:events:${region}:${account}:rule/`;
  switch (place) {
    case '*':
      return { arn: '*' };
    case 'bucket':
      return bucket('UploadsBucket');
    case 'site':
      return bucket('UploadsSiteBucket', rest.join('/'));
    case 'program':
      return { arn: stack.roles.RelayRole.policies[0].Statement.find((s) => s.Sid === 'Program').Resource };
    case 'other asset':
      return { arn: `arn:aws:s3:::cdk-hnb659fds-assets-${account}-${region}/0123.zip` };
    case 'their copy':
      return { arn: `arn:aws:s3:::copies/${rest.join('/')}` };
    case 'their key':
      return {
        arn: 'arn:aws:kms:eu-central-1:444455556666:key/0a1b2c3d',
        policy: { Version: '2012-10-17', Statement: [{ Sid: 'Theirs', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: ['kms:Encrypt', 'kms:GenerateDataKey'], Resource: '*' }] },
      };
    case 'their bucket':
      return { arn: `arn:aws:s3:::theirs/${rest.join('/')}` };
    case 'first start':
      return { arn: `arn:aws:s3:::cloudformation-waitcondition-${region}/arn`, policy: { Version: '2012-10-17', Statement: [{ Sid: 'CloudFormations', Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }] } };
    case 'machine':
      return { arn: `arn:aws:ec2:${region}:${account}:instance/i-0123456789abcdef0` };
    case 'parameter':
      return { arn: `arn:aws:ssm:${region}:${account}:parameter/secret` };
    case 'role':
      return { arn: `arn:aws:iam::${account}:role/admin`, policy: { Version: '2012-10-17', Statement: [] } };
    case 'failures':
      return { arn: `arn:aws:sqs:${region}:${account}:UploadsQuarantineFailures`, policy: stack.queues.UploadsQuarantineFailures };
    case 'events queue':
    case 'events failures': {
      const id = place === 'events queue' ? 'UploadsEventsQueue' : 'UploadsEventsFailures';
      return { arn: `arn:aws:sqs:${region}:${account}:${id}`, policy: stack.queues[id] };
    }
    case 'events secret':
      return { arn: stack.outputs.EventsSecretArn };
    case 'other secret':
      return { arn: `arn:aws:secretsmanager:${region}:${account}:secret:other-AbCdEf` };
    case 'state':
      return bucket('UploadsState', rest.join('/'));
    case 'audit':
      return bucket('UploadsLogs', rest.join('/'));
    case 'assets':
      return { arn: `arn:aws:s3:::cdk-hnb659fds-assets-${account}-${region}/${rest.join('/')}` };
    case 'key':
      return stack.keys.UploadsKey && { arn: stack.keys.UploadsKey.arn, policy: stack.keys.UploadsKey.policy };
    case 'logs key':
      return { arn: stack.keys.UploadsLogsKey.arn, policy: stack.keys.UploadsLogsKey.policy };
    case 'distribution':
      return { arn: stack.distribution };
    case 'other distribution':
      return { arn: `arn:aws:cloudfront::${account}:distribution/OTHER` };
    case 'function log':
      return { arn: logs(`${stack.name}-UploadsFunctionLogs`) };
    case 'deploy log':
      return { arn: logs(`${stack.name}-UploadsSiteDeployLogs`) };
    case 'quarantine log':
      return { arn: logs(`${stack.name}-UploadsQuarantineLogs`) };
    case 'events log':
      return { arn: logs(`${stack.name}-UploadsEventsLogs`) };
    case 'keys log':
      return { arn: logs(`${stack.name}-RelayKeysLogs`) };
    case 'lists log':
      return { arn: logs(`${stack.name}-RelayLookupLogs`) };
    case 'flow log':
      return { arn: logs(`${stack.name}-RelayFlowLogs`) };
    case 'other log':
      return { arn: logs('other') };
    case 'GuardDuty rule':
      return { arn: `${rule}DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3-1` };
    case 'backup rule':
      return { arn: `${rule}AwsBackupManagedRule-1` };
    case 'other rule':
      return { arn: `${rule}other` };
    default:
      return bucket('UploadsBucket', on);
  }
};

/** The values of the condition keys of a plain good request. */
const usual = (stack, action, who) => {
  if (action.startsWith('s3:')) {
    const signed = { 's3:signatureversion': 'AWS4-HMAC-SHA256', 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': '60000' };
    return { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', ...(who.arn ? signed : {}) };
  }
  if (action.startsWith('kms:') && who.account) {
    const used = /Decrypt|GenerateDataKey/.test(action) ? { 'kms:EncryptionContext:aws:s3:arn': stack.buckets.UploadsBucket.arn } : {};
    return { 'kms:CallerAccount': who.account, ...used };
  }
  return {};
};

const fill = (stack, v) =>
  Array.isArray(v) ? v.map((x) => fill(stack, x)) : v
    .replace('{key}', stack.keys.UploadsKey.arn)
    .replace('{bucket}', stack.buckets.UploadsBucket.arn)
    .replace('{site}', stack.buckets.UploadsSiteBucket.arn)
    .replace('{edge}', stack.buckets.UploadsEdgeLogs.arn)
    .replace('{distribution}', stack.distribution)
    .replace('{public}', stack.public)
    .replace('{state}', stack.buckets.UploadsState?.arn)
    .replace('{trail}', stack.trail);

/** The endpoint by which a request leaves the relay's VPC, undefined when it comes from elsewhere. */
const endpointOf = (who, action, from = who === 'relay' ? 'the VPC' : 'elsewhere') => {
  if (from === 'elsewhere') return undefined;
  if (action.startsWith('s3:')) return 'RelayVpcStorage';
  if (action.startsWith('ssmmessages:')) return 'RelayVpcSsmMessages';
  return action.startsWith('ssm:') ? 'RelayVpcSsm' : undefined;
};

const words = { Allowed: 'allowed', ExplicitlyDenied: 'denied', ImplicitlyDenied: 'not allowed' };

/** Runs the request: {result, by: names of the deciding statements, decided: the statements themselves}. */
export const simulate = async (stack, who, action, on, { from, ...conditions }) => {
  const p = principal(stack, who);
  const r = resource(stack, on);
  const through = endpointOf(who, action, from);
  const context = { ...usual(stack, action, p), ...(p.arn ? { 'aws:PrincipalArn': p.arn } : {}), ...(through ? { 'aws:SourceVpce': through, 'aws:PrincipalAccount': p.account ?? '999900001111' } : {}), ...conditions };
  const contextVariables = Object.fromEntries(Object.entries(context).flatMap(([k, v]) => (v === undefined ? [] : [[renamed[k] ?? k, fill(stack, v)]])));
  const answer = await runSimulation(
    {
      request: { principal: p.is, action, resource: { resource: r.arn, accountId: account }, contextVariables },
      identityPolicies: p.policies.map((policy, i) => ({ name: String(i), policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: r.policy && rename(r.policy),
      ...(through ? { vpcEndpointPolicies: [{ name: through, policy: stack.endpoints[through] }] } : {}),
    },
    {},
  );
  if (answer.resultType !== 'single') throw new Error(`${who} ${action} ${on}: ${JSON.stringify(answer.errors ?? answer.resultType)}`);
  const ignored = (answer.result.ignoredContextKeys ?? []).filter((k) => k in conditions || Object.values(renamed).includes(k));
  if (ignored.length > 0) throw new Error(`${who} ${action} ${on}: the simulator ignores ${ignored}`);
  return verdict(answer);
};

const verdict = (answer) => {
  const { identityAnalysis: own, resourceAnalysis: theirs, endpointAnalysis: way } = answer.result.analysis;
  const denied = answer.overallResult === 'ExplicitlyDenied';
  const deciding = answer.overallResult === 'ImplicitlyDenied' ? [] : [own, theirs, way].flatMap((a) => (denied ? a?.denyStatements : a?.allowStatements) ?? []);
  const bodies = deciding.map((s) => back(s.statement));
  return { result: words[answer.overallResult], by: [...new Set(bodies.map(called))], decided: bodies.map((s) => JSON.stringify(s)) };
};
