import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { atExit } from './leave.ts';

/** A process of ours, which prints one line of JSON when it is ready. */
export interface Child<Ready> {
  ready: Ready;
  process: ChildProcess;
}

/** Starts a process and waits for its line. `settings` go to its standard input as a line of JSON, which then stays open. */
export async function start<Ready>(command: string, args: string[], settings?: unknown): Promise<Child<Ready>> {
  const stdio: StdioOptions = [settings === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
  const child = spawn(command, args, { stdio });
  child.once(
    'exit',
    atExit(() => child.kill('SIGKILL')),
  );
  let complaints = '';
  child.stderr?.on('data', (chunk) => {
    complaints = (complaints + chunk).slice(-2000);
  });
  const line = await new Promise<string>((ready, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`${command} ended with ${code} before it was ready: ${complaints}`)));
    if (child.stdout) createInterface({ input: child.stdout }).once('line', ready);
    if (settings !== undefined) child.stdin?.write(`${JSON.stringify(settings)}\n`);
  });
  child.stdout?.resume();
  return { ready: JSON.parse(line) as Ready, process: child };
}

/** Ends a process by a signal, or by ending its standard input, and returns when it is gone. */
export async function stop(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  const gone = ended(child);
  if (signal) child.kill(signal);
  else child.stdin?.end();
  await gone;
}

/** Resolves when a process has ended. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}
