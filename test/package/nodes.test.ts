// What `npm pack` makes, installed by `npm install --global` without a network and used on each Node that it promises.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fillStore, LONG_NUMBER, SETTINGS_TEXT } from '../demo/store.ts';
import { createAuthority } from '../harness/certificates.ts';
import { findOnPath } from '../harness/executables.ts';
import { findNode, OLDER_NODES } from '../harness/node-binary.ts';
import { type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { skip } from '../harness/skip.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'docs/examples');
const OWN = process.versions.node;
const TOO_OLD = 'JSON.parse of an older one loses the digits of long numbers';

const CLASS = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: app}
spec:
  provider: vault
  parameters:
    roleName: web
    objects: |
      - {objectName: settings.json, secretPath: config/shop, secretKey: settings}
      - {objectName: order, secretPath: config/shop, jsonPath: $.settings.limits.order}
      - {objectName: db, secretPath: secret/data/db, keys: {include: ["^pass"]}}
      - {objectName: db.env, secretPath: secret/data/db, format: dotenv}
      - {objectName: app.ini, template: '{{ with secret "secret/data/db" }}user={{ .Data.data.user | toUpper }}{{ end }}'}
      - objectName: dsn
        templateSyntax: sprig
        reads: {user: {secretPath: secret/data/db, secretKey: user}}
        template: '{{ .user | b64enc }} {{ regexReplaceAll "h.p" .user "ip" }} {{ dict "a" 1.5 | toJson }}'
