// Asks Go's and npm's databases for known vulnerabilities. It exits with 1 where there is one, and says of each
// database that it could not reach that nothing was looked at. Run by `make audit`.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

const run = (program, args) => spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
let found = 0;
let unasked = 0;

/** Says that a database was not asked, with the reason in a line. */
function notChecked(what, reason) {
  unasked++;
  console.log(`NOT CHECKED  ${what}: ${String(reason).trim().split('\n')[0].slice(0, 200)}`);
}

// govulncheck exits with 3 where it finds something that is called, 0 where not, and 1 where it could not look.
const go = run(process.env.GO ?? 'go', ['run', process.env.GOVULNCHECK, '-format', 'json', './...']);
const texts = go.stdout.split(/^(?=\{)/m).flatMap((text) => {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
});
if (go.status === 0) {
  // With JSON it exits with 0 whatever it finds. A finding whose first place names a function is one that is called.
  const called = new Set(texts.filter(({ finding }) => finding?.trace?.[0]?.function).map(({ finding }) => finding.osv));
  found += called.size;
  console.log(called.size === 0 ? 'ok           Go: no known vulnerability is called' : `FOUND        Go: ${[...called].join(', ')}`);
} else {
  notChecked('Go', go.stderr.split('\n').find((line) => line.startsWith('govulncheck:')) ?? go.stderr);
}

for (const lock of run('git', ['ls-files', '*package-lock.json']).stdout.trim().split('\n')) {
  const folder = dirname(lock);
  const npm = run(process.env.NPM ?? 'npm', ['--prefix', folder, 'audit', '--package-lock-only', '--json']);
  let report;
  try {
    report = JSON.parse(npm.stdout);
  } catch {
    report = { message: npm.stderr || 'no answer' };
  }
  if (!report.vulnerabilities) {
    notChecked(`npm, ${folder}`, report.message ?? report.error?.summary ?? 'no answer');
    continue;
  }
  const bad = Object.values(report.vulnerabilities).filter(({ severity }) => ['high', 'critical'].includes(severity));
  found += bad.length;
  console.log(
    bad.length === 0
      ? `ok           npm, ${folder}: nothing high or critical`
      : `FOUND        npm, ${folder}: ${bad.map(({ name, severity }) => `${name} (${severity})`).join(', ')}`,
  );
}
if (unasked > 0) console.log(`${unasked} were not checked: run make audit where vuln.go.dev and npm's registry can be reached.`);
process.exit(found > 0 ? 1 : 0);
