// Takes out of CycloneDX documents what is another at each run: when, and which number. Run by `make sbom`.
import { readFileSync, writeFileSync } from 'node:fs';

for (const path of process.argv.slice(2)) {
  const document = JSON.parse(readFileSync(path, 'utf8'));
  delete document.serialNumber;
  delete document.metadata?.timestamp;
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
}
