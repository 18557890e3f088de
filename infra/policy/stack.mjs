// A synthesized template as the policies that AWS would see: every reference
// has a value, as it would in account 111122223333 in eu-west-1.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

export const account = '111122223333';
export const region = 'eu-west-1';

const pseudo = {
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Logical ids without the hash that CDK adds. */
export const stem = (id) => id.replace(/([A-Za-z])[0-9A-F]{8}$/, '$1');

/**
 * The template of a file, with everything that POLICY.md is made of. Where it
 * has outputs of another stack, that one is given, and its buckets and keys are
 * there too.
 */
export const load = (file, exporter = { outputs: {} }) => {
  const name = basename(file, '.template.json');
  const { Resources: resources, Outputs = {} } = JSON.parse(readFileSync(file, 'utf8'));
  const refs = {
    ...pseudo,
    'AWS::StackName': name,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${name}/01234567-89ab-cdef-0123-456789abcdef`,
    imports: exporter.outputs,
  };
  const resolve = (v) => value(v, resources, refs);
  const stack = { name, resources, roles: {}, endpoints: {}, queues: {}, buckets: { ...exporter.buckets }, keys: { ...exporter.keys }, distribution: exporter.distribution, statements: [] };
  stack.outputs = Object.fromEntries(Object.entries(Outputs).map(([output, { Value }]) => [output, resolve(Value)]));
  for (const [id, { Type, Properties = {} }] of Object.entries(resources)) {
    const p = () => resolve(Properties);
    if (Type === 'AWS::IAM::Role') stack.roles[stem(id)] = { arn: arnOf(id, resources, refs), policies: p().Policies.map((x) => x.PolicyDocument) };
    if (Type === 'AWS::KMS::Key') stack.keys[stem(id)] = { arn: arnOf(id, resources, refs), policy: p().KeyPolicy };
    if (Type === 'AWS::S3::Bucket') stack.buckets[stem(id)] = { arn: arnOf(id, resources, refs), ...stack.buckets[stem(id)] };
    if (Type === 'AWS::S3::BucketPolicy') stack.buckets[stem(Properties.Bucket.Ref)] = { ...stack.buckets[stem(Properties.Bucket.Ref)], policy: p().PolicyDocument };
    if (Type === 'AWS::SQS::QueuePolicy') for (const { Ref } of Properties.Queues) stack.queues[stem(Ref)] = p().PolicyDocument;
    if (Type === 'AWS::EC2::VPCEndpoint') stack.endpoints[stem(id)] = p().PolicyDocument;
    if (Type === 'AWS::CloudFront::Distribution') stack[stem(id) === 'UploadsPublicDistribution' ? 'public' : 'distribution'] = arnOf(id, resources, refs);
    if (Type === 'AWS::CloudTrail::Trail') stack.trail = `arn:aws:cloudtrail:${region}:${account}:trail/${p().TrailName}`;
  }
  stack.statements = Object.entries(resources).flatMap(([id, { Properties = {} }]) =>
    statementsIn(resolve(Properties)).map((body) => ({ on: stem(id), body })),
  );
  return stack;
};

const statementsIn = (v) => {
  if (Array.isArray(v)) return v.flatMap(statementsIn);
  if (v === null || typeof v !== 'object') return [];
  return Object.entries(v).flatMap(([key, x]) => (key === 'Statement' ? x : statementsIn(x)));
};

/** The bucket's name in the template, or one such as CloudFormation makes. */
const nameOf = (id, resources, refs) => {
  const named = resources[id].Properties?.BucketName;
  return named ? value(named, resources, refs) : `${refs['AWS::StackName']}-${stem(id).toLowerCase()}`;
};

const arnOf = (id, resources, refs) => {
  switch (resources[id].Type) {
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${nameOf(id, resources, refs)}`;
    case 'AWS::IAM::Role':
      return `arn:aws:iam::${account}:role/${resources[id].Properties.RoleName ?? stem(id)}`;
    case 'AWS::KMS::Key':
      return `arn:aws:kms:${region}:${account}:key/${stem(id)}`;
    case 'AWS::Logs::LogGroup':
      return `arn:aws:logs:${region}:${account}:log-group:${refs['AWS::StackName']}-${stem(id)}:*`;
    case 'AWS::CloudFront::Distribution':
      return `arn:aws:cloudfront::${account}:distribution/${stem(id)}`;
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:${region}:${account}:${stem(id)}`;
    case 'AWS::SQS::Queue':
      return `arn:aws:sqs:${region}:${account}:${stem(id)}`;
    case 'AWS::SecretsManager::Secret':
      return `arn:aws:secretsmanager:${region}:${account}:secret:${stem(id)}-AbCdEf`;
    case 'AWS::Events::Rule':
      return `arn:aws:events:${region}:${account}:rule/${stem(id)}`;
    default:
      return `arn:aws:unknown:${region}:${account}:${stem(id)}`;
  }
};

const refOf = (id, resources, refs) => {
  if (id in refs) return refs[id];
  if (!(id in resources)) throw new Error(`got a reference to ${id}, want a resource or a pseudo parameter`);
  if (resources[id].Type === 'AWS::S3::Bucket') return nameOf(id, resources, refs);
  return resources[id].Type === 'AWS::SNS::Topic' || resources[id].Type === 'AWS::SecretsManager::Secret' ? arnOf(id, resources, refs) : stem(id);
};

/** A value of a template without intrinsic functions. */
const value = (v, resources, refs) => {
  const of = (x) => value(x, resources, refs);
  if (Array.isArray(v)) return v.map(of);
  if (v === null || typeof v !== 'object') return v;
  const [name, ...others] = Object.keys(v);
  const argument = v[name];
  if (others.length === 0) {
    switch (name) {
      case 'Ref':
        return refOf(argument, resources, refs);
      case 'Fn::GetAtt':
        return argument[1] === 'Arn' ? arnOf(argument[0], resources, refs) : `${stem(argument[0])}.${argument[1]}`;
      case 'Fn::GetStackOutput':
        if (!(argument.OutputName in refs.imports)) throw new Error(`got a reference to ${argument.OutputName}, want an output of the other stack`);
        return refs.imports[argument.OutputName];
      case 'Fn::Join':
        return of(argument[1]).join(argument[0]);
      case 'Fn::Select':
        return of(argument[1])[argument[0]];
      case 'Fn::Split':
        return of(argument[1]).split(argument[0]);
      case 'Fn::Sub':
        return argument.replace(/\$\{([^}]+)\}/g, (_, id) => refOf(id, resources, refs));
    }
  }
  return Object.fromEntries(Object.entries(v).map(([key, x]) => [key, of(x)]));
};
