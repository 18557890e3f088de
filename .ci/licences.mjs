// Lists the licences of what CycloneDX documents name, as a table of Markdown, and exits with 1 where one is on no list
// of those that were looked at. Run by `make sbom`.
import { readFileSync } from 'node:fs';

const permissive = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BSD-Source-Code', 'BlueOak-1.0.0', 'CC-BY-4.0', 'ISC', 'MIT', 'MIT-0']);
// Looked at one by one. MPL-2.0 asks for the source of its own files, which are public and unchanged here. freetype
// gives the choice between its own licence, which is taken, and the GPL, by whose text the tool knows it.
const considered = { 'MPL-2.0': /^github\.com\/hashicorp\//, 'GPL-2.0-or-later': /^github\.com\/golang\/freetype$/ };

const rows = new Map();
const strange = [];
for (const path of process.argv.slice(2)) {
  for (const component of JSON.parse(readFileSync(path, 'utf8')).components ?? []) {
    const given = component.licenses ?? component.evidence?.licenses ?? [];
    const names = given.map(({ license, expression }) => expression ?? license.id ?? license.name);
    const name = component.group ? `${component.group}/${component.name}` : component.name;
    rows.set(`${name} ${component.version}`, `| ${name} | ${component.version} | ${names.join(', ') || 'unknown'} |`);
    const fine = (one) => permissive.has(one) || considered[one]?.test(name);
    const choice = (one) => one.replace(/[()]/g, '').split(' OR ').some(fine);
    if (names.length === 0 || !names.every(choice)) strange.push(`${name} ${component.version}: ${names.join(', ') || 'unknown'}`);
  }
}
console.log('# Licences\n\nOf everything that signet, the Lambda and the site consist of.\n\n| component | version | licence |\n|---|---|---|');
for (const key of [...rows.keys()].sort()) console.log(rows.get(key));
if (strange.length > 0) {
  console.error(`got licences that nobody has looked at, want them in .ci/licences.mjs or their components gone:\n${strange.join('\n')}`);
  process.exit(1);
}
