// `make campaign-browser`: uploads under faults. SEED=n draws other faults, COUNT=n runs fewer uploads, ONLY=n one of them
// alone, LANES=n so many at once. Only a whole campaign saves its tally.
import { launch } from '../rig/browser.ts';
import { finish } from '../rig/section.ts';
import { attempt } from './attempt.ts';
import { Lane } from './lane.ts';
import { describe, draw, type Plan } from './plan.ts';
import { line, section } from './results.ts';
import { good, type Verdict } from './tally.ts';

const COUNT = 100;

const seed = whole('SEED', 20_261_124);
const count = whole('COUNT', COUNT);
const only = whole('ONLY', 0);
const numbers = only ? [only] : Array.from({ length: count }, (_, i) => i + 1);
const plans = numbers.map((number) => draw(seed, number));
const lanes = Math.min(whole('LANES', 3), plans.length);

const began = Date.now();
const browser = await launch();
const chromium = `Chromium ${browser.version()}`;
await browser.close();
console.error(`seed ${seed}: ${plans.length} uploads, ${lanes} at once`);

const verdicts: Verdict[] = [];
const queue = [...plans];
const ends = await Promise.allSettled(Array.from({ length: lanes }, () => work(queue)));
for (const end of ends) if (end.status === 'rejected') throw end.reason;
verdicts.sort((a, b) => a.number - b.number);
for (const { number, ...verdict } of verdicts.filter((v) => !good(v))) {
  console.error(
    `again: make campaign-browser SEED=${seed} ONLY=${number}  # ${verdict.faults.map(describe).join(' + ')}`,
  );
}
const minutes = (Date.now() - began) / 60_000;
const partial = only > 0 || count !== COUNT;
process.exitCode = (await finish(section(verdicts, seed, [chromium, 'toxiproxy 2.5.0'], minutes), partial)) ? 0 : 1;

/** Runs plans of the queue one after another, in a lane of its own. */
async function work(queue: Plan[]): Promise<void> {
  const lane = await Lane.open();
  try {
    for (let plan = queue.shift(); plan; plan = queue.shift()) {
      const verdict = await attempt(lane, plan);
      verdicts.push(verdict);
      console.error(`${String(verdicts.length).padStart(3)}/${plans.length}  ${line(verdict, describe)}`);
    }
  } finally {
    await lane.close();
  }
}

/** A whole number from the environment. */
function whole(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new Error(`got ${name}=${text}, want a whole number from 1: correct it`);
  return Number(text);
}
