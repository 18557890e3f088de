// Starts Companion with the settings that come as one line of JSON on standard input (never in arguments: they hold a
// key), prints {"url"} when it is ready, and ends when standard input does.
import { Console } from 'node:console';
import { createInterface } from 'node:readline';
import { startCompanion } from './launch.js';

// Companion logs to standard output, which has our one line.
globalThis.console = new Console(process.stderr);

const input = createInterface({ input: process.stdin });
const line = await new Promise((resolve) => input.once('line', resolve));
const companion = await startCompanion(JSON.parse(line));
process.stdout.write(`${JSON.stringify({ url: companion.url })}\n`);
input.once('close', async () => {
  await companion.close();
  process.exit(0); // its periodic jobs would keep it alive
});
