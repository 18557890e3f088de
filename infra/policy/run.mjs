// The policy table: what each request of table.mjs gets from the synthesized
// policies, by @cloud-copilot/iam-simulate, a tool that is run here and linked
// nowhere.
//
//   node infra/policy/run.mjs DIR            checks, and that POLICY.md is up to date
//   node infra/policy/run.mjs DIR --write    writes POLICY.md
//
// DIR holds the templates of signet, full, full-relay, strict, strict-certificate, spaces and told.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { page } from './page.mjs';
import { load } from './stack.mjs';
import { called, simulate } from './simulate.mjs';
import { parts, reasons } from './table.mjs';

const [dir, write] = process.argv.slice(2);
const file = (name) => join(dir, `${name}.template.json`);
const stacks = { signet: load(file('signet')), full: load(file('full')) };
stacks.strict = load(file('strict'), { outputs: load(file('strict-certificate')).outputs });
stacks.spaces = load(file('spaces'));
stacks.told = load(file('told'));
stacks['full-relay'] = load(file('full-relay'), stacks.full);
const problems = [];

const results = [];
for (const { title, stack, rows } of parts) {
  for (const [who, action, on, conditions, want, by, note] of rows) {
    const got = await simulate(stacks[stack], who, action, on, conditions);
    results.push({ title, stack, who, action, on, conditions, note, ...got });
    if (got.result !== want || (by && !got.by.includes(by))) {
      problems.push(`${who} ${action} ${on} ${JSON.stringify(conditions)}: got ${got.result} by ${got.by.join(', ') || 'nothing'}, want ${want}${by ? ` by ${by}` : ''}`);
    }
  }
}
if (results.length < 60) problems.push(`got ${results.length} rows, want at least 60`);

// Every statement decides at least one row; else the table would not see it gone.
const own = new Set(stacks.signet.statements.filter((s) => s.on === 'UploadsBucketPolicy').map((s) => s.body.Sid));
const threatened = new Set(stacks.full.statements.filter((s) => s.on === 'UploadsBucketPolicy').map((s) => s.body.Sid));
const kinds = ['Confirmed', 'PublicFiles', 'StateObjects', 'StateList']; // of statements that spaces and passes bring
const tables = {
  signet: ({ on }) => /Policy$|Key$|Role$/.test(on),
  full: ({ on, body }) => /(Malware|Quarantine|Replica|Backup)\w*(Role|Policy)$/.test(on) || (on === 'UploadsBucketPolicy' && !own.has(body.Sid)),
  strict: ({ on, body }) => on === 'UploadsBucketPolicy' && !threatened.has(body.Sid),
  told: ({ on, body }) => /^UploadsEvents\w*(Role|Policy)$/.test(on) || body.Sid === 'Moved',
  spaces: ({ on, body }) => on === 'UploadsStatePolicy' || kinds.includes(body.Sid),
  'full-relay': ({ on }) => /Role$|^RelayVpc/.test(on),
};
for (const name of Object.keys(tables)) {
  const decided = new Set(results.filter((r) => r.stack === name).flatMap((r) => r.decided));
  for (const { on, body } of stacks[name].statements) {
    const silent = /^Uploads(Alarm|EdgeLogs|LogsPolicy)/; // the same two denials as the site's bucket
    if (!tables[name]({ on, body }) || (silent.test(on) && body.Effect === 'Deny') || on === 'UploadsEdgeLogsPolicy') continue;
    if (!body.Action?.includes?.('sts:AssumeRole') && !decided.has(JSON.stringify(body))) problems.push(`${name}: ${on}, ${called(body)}: decides no row`);
  }
}

const wide = [];
const used = new Set();
const all = [...stacks.signet.statements, ...stacks.full.statements.filter((s) => /Malware|LogsKey|Quarantine|Replica|Backup|LogsPolicy/.test(s.on)), ...stacks.spaces.statements.filter((s) => kinds.includes(s.body.Sid)), ...stacks.told.statements.filter((s) => s.on === 'UploadsEventsRole' || s.body.Sid === 'Moved'), ...stacks['full-relay'].statements];
for (const { on, body } of all) {
  const resources = [body.Resource ?? []].flat().filter((r) => r.includes('*'));
  if (body.Effect !== 'Allow' || resources.length === 0) continue;
  const name = `${on} ${called(body)}`;
  if (!reasons[name]) problems.push(`${name}: got the resource ${resources}, want a reason in table.mjs`);
  const row = { on, statement: called(body), resources, reason: reasons[name] };
  // A statement that both stacks have is shown once, as the defaults have it.
  if (!wide.some((w) => w.on === on && w.statement === row.statement && (body.Sid || String(w.resources) === String(resources)))) wide.push(row);
  used.add(name);
}
for (const name of Object.keys(reasons)) if (!used.has(name)) problems.push(`${name}: got a reason for no statement: remove it`);

const policy = fileURLToPath(new URL('../POLICY.md', import.meta.url));
const text = page(results, wide, stacks);
if (write === '--write') writeFileSync(policy, text);
else if (readFileSync(policy, 'utf8') !== text) problems.push('infra/POLICY.md is not what is synthesized: run `make policy` and read the change');

for (const p of problems) console.error(`policy: ${p}`);
console.log(`policy: ${results.length} requests, ${wide.length} wildcard resources with a reason, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