`;

describe('the package, installed', function () {
  this.timeout(300_000);
  let folder = '';
  let tarball = '';
  let bao: OpenBao;

  before('pack, and start a store', async () => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-nodes-'));
    // Scripts stay off so that dist/ is not made anew beneath other tests.
    execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: ROOT });
    tarball = join(folder, readdirSync(folder)[0] ?? '');
    const authority = createAuthority('store');
    writeFileSync(join(folder, 'ca.pem'), authority.certPem);
    bao = await startOpenBao({ tls: authority.issue({ names: ['127.0.0.1'] }) });
    await fillStore(bao);
  });

  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await bao?.stop();
  });

  for (const version of [...OLDER_NODES, OWN]) {
    describe(`on Node ${version}`, () => {
      let machine: Machine;
      before(async function () {
        const node = version === OWN ? process.execPath : await findNode(version);
        if (node === undefined) skip(this, `there is no Node ${version}; npm run downloads nodes`);
        machine = await Machine.make(node, folder, tarball);
      });
      after(() => machine?.remove());

      it('brings no other package, and npm warns of nothing', () => {
        assert.equal(machine.warnings, '');
        assert.deepEqual(readdirSync(machine.packages), ['secretmount']);
        assert.equal(existsSync(join(machine.packages, 'secretmount/node_modules')), false);
      });

      if (Number.parseInt(version, 10) < 22) {
        it('ends with one sentence', () => {
          for (const args of [['version'], ['check', join(EXAMPLES, 'app.yaml')], []]) {
            const { status, stdout, stderr } = machine.run(args);
            assert.deepEqual([status, stdout], [2, '']);
            assert.match(stderr, new RegExp(`^secretmount: this is Node ${version}, .*: ${TOO_OLD}; .*\n$`));
          }
        });
        return;
      }

      it('checks and migrates', () => {
        const check = machine.run(['check', join(EXAMPLES, 'wrong.yaml')]);
        assert.deepEqual([check.status, check.stderr], [1, '']);
        assert.match(check.stdout, /^1 class: 4 errors, 0 warnings$/m);
        const migrate = machine.run(['migrate', join(EXAMPLES, 'argocd-vault-plugin'), '--diff']);
        assert.equal(migrate.status, 1, migrate.stderr);
        assert.match(migrate.stdout, /^\+kind: SecretProviderClass$/m);
      });

      it('gives the library to a program', () => {
        const program = `import { checkManifests } from ${JSON.stringify(join(machine.packages, 'secretmount/dist/check.js'))};
          console.log(checkManifests([{ name: 'a.yaml', text: ${JSON.stringify(CLASS)} }]).findings.length);`;
        const { stdout, stderr } = machine.node(['--input-type=module', '-e', program]);
        assert.deepEqual([stdout, stderr], ['0\n', '']);
      });

      for (const kind of ['http', 'https'] as const)
        it(`mounts by ${kind}, with each digit`, () => {
          const out = mkdtempSync('/dev/shm/secretmount-nodes-');
          try {
            writeFileSync(join(machine.folder, 'class.yaml'), CLASS);
            const address = kind === 'http' ? bao.address : bao.tlsAddress;
            const args = [`--vault-addr=${address}`, `--vault-tls-ca-cert=${join(folder, 'ca.pem')}`, `--out=${out}`];
            const mount = machine.run(['mount', join(machine.folder, 'class.yaml'), ...args], {
              VAULT_TOKEN: bao.rootToken,
            });
            assert.equal(mount.status, 0, mount.stderr);
            const read = (name: string) => readFileSync(join(out, name), 'utf8');
            assert.equal(read('settings.json'), SETTINGS_TEXT);
            assert.equal(read('order'), LONG_NUMBER);
            assert.match(read('db/password'), /^made-up-/);
            assert.equal(read('app.ini'), 'user=SHOP');
            assert.equal(read('dsn'), 'c2hvcA== sip {"a":1.5}');
            assert.match(read('db.env'), /^password=.*made-up-/m);
          } finally {
            rmSync(out, { recursive: true });
          }
        });

      it('serves as a daemon that is hardened, and stops', async () => {
        const socket = join(machine.folder, 'vault.sock');
        const daemon = spawn(machine.program, [`--endpoint=${socket}`, '--http-addr=off'], { env: machine.env });
        const ended = once(daemon, 'exit');
        let log = '';
        for await (const part of daemon.stderr) {
          log += part;
          if (log.includes('"started"')) break;
        }
        assert.match(
          readFileSync(`/proc/${daemon.pid}/cmdline`, 'utf8'),
          /--disable-sigusr1\0--disallow-code-generation/,
        );
        daemon.kill('SIGTERM');
        assert.deepEqual(await ended, [0, null], log);
      });
    });
  }
});

describe('npm ci in the clone', () => {
  it('warns of nothing on Node 20', async function () {
    const [version = ''] = OLDER_NODES;
    const node = await findNode(version);
    if (node === undefined) skip(this, `there is no Node ${version}; npm run downloads nodes`);
    const folder = mkdtempSync(join(tmpdir(), 'secretmount-clone-'));
    try {
      mkdirSync(join(folder, 'deploy/node'), { recursive: true });
      for (const name of ['package.json', 'package-lock.json', 'deploy/node/package.json'])
        copyFileSync(join(ROOT, name), join(folder, name));
      const npm = realpathSync((await findOnPath('npm')) ?? '');
      const args = [npm, 'ci', '--dry-run', '--offline', '--ignore-scripts', '--no-update-notifier'];
      const env = { PATH: process.env['PATH'], HOME: folder };
      const { status, stderr } = spawnSync(node, args, { cwd: folder, env, encoding: 'utf8', timeout: 120_000 });
      assert.deepEqual([status, stderr], [0, '']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** A folder into which a person with one Node installs the package. */
class Machine {
  readonly folder: string;
  readonly #node: string;
  /** What npm said at the installation beside its result. */
  readonly warnings: string;

  private constructor(folder: string, node: string, tarball: string, npm: string) {
    this.folder = folder;
    this.#node = node;
    symlinkSync(node, join(folder, 'node'));
    const args = [
      'install',
      '--global',
      '--offline',
      '--no-audit',
      '--no-fund',
      '--no-update-notifier',
      '--prefix',
      folder,
      tarball,
    ];
    const { status, stderr } = this.node([npm, ...args]);
    assert.equal(status, 0, stderr);
    this.warnings = stderr;
  }

  static async make(node: string, parent: string, tarball: string): Promise<Machine> {
    const npm = await findOnPath('npm');
    if (npm === undefined) throw new Error('npm is not on the PATH');
    return new Machine(mkdtempSync(join(parent, 'machine-')), node, tarball, realpathSync(npm));
  }

  get packages(): string {
    return join(this.folder, 'lib/node_modules');
  }

  get program(): string {
    return join(this.folder, 'bin/secretmount');
  }

  get env(): Readonly<Record<string, string>> {
    return { PATH: [this.folder, '/usr/bin', '/bin'].join(delimiter), HOME: this.folder };
  }

  node(args: readonly string[]) {
    return spawnSync(this.#node, args, { cwd: this.folder, env: this.env, encoding: 'utf8', timeout: 120_000 });
  }

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return spawnSync(this.program, args, {
      cwd: this.folder,
      env: { ...this.env, ...env },
      encoding: 'utf8',
      timeout: 60_000,
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
