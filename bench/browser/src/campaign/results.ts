import type { Goal, Section } from '../rig/section.ts';
import { type Fault, kinds, SIZE } from './plan.ts';
import { good, suffers, sum, type Verdict, wrong } from './tally.ts';

const MB = 1e6;

/** The campaign's section of bench/RESULTS.md. */
export function section(verdicts: Verdict[], seed: number, versions: string[], minutes: number): Section {
  return {
    name: 'campaign-browser',
    title: 'Uploads under faults',
    versions,
    tables: [byKind(verdicts), inAll(verdicts)],
    goals: goals(verdicts),
    notes: [
      `Seed ${seed}: ${verdicts.length} uploads of ${SIZE / 1024 / 1024} MiB by Signet’s engine in real Chromium, with URLs that live 10 s, ` +
        `in ${minutes.toFixed(0)} minutes. Re-sent bytes are counted as they come in, for each part what came beyond its size. ` +
        'A changed file is edited, or longer, or differs in a few bytes with its time of modification kept. ' +
        'One that was stored before it changed is whole when both are there, as it was and as it is.',
    ],
  };
}

/** A line a kind of fault. */
function byKind(verdicts: Verdict[]): Section['tables'][number] {
  return {
    caption: 'By fault; most uploads suffer one, some two or three',
    columns: ['fault', 'uploads', 'whole with the right SHA-256', 'MB re-sent', 'MB in flight at faults'],
    rows: kinds.map((kind) => {
      const hit = verdicts.filter((verdict) => suffers(verdict, kind));
      return [
        kind,
        String(hit.length),
        String(count(hit, sound)),
        megabytes(hit, 'resent'),
        megabytes(hit, 'inFlight'),
      ];
    }),
  };
}

function inAll(verdicts: Verdict[]): Section['tables'][number] {
  const row = (what: string, figure: number) => [what, String(figure)];
  return {
    caption: 'In all',
    columns: ['', 'uploads'],
    rows: [
      row('whole with the right SHA-256', count(verdicts, sound)),
      row(
        'given up with an error',
        count(verdicts, ({ done }) => !done),
      ),
      row('not the file, reported as done', count(verdicts, wrong)),
      row(
        'that sent more again than was in flight',
        count(verdicts, ({ resent, inFlight }) => resent > inFlight),
      ),
    ],
  };
}

/** What has to be reached. Each is a count of uploads, wanted of all that it is about. */
export function goals(verdicts: Verdict[]): Goal[] {
  const stored = verdicts.filter((verdict) => suffers(verdict, 'stored file changed'));
  const changed = verdicts.filter((verdict) => suffers(verdict, 'file changed') || stored.includes(verdict));
  const unchanged = verdicts.filter((verdict) => !changed.includes(verdict));
  const flipped = verdicts.filter((verdict) => suffers(verdict, 'byte flipped'));
  const ended = verdicts.filter(({ done }) => done);
  const all = (figure: string, of: Verdict[], are: (verdict: Verdict) => boolean): Goal => {
    return { figure, got: count(of, are), want: of.length };
  };
  return [
    all('unchanged files whole with the right SHA-256', unchanged, sound),
    all('uploads that sent again no more than was in flight', verdicts, ({ resent, inFlight }) => resent <= inFlight),
    all('changed files noticed, and whole as they are now', changed, sound),
    all('… of which were stored before, and are still there as they were', stored, sound),
    all('flipped bytes caught', flipped, (verdict) => !wrong(verdict)),
    { figure: 'wrong things reported as done', got: count(verdicts, wrong), want: 0, atMost: true },
    all(
      'uploads hit by all that was planned, of those that were not given up',
      ended,
      ({ struck, faults }) => struck === faults.length,
    ),
  ];
}

function sound({ done, whole }: Verdict): boolean {
  return done && whole;
}

function count(verdicts: Verdict[], are: (verdict: Verdict) => boolean): number {
  return verdicts.filter(are).length;
}

function megabytes(verdicts: Verdict[], figure: 'resent' | 'inFlight'): string {
  return (sum(verdicts.map((verdict) => verdict[figure])) / MB).toFixed(1);
}

/** One upload in a line. */
export function line(verdict: Verdict, describe: (fault: Fault) => string): string {
  const { number, faults, struck, seconds, resent, inFlight, error } = verdict;
  const state = wrong(verdict) ? 'WRONG' : verdict.done ? 'whole' : 'failed';
  const missed = struck < faults.length ? `, ${faults.length - struck} of these never came` : '';
  return (
    `${good(verdict) ? 'ok    ' : 'FAILED'} ${String(number).padStart(3)}  ${state.padEnd(6)}  ${seconds.toFixed(0).padStart(3)} s  ` +
    `re-sent ${(resent / MB).toFixed(1)} of ${(inFlight / MB).toFixed(1)} MB in flight  ` +
    `${faults.map(describe).join(' + ')}${missed}${error ? `: ${error}` : ''}`
  );
}
