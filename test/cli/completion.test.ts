// What a shell offers, by the shells themselves; those that are not on this machine are told of.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS, SHELLS } from '../../src/cli/commands.ts';
import { completionScript } from '../../src/cli/completion/completion-command.ts';
import { spelled } from '../../src/cli/flags.ts';
import { run } from '../../src/cli/run.ts';
import { findOnPath } from '../harness/executables.ts';
import { skip } from '../harness/skip.ts';

describe('completion', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'completion-'));
    writeFileSync(join(folder, 'class one.yaml'), '');
    mkdirSync(join(folder, 'classes'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** As bash takes a line apart for it: at spaces and at each =. */
  const inBash = (line: string): readonly string[] => {
    const words = line.split(/(=)| /).filter((word) => word !== undefined);
    const script = `${completionScript(['bash'])}
complete -p secretmount >/dev/null || exit 1
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _secretmount; printf '%s\\n' "\${COMPREPLY[@]}"`;
    // An = at the end of a line is a word of its own, with nothing after it.
    const argv = line.endsWith('=') ? words.slice(0, -1) : words;
    const said = spawnSync('bash', ['--norc', '-c', script, 'bash', ...argv], { cwd: folder, encoding: 'utf8' });
    assert.deepEqual([said.status, said.stderr], [0, ''], said.stderr);
    return said.stdout.split('\n').filter(Boolean).toSorted();
  };

  for (const [line, offered] of [
    ['secretmount ', COMMANDS.map(({ name }) => name)],
    ['secretmount ch', ['check']],
    ['secretmount check --out', ['--output']],
    ['secretmount check --output=', ['text', 'json', 'sarif', 'gitlab', 'junit', 'policy']],
    ['secretmount check --output=js', ['json']],
    ['secretmount check -o js', ['json']],
    ['secretmount check class', ['class one.yaml', 'classes']],
    ['secretmount mount --out c', ['classes']],
    ['secretmount template --syntax=s', ['sprig']],
    ['secretmount mount --jwt-file=cl', ['class one.yaml', 'classes']],
    ['secretmount mount --namespace c', []],
    ['secretmount completion z', ['zsh']],
    ['secretmount help st', ['status']],
    ['secretmount status x', []],
    // What starts with a flag is the daemon.
    ['secretmount --session-', ['--session-idle', '--session-scope']],
    ['secretmount --session-scope=p', ['pod']],
    ['secretmount -log-format ', ['json', 'text']],
    ['secretmount serve --stat', ['--state-dir', '--state-max-bytes', '--status-socket']],
  ] as const) {
    it(`in bash: ${line}`, () => {
      const isSarifOnly = (all: readonly string[]) => all.filter((one) => one !== '').toSorted();
      assert.deepEqual(inBash(line), isSarifOnly(offered));
    });
  }

  it('in bash has each flag of each command', () => {
    for (const { name, flags } of COMMANDS) {
      const names = flags.flatMap((flag) => [flag.name, ...(flag.aliases ?? [])]).map(spelled);
      assert.deepEqual(inBash(`secretmount ${name} -`), names.toSorted(), name);
    }
  });

  for (const shell of ['zsh', 'fish'] as const) {
    it(`is a script that ${shell} can read`, async function () {
      const program = await findOnPath(shell);
      if (program === undefined) skip(this, `no ${shell} on this machine`);
      const file = join(folder, shell);
      writeFileSync(file, completionScript([shell]));
      const said = spawnSync(program, ['-n', file], { encoding: 'utf8' });
      assert.deepEqual([said.status, said.stderr], [0, '']);
    });
  }

  it('in fish offers commands, flags and values', async function () {
    const fish = await findOnPath('fish');
    if (fish === undefined) skip(this, 'no fish on this machine');
    const ask = (line: string) => {
      const script = `${completionScript(['fish'])}\ncomplete -C ${JSON.stringify(line)}`;
      const said = spawnSync(fish, ['--no-config', '-c', script], { cwd: folder, encoding: 'utf8' });
      assert.equal(said.stderr, '');
      return said.stdout.split('\n').flatMap((one) => one.split('\t')[0] || []);
    };
    assert.deepEqual(ask('secretmount ch'), ['check']);
    assert.deepEqual(ask('secretmount check --output=js'), ['--output=json']);
    assert.deepEqual(ask('secretmount --session-'), ['--session-idle', '--session-scope']);
  });

  it('names every flag in each shell', () => {
    for (const shell of SHELLS) {
      const script = completionScript([shell]);
      for (const { name } of COMMANDS.flatMap(({ flags }) => flags))
        assert.ok(script.includes(shell === 'fish' ? ` -l ${name} ` : `--${name}`), `${shell}: ${name}`);
    }
  });

  for (const argv of [['completion'], ['completion', 'tcsh'], ['completion', 'bash', 'zsh']]) {
    it(`refuses: ${argv.join(' ')}`, async () => {
      const err: string[] = [];
      const code = await run(argv, {}, { out: () => {}, err: (text) => err.push(text), isTerminal: false });
      assert.equal(code, 2);
      assert.deepEqual(err, ['secretmount: completion takes one shell: secretmount completion bash|zsh|fish\n']);
    });
  }
});
