// The exit codes of `secretmount check` as a shell sees them: each that docs/check.md has, in each way to it, and no
// other, whatever comes in.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readPage } from '../docs/page.ts';
import { PROGRAM } from '../harness/program.ts';
import { classOf, Folder } from './run-check.ts';

/** By code, what the page says of it, split at its semicolons. */
const DOCUMENTED = new Map(
  [...readPage('docs/check.md').matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code, text = '']) => [
    Number(code),
    text.replace(/^not all was checked: /, '').split('; '),
  ]),
);

describe('the exit code of check', () => {
  const folder = new Folder();
  const good = folder.write('good.yaml', classOf('good', ['secret/data/a']));
  const warned = folder.write('warned.yaml', classOf('warned', ['secret/data/a'], 'vaultAdress: x'));
  const bad = folder.write('bad.yaml', classOf('bad', ['secret/data/a'], 'vaultAddress: x'));
  const token = folder.write('token', 'a-token');
  const asking = folder.write('asking.yaml', classOf('asking', ['secret/a']));

  after(() => folder.remove());

  const CASES: readonly (readonly [code: number, documented: string, command: string])[] = [
    [0, 'no errors', good],
    [0, 'no errors', warned],
    [0, 'no errors', '--help'],
    [0, 'no errors', `--min-classes=1 - < ${good}`],
    [1, 'errors, or with `--strict` warnings', bad],
    [1, 'errors, or with `--strict` warnings', `--strict ${warned}`],
    [1, 'errors, or with `--strict` warnings', `${bad} | { sleep 0.2; true; }`],
    [2, 'the command line cannot be understood', ''],
    [2, 'the command line cannot be understood', `--stict ${good}`],
    [2, 'the command line cannot be understood', `--output=xml ${good}`],
    [2, 'the command line cannot be understood', `--min-classes=many ${good}`],
    [2, 'a file or folder cannot be read', `${good} ${folder.path}/nowhere`],
    [2, 'a file or folder cannot be read', `${bad} ${folder.path}/nowhere.yaml`],
    [2, 'a file or folder cannot be read', `${folder.path}/nowhere`],
    [2, 'a file or folder cannot be read', `- < ${folder.path}`],
    [2, 'standard input is empty, as after a command before the pipe that failed', `- < /dev/null`],
    [2, 'standard input is empty, as after a command before the pipe that failed', `- <&-`],
    [2, 'fewer classes than `--min-classes`', `--min-classes=3 ${bad} ${good}`],
    [2, 'the store of `--ask` cannot be asked', `--ask ${good}`],
    [
      2,
      'the store of `--ask` cannot be asked',
      `--ask --vault-addr=http://127.0.0.1:1 --token-file=${token} ${asking}`,
    ],
    [2, 'the report cannot be written', `${good} > /dev/full`],
  ];

  for (const [code, documented, command] of CASES)
    it(`is ${code} for: check ${command.replaceAll(folder.path, '')}`, () => {
      assert.ok(DOCUMENTED.get(code)?.includes(documented), `docs/check.md has ${code}: ${documented}`);
      const script = `set -o pipefail; '${process.execPath}' '${PROGRAM}' check ${command}`;
      const { status, signal, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', timeout: 60_000 });
      assert.deepEqual([status, signal], [code, null], stderr);
      assert.doesNotMatch(stderr, /a fault of its own|\n {4}at /);
    });

  it('is none that docs/check.md does not have, and each that it has was seen', () => {
    for (const [code, ways] of DOCUMENTED)
      for (const way of ways)
        assert.ok(
          CASES.some(([seen, of]) => seen === code && of === way),
          `${code}: ${way}`,
        );
    assert.deepEqual([...DOCUMENTED.keys()], [0, 1, 2]);
  });

  it('is a documented one for bytes of any kind', () => {
    const inputs = [
      Buffer.from([0xff, 0xfe, 0, 1]),
      Buffer.alloc(100_000, '['),
      Buffer.from('SecretProviderClass: &a [*a, *b, {'),
      Buffer.from(`kind: SecretProviderClass\n${'- '.repeat(20_000)}`),
      Buffer.from('\0'.repeat(1000)),
    ];
    for (const input of inputs) {
      const { status } = spawnSync(process.execPath, [PROGRAM, 'check', '-'], { input, timeout: 60_000 });
      assert.ok(DOCUMENTED.has(status ?? -1), `${status} for ${input.subarray(0, 20)}`);
    }
  });
});
