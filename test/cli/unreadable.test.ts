// A file that a person names and nobody can read ends every command in one way: with 2, and a line that names it.
import assert from 'node:assert/strict';
import { run } from '../../src/cli/run.ts';

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
