import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What `signet dev --json` says when it is ready. */
export interface Ready {
  /** Origin of the site. */
  site: string;
  /** Base of the API. */
  api: string;
  /** Origin of S3, as clients reach it. */
  s3: string;
  bucket: string;
  /** Token of alice. */
  token: string;
  /** Tokens of all users by name: alice, bob and those of `people`. */
  tokens: Record<string, string>;
  /** Keys of the application's server, with passes in the configuration. */
  backend?: { accessKeyId: string; secretAccessKey: string; region: string };
  /** What events are signed with. */
  eventsSecret?: string;
  /** Origin of public files. */
  public?: string;
  /** The site's certificate, a file, with the flag `--tls`. */
  certificate?: string;
  /** Where faults are asked for; the methods of a cloud do that. */
  control: string;
}

/** `signet dev`, started. It ends with this process at the latest, because its standard input does. */
export interface Running {
  child: ChildProcess;
  ready: Ready;
}

/** Starts it and waits for its line. */
export async function start(binary: string, args: string[]): Promise<Running> {
  const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (text) => {
    said = (said + text).slice(-2000);
    process.stderr.write(text);
  });
  child.stdin?.on('error', () => {}); // it ended before we did
  const line = await new Promise<string>((ready, fail) => {
    child.once('error', (error) => fail(new Error(`got ${error.message} for ${binary}, want signet dev to start`)));
    child.once('exit', (code) => fail(new Error(`signet dev ended with ${code} before it was ready: ${said.trim()}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', ready);
  });
  child.stdout?.resume();
  letGo(child);
  return { child, ready: JSON.parse(line) as Ready };
}

/** Lets this process end while the child runs: a test that forgets to stop it does not hang. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as { unref?: () => void } | null)?.unref?.();
}

/** Ends it and waits until it is gone. */
export async function end({ child }: Running, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
