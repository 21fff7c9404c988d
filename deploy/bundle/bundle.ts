// Bundles the program into one file, dist/secretmount.js, small in memory: without what is never reached
// (left-out.ts), with Node's own modules taken sparingly (builtins.ts).
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { build } from 'esbuild';
import { takeBuiltins } from './builtins.ts';
import { leaveOut } from './left-out.ts';

const OUT = 'dist/secretmount.js';

/** No inspector on a signal, no code from strings: what a process that holds secrets should not be able to do. */
const SHEBANG = '#!/usr/bin/env -S node --disable-sigusr1 --disallow-code-generation-from-strings';

const { outputFiles, warnings } = await build({
  entryPoints: ['src/main.ts'],
  outfile: OUT,
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // Names and lines stay, so that a stack in a log can be read.
  minifySyntax: true,
  legalComments: 'none',
  plugins: [takeBuiltins, leaveOut],
  banner: { js: SHEBANG },
  logLevel: 'warning',
});
const [bundle] = outputFiles;
// esbuild only warns where a library's export is missing that src/ imports and left-out.ts took away.
if (bundle === undefined || warnings.length > 0) throw new Error('the bundle has warnings');

const text = toAscii(bundle.text);
await mkdir(dirname(OUT), { recursive: true });
// Renamed into place: a daemon that starts meanwhile reads the old file or the new one, never half of one.
await writeFile(`${OUT}.new`, text);
await chmod(`${OUT}.new`, 0o755);
await rename(`${OUT}.new`, OUT);
console.log(`${OUT} ${Math.round(text.length / 1000)} kB`);

/** One character beyond ASCII, and V8 keeps the whole source at two bytes each. esbuild leaves them in patterns. */
function toAscii(source: string): string {
  return source.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
