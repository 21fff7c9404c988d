// argv, environment and streams to an exit code.
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { run } from './cli/run.ts';

const streams = {
  out: (text: string) => writeSync(1, text),
  err: (text: string) => writeSync(2, text),
  isTerminal: isatty(1),
};

process.exit(await run(process.argv.slice(2), process.env, streams));
