// A file that a person names and nobody can read ends every command in one way: with 2, and a line that names it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { run } from '../../src/cli/run.ts';
import { Folder } from '../check/run-check.ts';

const CLASS = new URL('../check/corpus/good/kv.yaml', import.meta.url).pathname;
const ASK = ['--ask', '--vault-addr=http://127.0.0.1:1'];
const OUT = `--out=/dev/shm/secretmount-unreadable-${process.pid}`;

describe('a file that cannot be read', () => {
  for (const args of [
    ['check', 'FILE'],
    ['check', CLASS, ...ASK, '--token-file=FILE'],
    ['mount', 'FILE', OUT, '--jwt-file=a'],
    ['mount', CLASS, '--class=kv', OUT, '--jwt-file=FILE'],
    ['mount', CLASS, '--class=kv', OUT, '--vault-addr=https://vault.example.com:8200', '--token-file=FILE'],
  ]) {
    it(`ends with 2: ${args.join(' ').replace(CLASS, 'class.yaml').replace(OUT, '--out=OUT')}`, async () => {
      for (const [file, why] of [
        ['/nowhere/a', 'no such file or directory'],
        ['/proc/self', 'illegal operation on a directory'],
      ] as const) {
        // A folder is no problem where check takes one.
        if (args[0] === 'check' && args[1] === 'FILE' && file === '/proc/self') continue;
        let [out, err] = ['', ''];
        const streams = {
          out: (text: string) => (out += text),
          err: (text: string) => (err += text),
          isTerminal: false,
        };
        const code = await run(
          args.map((arg) => arg.replace('FILE', file)),
          {},
          streams,
          AbortSignal.timeout(30_000),
        );
        assert.deepEqual([code, out, err], [2, '', `secretmount: ${file} cannot be read: ${why}\n`]);
      }
    });
  }
});

// Windows PowerShell's ">" writes it. Taken for UTF-8, no class is found in it, and a check that passes checked nothing.
describe('a file of UTF-16', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  for (const command of [
    ['check', 'FILE'],
    ['mount', 'FILE', OUT, '--jwt-file=a'],
    ['migrate', 'FILE'],
    ['template', 'FILE'],
  ])
    it(`ends with 2: ${command.join(' ')}`, async () => {
      const text = Buffer.from(`\u{feff}${readFileSync(CLASS, 'utf8')}`, 'utf16le');
      for (const bytes of [text, Buffer.from(text).swap16()]) {
        const file = folder.write('class.yaml', '');
        writeFileSync(file, bytes);
        let [out, err] = ['', ''];
        const streams = {
          out: (piece: string) => (out += piece),
          err: (piece: string) => (err += piece),
          isTerminal: false,
        };
        const code = await run(
          command.map((arg) => arg.replace('FILE', file)),
          {},
          streams,
        );
        assert.deepEqual([code, out, err], [2, '', `secretmount: ${file} is UTF-16 text; save it as UTF-8\n`]);
      }
    });
});
