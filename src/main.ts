// argv, environment and streams to an exit code.
import { isatty } from 'node:tty';
import { keepMemoryOutOfCoreDumps } from './cli/core-dumps.ts';
import { run } from './cli/run.ts';
import { writeAll } from './cli/write-all.ts';

keepMemoryOutOfCoreDumps();

const streams = {
  out: (text: string) => writeAll(1, text),
  err: (text: string) => writeAll(2, text),
  isTerminal: isatty(1),
};

process.exit(await run(process.argv.slice(2), process.env, streams));
