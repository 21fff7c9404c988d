// What a person or a DaemonSet writes on the command line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, UsageError } from '../../src/cli/args.ts';
import { COMMANDS, type Command } from '../../src/cli/commands.ts';
import { FLAGS } from '../../src/cli/flags.ts';
import { helpText } from '../../src/cli/help.ts';
import { refuseOldNode } from '../../src/cli/node-version.ts';
import { type Environment, readOptions } from '../../src/cli/options.ts';
import { run } from '../../src/cli/run.ts';
import { parseDuration } from '../../src/plan/duration.ts';
import { VERSION } from '../../src/version.ts';
import { PROGRAM } from '../harness/program.ts';

const options = (argv: readonly string[], env: Environment = {}) => readOptions(parseArgs(argv).flags, env);

const TILDE =
  'no such file or directory; the shell replaces ~ only if a word starts with it, unquoted: write $HOME instead';
/** A file in which check finds nothing to check. */
const NO_CLASS = fileURLToPath(new URL('../check/corpus/good/no-class.yaml', import.meta.url));

const ONE_CLASS = fileURLToPath(new URL('../../docs/examples/app.yaml', import.meta.url));

async function runWith(argv: readonly string[], env: Environment = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(argv, env, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    isTerminal: false,
  });
  return { code, out: out.join(''), err: err.join('') };
}

