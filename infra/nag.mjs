// cdk-nag's AwsSolutions rules over the templates named on the command line:
// node infra/nag.mjs TEMPLATE…
//
// cdk-nag is an npm package and takes no Go app, so the templates are read back
// with CfnInclude. What is waived stands in a resource's Metadata, as cdk-nag 2
// writes it; a finding that is not waived fails, and so does a waiver that
// waives nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';

/** CfnInclude does not know Fn::GetStackOutput: what it names stands as an import. */
const includable = (text) =>
  JSON.stringify(JSON.parse(text, (_, v) => (v?.['Fn::GetStackOutput'] ? { 'Fn::ImportValue': v['Fn::GetStackOutput'].OutputName } : v)));

const findings = (files) => {
  const dir = mkdtempSync(join(tmpdir(), 'nag-'));
  try {
    const app = new App({ outdir: join(dir, 'out'), context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    for (const file of files) {
      const template = JSON.parse(readFileSync(file, 'utf8'));
      // The bootstrap version's parameter and rule are CDK's own and cannot be included.
      delete template.Rules;
      delete template.Parameters?.BootstrapVersion;
      const name = basename(file, '.template.json');
      const path = join(dir, `${name}.json`);
      writeFileSync(path, includable(JSON.stringify(template)));
      new CfnInclude(new Stack(app, name), 'T', { templateFile: path });
    }
    app.synth();
    const report = JSON.parse(readFileSync(join(dir, 'out', 'validation-report.json'), 'utf8'));
    const plugin = report.pluginReports.find((p) => p.pluginName === 'AwsSolutions');
    if (!plugin) throw new Error('got no report of AwsSolutions, want one: look at what cdk-nag changed');
    return plugin.violations.flatMap((v) =>
      v.violatingConstructs.map((c) => {
        const [stack, , resource] = c.constructPath.split('/');
        const [, rule, , detail = ''] = /^([^[]+)(\[(.*)\])?$/s.exec(v.ruleName);
        return { stack, resource, rule, detail };
      }),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

const waivers = (files) =>
  files.flatMap((file) =>
    Object.entries(JSON.parse(readFileSync(file, 'utf8')).Resources).flatMap(([resource, { Metadata }]) =>
      (Metadata?.cdk_nag?.rules_to_suppress ?? []).flatMap(({ id, appliesTo = [undefined] }) =>
        appliesTo.map((detail) => ({ stack: basename(file, '.template.json'), resource, rule: id, detail, used: 0 })),
      ),
    ),
  );

const files = process.argv.slice(2);
const waived = waivers(files);
const found = findings(files);
const open = found.filter((f) => {
  const w = waived.find((w) => w.stack === f.stack && w.resource === f.resource && w.rule === f.rule && (w.detail === undefined || f.detail === w.detail));
  if (w) w.used += 1;
  return !w;
});
const idle = waived.filter((w) => w.used === 0);
for (const f of open) console.error(`cdk-nag: ${f.stack}: ${f.resource}: ${f.rule} ${f.detail}`);
for (const w of idle) console.error(`cdk-nag: ${w.stack}: ${w.resource}: the waiver of ${w.rule} ${w.detail ?? ''} waives nothing: remove it`);
if (found.length === 0) throw new Error('got no finding at all, want those that are waived: cdk-nag did not run');
console.log(`cdk-nag: ${files.length} templates, ${found.length} findings, ${open.length} of them not waived`);
process.exitCode = open.length + idle.length > 0 ? 1 : 0;
