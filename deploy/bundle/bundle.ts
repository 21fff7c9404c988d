// Bundles the program into dist/, small in memory: without what is never reached (left-out.ts), with Node's own
// modules taken sparingly (builtins.ts), and in pieces, so that the daemon never loads what only a person asks for.
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { classSchema, objectsSchema, parametersSchema } from '../../src/check/json-schema.ts';
import { takeBuiltins } from './builtins.ts';
import { leaveOut } from './left-out.ts';
import { writeNotices } from './notices.ts';

const OUT = 'dist';
const PROGRAM = 'secretmount.js';
/** What npm puts on the PATH. */
const START = 'start.js';
const SHEBANG = '#!/usr/bin/env node\n';

const SHARED: BuildOptions = {
  outdir: OUT,
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // Names and lines stay, so that a stack in a log can be read.
  minifySyntax: true,
  // They are in NOTICES.txt, whole.
  legalComments: 'none',
  plugins: [takeBuiltins, leaveOut],
  logLevel: 'warning',
};
const builds = await Promise.all([
  build({ ...SHARED, entryPoints: { secretmount: 'src/main.ts' }, splitting: true }),
  // The package's library: one file, and nothing in it of the daemon.
  build({ ...SHARED, entryPoints: { check: 'src/check/check.ts' } }),
  // One file without plugins: a Node that is too old must get through it.
  build({ ...SHARED, entryPoints: { start: 'src/start.ts' }, plugins: [] }),
]);
// esbuild only warns where a library's export is missing that src/ imports and left-out.ts took away.
if (builds.some(({ warnings }) => warnings.length > 0)) throw new Error('the bundle has warnings');

await mkdir(OUT, { recursive: true });
const outputs = builds.flatMap(({ outputFiles }) => outputFiles ?? []);
const files = new Map(outputs.map(({ path, text }) => [basename(path), toAscii(text)]));
// The program last: it names the pieces, and a daemon may start at any moment.
for (const [name, text] of [...files].sort(([a], [b]) => Number(a === PROGRAM) - Number(b === PROGRAM))) {
  await put(name, name === START ? SHEBANG + text : text);
}
await put('class.schema.json', toJson(classSchema()));
await put('objects.schema.json', toJson(objectsSchema()));
await put('parameters.schema.json', toJson(parametersSchema()));
await put('NOTICES.txt', writeNotices(builds.flatMap(({ metafile }) => metafile ?? [])));
for (const name of await readdir(OUT)) if (name.endsWith('.js') && !files.has(name)) await rm(join(OUT, name));
await chmod(join(OUT, START), 0o755);
for (const [name, text] of files) console.log(`${OUT}/${name} ${Math.round(text.length / 1000)} kB`);

/** Renamed into place: who reads meanwhile has the old file or the new one, never half of one. */
async function put(name: string, text: string): Promise<void> {
  await writeFile(join(OUT, `${name}.new`), text);
  await rename(join(OUT, `${name}.new`), join(OUT, name));
}

function toJson(schema: unknown): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** One character beyond ASCII, and V8 keeps the whole source at two bytes each. esbuild leaves them in patterns. */
function toAscii(source: string): string {
  return source.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