describe('the command line', () => {
  it('takes the args of the HashiCorp chart as they are', () => {
    const got = options(
      [
        '-endpoint=/provider/vault.sock',
        '-log-level=info',
        '-health-addr',
        ':8081',
        '--cache-size=500',
        '-hmac-secret-name=x',
      ],
      { VAULT_ADDR: 'unix:///var/run/vault/agent.sock' },
    );
    assert.deepEqual(got.endpoints, ['/provider/vault.sock']);
    assert.deepEqual(got.httpAddress, { host: undefined, port: 8081 });
    assert.equal(got.defaults.store.address, 'unix:///var/run/vault/agent.sock');
    assert.deepEqual([got.sessionCapacity, got.hmacSecretName], [500, 'x']);
  });

  it('serves both names in both folders of the driver, unless --endpoint names others', () => {
    const folders = ['/etc/kubernetes/secrets-store-csi-providers', '/var/run/secrets-store-csi-providers'];
    const all = folders.flatMap((folder) => [`${folder}/vault.sock`, `${folder}/openbao.sock`]);
    assert.deepEqual(options([]).endpoints, all);
    assert.deepEqual(options(['--endpoint=unix:///a/vault.sock', '-endpoint', '/b/vault.sock']).endpoints, [
      '/a/vault.sock',
      '/b/vault.sock',
    ]);
  });

  it('lets a flag win over the environment, and BAO_ over VAULT_', () => {
    const env = { VAULT_ADDR: 'http://vault', BAO_ADDR: 'http://bao', VAULT_NAMESPACE: 'only' };
    assert.equal(options([], env).defaults.store.address, 'http://bao');
    assert.equal(options(['--openbao-addr=http://flag/'], env).defaults.store.address, 'http://flag');
    assert.equal(options([], env).defaults.store.namespace, 'only');
    assert.equal(options([]).defaults.store.address, 'https://127.0.0.1:8200');
  });

  it('takes switches with and without a value', () => {
    assert.equal(options(['-vault-tls-skip-verify']).defaults.store.tls.skipVerify, true);
    assert.equal(options(['--vault-tls-skip-verify=f']).defaults.store.tls.skipVerify, false);
    assert.equal(options([], { VAULT_SKIP_VERIFY: '1' }).defaults.store.tls.skipVerify, true);
  });

  it('takes --tls-dir as often as it is given, and no folder where it is not', () => {
    assert.deepEqual(options(['--tls-dir=/a', '--tls-dir=/b/ca.crt']).defaults.tlsDirs, ['/a', '/b/ca.crt']);
    assert.equal(options([]).defaults.tlsDirs, undefined);
  });

  it('is frozen once read', () => {
    assert.ok(Object.isFrozen(options([])));
  });

  for (const [argv, env, text] of [
    [['--nonsense'], {}, 'unknown flag --nonsense; see --help'],
    [['--vault-adr=x'], {}, 'unknown flag --vault-adr; did you mean --vault-addr?'],
    [['--cache-size'], {}, '--cache-size needs a value: --cache-size=N'],
    [['--cache-size=-1'], {}, '--cache-size is "-1"; it takes a whole number from 1 on'],
    [['--mount-timeout=soon'], {}, '--mount-timeout is "soon"; it takes a time such as 30s, 500ms or 1h'],
    [[], { VAULT_CLIENT_TIMEOUT: 'x' }, 'VAULT_CLIENT_TIMEOUT is "x"; it takes a time such as 30s, 500ms or 1h'],
    [['--addresses=some'], {}, '--addresses is "some"; it takes one of any, listed'],
    [['--http-addr=8080'], {}, '--http-addr is "8080"; it takes HOST:PORT, :PORT or off'],
    [[], { VAULT_SKIP_VERIFY: 'maybe' }, 'VAULT_SKIP_VERIFY is "maybe"; it takes true or false'],
    [[], { NODE_DEBUG: 'http' }, 'NODE_DEBUG is set, which would print tokens and secrets; unset it'],
    [
      ['--deny-skip-verify'],
      { VAULT_SKIP_VERIFY: '1' },
      '--deny-skip-verify and --vault-tls-skip-verify (or VAULT_SKIP_VERIFY) contradict each other; remove one',
    ],
    [['--debug', 'stray'], {}, 'unexpected argument "stray"; flags start with -- (see --help)'],
  ] as const) {
    it(`refuses ${[...argv, ...Object.keys(env)].join(' ')} with: ${text}`, () => {
      assert.throws(
        () => options(argv, env),
        (error: Error) => error instanceof UsageError && error.message === text,
      );
    });
  }

  for (const [text, ms] of [
    ['30s', 30_000],
    ['500ms', 500],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
    ['60', 60_000],
    ['0', 0],
    ['', undefined],
    ['5 s', undefined],
    ['-1s', undefined],
  ] as const) {
    it(`reads the time ${JSON.stringify(text)} as ${ms} ms`, () => {
      assert.equal(parseDuration(text), ms);
    });
  }

  it('prints help with every flag, in lines a terminal holds', async () => {
    const { code, out } = await runWith(['--help']);
    assert.equal(code, 0);
    assert.equal(out, helpText(COMMANDS[0] as Command));
    for (const { name } of FLAGS) assert.ok(out.includes(`--${name}`), name);
    assert.ok(out.split('\n').every((line) => line.length <= 100));
  });

  it('prints what a command takes, by each way to ask', async () => {
    for (const command of COMMANDS) {
      const said = await runWith(['help', command.name]);
      assert.deepEqual(said, { code: 0, out: helpText(command), err: '' });
      assert.deepEqual(await runWith([command.name, '-h']), command.name === 'help' ? await runWith(['help']) : said);
    }
    assert.equal((await runWith(['-h'])).out, (await runWith(['--help'])).out);
    assert.equal((await runWith(['-v'])).out, (await runWith(['version'])).out);
    assert.equal((await runWith(['version', '-o', 'json'])).out, (await runWith(['-version', '-output=json'])).out);
  });

  it('takes files also by -f', () => {
    assert.deepEqual(parseArgs(['check', 'a', '-f', 'b', '-f=c']).words, ['a', 'b', 'c']);
    assert.deepEqual(parseArgs(['mount', '--file=a', '-out', 'o']).words, ['a']);
    assert.throws(() => parseArgs(['-f', 'x']), UsageError);
  });

  it('has a value in the help of each flag but switches, and each name once in a command', () => {
    for (const { name: command, flags } of COMMANDS) {
      for (const { name, kind, value } of flags)
        assert.equal(value === undefined, kind === 'switch', `${command} --${name}`);
      const names = flags.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
      assert.deepEqual(names, [...new Set(names)], command);
    }
  });

  describe('holds the form of each flag against what it takes:', () => {
    const FORMS: Readonly<Record<string, { readonly bad: string; readonly says: RegExp }>> = {
      TIME: { bad: 'soon', says: /it takes a time such as 30s/ },
      N: { bad: 'some', says: /it takes a whole number/ },
      URL: { bad: 'vault', says: /store address "vault"/ },
      'HOST:PORT': { bad: 'x', says: /it takes HOST:PORT/ },
    };
    /** Paths, names and texts take anything. */
    const FREE = new Set(['PATH', 'MOUNT', 'FILE', 'FOLDER', 'NAME', 'TEXT']);
    /** Flags of commands and not of the daemon's options. */
    const ELSEWHERE = new Set(['version', 'help', 'output']);

    for (const { name, kind, value = '' } of FLAGS.filter((flag) => !ELSEWHERE.has(flag.name))) {
      it(`--${name} ${value || '(a switch)'}`, () => {
        const given = (text: string) => () => options([`--${name}=${text}`]);
        if (kind === 'switch') {
          assert.doesNotThrow(() => options([`--${name}`]));
          assert.throws(given('maybe'), /it takes true or false/);
        } else if (value.includes('|')) {
          for (const choice of value.split('|')) assert.doesNotThrow(given(choice), choice);
          assert.throws(given('another'), /it takes one of/);
        } else if (FREE.has(value)) assert.doesNotThrow(given('/any text'));
        else {
          const form = FORMS[value];
          assert.ok(form, `nobody knows the form ${value}`);
          assert.throws(given(form.bad), form.says);
        }
      });
    }
  });

  for (const [argv, said] of [
    [['chek', 'x'], 'unknown command "chek"; did you mean check?'],
    [['Mount'], 'unknown command "Mount"; did you mean mount?'],
    [
      ['frobnicate'],
      'unknown command "frobnicate"; the commands are serve, check, mount, migrate, template, status, completion, version, help',
    ],
    [['help', 'stauts'], 'unknown command "stauts"; did you mean status?'],
    [['help', 'check', 'x'], 'help takes one command: secretmount help COMMAND'],
    [['--ask'], 'unknown flag --ask; it is a flag of check: secretmount check --ask'],
    [['--endpiont=/x'], 'unknown flag --endpiont; did you mean --endpoint?'],
    [['-kubecofnig', '/x'], 'unknown flag --kubecofnig; did you mean --kubeconfig?'],
    [['--stat-dir=/x'], 'unknown flag --stat-dir; did you mean --state-dir?'],
    [['check', '-', '-outptu=json'], 'unknown flag --outptu; did you mean --output?'],
    [['check', '--token-file=~/.token', '--ask', 'test/check/corpus/good/prefixes.yaml'], TILDE],
    [['mount', '~/class.yaml', '--out', '/o'], TILDE],
    [['check', '~none/class.yaml'], TILDE],
    [['mount', NO_CLASS, '--out=~/secrets'], `--out is ~/secrets; ${TILDE.slice(TILDE.indexOf('the shell'))}`],
    [['mount', '/none/class.yaml'], '/none/class.yaml cannot be read: no such file or directory'],
    [['mount', '/none/class.yaml', '--jwt-file=/none'], '/none/class.yaml cannot be read: no such file or directory'],
    [['mount', NO_CLASS], 'mount needs --out FOLDER, for example --out /dev/shm/secrets'],
    [['mount', ONE_CLASS, '--out=/dev/shm/x', '--jwt-file=~/token'], `secretmount: ~/token cannot be read: ${TILDE}`],
  ] as const) {
    it(`answers ${argv.join(' ')} with: ${said}`, async () => {
      const { code, out, err } = await runWith(argv);
      assert.deepEqual([code, out], [2, '']);
      assert.ok(err.endsWith(`${said}\n`), err);
    });
  }

  it('prints the version of the package as text and as JSON', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.equal(VERSION, version);
    assert.match((await runWith(['version'])).out, new RegExp(`^secretmount ${version} `));
    assert.equal(JSON.parse((await runWith(['-version', '-output=json'])).out).version, version);
  });

  it('ends with 2 and one line on the error stream where it cannot be understood', async () => {
    for (const argv of [['frobnicate'], ['--nonsense'], ['version', '--output=xml']]) {
      const { code, out, err } = await runWith(argv);
      assert.deepEqual([code, out, err.split('\n').length], [2, '', 2], err);
    }
  });

  describe('ends with 2 and one sentence where it cannot be set up:', () => {
    for (const command of [[], ['mount', '-', '--out=/dev/shm/x', '--jwt-file=j'], ['check', '--ask', NO_CLASS]]) {
      for (const [flags, env, said] of [
        [[], { VAULT_ADDR: 'vault:8200' }, 'VAULT_ADDR: store address "vault:8200": it does not start with https://'],
        [['--vault-addr=10.0.0.1:8200'], {}, '--vault-addr: store address "10.0.0.1:8200": it is not a URL'],
      ] as const) {
        it([...command, ...flags, ...Object.keys(env)].join(' '), async () => {
          const { code, out, err } = await runWith([...command, ...flags], { ...env, VAULT_TOKEN: 't' });
          assert.deepEqual([code, out], [2, '']);
          assert.ok(err.startsWith(`secretmount: ${said}`), err);
          assert.match(err, /; write it like https:\/\/vault\.example\.com:8200\n$/);
        });
      }
    }

    it('--allow-store-address without a scheme', async () => {
      const { code, err } = await runWith(['--allow-store-address=vault']);
      assert.deepEqual([code, err.split(':', 2)[1]], [2, ' --allow-store-address']);
    });

    for (const args of [['--help'], ['version'], ['check', NO_CLASS]]) {
      it(`${args[0]} > /dev/full`, () => {
        const full = openSync('/dev/full', 'w');
        const all = { env: {}, encoding: 'utf8', timeout: 60_000 } as const;
        const said = spawnSync(process.execPath, [PROGRAM, ...args], { ...all, stdio: ['ignore', full, 'pipe'] });
        const silent = spawnSync(process.execPath, [PROGRAM, ...args], { ...all, stdio: ['ignore', full, full] });
        closeSync(full);
        assert.equal(said.stderr, 'secretmount: the output cannot be written: no space left on device\n');
        assert.deepEqual([said.status, silent.status], [2, 2]);
      });
    }

    it('a fault of its own, without its message', async () => {
      const err: string[] = [];
      const out = () => {
        throw new TypeError('value-that-nobody-may-see');
      };
      const code = await run(['version'], {}, { out, err: (text) => err.push(text), isTerminal: false });
      assert.equal(code, 2);
      assert.match(err.join(''), /^secretmount: a fault of its own: TypeError .*\n$/);
      assert.doesNotMatch(err.join(''), /nobody/);
    });
  });

  it('runs on the Node of the lock file', () => {
    assert.equal(process.version, 'v26.10.0');
  });

  it('says in one sentence that Node is too old', () => {
    for (const version of ['22.21.0', '24.15.0', '24.20.1', '25.0.0', '26.0.0'])
      assert.equal(refuseOldNode(version), undefined);
    for (const version of ['18.19.1', '22.20.9', '23.11.0', '24.14.9'])
      assert.ok(refuseOldNode(version)?.includes(`Node ${version}`));
    const older = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })';
    const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, PROGRAM, 'version'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env: {}, encoding: 'utf8' });
    const said =
      'this is Node 20.20.2, and secretmount needs 22.21, 24.15 or newer: JSON.parse of an older one loses the digits of long numbers; install one, or put it first on the PATH';
    assert.deepEqual([status, stdout, stderr], [2, '', `secretmount: ${said}\n`]);
  });

  it('ends with 2 where a file that it names cannot be read, whatever the command', () => {
    const none = join(tmpdir(), 'secretmount-none');
    for (const args of [
      [`--kubeconfig=${none}`, '--http-addr=off', '--endpoint=/nowhere/vault.sock'],
      ['check', none],
      ['check', '--ask', NO_CLASS, `--token-file=${none}`],
      ['mount', none, '--out=/dev/shm/x'],
      ['mount', ONE_CLASS, '--out=/dev/shm/x', `--token-file=${none}`],
      ['mount', ONE_CLASS, '--out=/dev/shm/x', `--jwt-file=${none}`],
      ['mount', ONE_CLASS, '--out=/dev/shm/x', '--jwt-file=-', `--vault-tls-ca-cert=${none}`],
      ['mount', ONE_CLASS, '--out=/dev/shm/x', '--jwt-file=-', `--vault-tls-client-key=${none}`],
    ]) {
      const all = { env: {}, encoding: 'utf8', timeout: 60_000, input: '' } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], all);
      assert.equal(status, 2, args.join(' '));
      assert.match(stdout + stderr, /secretmount-none/);
    }
  });

  it('ends with 1 where the daemon cannot start, and says why', () => {
    const args = [PROGRAM, '--endpoint=/nowhere/vault.sock', '--http-addr=198.51.100.1:1'];
    const { status, stderr } = spawnSync(process.execPath, args, { env: {}, encoding: 'utf8', timeout: 60_000 });
    assert.equal(status, 1);
    assert.match(stderr, /198\.51\.100\.1:1/);
  });
});
