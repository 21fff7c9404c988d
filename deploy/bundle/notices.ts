// The licences of what the bundle holds of others, in one file, as their authors ask for.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENCE = /^(licen[cs]e|notice|copying)/i;

/** @throws Error where a package has no licence text and none is declared. */
export function writeNotices(metafiles: readonly Metafile[]): string {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.entries(output.inputs)),
  );
  const folders = inputs.flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput === 0 ? [] : (PACKAGE.exec(path)?.[0] ?? []),
  );
  return [...new Set(folders)].sort().map(notice).join('\n');
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((file) => LICENCE.test(file) && existsSync(join(folder, file)));
  if (texts.length === 0 && typeof license !== 'string') throw new Error(`${name} has no licence`);
  const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  return `${'='.repeat(80)}\n${name} ${version}${typeof license === 'string' ? `, ${license}` : ''}\n\n${text}\n`;
}
