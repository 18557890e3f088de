// POLICY.md, for a person to read.

const cell = (text) => String(text).replaceAll('|', '\\|');

const conditions = (values) =>
  Object.entries(values)
    .map(([key, value]) => `${key.replace('s3:x-amz-server-side-encryption', 's3:…-encryption')}${value === undefined ? ' absent' : ` ${value}`}`)
    .join(', ');

const requests = (results) => {
  const lines = [];
  let title;
  results.forEach((r, i) => {
    if (r.title !== title) {
      title = r.title;
      lines.push('', `### ${title}`, '', '| # | who | action | on | with | result | by |', '|---|---|---|---|---|---|---|');
    }
    const why = [conditions(r.conditions), r.note].filter(Boolean).join('; ');
    const by = r.by.length ? r.by.join(', ') : '';
    lines.push(`| ${[i + 1, r.who, r.action, r.on, why, r.result, by].map(cell).join(' | ')} |`);
  });
  return lines;
};

/** Waivers of all stacks: one row for each reason and rule. */
const waivers = (stacks) => {
  const rows = new Map();
  for (const { resources } of Object.values(stacks)) {
    for (const [id, { Metadata = {} }] of Object.entries(resources)) {
      const found = [
        ...(Metadata.cdk_nag?.rules_to_suppress ?? []).map((w) => [w.id, w.reason]),
        ...(Metadata.checkov?.skip ?? []).map((w) => [w.id, w.comment]),
      ];
      for (const [rule, reason] of found) {
        const row = rows.get(`${reason} ${rule}`) ?? { reason, rule, on: new Set() };
        row.on.add(id.replace(/([A-Za-z])[0-9A-F]{8}$/, '$1').replace(/^CustomCDKBucketDeployment.*/, 'CustomCDKBucketDeployment'));
        rows.set(`${reason} ${rule}`, row);
      }
    }
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
};

export const page = (results, wide, stacks) => {
  const waived = waivers(stacks);
  return [
    '# Who may do what',
    '',
    'Written by `make policy` from the synthesized templates; `make check-infra` fails when it is out of date. Do not edit it.',
    '',
    '## Requests',
    '',
    'What AWS would answer, by simulation of the role, bucket and key policies. *Allowed* and *denied* name the',
    'statement that decides; *not allowed* means that no statement allows it. Unless a row says otherwise a request to S3',
    'comes over TLS 1.3, presigned with SigV4 a minute ago. *function* is the role that signs, *deploy* the role that copies the',
    'site, *admin* a role of the account that may do everything, *importer* a role named in `writers`, *stranger* another',
    'account’s administrator, *nobody* an unsigned request. *quarantine* is the role that moves malware, *analyst* one named in',
    '`quarantineReaders`, *replica* what copies uploads to the other bucket, *backup* and *restore* AWS Backup’s roles, *relay* the relay’s machine, whose requests leave by its VPC’s endpoint, *keys* the function that brings',
    'it the issuer’s keys, *lists* what looks up prefix lists at deployment, *flows* what writes the flow log.',
    ...requests(results),
    '',
    '## Wildcards in resources',
    '',
    'No statement allows an action with a wildcard. These allow one on a resource with a wildcard; the denials, which are',
    'meant for everything, are left out.',
    '',
    '| on | statement | resource | why |',
    '|---|---|---|---|',
    ...wide.map((w) => `| ${[w.on, w.statement, w.resources.join(', '), w.reason].map(cell).join(' | ')} |`),
    '',
    '## Findings that are waived',
    '',
    `${new Set(waived.map((w) => w.reason)).size} decisions not to fix what cdk-nag (AwsSolutions-…) or checkov (CKV_…) finds, counted by their reasons. Where several rules`,
    `find the same, the reason stands for all of them: by rule there are ${waived.length}, a row each. In the templates each stands beside`,
    `every resource that it is about, ${waived.reduce((n, w) => n + w.on.size, 0)} times. cfn-lint and CDK’s own validation find nothing.`,
    '',
    '| rule | on | why |',
    '|---|---|---|',
    ...waived.map(({ reason, rule, on }) => `| ${[rule, [...on].join(', '), reason].map(cell).join(' | ')} |`),
    '',
  ].join('\n');
};
