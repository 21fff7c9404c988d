// The program that the suites start: the bundle; while coverage is taken, its source, to which the figures belong.
import { fileURLToPath } from 'node:url';

const FOR_COVERAGE = 'NODE_V8_COVERAGE';
const folder = process.env[FOR_COVERAGE];

export const PROGRAM = fileURLToPath(
  new URL(folder === undefined ? '../../dist/secretmount.js' : '../../src/main.ts', import.meta.url),
);

/** Where the program writes its coverage, for an environment that is made anew. */
export const COVERAGE_ENV: Readonly<Record<string, string>> = folder === undefined ? {} : { [FOR_COVERAGE]: folder };
