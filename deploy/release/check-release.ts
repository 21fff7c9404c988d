// What must be true before anything is published: the words that the owner of the repository fills in are filled in.
// `npm publish` runs it, and a person may: node deploy/release/check-release.ts [FOLDER]
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Each holds a word that ends so until its owner replaced it. */
const FILLED_IN = ['SECURITY.md', '.github/CODEOWNERS'];
const PLACEHOLDER = /[A-Z-]+-TO-BE-FILLED-IN/;

export function findPlaceholders(folder: string): readonly string[] {
  return FILLED_IN.flatMap((file) => {
    const word = PLACEHOLDER.exec(readFileSync(join(folder, file), 'utf8'))?.[0];
    return word === undefined ? [] : [`${file} still has ${word}; write the real one in its place`];
  });
}

if (import.meta.main) {
  const found = findPlaceholders(process.argv[2] ?? resolve(import.meta.dirname, '../..'));
  for (const line of found) console.error(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
