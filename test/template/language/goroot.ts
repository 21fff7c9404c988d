// The templates of Go's own tests, read out of its source tree: nothing of it is copied here.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unquote } from '../../../src/template/parse/quoted.ts';
import { goRoot } from '../oracle/language.ts';

const FILES = [
  'exec_test.go',
  'multi_test.go',
  'parse/parse_test.go',
  'parse/lex_test.go',
  'example_test.go',
  'examplefunc_test.go',
];
/** A constant of Go, in quotes of either kind. */
const CONSTANT = /`[^`]*`|"(?:[^"\\\n]|\\.)*"/g;

/** Each string constant that has a delimiter of an action in it: the tables' inputs, and some outputs and errors beside. */
export async function templatesOfGo(): Promise<readonly string[]> {
  const root = await goRoot();
  const found = new Set<string>();
  for (const file of FILES) {
    const source = await readFile(join(root, 'src/text/template', file), 'utf8');
    for (const [constant] of withoutComments(source).matchAll(CONSTANT)) {
      const text = unquote(constant);
      if (text?.includes('{{')) found.add(text);
    }
  }
  return [...found];
}

/** An apostrophe or a quote in a comment would begin a constant. */
function withoutComments(source: string): string {
  return source.replace(/^\s*\/\/.*$/gm, '').replace(/'(?:"|`)'/g, '0');
}
