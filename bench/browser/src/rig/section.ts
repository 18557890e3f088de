import { spawn } from 'node:child_process';
import { paths } from './paths.ts';

/** A section of bench/RESULTS.md: the fields of bench/report's Section. */
export interface Section {
  name: string;
  title: string;
  versions: string[];
  tables: { caption: string; columns: string[]; rows: string[][] }[];
  goals: Goal[];
  notes: string[];
}

/** A figure that has to be reached: at least `want`, or at most. */
export interface Goal {
  figure: string;
  got: number;
  want: number;
  atMost?: boolean;
  /** Follows the numbers. */
  unit?: string;
}

/** Prints the section and, unless `dry`, saves it; answers whether all goals are met. */
export async function finish(section: Section, dry: boolean): Promise<boolean> {
  const writer = spawn(paths.report, dry ? ['-dry'] : [], { cwd: paths.root, stdio: ['pipe', 'inherit', 'inherit'] });
  writer.stdin.end(JSON.stringify(section));
  const code = await new Promise<number | null>((resolve, reject) => {
    writer.once('error', reject);
    writer.once('exit', resolve);
  });
  if (code !== 0 && code !== 1) throw new Error(`the report's writer ended with ${code}`);
  return code === 0;
}
