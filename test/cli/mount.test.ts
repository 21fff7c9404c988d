// `secretmount mount` against a real OpenBao: what stands in the folder, what the person is told, what is left behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { UsageError } from '../../src/cli/args.ts';
import { CommandFailed } from '../../src/cli/command-failed.ts';
import type { Row } from '../../src/cli/mount/changes.ts';
import { readMountOptions } from '../../src/cli/mount/mount-options.ts';
import { formatChange, formatSummary, formatTable } from '../../src/cli/mount/table.ts';
import { readVolume } from '../../src/cli/mount/volume-folder.ts';
import { skip } from '../harness/skip.ts';
import { objects, type SocketWorld, socketWorld } from '../socket/world.ts';
import { classYaml, MountWorld, until } from './mount-world.ts';

const PASSWORD = 'value-that-nobody-may-see';
const NEXT_PASSWORD = 'another-value-nobody-may-see';
const TMPFS = 0x01021994;

const BOTH = `- objectName: db/password
  secretPath: secret/data/mount
  secretKey: password
  filePermission: 0400
- objectName: user
  secretPath: secret/data/mount
  secretKey: user`;

describe('secretmount mount', () => {
  let world: SocketWorld;
  let at: MountWorld;
  let jwt: string;
  let out: string;

  before(async function () {
    if (!existsSync('/dev/shm')) skip(this, 'there is no /dev/shm');
    world = await socketWorld();
  });
  beforeEach(async () => {
    at = new MountWorld(world, [PASSWORD, NEXT_PASSWORD, world.bao.rootToken]);
    await world.write('mount', { password: PASSWORD, user: 'shop' });
    jwt = `jwt-file=${at.writeToken('jwt', world.jwt.mintJwt({ namespace: 'team', account: 'app' }))}`;
    out = at.path('out');
  });
  afterEach(() => at.remove());

  async function folder(): Promise<Record<string, string>> {
    const files = await readVolume(out);
    return Object.fromEntries(
      [...files].map(([path, { mode, contents }]) => [path, `${mode.toString(8)} ${contents}`]),
    );
  }

  async function accessors(): Promise<readonly string[]> {
    return (await world.bao.request('LIST', 'auth/token/accessors')).data.keys.sort();
  }

  const classFile = (text = BOTH) => at.write('class.yaml', classYaml('shop', text));

  it('logs in with a service account token and writes what a pod would get, with its modes', async () => {
    const { code, out: shown, err } = await at.run(classFile(), jwt, `out=${out}`);
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(await folder(), { 'db/password': `400 ${PASSWORD}`, user: '644 shop' });
    const { data } = await world.bao.request('GET', 'secret/metadata/mount');
    const version = String(data.current_version).padEnd(7);
    assert.deepEqual(shown.split('\n'), [
      'FILE         MODE  BYTES  VERSION  FROM',
      `db/password  0400     25  ${version}  GET secret/data/mount#password`,
      `user         0644      4  ${version}  GET secret/data/mount#user`,
      `2 files in ${out}: 2 new`,
      '',
    ]);
  });

  it('writes the files of folders, and shows the key of each', async () => {
    const text =
      '- {objectName: ., secretPath: secret/data/mount, keys: {include: ["^u"]}}\n- {objectName: all, secretPath: secret/mount-tree, tree: all}';
    await world.write('mount-tree/a', { password: PASSWORD });
    const { code, out: shown, err } = await at.run(classFile(text), jwt, `out=${out}`);
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(await folder(), { user: '644 shop', 'all/a/password': `644 ${PASSWORD}` });
    assert.match(shown, /^user +0644 +4 {2}\d+ +GET secret\/data\/mount#user$/m);
    assert.match(shown, /^all\/a\/password +0644 +25 {2}- +GET secret\/data\/mount-tree\/a#password$/m);
    await world.write('mount-tree/a', { user: 'shop' });
    const { out: next } = await at.run(classFile(text), jwt, `out=${out}`);
    assert.match(next, /^gone +all\/a\/password /m);
    assert.match(next, /^new +all\/a\/user /m);
  });

  it('renders templates, and shows what they read', async () => {
    const read = (path: string) => `{{ with secret "${path}" }}{{ .Data.data.user }}{{ end }}`;
    await world.write('mount-b', { user: 'second' });
    const template = `${read('secret/data/mount')} ${read('secret/mount-b')}`;
    const {
      code,
      out: shown,
      err,
    } = await at.run(classFile(`- {objectName: app.ini, template: '${template}'}`), jwt, `out=${out}`);
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(await folder(), { 'app.ini': '644 shop second' });
    assert.match(shown, /^app\.ini +0644 +11 {2}\d+-1 +template, GET secret\/data\/mount, GET secret\/data\/mount-b$/m);
  });

  it('tells a program the same as JSON, a line for each look that changed a file', async () => {
    const running = at.start(classFile(), jwt, `out=${out}`, 'output=json', 'watch', 'interval=1s');
    await until(() => running.out() !== '', 'the first mount');
    await world.write('mount', { password: NEXT_PASSWORD, user: 'shop' });
    await until(() => running.out().split('\n').length > 2, 'the change');
    running.stop();
    assert.equal(await running.code, 0);
    const lines = running.out().trimEnd().split('\n');
    const shown = lines.map((line) => JSON.parse(line) as { folder: string; files: (Row & { version: string })[] });
    assert.deepEqual(
      shown.map(({ folder, files }) => [folder, files.map(({ state }) => state)]),
      [
        [out, ['new', 'new']],
        [out, ['changed', 'same']],
      ],
    );
    const [first] = shown[0]?.files ?? [];
    assert.deepEqual(first, {
      path: 'db/password',
      state: 'new',
      mode: '0400',
      bytes: 25,
      version: first?.version,
      from: 'GET secret/data/mount#password',
    });
    assert.match(first?.version ?? '', /^\d+$/);
  });

  it('makes the folder for its owner alone', async () => {
    await at.run(classFile(), jwt, `out=${out}`);
    assert.equal(statSync(out).mode & 0o777, 0o700);
  });

  it('logs in through the kubernetes method too', async () => {
    const token = world.kubernetes.mintJwt({ namespace: 'team', account: 'app' });
    const file = at.write('class.yaml', classYaml('shop', BOTH, { mount: world.kubernetes.mount }));
    const { code, err } = await at.run(file, `jwt-file=${at.writeToken('jwt', token)}`, `out=${out}`);
    assert.deepEqual([code, err], [0, '']);
    assert.equal((await folder())['user'], '644 shop');
  });

  it('revokes its login', async () => {
    const before = await accessors();
    assert.equal((await at.run(classFile(), jwt, `out=${out}`)).code, 0);
    assert.deepEqual(await accessors(), before);
  });

  it('revokes its login if the mount fails', async () => {
    const before = await accessors();
    assert.equal((await at.run(classFile(objects('a secret/data/mount nothing')), jwt, `out=${out}`)).code, 1);
    assert.deepEqual(await accessors(), before);
  });

  it('reads with a given store token and leaves that alive', async () => {
    const { auth } = await world.bao.request('POST', 'auth/token/create', { policies: ['app'], ttl: '10m' });
    const token = `token-file=${at.writeToken('token', auth.client_token)}`;
    const before = await accessors();
    const { code, out: shown } = await at.run(classFile(), token, `out=${out}`);
    assert.equal(code, 0);
    assert.equal((await folder())['user'], '644 shop');
    assert.match(shown, /the class's own login was not tried/);
    assert.deepEqual(await accessors(), before);
    const { data } = await world.bao.request('GET', 'auth/token/lookup-self', undefined, { token: auth.client_token });
    assert.equal(data.last_renewal ?? undefined, undefined);
  });

  it('tells a given token that has ended from one without the right', async () => {
    const dead = `token-file=${at.writeToken('dead', 's.nobody-knows-this-token')}`;
    assert.match((await at.run(classFile(), dead, `out=${out}`)).err, /the store does not take the given token/);
    const { auth } = await world.bao.request('POST', 'auth/token/create', { policies: ['default'], ttl: '10m' });
    const poor = `token-file=${at.writeToken('poor', auth.client_token)}`;
    assert.match(
      (await at.run(classFile(), poor, `out=${out}`)).err,
      /forbidden by the store .* must grant "read" on .*; here it is the given token that needs this, not the class's role \[read-forbidden\]/,
    );
  });

  it('says on a repeat what changed, and writes that', async () => {
    await at.run(classFile(), jwt, `out=${out}`);
    await world.write('mount', { password: NEXT_PASSWORD, user: 'shop' });
    const { out: shown } = await at.run(classFile(), jwt, `out=${out}`);
    assert.match(shown, /^changed {2}db\/password .*\nsame {5}user /m);
    assert.match(shown, /: 1 changed, 1 same\n/);
    assert.equal((await folder())['db/password'], `400 ${NEXT_PASSWORD}`);
  });

  it('leaves the folder alone where all is the same', async () => {
    await at.run(classFile(), jwt, `out=${out}`);
    const before = readdirSync(out);
    assert.match((await at.run(classFile(), jwt, `out=${out}`)).out, /: 2 same\n/);
    assert.deepEqual(readdirSync(out), before);
  });

  it('takes away what the class no longer names, and brings a mode that alone changed', async () => {
    await at.run(classFile(), jwt, `out=${out}`);
    const less = BOTH.slice(0, BOTH.indexOf('- objectName: user')).replace('0400', '0440');
    const { out: shown } = await at.run(classFile(less), jwt, `out=${out}`);
    assert.match(shown, /^changed .*0440.*\ngone {5}user {9}- /m);
    assert.deepEqual(await folder(), { 'db/password': `440 ${PASSWORD}` });
    assert.equal(existsSync(join(out, 'user')), false);
  });

  it('shows an optional object that is not there as absent', async () => {
    const text = `${BOTH}\n- { objectName: more, secretPath: secret/data/mount, secretKey: more, optional: true }`;
    const { code, out: shown } = await at.run(classFile(text), jwt, `out=${out}`);
    assert.equal(code, 0, shown);
    assert.match(shown, /^absent {3}more {9}- /m);
  });

  it('fails with the reason of the mount and keeps the old files', async () => {
    await at.run(classFile(), jwt, `out=${out}`);
    const before = await folder();
    const { code, out: shown, err } = await at.run(classFile(BOTH.replace('Key: user', 'Key: usr')), jwt, `out=${out}`);
    assert.deepEqual([code, shown], [1, '']);
    assert.equal(
      err,
      'secretmount: object "user": secret/data/mount has no key "usr"; did you mean "user"? [key-missing]\n',
    );
    assert.deepEqual(await folder(), before);
  });

  it('makes no folder where the first mount fails', async () => {
    await at.run(classFile(BOTH.replace('Key: user', 'Key: usr')), jwt, `out=${out}`);
    assert.equal(existsSync(out), false);
  });

  it('says the problems of a class as the daemon does, and its warnings', async () => {
    const wrong = await at.run(classFile(BOTH.replace('objectName: user', 'objctName: user')), jwt, `out=${out}`);
    assert.match(wrong.err, /^secretmount: SecretProviderClass team\/shop: 1 problem\n.*objectName is missing/);
    const odd = await at.run(classFile(`${BOTH}\n  secretkey2: x`), jwt, `out=${out}`);
    assert.equal(odd.code, 0);
    assert.match(odd.err, /^secretmount: warning: .*secretkey2/);
  });

  it('refuses a folder on a disk before it logs in, and takes it where that is allowed', async function () {
    const disk = join(import.meta.dirname, 'never-made');
    if (statfsSync(import.meta.dirname).type === TMPFS) skip(this, 'the checkout is on a tmpfs');
    const { code, err } = await at.run(classFile(), jwt, `out=${disk}`, 'vault-addr=http://127.0.0.1:1');
    assert.equal(code, 2);
    assert.match(err, /is on a disk.*--allow-disk/);
    assert.equal(existsSync(disk), false);
    out = join(tmpdir(), `secretmount-mount-${process.pid}`);
    try {
      assert.equal((await at.run(classFile(), jwt, `out=${out}`, 'allow-disk')).code, 0);
      assert.equal((await folder())['user'], '644 shop');
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });

  it("refuses a folder with somebody's files and touches none", async () => {
    mkdirSync(out);
    at.write('out/user', 'mine');
    const { code, err } = await at.run(classFile(), jwt, `out=${out}`);
    assert.equal(code, 2);
    assert.match(err, /holds "user", which no mount wrote/);
    assert.equal(readFileSync(join(out, 'user'), 'utf8'), 'mine');
  });

  it('takes away what a killed run left', async () => {
    mkdirSync(join(out, '..2026_01_02_03_04_05.7'), { recursive: true });
    at.write('out/..2026_01_02_03_04_05.7/user', 'half');
    symlinkSync('..data/user', join(out, 'user'));
    symlinkSync('..2026_01_02_03_04_05.7', join(out, '..data_tmp'));
    assert.equal((await at.run(classFile(), jwt, `out=${out}`)).code, 0);
    assert.equal((await folder())['user'], '644 shop');
    assert.deepEqual(
      readdirSync(out).filter((name) => name === '..2026_01_02_03_04_05.7' || name.includes('_tmp')),
      [],
    );
  });

  describe('with --watch', () => {
    const watch = ['watch', 'interval=1s'];

    it('says a change once, with neither table nor value, and ends with 0 and no login left', async () => {
      const before = await accessors();
      const running = at.start(classFile(), jwt, `out=${out}`, ...watch);
      await until(() => running.out().includes('until stopped'), 'the first mount');
      await world.write('mount', { password: NEXT_PASSWORD, user: 'shop' });
      await until(() => running.out().includes('changed'), 'the change');
      assert.equal((await folder())['db/password'], `400 ${NEXT_PASSWORD}`);
      await new Promise((resolve) => setTimeout(resolve, 1_300));
      running.stop();
      assert.equal(await running.code, 0);
      const lines = running.out().split('until stopped\n')[1]?.split('\n') ?? [];
      assert.equal(lines.length, 2, running.out());
      assert.match(lines[0] ?? '', /^\d\d:\d\d:\d\d {2}changed {2}db\/password {2}28 bytes, version \d+$/);
      assert.deepEqual(await accessors(), before);
    });

    it('keeps the files while it fails, says so once, and says when it works again', async () => {
      const file = classFile();
      const running = at.start(file, jwt, `out=${out}`, ...watch);
      await until(() => running.out().includes('until stopped'), 'the first mount');
      const before = await folder();
      classFile(BOTH.replace('Key: user', 'Key: usr'));
      await until(() => running.err().includes('failed'), 'the failure');
      await new Promise((resolve) => setTimeout(resolve, 2_200));
      assert.deepEqual(await folder(), before);
      classFile();
      await until(() => running.err().includes('works again'), 'the end of it');
      running.stop();
      assert.equal(await running.code, 0);
      const [failed = '', again = '', ...rest] = running.err().split('\n');
      assert.match(failed, /^\S+ {2}failed, the files stay as they are: object "user": .* has no key "usr"/);
      assert.match(again, /^\S+ {2}works again$/);
      assert.deepEqual(rest, ['']);
    });
  });

  it('as a process ends on SIGINT with 0 and no login left', async () => {
    const before = await accessors();
    const flags = { out, 'jwt-file': at.path('jwt'), 'vault-addr': world.bao.address, watch: 'true' };
    const code = `
      const { mountCommand } = await import(process.argv[1]);
      const flags = new Map(Object.entries(JSON.parse(process.argv[2])).map(([name, value]) => [name, [value]]));
      const streams = { out: (text) => process.stdout.write(text), err: () => {}, isTerminal: false };
      process.exit(await mountCommand({ words: [process.argv[3]], flags }, {}, streams));`;
    const command = new URL('../../src/cli/mount/mount-command.ts', import.meta.url).href;
    const args = ['--input-type=module', '-e', code, command, JSON.stringify(flags), classFile()];
    const child = spawn(process.execPath, args, { env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    let shown = '';
    for await (const part of child.stdout) {
      shown += part;
      if (shown.includes('until stopped')) child.kill('SIGINT');
    }
    assert.deepEqual(await exit, [0, null]);
    assert.deepEqual(await accessors(), before);
    assert.equal((await folder())['user'], '644 shop');
  });

  describe('finds the class', () => {
    const two = () => `kind: ConfigMap\n---\n${classYaml('shop', BOTH)}---\n${classYaml('shop-db', BOTH)}`;

    for (const [what, text, flags, said] of [
      ['none in the file', () => 'kind: Pod\n', [], /there is no SecretProviderClass in it/],
      ['two and no --class', two, [], /holds 2 classes; choose one with --class: shop, shop-db$/m],
      ['a name that is none', two, ['class=shpo'], /there is no class "shpo" in it; did you mean shop\?/],
      [
        'text that is not YAML',
        () => `${classYaml('x', BOTH)}\n]\n`,
        [],
        /line \d+, column 1: an unexpected character/,
      ],
      [
        'no provider',
        () => classYaml('x', BOTH, { provider: '""' }),
        [],
        /provider of x is missing; write vault or openbao/,
      ],
      [
        'a parameter that is not a text',
        () => classYaml('x', BOTH, { mount: '7' }),
        [],
        /"vaultAuthMountPath" of x is not a text/,
      ],
    ] as const) {
      it(`or says why not: ${what}`, async () => {
        const { code, err } = await at.run(at.write('classes.yaml', text()), jwt, `out=${out}`, ...flags);
        assert.equal(code, 2);
        assert.match(err, said);
      });
    }

    for (const provider of ['secretmount', 'openbao', 'openbao-2', 'team-store'])
      it(`of the provider ${provider}`, async () => {
        const { code, err } = await at.run(
          at.write('class.yaml', classYaml('x', BOTH, { provider })),
          jwt,
          `out=${out}`,
        );
        assert.deepEqual([code, err], [0, '']);
      });

    it('by its name among several, and in a List', async () => {
      const named = await at.run(at.write('two.yaml', two()), jwt, `out=${out}`, 'class=shop-db');
      assert.equal(named.code, 0, named.err);
      const items = classYaml('shop', BOTH).replace(/^/gm, '    ').replace('    ', '  - ');
      const listed = await at.run(at.write('list.yaml', `kind: List\nitems:\n${items}`), jwt, `out=${out}`);
      assert.equal(listed.code, 0, listed.err);
    });
  });

  it('takes namespace and account of the token, and refuses others', async () => {
    const { code, err } = await at.run(classFile(), jwt, `out=${out}`, 'namespace=other');
    assert.deepEqual(
      [code, err],
      [2, 'secretmount: --namespace says other, but the service account token is of team\n'],
    );
  });

  it('ends with 2 where a file is missing, and says so before it asks for a login', async () => {
    const { code, err } = await at.run(at.path('none.yaml'), `out=${out}`);
    assert.equal(code, 2);
    assert.match(err, /none\.yaml cannot be read: no such file or directory\n$/);
    assert.equal((await at.run(classFile(), `jwt-file=${at.path('none')}`, `out=${out}`)).code, 2);
  });

  it('says which file of a login it cannot use', async () => {
    const empty = at.write('empty', '\n');
    assert.match((await at.run(classFile(), `jwt-file=${empty}`, `out=${out}`)).err, /empty is empty; it should hold/);
    const folders = await at.run(classFile(), `token-file=${at.path('.')}`, `out=${out}`);
    assert.match(folders.err, /cannot be read: illegal operation on a directory/);
    const words = at.write('words', 'not one token');
    assert.match((await at.run(classFile(), `token-file=${words}`, `out=${out}`)).err, /words holds something else/);
  });
});

describe('the table of secretmount mount', () => {
  const rows: readonly Row[] = [
    { path: 'a', state: 'changed', mode: 0o40, sizeBytes: 12_345, version: '12', from: 'GET kv/a#k' },
    { path: 'long/name', state: 'gone', mode: undefined, sizeBytes: undefined, version: undefined, from: undefined },
  ];

  it('has its columns under each other', () => {
    assert.deepEqual(formatTable(rows, false).split('\n'), [
      '         FILE       MODE  BYTES  VERSION  FROM',
      'changed  a          0040  12345  12       GET kv/a#k',
      'gone     long/name  -         -  -        -',
      '',
    ]);
  });

  it('shows a hostile path, source and folder with nothing that moves a cursor, nor a CI command', () => {
    const path = '::x\x1b]0;owned\x07\x9b31m\u202e\n##vso[a]';
    const row: Row = { path, state: 'changed', mode: 0o40, sizeBytes: 1, version: '1', from: `GET ${path}#${path}` };
    for (const shown of [
      formatTable([row], false),
      formatTable([{ ...row, state: 'new' }], false),
      formatSummary([row], path),
      formatChange(row, '19:20:01', false),
    ]) {
      assert.doesNotMatch(shown.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]|##/u);
      assert.doesNotMatch(shown, /^\s*::/m);
      assert.match(shown, /\\u003a:x\\u001b\]0;owned\\u0007\\u009b31m\\u202e\\u000a#\\u0023vso\[a\]/);
    }
  });

  it('says the same in colours', () => {
    const coloured = formatTable(rows, true);
    assert.notEqual(coloured, formatTable(rows, false));
    assert.equal(stripVTControlCharacters(coloured), formatTable(rows, false));
  });
});

describe('the command line of secretmount mount', () => {
  const FILE = import.meta.filename;
  const options = (files: readonly string[], flags: Readonly<Record<string, string | readonly string[]>>, env = {}) =>
    readMountOptions(files, new Map(Object.entries(flags).map(([name, value]) => [name, [value].flat()])), env);

  it('takes a store token of the environment where no file is given, BAO_ first', () => {
    const env = { VAULT_TOKEN: 'vault', BAO_TOKEN: 'bao' };
    const { login } = options([FILE], { out: '/o' }, env);
    assert.equal('token' in login && login.token.reveal(), 'bao');
    assert.deepEqual(options([FILE], { out: '/o', 'jwt-file': 'j' }, env).login, { kind: 'jwt', file: 'j' });
  });

  it('says that a file is missing before it asks for a login', () => {
    assert.throws(() => options(['/nowhere/class.yaml'], { out: '/o' }), /class\.yaml cannot be read: no such file/);
  });

  it('looks again as often as the driver does where nothing else is said', () => {
    assert.equal(options([FILE], { out: '/o', 'jwt-file': 'j' }).intervalMs, 120_000);
  });

  for (const [files, flags, env, said] of [
    [[], { out: '/o' }, {}, /needs the file of a class/],
    [[FILE, 'b'], { out: '/o' }, {}, /takes one file/],
    [[FILE], { 'jwt-file': 'j' }, {}, /needs --out FOLDER/],
    [[FILE], { out: '/o' }, {}, /needs a login: --jwt-file FILE/],
    [[FILE], { out: '/o', 'jwt-file': 'j', 'token-file': 't' }, {}, /give one/],
    [['-'], { out: '/o', 'jwt-file': '-' }, {}, /standard input cannot be both/],
    [
      [FILE],
      { out: '/o', 'jwt-file': 'j', watch: 'true', interval: '10ms' },
      {},
      /--interval is "10ms"; it takes a time/,
    ],
    [[FILE], { out: '/o', 'jwt-file': 'j', watch: 'true', interval: '600h' }, {}, /at most 24h/],
    [[FILE], { out: '/o', 'jwt-file': 'j', interval: '5m' }, {}, /--interval .* only done with --watch; add it/],
    [[FILE], { out: ['/o', '/p'], 'jwt-file': 'j' }, {}, /--out is given 2 times; give it once/],
    [[FILE], { out: '/o' }, { BAO_TOKEN: 'two words' }, /BAO_TOKEN or VAULT_TOKEN holds something else/],
    [[FILE], { out: '/o', 'jwt-file': 'j' }, { NODE_DEBUG: 'http' }, /NODE_DEBUG is set/],
  ] as const) {
    it(`refuses ${JSON.stringify([files, flags, env])}`, () => {
      assert.throws(
        () => options(files, flags, env),
        (error: Error) => (error instanceof UsageError || error instanceof CommandFailed) && said.test(error.message),
      );
    });
  }
});
