// argv, environment and streams to an exit code.
import { isatty } from 'node:tty';
import { keepMemoryOutOfCoreDumps } from './cli/core-dumps.ts';
import { refuseOldNode } from './cli/node-version.ts';
import { run } from './cli/run.ts';
import { writeAll } from './cli/write-all.ts';

const tooOld = refuseOldNode(process.versions.node);
if (tooOld !== undefined) {
  printError(`secretmount: ${tooOld}\n`);
  process.exit(2);
}
keepMemoryOutOfCoreDumps();

const streams = {
  out: (text: string) => writeAll(1, text),
  err: printError,
  isTerminal: isatty(1),
};

/** Ignores a failing stderr: there is nowhere to report it. */
function printError(text: string): void {
  try {
    writeAll(2, text);
  } catch {}
}

process.exit(await run(process.argv.slice(2), process.env, streams));
