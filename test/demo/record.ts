// Records the demo as docs/pictures/demo.svg: `npm run build && node test/demo/record.ts`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { drawTerminal } from './terminal-picture.ts';

const PICTURE = join(import.meta.dirname, '../../docs/pictures/demo.svg');
/** What stands still without animation: the pods and their files. */
const SHOWN = 'What it cost, as the provider';

const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'demo.ts')], {
  env: { ...process.env, FORCE_COLOR: '1' },
  encoding: 'utf8',
});
if (status !== 0) throw new Error(stderr);
const output = stdout.replaceAll(homedir(), '~').trim();
const shown = output.split('\n').findIndex((line) => stripVTControlCharacters(line).includes(SHOWN));
writeFileSync(PICTURE, drawTerminal(output, 'The demo: a store, three pods, their files, errors, an outage', shown));
